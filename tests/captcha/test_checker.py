"""The whole way of a captcha: a held post, a check beside it, a delivery or a reason."""

from functools import partial

import pytest
from sqlalchemy import select

from intake.captcha import Checker, checker
from intake.domain.doubt import CaptchaKind, CaptchaRule, Doubt, SpamRules
from intake.domain.site import Directory, Site
from intake.errors import StoreUnavailableError
from intake.receive.accept import Accepted, CaptchaTask, Intake
from intake.receive.post import Post
from intake.receive.token import FormTokens
from intake.store.database import Database
from intake.store.holding import settle_captcha
from intake.store.models import deliveries, submissions
from intake.store.submissions import save
from tests.captcha.fake import FakeCaptcha
from tests.conftest import ACCOUNT
from tests.makers import make_raw

RULE = CaptchaRule(CaptchaKind.SMARTCAPTCHA, "key", "secret")
SITE = Site("okna", "Окна", "main", spam=SpamRules(captcha=RULE))
TASK = CaptchaTask("uid", "main", RULE, "t")


class Scene:
    """The use case with a captcha's service, over a database."""

    def __init__(self, database: Database, fake: FakeCaptcha) -> None:
        self.database, self.rung = database, list[int]()
        settle = partial(settle_captcha, database)
        self.checker = Checker(fake.service.ask, settle, self.rung.append)
        self.intake = Intake(
            partial(save, database),
            Directory({"okna": SITE}, {"main": ACCOUNT}),
            self.rung.append,
            FormTokens("a secret of the tests"),
            check_captcha=self.checker.check,
        )

    def post(self, solved: str | None = "t", key: str | None = None) -> None:
        post = Post(make_raw(), key, None, None, None, captcha_token=solved)
        assert isinstance(self.intake.accept(post, "okna"), Accepted)

    def rows(self) -> list[tuple[str, list[str] | None]]:
        with self.database.read() as connection:
            query = select(submissions.c.state, submissions.c.doubts).order_by(submissions.c.id)
            return [(row.state, row.doubts) for row in connection.execute(query)]

    def deliveries(self) -> list[int]:
        with self.database.read() as connection:
            return list(connection.scalars(select(deliveries.c.id)))


@pytest.fixture
def scene(database: Database, fake: FakeCaptcha) -> Scene:
    return Scene(database, fake)


def test_a_passed_captcha_sends_the_lead_on_its_way(scene: Scene, fake: FakeCaptcha) -> None:
    fake.says({"status": "ok"})
    scene.post()
    scene.checker.close()
    assert scene.rows() == [("accepted", None)]
    assert scene.rung == scene.deliveries() != []


def test_until_it_is_checked_the_lead_is_held_and_nobody_waits(
    scene: Scene, fake: FakeCaptcha
) -> None:
    fake.says({"status": "ok"})
    fake.gate.clear()
    scene.post()
    assert scene.rows() == [("held", ["captcha_pending"])]
    assert scene.deliveries() == []
    fake.gate.set()
    scene.checker.close()
    assert scene.rows() == [("accepted", None)]


def test_a_failed_captcha_and_a_dead_service_hold_with_their_reasons(
    scene: Scene, fake: FakeCaptcha
) -> None:
    fake.says({"status": "failed"})
    scene.post()
    scene.checker.close()
    assert scene.rows() == [("held", ["captcha_failed"])]
    other = Scene(scene.database, fake)
    fake.says("oops", 500)
    other.post()
    other.checker.close()
    assert other.rows()[1:] == [("held", ["captcha_unavailable"])]
    assert (scene.rung, other.rung) == ([], [])


def test_a_repeat_does_not_ask_again(scene: Scene, fake: FakeCaptcha) -> None:
    fake.says({"status": "ok"})
    for _ in range(3):
        scene.post(key="k1")
    scene.checker.close()
    assert len(fake.asked) == 1
    assert len(scene.deliveries()) == 1


def test_without_an_answer_nobody_is_asked(scene: Scene, fake: FakeCaptcha) -> None:
    scene.post(solved=None)
    scene.checker.close()
    assert (fake.asked, scene.rows()) == ([], [("held", ["captcha_missing"])])


def test_a_store_that_fails_or_a_surprise_stops_no_later_check(fake: FakeCaptcha) -> None:
    fake.says({"status": "ok"})
    settled: list[str] = []

    def settle(uid: str, crm: str, failure: Doubt | None) -> int | None:
        settled.append(crm)
        if len(settled) == 1:
            raise StoreUnavailableError(uid)
        if len(settled) == 2:
            raise ArithmeticError(failure)
        return None

    under_test = Checker(fake.service.ask, settle, print)
    assert all(under_test.check(TASK) for _ in range(3))
    under_test.close()
    assert len(settled) == 3


def test_more_than_can_be_checked_soon_stay_held(
    fake: FakeCaptcha, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "MOST_WAITING", 2)
    fake.gate.clear()
    under_test = Checker(fake.service.ask, lambda *_: None, print)
    assert [under_test.check(TASK) for _ in range(3)] == [True, True, False]
    fake.gate.set()
    under_test.close()
