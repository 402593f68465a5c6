"""One source or channel under several names: what reports show as several lines."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Cyrillic letters that look like Latin ones.
_LOOK_ALIKE = str.maketrans("асеоріуткмнхв", "aceopiytkmhxb")

# What people call one system (metrium.kz; UTMka; Direct's own "ya").
_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("ya", "yandex", "ya.ru", "yandex.ru", "yandexdirect", "direct"), "yandex"),
    **dict.fromkeys(("яндекс", "директ", "яндекс.директ", "yandex_direct", "yd"), "yandex"),
    **dict.fromkeys(("google", "google.ru", "google.com", "adwords", "googleads"), "google"),
    **dict.fromkeys(("google_ads", "gads", "гугл"), "google"),
    **dict.fromkeys(("vk", "vkontakte", "vk.com", "vk_ads", "vkads", "вк", "вконтакте"), "vk"),
    **dict.fromkeys(("facebook", "fb", "facebook.com", "meta"), "facebook"),
    **dict.fromkeys(("instagram", "ig", "insta", "instagram.com"), "instagram"),
    **dict.fromkeys(("telegram", "tg", "t.me", "телеграм"), "telegram"),
    **dict.fromkeys(("ok", "odnoklassniki", "ok.ru"), "ok"),
    **dict.fromkeys(("avito", "avito.ru", "авито"), "avito"),
    **dict.fromkeys(("cpc", "ppc"), "cpc"),
    **dict.fromkeys(("email", "e-mail", "mail", "почта"), "email"),
    **dict.fromkeys(("social", "smm", "social_network"), "social"),
}


@dataclass(frozen=True, slots=True)
class Spellings:
    """The spellings of one value, the most usual first; `best` is the one to keep."""

    best: str
    counts: Mapping[str, int]


def same_thing(value: str) -> str:
    """Return what a value is called in one spelling.

    >>> [same_thing(text) for text in ("Yandex", "ya.ru", "CРC", "novyi")]
    ['yandex', 'yandex', 'cpc', 'novyi']
    """
    plain = unicodedata.normalize("NFKC", value).casefold().strip()
    latin = plain.translate(_LOOK_ALIKE)
    return _NAMES.get(plain) or _NAMES.get(latin) or (latin if latin.isascii() else plain)


def spelt_differently(values: Iterable[tuple[str, int]]) -> list[Spellings]:
    """Return what stands under several spellings, the most used first.

    >>> [(each.best, dict(each.counts)) for each in spelt_differently([("CPC", 2), ("cpc", 1)])]
    [('cpc', {'CPC': 2, 'cpc': 1})]
    """
    found: dict[str, dict[str, int]] = {}
    for value, number in values:
        found.setdefault(same_thing(value), {})[value] = number
    many = [_spellings(name, counts) for name, counts in found.items() if len(counts) > 1]
    return sorted(many, key=lambda each: -sum(each.counts.values()))


def _spellings(name: str, counts: Mapping[str, int]) -> Spellings:
    usual = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    plain = next((value for value in usual if value == value.lower() and value.isascii()), name)
    return Spellings(name if name in usual else plain, usual)
