"""The Tab key: a real bash, and the other shells by what click and they agreed on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from intake.cli import COMMANDS, COMPLETE_VARIABLE, main
from intake.cli.completion import SCRIPTS
from intake.envybox.catalogue import METHODS

ROOT = Path(__file__).parents[2]
LEADS = [name for name in METHODS if name.startswith("lead/")]
# What a shell has when nothing is configured.
BARE = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}

# Says what the function bash calls would offer for the words given to the script.
PRESS_TAB = """
eval "$1"; shift; cd /
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
complete -p intake >&2
_intake_complete intake
printf '%s\\n' "${COMPREPLY[@]}"
"""

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="нет bash")


def script(shell: str, place: Path) -> str:
    return _run([sys.executable, "-m", "intake", "completion", shell], place)


def press_tab(place: Path, *words: str) -> list[str]:
    command = ["bash", "--norc", "-c", PRESS_TAB, "bash", script("bash", place), *words]
    return _run(command, place).split()


def _run(command: list[str], place: Path) -> str:
    done = subprocess.run(
        command, cwd=place, env=BARE, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_bash
def test_methods_are_completed_with_no_settings_and_from_anywhere(tmp_path: Path) -> None:
    assert press_tab(tmp_path, "intake", "crm", "lead/") == LEADS


@needs_bash
def test_options_and_commands_are_completed(tmp_path: Path) -> None:
    assert press_tab(tmp_path, "intake", "crm", "lead/get", "--un") == ["--unlisted"]
    assert press_tab(tmp_path, "intake", "") == [*COMMANDS]


@needs_bash
def test_a_request_in_quotes_is_no_hindrance(tmp_path: Path) -> None:
    words = ("intake", "crm", "lead/get", """'{"lead_id": 1}'""", "--js")
    assert press_tab(tmp_path, *words) == ["--json"]


@needs_bash
def test_accounts_are_those_of_the_directory_the_script_was_printed_in(tmp_path: Path) -> None:
    place = tmp_path / "it's a place"
    place.mkdir()
    (place / "sites.toml").write_text('[crm.main]\nurl = 5\n[crm.second]\napi_key = "env:NONE"\n')
    assert press_tab(place, "intake", "crm", "--account", "") == ["main", "second"]
    assert press_tab(place, "intake", "crm", "--account", "s") == ["second"]


@needs_bash
@pytest.mark.parametrize("content", [b"[crm.main\n", b"crm = 5\n", b"\xff\xfe", b"[site.okna]\n"])
def test_a_broken_file_of_sites_only_leaves_the_accounts_out(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sites.toml").write_bytes(content)
    assert press_tab(tmp_path, "intake", "crm", "--account", "") == []
    assert press_tab(tmp_path, "intake", "crm", "lead/") == LEADS
    monkeypatch.chdir(tmp_path)
    assert _answer("bash", "intake crm --account", "3").output == "\n"


@needs_bash
def test_the_function_runs_the_command_where_it_was_printed(tmp_path: Path) -> None:
    program = 'eval "$1"; cd /; intake normalise <<< "{}"; intake crm "no such" 2>&1; echo $?'
    told = _run(["bash", "--norc", "-c", program, "bash", script("bash", tmp_path)], tmp_path)
    normalised, refused, status = told.splitlines()
    assert normalised.startswith("{")
    assert "без параметров" in refused
    assert status == "1"


@pytest.mark.parametrize(
    ("shell", "words", "word", "first"),
    [
        ("zsh", "intake crm deal/get", "2", "plain\ndeal/get\nПолучение сделки"),
        ("fish", "intake crm deal/get", "deal/get", "plain,deal/get\tПолучение сделки"),
        ("bash", "intake crm deal/get", "2", "plain,deal/get\n"),
    ],
)
def test_each_shell_is_answered_in_its_own_way(
    shell: str, words: str, word: str, first: str
) -> None:
    assert _answer(shell, words, word).output.startswith(first)


def _answer(shell: str, words: str, word: str) -> Result:
    """Ask as the script of the shell does; `word` counts them, or is the last in fish."""
    asked = {COMPLETE_VARIABLE: f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": word}
    result = CliRunner().invoke(main, env=asked, complete_var=COMPLETE_VARIABLE)
    assert result.exit_code == 0, result.exception
    return result


@pytest.mark.parametrize("shell", SCRIPTS)
def test_every_script_names_the_interpreter_and_the_directory(shell: str, tmp_path: Path) -> None:
    text = script(shell, tmp_path)
    assert f"{tmp_path} {sys.executable} -m intake" in text
    assert f"_INTAKE_COMPLETE={shell}_complete" in text


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_script_reads_well_to_its_shell(shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"НЕ ПРОВЕРЕНО: нет {shell}")
    path = tmp_path / "script"
    path.write_text(script(shell, tmp_path))
    _run([program, "-n", str(path)], tmp_path)


def test_completing_a_word_loads_neither_settings_nor_database(tmp_path: Path) -> None:
    program = (
        "import sys, intake.cli.crm; "
        "print(*{'sqlalchemy', 'redis', 'phonenumbers', 'rich'} & {*sys.modules})"
    )
    assert _run([sys.executable, "-c", program], tmp_path).strip() == ""
