"""Why a post may be a robot's, and what a site does about it.

Whatever is doubted is held for a person to look at, never dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Doubt(StrEnum):
    """One reason to hold a post."""

    TRAP = "trap"
    TOO_FAST = "too_fast"
    FORGED_TOKEN = "forged_token"  # noqa: S105  # the name of a reason
    YOUNG_TOKEN = "young_token"  # noqa: S105
    NO_TOKEN = "no_token"  # noqa: S105
    FLOOD = "flood"
    LINKS = "links"
    CAPTCHA_MISSING = "captcha_missing"
    CAPTCHA_PENDING = "captcha_pending"
    CAPTCHA_FAILED = "captcha_failed"
    CAPTCHA_UNAVAILABLE = "captcha_unavailable"


# In a person's words, for the log and for the command line.
SENTENCES: Mapping[str, str] = {
    Doubt.TRAP: "Заполнено скрытое поле-ловушка: люди его не видят.",
    Doubt.TOO_FAST: "Форма заполнена быстрее, чем успел бы человек.",
    Doubt.FORGED_TOKEN: "Метка формы поддельная или от другого сайта.",
    Doubt.YOUNG_TOKEN: "Форма отправлена сразу же, как открылась.",
    Doubt.NO_TOKEN: "Нет метки формы, а этот сайт её требует (require_token).",
    Doubt.FLOOD: "С этого адреса за минуту пришло очень много заявок.",
    Doubt.LINKS: "В тексте ссылки, как в рекламной рассылке.",
    Doubt.CAPTCHA_MISSING: "Капча на странице не пройдена.",
    Doubt.CAPTCHA_PENDING: "Проверка капчи ещё не закончилась или прервалась.",
    Doubt.CAPTCHA_FAILED: "Проверка капчи не пройдена.",
    Doubt.CAPTCHA_UNAVAILABLE: (
        "Капчу не удалось проверить: её служба не ответила или не приняла наш ключ (secret)."
    ),
}


def in_words(code: str) -> str:
    """Say in a sentence why a post is held; a code that is not known stays as it is."""
    return SENTENCES.get(code, code)


class CaptchaKind(StrEnum):
    """Whose captcha a page shows."""

    SMARTCAPTCHA = "smartcaptcha"
    TURNSTILE = "turnstile"


@dataclass(frozen=True, slots=True)
class CaptchaRule:
    """The captcha of a site. `sitekey` stands in the page, `secret` is never shown or logged."""

    kind: CaptchaKind
    sitekey: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SpamRules:
    """From when on a site's posts are doubted.

    `min_fill`: people need longer than this to fill a form; zero: not looked at. One tap
    of autofill and one on the button take a second and more. `posts_per_minute` from one
    address, zero: any number. `require_token`: a post without a form's token is doubted
    too, which only suits a site all of whose forms bring one.
    """

    min_fill: timedelta = timedelta(seconds=1)
    posts_per_minute: int = 30
    require_token: bool = False
    captcha: CaptchaRule | None = None
