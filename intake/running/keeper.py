"""Staying beside supervisord: start it, tell what happens, stop it, leave nothing behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from intake.running.guard import adopt_orphans
from intake.running.plan import Plan
from intake.running.supervisord import configuration, guarded

TICK = 0.1
# supervisord stops the front and then the back, each within its own time.
SUPERVISOR_STOPS_IN = 9.0
# Where supervisord was killed, what it ran got SIGTERM and is given this long.
ORPHANS_STOP_IN = 1.0

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Keeper:
    """One supervisord and everything beneath it, from `start` to `stop`."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._supervisor: subprocess.Popen[bytes] | None = None
        self.asked_to_stop = False

    def start(self) -> None:
        """Start everything; the processes come up after this returns."""
        adopt_orphans()
        user = "root" if os.geteuid() == 0 else None
        place = self._plan.place
        config = place.write("supervisord.conf", configuration(place, self._plan.programs, user))
        self._supervisor = subprocess.Popen(  # noqa: S603 -- our own command, no shell
            guarded((sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(config))),
            env={**os.environ, **self._plan.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # A Ctrl-C is for us: we stop the rest in the right order.
            start_new_session=True,
        )

    @property
    def is_running(self) -> bool:
        """Whether supervisord is there and nobody has asked to stop."""
        alive = self._supervisor is not None and self._supervisor.poll() is None
        return alive and not self.asked_to_stop

    def wait_while(self, waiting: Callable[[], bool], seconds: float = float("inf")) -> None:
        """Wait while it is true, everything runs, nobody stops us and the time lasts."""
        deadline = time.monotonic() + seconds
        while self.is_running and time.monotonic() < deadline and waiting():
            time.sleep(TICK)

    def stop(self) -> None:
        """Stop everything in order, then by force; nothing is left when this returns."""
        if self._supervisor is not None:
            with contextlib.suppress(ProcessLookupError):
                self._supervisor.terminate()
            try:
                self._supervisor.wait(SUPERVISOR_STOPS_IN)
            except subprocess.TimeoutExpired:
                self._supervisor.kill()
                self._supervisor.wait()
        end_children(ORPHANS_STOP_IN)

    @contextmanager
    def stopped_by_signals(self) -> Iterator[None]:
        """Turn Ctrl-C, SIGTERM and a closed terminal into `asked_to_stop`."""

        def ask(_signal: int, _frame: FrameType | None) -> None:
            self.asked_to_stop = True

        former = {number: signal.signal(number, ask) for number in STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)


def end_children(seconds: float) -> None:
    """End every child of this process, adopted ones too: politely first, then by force."""
    _signal_children(signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while _reap() and time.monotonic() < deadline:
        time.sleep(0.02)
    # A killed process may hand us children of its own.
    while _reap():
        _signal_children(signal.SIGKILL)
        time.sleep(0.02)


def _reap() -> bool:
    """Take leave of the children that have ended; whether any are left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _signal_children(number: signal.Signals) -> None:
    for child in children_of(os.getpid()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, number)


def children_of(parent: int) -> list[int]:
    """Return the processes whose parent this is, as Linux's /proc tells; [] elsewhere."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name in brackets may hold anything, brackets included.
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found
