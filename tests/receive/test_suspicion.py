from datetime import timedelta
from typing import Any

import pytest

from intake.domain.doubt import CaptchaKind, CaptchaRule, Doubt, SpamRules
from intake.domain.lead import Lead
from intake.domain.submission import Channel
from intake.receive.post import Post
from intake.receive.suspicion import Evidence, doubts_about
from intake.receive.token import Standing, TokenCheck
from tests.makers import PHONE, make_raw

RULES = SpamRules()
CAPTCHA = SpamRules(captcha=CaptchaRule(CaptchaKind.SMARTCAPTCHA, "key", "secret"))
ABSENT = TokenCheck(Standing.ABSENT)


def good(seconds: float) -> TokenCheck:
    return TokenCheck(Standing.GOOD, timedelta(seconds=seconds))


def judge(
    rules: SpamRules = RULES,
    token: TokenCheck = ABSENT,
    *,
    flood: bool = False,
    raw: dict[str, Any] | None = None,
    lead: dict[str, Any] | None = None,
    **post: Any,
) -> tuple[Doubt, ...]:
    made = Post(make_raw(**(raw or {})), key=None, redirect=None, crm_id=None, origin=None, **post)
    understood = Lead(phone=PHONE, **{"name": "Анна", "comment": "Окно", **(lead or {})})
    return doubts_about(made, understood, rules, Evidence(token, flood))


def test_a_plain_form_a_program_and_a_script_are_not_doubted() -> None:
    assert judge() == ()
    assert judge(raw={"channel": Channel.JSON}) == ()
    assert judge(token=good(0), raw={"channel": Channel.SNIPPET, "fill_ms": 2300}) == ()


def test_a_filled_trap_is_doubted() -> None:
    assert judge(trapped=True) == (Doubt.TRAP,)


@pytest.mark.parametrize(("milliseconds", "doubted"), [(0, True), (999, True), (1000, False)])
def test_a_form_filled_in_no_time_is_doubted(milliseconds: int, doubted: bool) -> None:
    assert judge(raw={"fill_ms": milliseconds}) == ((Doubt.TOO_FAST,) if doubted else ())
    assert judge(SpamRules(min_fill=timedelta(0)), raw={"fill_ms": milliseconds}) == ()


def test_a_forged_token_is_doubted_an_old_one_is_not() -> None:
    assert judge(token=TokenCheck(Standing.FORGED)) == (Doubt.FORGED_TOKEN,)
    assert judge(token=TokenCheck(Standing.EXPIRED, timedelta(days=3))) == ()


def test_a_missing_token_is_doubted_only_where_the_site_wants_one() -> None:
    wanting = SpamRules(require_token=True)
    assert judge(wanting) == (Doubt.NO_TOKEN,)
    assert judge(wanting, good(60)) == ()
    assert judge(wanting, TokenCheck(Standing.EXPIRED, timedelta(days=3))) == ()


def test_a_young_token_tells_of_a_form_that_held_it_and_not_of_a_slow_network() -> None:
    assert judge(token=good(0.2)) == (Doubt.YOUNG_TOKEN,)
    assert judge(token=good(3)) == ()
    for channel in (Channel.SNIPPET, Channel.WBK, Channel.JSON):
        assert judge(token=good(0.2), raw={"channel": channel}) == ()


def test_too_many_from_one_address_are_doubted() -> None:
    assert judge(flood=True) == (Doubt.FLOOD,)


@pytest.mark.parametrize(
    ("lead", "doubted"),
    [
        ({"comment": "Как тут: https://okna.example/a и www.okna.example/b"}, False),
        ({"comment": "https://a.ru https://b.ru http://c.ru www.d.ru"}, True),
        ({"comment": 'Best <a href="https://a.ru">pills</a>'}, True),
        ({"comment": "[url=https://a.ru]pills[/url]"}, True),
        ({"comment": "цена < 5000"}, False),
        ({"name": "Заработок https://a.ru"}, True),
        ({"name": None, "comment": None}, False),
    ],
)
def test_advertising_is_doubted_and_a_link_or_two_are_not(
    lead: dict[str, Any], doubted: bool
) -> None:
    assert judge(lead=lead) == ((Doubt.LINKS,) if doubted else ())


def test_a_captcha_is_pending_where_it_was_answered_and_missing_where_not() -> None:
    assert judge(CAPTCHA, captcha_token="t") == (Doubt.CAPTCHA_PENDING,)
    assert judge(CAPTCHA) == (Doubt.CAPTCHA_MISSING,)
    assert judge(captcha_token="t") == ()


def test_all_reasons_are_told() -> None:
    found = judge(CAPTCHA, TokenCheck(Standing.FORGED), trapped=True, raw={"fill_ms": 1})
    assert found == (Doubt.TRAP, Doubt.TOO_FAST, Doubt.FORGED_TOKEN, Doubt.CAPTCHA_MISSING)
