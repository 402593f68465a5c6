"""``python -m intake completion``: the shell's Tab key for the commands."""

import shlex
import sys
from pathlib import Path

import click

from intake.cli import COMPLETE_VARIABLE

# Each script defines `intake`, which runs this very interpreter in this very directory
# (settings, sites.toml and var/ are looked for there), and completes its words by asking
# the command itself, in the way click answers (click's documentation, "Shell Completion").
# The way through sh is the one that means the same in all three shells.
_RUN = """sh -c 'cd "$1" && shift && exec "$@"' intake {directory} {python} -m intake"""

_BASH = """\
intake() {{
    {run} "$@"
}}

_intake_complete() {{
    local IFS=$'\\n' line
    COMPREPLY=()
    for line in $(env COMP_WORDS="${{COMP_WORDS[*]}}" COMP_CWORD="$COMP_CWORD" \\
{variable}=bash_complete {run} 2>/dev/null); do
        case "$line" in
            plain,*) COMPREPLY+=("${{line#plain,}}") ;;
            dir,*) compopt -o dirnames ;;
            file,*) compopt -o default ;;
        esac
    done
}}

complete -o nosort -F _intake_complete intake 2>/dev/null || complete -F _intake_complete intake
"""

_ZSH = """\
intake() {{
    {run} "$@"
}}

_intake_complete() {{
    local -a response described plain
    local type key descr
    response=("${{(@f)$(env COMP_WORDS="${{words[*]}}" COMP_CWORD=$((CURRENT-1)) \\
{variable}=zsh_complete {run} 2>/dev/null)}}")
    for type key descr in ${{response}}; do
        case "$type" in
            plain) if [[ "$descr" == "_" ]]; then plain+=("$key"); \
else described+=("$key:$descr"); fi ;;
            dir) _path_files -/ ;;
            file) _path_files -f ;;
        esac
    done
    [[ -n "$described" ]] && _describe -V unsorted described -U
    [[ -n "$plain" ]] && compadd -U -V unsorted -a plain
    return 0
}}

(( $+functions[compdef] )) || {{ autoload -Uz compinit && compinit }}
compdef _intake_complete intake
"""

_FISH = """\
function intake
    {run} $argv
end

function _intake_complete
    for line in (env COMP_WORDS=(commandline -cp) COMP_CWORD=(commandline -t) \\
{variable}=fish_complete {run} 2>/dev/null)
        set -l parts (string split -m 1 "," $line)
        switch $parts[1]
            case plain
                echo $parts[2]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
        end
    end
end

complete --no-files --command intake --arguments "(_intake_complete)"
"""

SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


@click.command()
@click.argument("shell", type=click.Choice(tuple(SCRIPTS)))
def completion(shell: str) -> None:
    """Напечатать для SHELL команду intake с подсказкой по Tab.

    \b
    bash: eval "$(.venv/bin/python -m intake completion bash)"
    zsh:  eval "$(.venv/bin/python -m intake completion zsh)"
    fish: .venv/bin/python -m intake completion fish | source

    Команда intake работает из любого каталога, а выполняется в том, где напечатана.
    """  # noqa: D301 - click knows the paragraph it must not wrap by this very character
    run = _RUN.format(directory=shlex.quote(str(Path.cwd())), python=shlex.quote(sys.executable))
    click.echo(SCRIPTS[shell].format(run=run, variable=COMPLETE_VARIABLE), nl=False)
