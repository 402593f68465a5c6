"""Ports: the one that was asked for, or a free one near the usual."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass

from intake.errors import SettingsError

LAST_PORT = 65535
TRIES = 20


@dataclass(frozen=True, slots=True)
class Port:
    """A port that was free a moment ago; `usual` where it is not the one expected."""

    number: int
    usual: int | None = None


def choose_port(env: Mapping[str, str], setting: str, usual: int, host: str) -> Port:
    """Return the port a setting names, or the first free one from `usual` on.

    SettingsError where the named one is no port or is taken.
    """
    text = env.get(setting)
    if text:
        number = read_port(setting, text)
        if not is_free(host, number):
            raise SettingsError(
                f"{setting}: порт {number} на {host} занят другой программой; "
                f"остановите её или возьмите другой порт: {setting}={number % LAST_PORT + 1}."
            )
        return Port(number)
    for number in range(usual, usual + TRIES):
        if is_free(host, number):
            return Port(number, None if number == usual else usual)
    raise SettingsError(
        f"{setting}: порты {usual}-{usual + TRIES - 1} заняты; назовите свободный: {setting}=9000."
    )


def read_port(setting: str, text: str) -> int:
    """Read a port's number; SettingsError where it is none."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= LAST_PORT:
        raise SettingsError(f"{setting}: нужен номер порта от 1 до {LAST_PORT}, например 8000.")
    return int(text)


def is_free(host: str, number: int) -> bool:
    """Whether a server could listen there; SettingsError where the host is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except socket.gaierror:
            raise SettingsError(
                f"HOST: адреса {host} нет; нужен, например, 127.0.0.1 или 0.0.0.0."
            ) from None
        except PermissionError:
            raise SettingsError(
                f"PORT: порт {number} может занять только администратор; "
                "возьмите номер больше 1023, например PORT=8000."
            ) from None
        except OSError:
            return False
    return True
