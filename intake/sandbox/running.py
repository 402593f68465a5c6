"""A sandbox running in this process on a free port, for tests over real HTTP."""

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import BaseWSGIServer

from .app import create_sandbox
from .faults import ANY
from .server import bind
from .world import Clock, World, world_of


class RunningSandbox:
    """A context manager: the CRM answers at `url` from `__enter__` to `__exit__`.

    `stop()` and `start()` make an outage: the address stays the same and, with a database
    file, so does everything in it.
    """

    def __init__(
        self,
        database: str | Path = ":memory:",
        api_key: str = "sandbox",
        clock: Clock = time.time,
    ) -> None:
        self.api_key = api_key
        self._database = database
        self._clock = clock
        self._port = 0
        self._server: BaseWSGIServer | None = None
        self._world: World | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start answering; on the same port when it was stopped before."""
        app = create_sandbox(self._database, self.api_key, self._clock)
        self._world = world_of(app)
        self._server = bind(app, "127.0.0.1", self._port)
        self._port = self._server.port
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop answering: connections are refused from now on."""
        if self._server and self._thread and self._world:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._world.close()
        self._server = self._thread = self._world = None

    @property
    def url(self) -> str:
        """The address without a slash at the end, `http://127.0.0.1:port`."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def world(self) -> World:
        """The world behind it; RuntimeError while it is stopped."""
        if self._world is None:
            raise RuntimeError("The sandbox is not running")
        return self._world

    def state(self) -> dict[str, Any]:
        """Give what `/sandbox/state.json` shows: leads, clients, deals, faults."""
        return self.world.state()

    def ledger(self, method: str | None = None) -> list[dict[str, Any]]:
        """Give every request so far, or those of one method, the earliest first."""
        return [one for one in self.world.ledger() if method in {None, one["method"]}]

    def fault(
        self,
        method: str = ANY,
        fault: str | None = None,
        *,
        seconds: float | None = None,
        times: int | None = None,
        message: str = "",
    ) -> None:
        """Switch a fault on for the next `times` calls (None: until switched off).

        Without `seconds` a fault that lasts does so for 3. Without `fault` the method's fault
        is switched off, with neither all of them are.
        """
        if fault is None:
            self.world.clear_faults(None if method == ANY else method)
            return
        self.world.set_fault(
            {
                "method": method,
                "fault": fault,
                "seconds": seconds,
                "times": times,
                "message": message,
            }
        )

    def reset(self) -> None:
        """Forget leads, clients, deals, faults and the ledger."""
        self.world.reset()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
