"""Custom statistics."""

from intake.envybox.door import Door


class Stats:
    """Custom statistics."""

    def __init__(self, door: Door) -> None:
        self._door = door
