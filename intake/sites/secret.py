"""Secrets of `sites.toml`: named there, never written there."""

from collections.abc import Mapping
from pathlib import Path

from intake.errors import SettingsError
from intake.toml_table import Table


def read_secret(table: Table, key: str, example: str, env: Mapping[str, str]) -> str:
    """Return the secret that ``env:NAME`` or ``file:PATH`` means. Raises SettingsError."""
    kind, _, name = table.need(key, str, example).partition(":")
    if kind == "env" and name:
        secret = env.get(name, "")
        if not secret:
            raise SettingsError(f"[{table.name}] {key}: переменная {name} не задана или пуста.")
        return secret
    if kind == "file" and name:
        try:
            secret = Path(name).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            secret = ""
        if not secret:
            raise SettingsError(f"[{table.name}] {key}: файл {name} не читается или пуст.")
        return secret
    raise table.wrong(key, example)
