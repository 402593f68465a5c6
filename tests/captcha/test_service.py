"""What the captchas' services are asked, and how their answers are read."""

from typing import Any

import pytest

from intake.captcha import Service, Verdict, service
from intake.domain.doubt import CaptchaKind, CaptchaRule
from tests.captcha.fake import FakeCaptcha

YANDEX = CaptchaRule(CaptchaKind.SMARTCAPTCHA, "key", "CANARY-secret")
CLOUDFLARE = CaptchaRule(CaptchaKind.TURNSTILE, "key", "CANARY-secret")


def test_each_service_is_asked_in_its_own_words(fake: FakeCaptcha) -> None:
    fake.says({"status": "ok"})
    fake.service.ask(YANDEX, "t", "93.158.134.3")
    fake.service.ask(CLOUDFLARE, "t", None)
    assert fake.asked == [
        {"secret": "CANARY-secret", "token": "t", "ip": "93.158.134.3"},
        {"secret": "CANARY-secret", "response": "t"},
    ]


@pytest.mark.parametrize(
    ("rule", "reply", "status", "verdict"),
    [
        (YANDEX, {"status": "ok", "host": "okna.example"}, 200, Verdict.PASSED),
        (YANDEX, {"status": "failed", "message": "Invalid token."}, 200, Verdict.FAILED),
        (YANDEX, {"status": "failed", "message": "Invalid secret."}, 403, Verdict.UNAVAILABLE),
        (YANDEX, {"status": "later"}, 200, Verdict.UNAVAILABLE),
        (YANDEX, [], 200, Verdict.UNAVAILABLE),
        (CLOUDFLARE, {"success": True}, 200, Verdict.PASSED),
        (CLOUDFLARE, {"success": "yes", "error-codes": []}, 200, Verdict.FAILED),
        (
            CLOUDFLARE,
            {"success": False, "error-codes": ["timeout-or-duplicate"]},
            200,
            Verdict.FAILED,
        ),
        (
            CLOUDFLARE,
            {"success": False, "error-codes": ["invalid-input-secret"]},
            200,
            Verdict.UNAVAILABLE,
        ),
        (CLOUDFLARE, {"success": True}, 500, Verdict.UNAVAILABLE),
        (CLOUDFLARE, "<html>maintenance</html>", 200, Verdict.UNAVAILABLE),
        (CLOUDFLARE, {}, 200, Verdict.UNAVAILABLE),
    ],
)
def test_an_answer_is_read_and_our_own_faults_are_not_the_visitors(
    fake: FakeCaptcha, rule: CaptchaRule, reply: Any, status: int, verdict: Verdict
) -> None:
    fake.says(reply, status)
    assert fake.service.ask(rule, "t", None) is verdict


def test_a_service_that_is_away_or_slow_judges_nobody(
    fake: FakeCaptcha, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service, "TIMEOUT", 0.1)
    fake.gate.clear()
    assert fake.service.ask(YANDEX, "t", None) is Verdict.UNAVAILABLE
    away = Service(dict.fromkeys(CaptchaKind, "http://127.0.0.1:9/"))
    assert away.ask(YANDEX, "CANARY-token", None) is Verdict.UNAVAILABLE
    assert "smartcaptcha" in caplog.text
    assert "CANARY" not in caplog.text


def test_it_is_led_nowhere_else(fake: FakeCaptcha) -> None:
    fake.reply = "", 302, {"Location": f"{fake.url}/elsewhere"}
    assert fake.service.ask(YANDEX, "t", None) is Verdict.UNAVAILABLE


def test_the_real_services_are_asked_over_https() -> None:
    assert set(service.ADDRESSES) == set(CaptchaKind)
    assert all(address.startswith("https://") for address in service.ADDRESSES.values())
