"""Faults of the network, made by real sockets."""

import gzip
import json
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.envybox import (
    Envybox,
    Exchange,
    NotSent,
    Throttled,
    UnknownOutcome,
    WrongAddress,
)
from intake.envybox.transport import Transport
from tests.envybox.conftest import KEY
from tests.envybox.fake_crm import (
    FakeCrm,
    Script,
    answer,
    drip,
    endless,
    hang,
    hang_after,
    http,
    raw,
    reset,
    reset_after_hello,
    wait,
)

SUCCESS = b'{"status_code": 200, "message": "success"}'
DEADLINE = 0.5
# A shared machine may be slow; a call that was not cut would take many times this.
LATEST = 10.0


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(hang, id="no answer at all"),
        pytest.param(drip(http(SUCCESS)), id="headers byte by byte"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500), id="headers without an end"),
        pytest.param(hang_after(http(SUCCESS)[:-5]), id="a body without its end"),
        pytest.param(
            hang_after(b"HTTP/1.1 200 OK\r\n\r\n" + SUCCESS[:9]), id="a body of no stated length"
        ),
        pytest.param(drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 90), id="interim answers only"),
    ],
)
def test_the_deadline_ends_the_whole_call(
    hasty_crm: Envybox, server: FakeCrm, script: Script
) -> None:
    server.script = script
    started = time.monotonic()
    with pytest.raises(UnknownOutcome, match=r"ответа не было 0\.5 с") as caught:
        hasty_crm.leads.workset({})
    assert DEADLINE <= time.monotonic() - started < LATEST
    assert caught.value.exchange.duration_ms >= DEADLINE * 1000


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(raw(b""), id="closed without a word"),
        pytest.param(reset, id="reset"),
        pytest.param(raw(http(SUCCESS)[:-5]), id="shorter than stated"),
        pytest.param(raw(http(SUCCESS, headers={"Content-Length": "10"})), id="longer than stated"),
        pytest.param(
            raw(http(SUCCESS, headers={"Content-Length": "5, 6"})), id="two lengths at once"
        ),
        pytest.param(raw(b"nonsense\r\n\r\n"), id="not HTTP"),
        pytest.param(raw(b"HTTP/1.1 2000 OK\r\n\r\n"), id="no HTTP status"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"), id="200 headers"),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n"), id="an endless header"
        ),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), id="bad chunk"
        ),
        pytest.param(
            raw(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + b"f" * 30
                + b"\r\n"
                + SUCCESS
            ),
            id="an enormous chunk",
        ),
        pytest.param(raw(http(SUCCESS, headers={"Content-Encoding": "gzip"})), id="no gzip"),
        pytest.param(raw(http(b"<html>", headers={"Content-Type": "text/html"})), id="HTML"),
    ],
)
def test_a_broken_answer_leaves_the_outcome_unknown(
    crm: Envybox, server: FakeCrm, exchanges: list[Exchange], script: Script
) -> None:
    server.script = script
    with pytest.raises(UnknownOutcome) as caught:
        crm.leads.workset({})
    assert not caught.value.safe_to_resend
    assert [caught.value.exchange] == exchanges
    assert len(server.seen) == 1


def test_a_reply_in_gzip_is_read(crm: Envybox, server: FakeCrm) -> None:
    server.script = raw(http(gzip.compress(SUCCESS), headers={"Content-Encoding": "gzip"}))
    crm.leads.workset({})


