"""Tasks of deals."""

from intake.envybox.door import Door


class Tasks:
    """Tasks of deals."""

    def __init__(self, door: Door) -> None:
        self._door = door
