"""The commands of ``python -m intake``; each in a module of its own, imported when called.

Exit status: 0 done, 1 failed (one sentence says why), 2 called wrongly.
"""

import importlib
from functools import cached_property
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from intake.errors import IntakeError

if TYPE_CHECKING:
    from intake.settings import CrmSettings, Settings
    from intake.store.database import Database

COMMANDS = {
    "run": "intake.cli.run:run",
    "worker": "intake.cli.worker:worker",
    "sweep": "intake.cli.worker:sweep",
    "normalise": "intake.cli.normalise:normalise",
    "numbering": "intake.cli.numbering:numbering",
    "sandbox": "intake.cli.sandbox:sandbox",
    "check": "intake.cli.check:check",
    "crm": "intake.cli.crm:crm",
    "send": "intake.cli.send:send",
    "reconcile": "intake.cli.reconcile:reconcile",
    "alert": "intake.cli.alert:alert",
    "users": "intake.cli.users:users",
    "erase": "intake.cli.erase:erase",
    "db": "intake.cli.db:db",
    "completion": "intake.cli.completion:completion",
}
# What the scripts of `intake.cli.completion` tell the shell's wishes by.
COMPLETE_VARIABLE = "_INTAKE_COMPLETE"


class Context:
    """What the commands share; everything is read only when it is asked for."""

    # Imported late: completing a word in a shell must not wait for the database's driver.

    @cached_property
    def settings(self) -> "Settings":
        """The settings; SettingsError where one is wrong."""
        from intake.settings import Settings  # noqa: PLC0415 - see above

        return Settings.from_environ()

    @cached_property
    def crm(self) -> "CrmSettings":
        """What it takes to call the CRM; SettingsError where something of it is wrong."""
        from intake.settings import CrmSettings  # noqa: PLC0415 - see above

        return CrmSettings.from_environ()

    def database(self) -> "Database":
        """Open the configured database."""
        from intake.store.database import Database  # noqa: PLC0415 - see above

        return Database(self.settings.database_url)


class LazyGroup(click.Group):
    """A group that imports a command only to run it or to show its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table above."""
        return [*super().list_commands(ctx), *COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command by its name."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the names without their help: that would import every command."""
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*map(CompletionItem, names), *options]


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Приём заявок с сайтов для Envybox CRM."""
    context.obj = Context()


def run_cli() -> None:
    """Run a command and tell a failure in one sentence."""
    try:
        main(prog_name="python -m intake", complete_var=COMPLETE_VARIABLE)
    except IntakeError as error:
        raise SystemExit(f"Ошибка: {error}") from None
