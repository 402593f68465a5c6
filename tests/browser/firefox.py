"""Firefox, driven over WebDriver BiDi, which Debian's package speaks by itself.

https://w3c.github.io/webdriver-bidi/
"""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.servers import wait_until

STARTS_IN = 90.0
ANSWERS_IN = 30.0
TALKS_AT = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


class FirefoxPage:
    """One tab. What goes wrong there is an error here."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = 0
        self._ask("session.new", capabilities={})
        # The tab it starts with is never in front, and gives its fields no focus.
        self._tab = self._ask("browsingContext.create", type="tab")["context"]

    def goto(self, url: str) -> None:
        """Open an address and wait until it has loaded."""
        self._ask("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Return what an expression of JavaScript comes to: a text, a number, yes or no."""
        told = self._ask(
            "script.evaluate",
            expression=expression,
            target={"context": self._tab},
            awaitPromise=True,
            userActivation=True,
        )
        if told["type"] == "exception":
            raise AssertionError(told["exceptionDetails"]["text"])
        return told["result"].get("value")

    def press(self, *keys: str) -> None:
        """Type, key by key, as a person does."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self._ask("input.performActions", context=self._tab, actions=[source])

    def wait_for(self, expression: str) -> None:
        """Wait until an expression is true."""
        wait_until(lambda: bool(self.evaluate(expression)))

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while True:
            told = json.loads(self._socket.recv(timeout=ANSWERS_IN))
            if told.get("id") == self._sent:
                break
        if told["type"] == "error":
            raise AssertionError(f"{method}: {told['message']}")
        result: dict[str, Any] = told["result"]
        return result


@contextmanager
def firefox_page(path: str, folder: Path) -> Iterator[FirefoxPage]:
    """Start a Firefox with a profile of its own in a folder, and stop it in the end."""
    log = folder / "firefox.log"
    profile = folder / "profile"
    profile.mkdir()
    (profile / "user.js").write_text('user_pref("intl.accept_languages", "ru");')
    command = [path, "--headless", "--no-remote", "--remote-debugging-port", "0"]
    with log.open("w") as out:
        process = subprocess.Popen(
            [*command, "--profile", str(profile), "about:blank"],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: TALKS_AT.search(log.read_text()) is not None, STARTS_IN)
        found = TALKS_AT.search(log.read_text())
        assert found is not None
        with connect(f"{found[1]}/session", proxy=None, max_size=None) as socket:
            yield FirefoxPage(socket)
    finally:
        process.terminate()
        process.wait(30)
