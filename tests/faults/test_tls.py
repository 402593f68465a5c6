"""Number 20 over real TLS: a certificate that is not the CRM's, or no longer, is no CRM."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from intake.domain.delivery import Outcome
from intake.envybox.transport import Transport
from tests.envybox.fake_crm import FakeCrm, answer
from tests.faults.conftest import MakeScene
from tests.faults.scene import PLAIN
from tests.faults.test_crm import arrives_after_all, outcomes

SUCCESS = {"status_code": 200, "message": "success"}
Serve = Callable[[trustme.LeafCert], FakeCrm]


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve a CRM that takes every lead, with the certificate given."""
    made: list[FakeCrm] = []

    def start(certificate: trustme.LeafCert) -> FakeCrm:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        made.append(FakeCrm(tls=context))
        made[-1].script = answer(SUCCESS)
        return made[-1]

    yield start
    for fake in made:
        fake.close()


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch, authority: trustme.CA, tmp_path: Path) -> None:
    """Trust the tests' authority as the machine trusts the public ones."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    build = Transport.__init__

    def trust(self: Transport, *args: object) -> None:
        build(self, *args)  # type: ignore[arg-type]  # passed on as they came
        self._session.verify = str(path)

    monkeypatch.setattr(Transport, "__init__", trust)


def deliver(make_scene: MakeScene, fake: FakeCrm) -> str | None:
    """Deliver a lead to that CRM, then to the usual one; return the first outcome."""
    scene = make_scene(site=PLAIN)
    scene.post()
    scene.work(worker=scene.worker(2.0, url=fake.url))
    first = outcomes(scene)[0]
    if first != Outcome.OK:
        assert fake.seen == [], "neither the key nor the lead was shown to it"
        arrives_after_all(scene)
    return first


@pytest.mark.usefixtures("trusting")
def test_fault_20_a_good_certificate_is_taken(
    make_scene: MakeScene, authority: trustme.CA, serve: Serve
) -> None:
    assert deliver(make_scene, serve(authority.issue_cert("localhost"))) == Outcome.OK


@pytest.mark.usefixtures("trusting")
def test_fault_20_an_expired_certificate_is_not_sent_to(
    make_scene: MakeScene, authority: trustme.CA, serve: Serve
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    expired = authority.issue_cert(
        "localhost", not_before=yesterday - timedelta(days=9), not_after=yesterday
    )
    assert deliver(make_scene, serve(expired)) == Outcome.NOT_SENT


@pytest.mark.usefixtures("trusting")
def test_fault_20_a_certificate_of_another_name_is_not_sent_to(
    make_scene: MakeScene, authority: trustme.CA, serve: Serve
) -> None:
    assert deliver(make_scene, serve(authority.issue_cert("crm.example"))) == Outcome.NOT_SENT


def test_fault_20_a_certificate_nobody_vouches_for_is_not_sent_to(
    make_scene: MakeScene, authority: trustme.CA, serve: Serve
) -> None:
    assert deliver(make_scene, serve(authority.issue_cert("localhost"))) == Outcome.NOT_SENT
