"""What of a site's settings a developer should look at before the first lead."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from intake.domain.doubt import CaptchaKind
from intake.domain.site import Site
from intake.show.language import _
from intake.show.words import Tone

_CAPTCHAS = {
    CaptchaKind.SMARTCAPTCHA: "Yandex SmartCaptcha",
    CaptchaKind.TURNSTILE: "Cloudflare Turnstile",
}


@dataclass(frozen=True, slots=True)
class Look:
    """One setting: what it is now, and what follows from that."""

    title: str
    value: str
    note: str
    tone: Tone = Tone.GOOD


def look_at(site: Site, url: str, *, is_public: bool) -> list[Look]:
    """Return what there is to look at, in the order a developer meets it."""
    return [
        replace(each, title=_(each.title), value=_(each.value), note=_(each.note))
        for each in _looks(site, url, is_public=is_public)
    ]


def _looks(site: Site, url: str, *, is_public: bool) -> Iterator[Look]:
    yield _address(url, is_public=is_public)
    yield _origins(site)
    yield _thanks(site)
    yield _captcha(site)
    if site.spam.require_token:
        yield Look(
            "Метка формы",
            "обязательна",
            "Формы без скрипта и запросы с сервера будут придержаны (require_token).",
            Tone.WAIT,
        )


def _address(url: str, *, is_public: bool) -> Look:
    if is_public:
        return Look("Адрес сервиса", url, "Так его видят страницы.")
    note = "Он виден только этой машине. Задайте PUBLIC_URL: код на странице станет настоящим."
    return Look("Адрес сервиса", url, note, Tone.BAD)


def _origins(site: Site) -> Look:
    if site.origins:
        note = "Со страниц на других адресах заявки не принимаются; www — отдельный адрес."
        return Look("Откуда можно слать", ", ".join(sorted(site.origins)), note)
    note = "Впишите адреса сайта в origins, когда всё заработает; без них нет и переадресации."
    return Look("Откуда можно слать", "с любой страницы", note, Tone.WAIT)


def _thanks(site: Site) -> Look:
    if site.thanks_url:
        return Look("Страница «Спасибо»", site.thanks_url, "Для тех, у кого нет JavaScript.")
    return Look("Страница «Спасибо»", "наша", "Своя задаётся в thanks_url.", Tone.QUIET)


def _captcha(site: Site) -> Look:
    rule = site.spam.captcha
    if rule is None:
        note = "Ловушка, время заполнения и пределы работают и без неё."
        return Look("Капча", "нет", note, Tone.QUIET)
    note = "Политика страницы (CSP), если она есть, должна пускать скрипт капчи."
    return Look("Капча", _CAPTCHAS[rule.kind], note)
