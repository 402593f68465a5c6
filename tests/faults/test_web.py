"""Visitors and deploys at their worst: numbers 7, 32, 33, 38 and 39."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from intake.sandbox.running import RunningSandbox
from intake.store.database import Database
from intake.store.group import GroupedSaver
from tests.faults import canary, oracle
from tests.faults.conftest import MakeScene
from tests.faults.processes import Web, environment
from tests.faults.scene import Scene
from tests.makers import make_new
from tests.servers import wait_until

HEAD = (
    "POST /submit HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
)


@pytest.fixture
def web(sqlite_template: Path, tmp_path: Path) -> Iterator[Web]:
    (tmp_path / "intake.db").write_bytes(sqlite_template.read_bytes())
    with Web(tmp_path, environment(tmp_path, WEB_CONCURRENCY="2")) as web:
        yield web


@pytest.fixture
def kept(web: Web, tmp_path: Path) -> Iterator[Database]:
    """Look into the database of the running service."""
    assert web.alive
    database = Database(f"sqlite:///{tmp_path}/intake.db")
    yield database
    database.close()


def test_fault_07_a_reload_under_load_loses_and_refuses_nothing(
    web: Web, kept: Database, crm: RunningSandbox
) -> None:
    acked: list[str] = []
    refused: list[int] = []
    over = threading.Event()

    def keep_posting() -> None:
        while not over.is_set():
            # Workers that start on a busy machine need a while; until then a post waits in line.
            answer = web.post(timeout=30)
            if answer.status_code == 202:
                acked.append(answer.json()["number"])
            else:
                refused.append(answer.status_code)

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(keep_posting) for _ in range(4)]
        for _ in range(2):
            enough = len(acked) + 20
            wait_until(lambda: len(acked) > enough, 60, what="posts")  # noqa: B023 -- called at once
            web.process.send_signal(signal.SIGHUP)
            time.sleep(1.0)
        over.set()
        for one in running:
            one.result()
    assert refused == []
    assert set(oracle.check(kept, crm.ledger(), acked)) == set(acked)


def test_fault_32_a_double_click_and_the_back_button_make_one_lead(scene: Scene) -> None:
    scene.acked += [scene.post(submission_id="form-1").get_json()["number"] for _ in range(3)]
    assert len(set(scene.acked)) == 1
    scene.post(submission_id="form-2")
    assert len(set(scene.acked)) == 2, "an explicit new submit is a second lead"
    scene.work(rounds=2)
    scene.all_arrived()


def test_fault_32_two_tabs_at_one_instant_make_one_lead(make_scene: MakeScene) -> None:
    tabs = [make_scene() for _ in range(4)]
    start = threading.Barrier(4)

    def post(scene: Scene) -> int:
        start.wait()
        return scene.post(submission_id="form-1").status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(post, tabs)) == [200, 200, 200, 202]
    tabs[0].acked += [number for tab in tabs for number in tab.acked]
    assert len(set(tabs[0].acked)) == 1
    tabs[0].work(rounds=2)
    tabs[0].all_arrived()


def test_fault_33_two_nodes_with_one_form_in_the_same_millisecond_keep_one_row(
    database: Database, database_url: str
) -> None:
    nodes = [Database(database_url) for _ in range(2)]
    savers = [GroupedSaver(node) for node in nodes]
    for turn in range(10):
        start = threading.Barrier(2)

        def save(
            saver: GroupedSaver, start: threading.Barrier = start, key: str = str(turn)
        ) -> str:
            start.wait()
            return saver.save(make_new(key=key)).number

        with ThreadPoolExecutor(2) as pool:
            assert len(set(pool.map(save, savers))) == 1
    assert len(oracle.fates_in(database)) == 10
    for node in nodes:
        node.close()


def test_fault_38_a_visitor_who_leaves_in_the_middle_leaves_nothing_half_saved(
    web: Web, kept: Database
) -> None:
    body = f"name=Петр&phone={canary.PHONE}".encode()
    for length in (1, len(body) // 2, len(body) - 1):
        with socket.create_connection(("127.0.0.1", web.port)) as peer:
            peer.sendall(HEAD.format(length=len(body)).encode() + body[:length])
    assert web.post().status_code == 202
    fates = oracle.fates_in(kept)
    assert len(fates) == 1, "only the whole one is to be delivered"


def test_fault_39_slow_visitors_keep_nobody_else_waiting(web: Web, kept: Database) -> None:
    body = f"name=Петр&phone={canary.PHONE}".encode()
    slow = [socket.create_connection(("127.0.0.1", web.port)) for _ in range(6)]
    for peer in slow:
        peer.sendall(HEAD.format(length=len(body)).encode() + body[:1])
    numbers = [web.post(timeout=5).json()["number"] for _ in range(5)]
    for peer in slow:
        peer.sendall(body[1:])
        assert b" 202 " in peer.recv(4096).partition(b"\r\n")[0]
        peer.close()
    assert set(numbers) < set(oracle.fates_in(kept))
    assert len(oracle.fates_in(kept)) == 11
