"""``python -m intake COMMAND``: see `intake.cli`."""

from intake.cli import run_cli

run_cli()
