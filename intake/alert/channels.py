"""Sending a message to every address of INTAKE_ALERTS."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from intake.domain.message import Message, Sent
from intake.errors import SettingsError

# Apprise tells addresses in its log, and those hold bots' tokens and passwords.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class _Channel:
    """One address: `digest` stands for it in the store, `name` in words."""

    digest: str
    name: str
    service: Any


class Channels:
    """The addresses that are told; empty where none is configured.

    Raises SettingsError for an address that Apprise does not understand.
    """

    def __init__(self, addresses: Iterable[str] = ()) -> None:
        known = dict.fromkeys(addresses)
        self._channels = tuple(_open(place, each) for place, each in enumerate(known, 1))

    def __bool__(self) -> bool:
        return bool(self._channels)

    def send(self, message: Message, reached: frozenset[str] = frozenset()) -> frozenset[str]:
        """Send to all but those `reached` before; return who has the message now."""
        fresh = [each for each in self._channels if each.digest not in reached]
        return reached | {each.digest for each in fresh if _send(each, message)}

    def is_all(self, reached: frozenset[str]) -> bool:
        """Whether every address is among `reached`."""
        return all(each.digest in reached for each in self._channels)

    def try_out(self, message: Message) -> tuple[Sent, ...]:
        """Send to each and tell which took it."""
        return tuple(Sent(each.name, _send(each, message)) for each in self._channels)


def _open(place: int, address: str) -> _Channel:
    # Imported late: most installations and all commands but few tell nobody.
    from apprise import Apprise  # noqa: PLC0415 - see above

    service = Apprise.instantiate(address, suppress_exceptions=True)
    if service is None:
        raise SettingsError(
            f"INTAKE_ALERTS: адрес № {place} Apprise не понимает; нужен вид, например, "
            "tgram://токен/чат или mailtos://имя:пароль@example.ru "
            "(все виды: https://github.com/caronc/apprise/wiki)."
        )
    digest = hashlib.sha256(address.encode()).hexdigest()[:16]
    return _Channel(digest, f"№ {place} ({address.partition(':')[0]})", service)


def _send(channel: _Channel, message: Message) -> bool:
    try:
        return bool(channel.service.notify(body=message.body, title=message.title))
    except Exception:  # noqa: BLE001  # one service's fault must not keep the others from telling
        return False
