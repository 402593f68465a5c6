"""Calling ``crm`` as a person would, against a CRM that answers as the test says."""

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from click.testing import CliRunner, Result

from intake.cli.crm import crm
from intake.domain.site import CrmAccount, Directory
from tests.envybox.fake_crm import FakeCrm

KEY = "CANARY/key+2119=="


@dataclass
class Shell:
    """Calls the command; `accounts` is what the settings hold."""

    accounts: dict[str, CrmAccount] = field(default_factory=dict)
    timeout: float = 15.0

    @property
    def context(self) -> SimpleNamespace:
        """What the command is told of the settings."""
        settings = SimpleNamespace(directory=Directory({}, self.accounts), timeout=self.timeout)
        return SimpleNamespace(crm=settings)

    def call(self, *words: str, typed: str | bytes | None = None, **env: str) -> Result:
        return CliRunner().invoke(crm, words, obj=self.context, input=typed, env=env)

    def json(self, *words: str, typed: str | bytes | None = None) -> Any:
        result = self.call(*words, typed=typed)
        assert result.exit_code == 0, result.exception
        return json.loads(result.stdout)

    def table(self, *words: str, width: int = 120) -> str:
        result = self.call(*words, "--table", COLUMNS=str(width))
        assert result.exit_code == 0, result.exception
        return result.stdout

    def fails(self, *words: str, typed: str | bytes | None = None) -> str:
        result = self.call(*words, typed=typed)
        assert result.exit_code == 1
        return str(result.exception)


def shell_of(url: str, api_key: str = KEY) -> Shell:
    return Shell({"main": CrmAccount("main", url, api_key, rate=1000)})


def asked(server: FakeCrm) -> list[Any]:
    """Give the parameters of every request so far."""
    bodies = [one.json for one in server.seen]
    return [body["request"] for body in bodies if isinstance(body, dict)]
