"""A proxy before a Redis that cuts connections as a bad network would."""

import socket
import threading
from contextlib import suppress
from typing import Self

CHUNK = 65_536


class CuttingProxy:
    """Forwards what comes to a unix socket and closes instead of giving the reply to `word`.

    The server has then done what it was asked; only the answer is lost.
    """

    def __init__(self, target: str, word: bytes) -> None:
        self._target, self._word = target, word
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.cuts = 0
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        with suppress(OSError), peer, socket.socket(socket.AF_UNIX) as server:
            server.connect(self._target)
            while asked := peer.recv(CHUNK):
                server.sendall(asked)
                reply = server.recv(CHUNK)
                if self._word in asked:
                    self.cuts += 1
                    return
                peer.sendall(reply)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
