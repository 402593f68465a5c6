"""What a web process does with a post whose captcha it checks. `dying` tells where it dies."""

from dataclasses import replace
from functools import partial

from intake.captcha import Checker, Verdict
from intake.domain.doubt import CaptchaKind, CaptchaRule, SpamRules
from intake.domain.site import Directory
from intake.receive.accept import Intake
from intake.receive.post import Post
from intake.receive.token import FormTokens
from intake.store.database import Database
from intake.store.holding import settle_captcha
from intake.store.submissions import save
from tests.faults.scene import SITE, directory_of
from tests.makers import make_raw

RULE = CaptchaRule(CaptchaKind.TURNSTILE, "key of the page", "secret")


def check(database_url: str) -> None:
    """Take a post in and wait until its captcha has been checked: its service says yes at once."""
    database = Database(database_url)
    settle = partial(settle_captcha, database)
    checker = Checker(lambda *_: Verdict.PASSED, settle, lambda _: None)
    site = replace(SITE, spam=SpamRules(captcha=RULE))
    intake = Intake(
        partial(save, database),
        Directory({site.key: site}, directory_of("http://127.0.0.1:9").accounts),
        lambda _: None,
        FormTokens("a secret of the tests"),
        check_captcha=checker.check,
    )
    intake.accept(Post(make_raw(), None, None, None, None, captcha_token="solved"), site.key)
    checker.close()
