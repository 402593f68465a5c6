"""Clients: people the CRM knows, their contacts and companies."""

from intake.envybox.door import Door


class Clients:
    """Clients: people the CRM knows, their contacts and companies."""

    def __init__(self, door: Door) -> None:
        self._door = door
