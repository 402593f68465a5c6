"""Minutes under load with random kills and a flapping CRM; then every row is compared.

Real processes: web, workers, sweeper and Redis as `python -m intake run` starts them, kept
running by supervisord, and the sandbox CRM with a ledger of its own. While visitors post,
SIGKILL comes to one of them at random and the CRM loses replies, refuses connections and
fails; that goes on until most of it is delivered. Then quiet; and at the end the CRM's
ledger is compared with what visitors were told.

Settings: SOAK_SECONDS (120) of load, SOAK_RATE (25) posts a second, SOAK_SEED.
"""

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from benchmarks.ledger import compare
from benchmarks.place import Place, Told
from benchmarks.submit import free_port

ROOT = Path(__file__).parents[1]
SECONDS = float(os.environ.get("SOAK_SECONDS") or 120)
RATE = float(os.environ.get("SOAK_RATE") or 25)
SEED = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(10**6))
VISITORS = 8
STARTS_IN = 60.0
ENDS_IN = 900.0
# Kills and faults go on until this share has been delivered.
MOST = 0.7
KILL_EVERY = (1.5, 5.0)
FLAP_EVERY = (1.5, 5.0)

# What is killed, by what stands on its command line. gunicorn's parent counts as the web.
TARGETS = {
    "web": r"gunicorn",
    "worker": r"-m intake worker",
    "sweeper": r"-m intake sweep",
    "redis": r"redis-server",
}
FAULTS = [
    *("lost_reply", "lost_request", "error500_after", "http500", "html200", "truncated"),
    *("throttle", "slow"),
]
# Not main/data: the probes of a paused account come ever more rarely, and a soak in which
# the account is paused throughout proves little.
METHODS = ["lead/set", "lead/start", "deal/get", "deal/updateDealStage", "lead/search"]


def main() -> None:
    """Soak, wait for quiet, compare, print; exit status 1 where anything was lost or doubled."""
    chance = random.Random(SEED)
    told = Told()
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        place = Place(Path(name), free_port(), free_port())
        with service(place):
            began = time.monotonic()
            soak(place, told, chance)
            troubled = time.monotonic() - began
            place.crm("faults", {"fault": None})
            settled = wait_for_quiet(place)
            figures = compare(place, told)
            figures["seconds of posting"] = f"{SECONDS:.0f}"
            figures["seconds of kills and faults"] = f"{troubled:.0f}"
            figures["seconds of quiet until all had arrived"] = f"{settled:.1f}"
            figures["seconds altogether"] = f"{time.monotonic() - began:.0f}"
            figures["memory of the processes, MB"] = memory(place)
    width = max(map(len, figures))
    print(f"\nseed {SEED}")
    for title, value in figures.items():
        print(f"  {title:<{width}}  {value}")
    if figures["lost"] or figures["doubled"] or figures["not delivered"]:
        raise SystemExit(1)


@contextmanager
def service(place: Place) -> Iterator[None]:
    """Run everything in a folder of its own."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("ENVYBOX", "INTAKE", "REDIS"))}
    env = kept | {"PYTHONPATH": str(ROOT), "PORT": str(place.port), "DATABASE_URL": ""}
    env |= {"SANDBOX_PORT": str(place.crm_port), "ENVYBOX_TIMEOUT": "3"}
    output = (place.folder / "output.txt").open("wb")
    # Through the guard, so that it ends with us however we end.
    command = [sys.executable, "-m", "intake.running.guard", sys.executable, "-m", "intake", "run"]
    process = subprocess.Popen(command, cwd=place.folder, env=env, stdout=output, stderr=output)
    try:
        wait_until(lambda: "Всё работает" in (place.folder / "output.txt").read_text(), STARTS_IN)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        output.close()


def soak(place: Place, told: Told, chance: random.Random) -> None:
    """Post for so many seconds; kill and break until most of it has been delivered too."""
    closed, over = threading.Event(), threading.Event()
    visitors = [threading.Thread(target=visit, args=(place, told, closed)) for _ in range(VISITORS)]
    troubles = [
        threading.Thread(target=trouble, args=(place, told, over, chance))
        for trouble in (kill, flap)
    ]
    for job in (*visitors, *troubles):
        job.start()
    time.sleep(SECONDS)
    closed.set()
    for job in visitors:
        job.join()
    with suppress(TimeoutError):
        wait_until(lambda: share_delivered(place) > MOST, SECONDS * 2)
    over.set()
    for job in troubles:
        job.join()


def share_delivered(place: Place) -> float:
    """Return which share of the submissions has been delivered."""
    ((share,),) = place.rows("SELECT avg(state = 'delivered') FROM deliveries")
    return float(share or 0)


def visit(place: Place, told: Told, over: threading.Event) -> None:
    """Post as a page's script does: what was not acknowledged is sent again with its key."""
    while not over.is_set():
        key = uuid.uuid4().hex
        fields = {"name": "Пётр", "phone": f"+79{random.randrange(10**9):09}", "submission_id": key}
        with told.lock:
            told.submitted += 1
        while (number := post(place, told, fields)) is None:
            time.sleep(0.3)
        with told.lock:
            told.acked[number] = time.monotonic()
        over.wait(VISITORS / RATE * random.uniform(0.5, 1.5))


