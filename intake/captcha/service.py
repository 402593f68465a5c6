"""The services' side: Yandex SmartCaptcha and Cloudflare Turnstile."""

import logging
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

import requests

from intake.domain.doubt import CaptchaKind, CaptchaRule

log = logging.getLogger(__name__)

TIMEOUT = 2.0  # seconds, to connect and for each piece of the answer

# https://yandex.cloud/docs/smartcaptcha/concepts/validation
# https://developers.cloudflare.com/turnstile/get-started/server-side-validation
ADDRESSES: Mapping[CaptchaKind, str] = {
    CaptchaKind.SMARTCAPTCHA: "https://smartcaptcha.cloud.yandex.ru/validate",
    CaptchaKind.TURNSTILE: "https://challenges.cloudflare.com/turnstile/v0/siteverify",
}

# Turnstile's codes that say nothing against the visitor: our key, or the service itself.
_NOT_THE_VISITORS = {
    *("missing-input-secret", "invalid-input-secret", "bad-request", "internal-error"),
}


class Verdict(Enum):
    """What a service says of a visitor's answer; `UNAVAILABLE`: nothing."""

    PASSED = auto()
    FAILED = auto()
    UNAVAILABLE = auto()


class Service:
    """Asks the services; `addresses` are where each of them answers."""

    def __init__(self, addresses: Mapping[CaptchaKind, str] | None = None) -> None:
        self._addresses = addresses or ADDRESSES

    def ask(self, rule: CaptchaRule, token: str, ip: str | None) -> Verdict:
        """Have a visitor's answer judged. Raises nothing; tells no secret in the log."""
        try:
            status, data = self._call(rule, token, ip)
        except (requests.RequestException, ValueError) as error:
            # Only the kind: the text may hold what was sent.
            log.warning("captcha %s does not answer: %s", rule.kind.value, type(error).__name__)
            return Verdict.UNAVAILABLE
        verdict = _READ[rule.kind](data) if status == requests.codes.ok else Verdict.UNAVAILABLE
        if verdict is Verdict.UNAVAILABLE:
            log.warning("captcha %s does not judge: HTTP %d", rule.kind.value, status)
        return verdict

    def _call(self, rule: CaptchaRule, token: str, ip: str | None) -> tuple[int, Any]:
        fields = _FIELDS[rule.kind]
        told = zip(fields, (rule.secret, token, ip), strict=True)
        with requests.Session() as session:
            # Neither a proxy nor a password from the environment's files.
            session.trust_env = False
            answer = session.post(
                self._addresses[rule.kind],
                data={name: value for name, value in told if value},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            return answer.status_code, answer.json()


def _read_smartcaptcha(data: Any) -> Verdict:
    status = data.get("status") if isinstance(data, dict) else None
    return {"ok": Verdict.PASSED, "failed": Verdict.FAILED}.get(str(status), Verdict.UNAVAILABLE)


def _read_turnstile(data: Any) -> Verdict:
    if not isinstance(data, dict):
        return Verdict.UNAVAILABLE
    if data.get("success") is True:
        return Verdict.PASSED
    codes = data.get("error-codes")
    ours = not isinstance(codes, list) or _NOT_THE_VISITORS & {str(code) for code in codes}
    return Verdict.UNAVAILABLE if ours else Verdict.FAILED


_FIELDS = {
    CaptchaKind.SMARTCAPTCHA: ("secret", "token", "ip"),
    CaptchaKind.TURNSTILE: ("secret", "response", "remoteip"),
}
_READ = {
    CaptchaKind.SMARTCAPTCHA: _read_smartcaptcha,
    CaptchaKind.TURNSTILE: _read_turnstile,
}