def test_a_gzip_bomb_is_cut_at_the_limit(
    crm: Envybox, server: FakeCrm, exchanges: list[Exchange]
) -> None:
    bomb = gzip.compress(b'{"a": "' + b"0" * 50_000_000)
    server.script = raw(http(bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(UnknownOutcome, match="длиннее 50000 байт"):
        crm.leads.workset({})
    assert len(exchanges[0].reply_text) == 8192


def test_a_reply_of_exactly_the_limit_is_still_read(crm: Envybox, server: FakeCrm) -> None:
    server.script = raw(http(SUCCESS.ljust(50_000)))
    crm.leads.workset({})
    server.script = raw(http(SUCCESS.ljust(50_001)))
    with pytest.raises(UnknownOutcome, match="длиннее"):
        crm.leads.workset({})


def test_a_redirect_is_not_followed_and_its_endless_body_is_cut(
    crm: Envybox, server: FakeCrm
) -> None:
    other = FakeCrm()
    try:
        server.script = endless(f"HTTP/1.1 307 Moved\r\nLocation: {other.url}\r\n\r\n".encode())
        # Not the deadline ends it, as it would where requests reads redirects by itself.
        with pytest.raises(UnknownOutcome, match="длиннее 50000 байт"):
            crm.leads.workset({})
        assert not other.seen
    finally:
        other.close()


def test_a_redirect_is_told_as_such(crm: Envybox, server: FakeCrm) -> None:
    server.script = raw(http(b"", 301, {"Location": "https://mycrm.envycrm.com/"}))
    with pytest.raises(UnknownOutcome, match=r"перенаправлением \(HTTP 301\)"):
        crm.leads.workset({})


def test_a_cookie_of_the_server_does_not_come_back(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"message": "success"}, headers={"Set-Cookie": "PHPSESSID=1; Path=/"})
    crm.leads.workset({})
    crm.leads.workset({})
    assert "cookie" not in server.seen[1].headers


def test_a_pause_named_by_the_server_reaches_the_caller(crm: Envybox, server: FakeCrm) -> None:
    server.script = answer({"message": "Too Many"}, 429, {"Retry-After": "17"})
    with pytest.raises(Throttled) as caught:
        crm.leads.workset({})
    assert caught.value.retry_after == 17.0


def test_a_wrong_path_is_told_as_such(crm: Envybox, server: FakeCrm) -> None:
    server.script = raw(http(b"<html>Not found</html>", 404))
    with pytest.raises(WrongAddress, match="проверьте url и path"):
        crm.leads.workset({})


def test_the_environment_does_not_reroute_a_call(
    crm: Envybox, server: FakeCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    crm.leads.workset({})
    assert len(server.seen) == 1


def not_sent(crm: Envybox) -> NotSent:
    with pytest.raises(NotSent) as caught:
        crm.leads.workset({})
    assert caught.value.safe_to_resend
    assert caught.value.http_status is None
    return caught.value


def test_a_closed_port_is_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert "соединиться с сервером не удалось" in str(
        not_sent(Envybox(f"http://127.0.0.1:{port}", KEY))
    )


def test_an_unknown_name_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_name(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    assert "DNS" in str(not_sent(Envybox("https://crm.invalid", KEY)))


def test_a_connection_nobody_accepts_is_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        try:
            crm = Envybox(f"http://127.0.0.1:{port}", KEY, connect_timeout=0.2)
            assert "не ответил на попытку" in str(not_sent(crm))
        finally:
            for one in waiting:
                one.close()


@pytest.mark.parametrize("greeting", [hang, reset_after_hello, raw(b"HTTP/1.1 400 Bad\r\n\r\n")])
def test_what_fails_in_the_tls_handshake_is_not_sent(server: FakeCrm, greeting: Script) -> None:
    server.greeting = greeting
    url = server.url.replace("http:", "https:")
    started = time.monotonic()
    not_sent(Envybox(url, KEY, connect_timeout=0.3, deadline=5))
    assert time.monotonic() - started < LATEST


def test_a_tls_handshake_byte_by_byte_ends_at_the_deadline(server: FakeCrm) -> None:
    server.greeting = drip(b"\x16\x03\x03\x3f\xff" + b"\x02" * 400)
    url = server.url.replace("http:", "https:")
    started = time.monotonic()
    error = not_sent(Envybox(url, KEY, connect_timeout=5, deadline=DEADLINE))
    assert "ответа не было" in str(error)
    assert time.monotonic() - started < LATEST


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("нужна программа openssl")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command += ["-days", "2", "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    with path.open("a") as both:
        both.write(Path(f"{path}.crt").read_text())
    return path


@pytest.fixture
def secure_server(certificate: Path) -> Iterator[FakeCrm]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    fake = FakeCrm(tls=context)
    yield fake
    fake.close()


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    build = Transport.__init__

    def trust(self: Transport, *args: object) -> None:
        build(self, *args)  # type: ignore[arg-type] # passed on as they came
        self._session.verify = str(certificate)

    monkeypatch.setattr(Transport, "__init__", trust)


def test_a_certificate_nobody_vouches_for_is_not_sent(secure_server: FakeCrm) -> None:
    assert "сертификат" in str(not_sent(Envybox(secure_server.url, KEY)))
    assert not secure_server.seen


@pytest.mark.usefixtures("trusting")
def test_a_call_over_tls_carries_the_key_and_closes(secure_server: FakeCrm) -> None:
    with Envybox(secure_server.url, KEY) as crm:
        crm.leads.workset({})
        crm.leads.workset({})
    assert secure_server.connections == 2
    assert secure_server.seen[0].query == {"api_key": [KEY]}


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("script", [hang, drip(http(SUCCESS))])
def test_the_deadline_holds_over_tls_too(secure_server: FakeCrm, script: Script) -> None:
    secure_server.script = script
    started = time.monotonic()
    with pytest.raises(UnknownOutcome, match="ответа не было"):
        Envybox(secure_server.url, KEY, deadline=DEADLINE).leads.workset({})
    assert time.monotonic() - started < LATEST


def test_a_server_that_does_not_read_cannot_hold_a_call(server: FakeCrm) -> None:
    server.greeting = wait
    crm = Envybox(server.url, KEY, deadline=DEADLINE)
    started = time.monotonic()
    with pytest.raises(UnknownOutcome):
        crm.leads.set({"values": {"comment": "x" * 20_000_000}})
    assert time.monotonic() - started < LATEST


def test_nothing_stays_open_after_a_call(crm: Envybox, server: FakeCrm) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    if not Path("/proc/self/fd").exists():
        pytest.skip("нужен /proc")
    scripts = [answer(json.loads(SUCCESS)), reset, raw(b"")]
    before = descriptors()
    for script in scripts * 5:
        server.script = script
        try:
            crm.leads.workset({})
        except UnknownOutcome:
            continue
    for thread in server._threads[1:]:
        thread.join(1)
    assert descriptors() <= before