def post(place: Place, told: Told, fields: dict[str, str]) -> str | None:
    """Post once; the number, or None where it was not acknowledged."""
    request = Request(place.url, urlencode(fields).encode(), {"Accept": "application/json"})  # noqa: S310  # our own address
    try:
        with urlopen(request, timeout=30) as reply:  # noqa: S310  # as above
            return str(json.load(reply)["number"])
    except HTTPError as error:
        reason = str(error.code)
    except (OSError, ValueError) as error:
        reason = type(error).__name__
    except Exception as error:  # noqa: BLE001  # http.client has many names for a broken reply
        reason = type(error).__name__
    with told.lock:
        told.refused[reason] += 1
    return None


def kill(place: Place, told: Told, over: threading.Event, chance: random.Random) -> None:
    """Send SIGKILL to one of the processes, again and again, and time how it comes back."""
    while not over.wait(chance.uniform(*KILL_EVERY)):
        kind = chance.choice(list(TARGETS))
        pids = pids_of(place, TARGETS[kind])
        if not pids:
            continue
        with suppress(ProcessLookupError):
            os.kill(chance.choice(pids), signal.SIGKILL)
        told.kills[kind] += 1
        began = time.monotonic()
        with suppress(TimeoutError):
            await_back(place, kind, len(pids))
            told.recoveries.append(time.monotonic() - began)


def await_back(place: Place, kind: str, count: int) -> None:
    """Wait until there are as many processes of a kind as there were."""
    wait_until(lambda: len(pids_of(place, TARGETS[kind])) >= count, 20)


def flap(place: Place, told: Told, over: threading.Event, chance: random.Random) -> None:
    """Let the CRM be well for a while, then fail at a few calls of a kind."""
    while not over.wait(chance.uniform(*FLAP_EVERY)):
        fault = chance.choice(FAULTS)
        wanted = {"method": chance.choice(METHODS), "fault": fault, "times": chance.randint(1, 4)}
        seconds = {"slow": 4.0, "throttle": 2.0}.get(fault, 0.0)
        with suppress(OSError):
            place.crm("faults", wanted | {"seconds": seconds})
            told.faults[fault] += 1


def pids_of(place: Place, pattern: str) -> list[int]:
    """Return the living processes of this run whose command line matches."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            ours = (process / "cwd").readlink() == place.folder or str(place.folder) in line
            if ours and re.search(pattern, line):
                found.append(int(process.name))
    return found


def wait_for_quiet(place: Place) -> float:
    """Wait until nothing is on its way any more; return how many seconds that took.

    Retries that the bad minutes put off for long are brought forward, as a person would
    with the button of the log.
    """
    began = time.monotonic()
    while time.monotonic() - began < ENDS_IN:
        states = dict(place.rows("SELECT state, count(*) FROM deliveries GROUP BY state"))
        if set(states) <= {"delivered"}:
            return time.monotonic() - began
        print(f"  quiet: {states}", flush=True)
        hurry(place)
        time.sleep(5)
    return time.monotonic() - began


def hurry(place: Place) -> None:
    """Bring retries forward that nobody should have to wait for here."""
    with closing(sqlite3.connect(place.folder / "var/intake.db", timeout=30)) as connection:
        connection.execute(
            "UPDATE deliveries SET next_attempt_at = CURRENT_TIMESTAMP, ring_after ="
            " CURRENT_TIMESTAMP WHERE state IN ('pending', 'retrying')"
            " AND lease_token IS NULL AND next_attempt_at > datetime('now', '+30 seconds')"
        )
        connection.commit()


def memory(place: Place) -> str:
    """Return the resident memory of every kind of process."""
    return ", ".join(
        f"{kind} {sum(map(resident, found))}" for kind, found in by_kind(place).items()
    )


def by_kind(place: Place) -> dict[str, list[int]]:
    """Return the processes of this run by what they are."""
    return {kind: pids_of(place, pattern) for kind, pattern in TARGETS.items()}


def resident(pid: int) -> int:
    """Return a process's resident memory in megabytes; 0 where it is gone."""
    with suppress(OSError):
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        return int(found[1]) // 1024 if found else 0
    return 0


def wait_until(true: Any, seconds: float) -> None:
    """Poll until it is true; TimeoutError when it does not become so in time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.1)


if __name__ == "__main__":
    main()
