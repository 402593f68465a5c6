"""`run` for real: everything starts, delivers, survives kills, and leaves nothing behind."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running.service import Service
from tests.servers import wait_until

PHONE = "89123456789"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path)
    yield service
    service.end()
    wait_until(lambda: not service.pids(), what="processes left behind")


def test_one_command_takes_a_form_to_the_crm_and_ctrl_c_leaves_nothing(service: Service) -> None:
    service.start()
    answer = service.post(name="Иван", phone=PHONE)
    assert answer.status_code == 202
    wait_until(lambda: service.crm()["deals"], 5, "the deal in the CRM")

    password = found(r"admin / (\S+)", service.output)
    assert password not in everything_written(service.folder / "var")
    assert (service.folder / "var").stat().st_mode & 0o777 == 0o700
    for secret in ("secret", "sandbox-key"):
        assert (service.folder / "var" / secret).stat().st_mode & 0o777 == 0o600
        assert not service.pids(re.escape((service.folder / "var" / secret).read_text().strip()))

    busy = beside(service)
    assert busy.returncode == 1
    assert "уже работает другой запуск" in busy.stderr
    assert "admin" in beside(service, "users", "list").stdout

    status, seconds = service.stop(signal.SIGINT)
    assert (status, service.pids()) == (0, [])
    assert seconds < 10
    assert "Остановлено" in service.output


def test_whatever_is_killed_comes_back_and_no_lead_is_lost(service: Service) -> None:
    service.start()
    patterns = ("intake worker", "gunicorn", "redis-server", "intake sweep")
    for number, pattern in enumerate(patterns):
        before = set(service.pids(pattern))
        assert before
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda b=before, p=pattern: len(set(service.pids(p)) - b) >= len(b), 15, pattern)  # type: ignore[misc]  # mypy cannot infer such a lambda
        wait_until(lambda n=number: accepted(service, n), 15, f"a post after {pattern} died")  # type: ignore[misc]  # as above
    wait_until(lambda: len(service.crm()["deals"]) == len(patterns), 40, "every lead in the CRM")
    assert "exited: redis" in service.output

    os.kill(only(service.pids("supervisor")), signal.SIGKILL)
    assert service.process is not None
    assert service.process.wait(15) == 1
    assert service.pids() == []
    assert "остановился сам" in service.output


def test_a_closed_terminal_stops_everything(service: Service) -> None:
    service.start()
    status, seconds = service.stop(signal.SIGHUP)
    assert (status, service.pids()) == (0, [])
    assert seconds < 10

    assert "admin / " in service.output
    (service.folder / "output.txt").write_text("")
    service.start()
    assert "admin / " not in service.output
    assert "users password admin" in service.output
    assert service.process is not None
    service.process.kill()
    wait_until(lambda: not service.pids(), 15, "processes left behind by a killed run")


def accepted(service: Service, number: int) -> bool:
    try:
        return service.post(name="Пётр", phone=f"8912345000{number}").status_code == 202
    except OSError:
        return False


def beside(service: Service, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        service.command(*command),
        cwd=service.folder,
        env=service.env,
        capture_output=True,
        text=True,
        check=False,
    )


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[1]


def only(values: list[int]) -> int:
    assert len(values) == 1, values
    return values[0]


def everything_written(folder: Path) -> str:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return "".join(path.read_bytes().decode(errors="replace") for path in files)
