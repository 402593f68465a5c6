"""Clicks that were paid for, told by the id an advertising system adds to a link."""

from collections.abc import Iterable, Mapping

# Which system adds which; `fbclid` stands in unpaid links too, `ysclid` in the search's.
PAID_CLICKS: Mapping[str, str] = {
    "yclid": "Яндекс Директ",
    "gclid": "Google Ads",
    "gbraid": "Google Ads",
    "wbraid": "Google Ads",
    "dclid": "Google Ads",
    "rb_clickid": "VK Реклама",
    "msclkid": "Microsoft Advertising",
    "ttclid": "TikTok Ads",
}

# What to add to a link, or into the account's template (their help pages; UTMka, macros.ts).
TEMPLATES: Mapping[str, str] = {
    "Яндекс Директ": (
        "utm_source=yandex&utm_medium=cpc&utm_campaign={campaign_id}"
        "&utm_content={ad_id}&utm_term={keyword}"
    ),
    "Google Ads": (
        "utm_source=google&utm_medium=cpc&utm_campaign={campaignid}"
        "&utm_content={creative}&utm_term={keyword}"
    ),
    "VK Реклама": (
        "utm_source=vk&utm_medium=cpc&utm_campaign={{ad_plan_id}}&utm_content={{banner_id}}"
    ),
}

# Where the template belongs.
PLACES: Mapping[str, str] = {
    "Яндекс Директ": "Директ: настройки кампании → «Параметры URL».",
    "Google Ads": "Google Ads: настройки аккаунта или кампании → «Суффикс конечного URL».",
    "VK Реклама": "VK Реклама: настройки объявления → «UTM-метки» → «Добавлять вручную».",
}


def paid_by(click_ids: Iterable[str]) -> str | None:
    """Name the system that a click was paid to; None where none is known to be.

    >>> paid_by(["roistat_visit", "yclid"]), paid_by(["fbclid"])
    ('Яндекс Директ', None)
    """
    return next((PAID_CLICKS[name] for name in click_ids if name in PAID_CLICKS), None)
