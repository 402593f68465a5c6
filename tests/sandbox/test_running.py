"""Serving: restarts, many threads, a clean stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from intake.sandbox import RunningSandbox, serve

from .conftest import CONTACT, Caller

SERVE = """
import sys
from intake.sandbox import serve
serve("127.0.0.1", int(sys.argv[1]), sys.argv[2])
"""


def test_a_file_survives_a_restart_on_the_same_address(tmp_path: Path) -> None:
    with RunningSandbox(tmp_path / "crm.sqlite3") as sandbox:
        crm, url = Caller(sandbox), sandbox.url
        lead_id = crm.lead()["id"]
        sandbox.fault("lead/get", "http500")
        sandbox.stop()
        with pytest.raises(requests.ConnectionError):
            crm.lead()

        sandbox.start()

        assert sandbox.url == url
        assert crm.lead()["parent_id"] == lead_id
        assert len(sandbox.ledger()) == 2
        assert [one["method"] for one in sandbox.state()["faults"]] == ["lead/get"]


def test_many_threads_make_one_card_of_one_person(crm: Caller, sandbox: RunningSandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: crm.lead()["id"], range(80)))

    assert len(set(ids)) == 80
    (card,) = sandbox.state()["leads"]
    assert card["merged"] == 80
    assert card["id"] == min(ids)


def test_only_one_of_many_takes_a_lead_into_work(crm: Caller, sandbox: RunningSandbox) -> None:
    lead_id = crm.lead()["id"]

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: crm.post("lead/start", {"lead_id": lead_id}), range(16)))

    assert sorted(one.status_code for one in replies) == [200] + [500] * 15
    assert len(sandbox.state()["deals"]) == 1


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            requests.get(f"{url}/sandbox/health", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("The sandbox did not come up")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_serve_stops_cleanly_and_keeps_what_it_had(tmp_path: Path, stop: signal.Signals) -> None:
    port, file = _free_port(), tmp_path / "crm.sqlite3"
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-c", SERVE, str(port), str(file)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            _wait_until_healthy(url)
            body = {"request": {"method": "create", "values": CONTACT}}
            key = {"api_key": "sandbox"}
            requests.post(f"{url}/openapi/v1/lead/set/", params=key, json=body, timeout=10)
            foreign = requests.get(url, headers={"Host": "evil.example"}, timeout=10)
            os.kill(process.pid, stop)
            _, errors = process.communicate(timeout=15)
        finally:
            process.kill()
    assert foreign.status_code == 400
    assert (process.returncode, errors) == (0, b"")
    with RunningSandbox(file) as sandbox:
        assert len(sandbox.state()["leads"]) == 1


def test_a_taken_address_is_an_error_not_the_end_of_the_process(sandbox: RunningSandbox) -> None:
    port = int(sandbox.url.rsplit(":", 1)[1])

    with pytest.raises(OSError, match="in use"):
        serve("127.0.0.1", port)


def test_the_sandbox_imports_nothing_else_of_intake() -> None:
    listing = (
        "import sys, intake.sandbox; print(*(m for m in sys.modules if m.startswith('intake.')))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    ).stdout.split()

    assert [name for name in loaded if not name.startswith("intake.sandbox")] == []
