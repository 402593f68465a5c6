"""What a site does against robots: `min_fill_seconds` to the table `captcha`."""

from collections.abc import Mapping
from datetime import timedelta

from intake.domain.doubt import CaptchaKind, CaptchaRule, SpamRules
from intake.sites.secret import read_secret
from intake.toml_table import Table

SPAM_KEYS = {"min_fill_seconds", "posts_per_minute", "require_token", "captcha"}

LONGEST_FILL = 60
MOST_POSTS = 100_000
_USUAL = SpamRules()


def read_spam(table: Table, env: Mapping[str, str]) -> SpamRules:
    """Read what a post of the site is doubted for; `env` gives the captcha's secret."""
    return SpamRules(
        min_fill=_min_fill(table),
        posts_per_minute=_posts(table),
        require_token=table.get("require_token", bool, "true или false") is True,
        captcha=_captcha(table, env),
    )


def _min_fill(table: Table) -> timedelta:
    seconds = table.data.get("min_fill_seconds")
    if seconds is None:
        return _USUAL.min_fill
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not 0 <= seconds <= LONGEST_FILL:
        example = f"число секунд от 0 (не смотреть) до {LONGEST_FILL}, например 1.5"
        raise table.wrong("min_fill_seconds", example)
    return timedelta(seconds=seconds)


def _posts(table: Table) -> int:
    example = f"число заявок в минуту с одного адреса от 0 (без предела) до {MOST_POSTS}"
    posts = table.get("posts_per_minute", int, example)
    if posts is None:
        return _USUAL.posts_per_minute
    if not 0 <= posts <= MOST_POSTS:
        raise table.wrong("posts_per_minute", example)
    return posts


def _captcha(table: Table, env: Mapping[str, str]) -> CaptchaRule | None:
    data = table.data.get("captcha")
    if data is None:
        return None
    inner = Table(f"{table.name}.captcha", data, {"kind", "sitekey", "secret"})
    kinds = " или ".join(f'"{kind}"' for kind in CaptchaKind)
    kind = inner.need("kind", str, kinds)
    if kind not in set(CaptchaKind):
        raise inner.wrong("kind", kinds)
    sitekey = inner.need("sitekey", str, "ключ для страницы из кабинета капчи").strip()
    if not sitekey or not sitekey.isprintable():
        raise inner.wrong("sitekey", "ключ для страницы из кабинета капчи")
    example = '"env:CAPTCHA_SECRET" или "file:/run/secrets/captcha", сам ключ в файл не пишут'
    return CaptchaRule(CaptchaKind(kind), sitekey, read_secret(inner, "secret", example, env))
