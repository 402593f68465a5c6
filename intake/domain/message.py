"""What people are sent, and whether it was taken."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A message for people: no phone, no name, no key stands in it."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Sent:
    """Whether a service took a message; `name` tells which without its secrets."""

    name: str
    taken: bool
