"""What is wrong with the marks of a visit, told as issues: what it breaks, how to mend it."""

import re
from collections.abc import Mapping

from intake.normalise.issues import IssueCode, Notes
from intake.normalise.mark_names import CLICK_IDS
from intake.normalise.mark_values import MACRO, is_macro
from intake.normalise.marks import Marks

# One thing, as each advertising system calls it (their help pages; UTMka, macros.ts).
_CONCEPTS = (
    (re.compile(r"campaign[_.]?(?:name|title)"),
     "название кампании", {"Директ": "{campaign_name_lat}", "Meta": "{{campaign.name}}"}),
    (re.compile(r"campaign|ad_plan|^_*cid_*$"),
     "номер кампании", {"Директ": "{campaign_id}", "Google Ads": "{campaignid}",
                        "VK Реклама": "{{ad_plan_id}}", "Meta": "{{campaign.id}}"}),
    (re.compile(r"ad_?group|gbid|ad_?set"),
     "номер группы", {"Директ": "{gbid}", "Google Ads": "{adgroupid}",
                      "VK Реклама": "{{campaign_id}}", "Meta": "{{adset.id}}"}),
    (re.compile(r"\bad[_.]?(?:id|name)?\b|banner|creative|content"),
     "номер объявления", {"Директ": "{ad_id}", "Google Ads": "{creative}",
                          "VK Реклама": "{{banner_id}}", "Meta": "{{ad.id}}"}),
    (re.compile(r"keyword|phrase|term|query"),
     "ключевая фраза", {"Директ": "{keyword}", "Google Ads": "{keyword}"}),
    (re.compile(r"source|placement|site"),
     "площадка", {"Директ": "{source}", "Google Ads": "{placement}",
                  "Meta": "{{site_source_name}}"}),
)  # fmt: skip
_SYSTEMS = (
    ("Директ", re.compile(r"^ya\b|yandex|direct|яндекс|директ", re.IGNORECASE)),
    ("Google Ads", re.compile(r"google|adwords|gads", re.IGNORECASE)),
    ("VK Реклама", re.compile(r"vk|my_?target|mail_?ru", re.IGNORECASE)),
    ("Meta", re.compile(r"facebook|^fb\b|instagram|^ig\b|meta", re.IGNORECASE)),
)
_SYSTEM_OF_CLICK = {
    "yclid": "Директ", "ymclid": "Директ", "yzclid": "Директ", "yqrid": "Директ",
    "gclid": "Google Ads", "gbraid": "Google Ads", "wbraid": "Google Ads", "dclid": "Google Ads",
    "fbclid": "Meta", "rb_clickid": "VK Реклама", "vkclid": "VK Реклама",
}  # fmt: skip
_SITES_IN_MEDIUM = frozenset(
    {"vk", "vkontakte", "vk_ads", "ok", "yandex", "google", "facebook", "fb", "instagram", "avito"}
    | {"telegram", "tg", "youtube", "dzen", "mailru", "tiktok", "whatsapp"}
)
_OF_SOURCE_AND_MEDIUM = ("utm_source", "utm_medium")


def system_of(source: str | None, clicks: Mapping[str, str] = {}) -> str | None:
    """Name the advertising system a visit is of, by its click id or by `utm_source`.

    >>> system_of("ya"), system_of(None, {"gclid": "x"}), system_of("avito")
    ('Директ', 'Google Ads', None)
    """
    for name in clicks:
        if name in _SYSTEM_OF_CLICK:
            return _SYSTEM_OF_CLICK[name]
    return next((name for name, known in _SYSTEMS if source and known.search(source)), None)


def tell_damage(marks: Marks, address_field: str, notes: Notes) -> None:
    """Tell what is wrong with a link itself, whichever of its marks are used."""
    for code, where in marks.damage.items():
        notes.add(code, address_field, where)
    for name, again in marks.twice.items():
        notes.add(IssueCode.UTM_DUPLICATE, name, again, _became(marks.values[name].text))


def tell_empty(marks: Marks, names: Mapping[str, str], notes: Notes) -> None:
    """Tell of the marks that say nothing, and of what should have stood there."""
    if not marks.empty:
        return
    system = system_of(marks.utm.get("utm_source"), marks.click_ids)
    for name, value in marks.empty.items():
        if is_macro(value.strip("\"' ")):
            notes.add(IssueCode.UTM_MACRO, names.get(name, name), value, advice(value, system))
        else:
            notes.add(IssueCode.UTM_PLACEHOLDER, names.get(name, name), value)


def tell_used(marks: Marks, names: Mapping[str, str], notes: Notes) -> None:
    """Tell of what was repaired in the marks that are used, and of what no system filled in."""
    for name, value in marks.values.items():
        shown = names.get(name, name)
        for defect in value.defects:
            notes.add(defect, shown, _drawn(value.raw), _became(value.text))
        if not value.text.isalnum():
            _tell_macro_inside(name, value.text, marks, names, notes)


def _tell_macro_inside(
    name: str, text: str, marks: Marks, names: Mapping[str, str], notes: Notes
) -> None:
    if name not in CLICK_IDS and MACRO.search(text):
        system = system_of(marks.utm.get("utm_source"), marks.click_ids)
        notes.add(IssueCode.UTM_MACRO_INSIDE, names.get(name, name), text, advice(text, system))


def tell_style(utm: Mapping[str, str], names: Mapping[str, str], notes: Notes) -> None:
    """Tell of marks that are read well and yet fall apart in reports."""
    for name in _OF_SOURCE_AND_MEDIUM:
        if utm.get(name, "") != utm.get(name, "").lower():
            notes.add(IssueCode.UTM_CASE, names.get(name, name), utm[name])
    medium = utm.get("utm_medium", "").lower()
    shown = names.get("utm_medium", "utm_medium")
    if medium in _SITES_IN_MEDIUM:
        notes.add(IssueCode.UTM_SOURCE_IN_MEDIUM, shown, utm["utm_medium"])
    if medium == "organic":
        notes.add(IssueCode.UTM_ORGANIC_TAGGED, shown, utm["utm_medium"])
    if utm and "utm_source" not in utm:
        notes.add(IssueCode.UTM_NO_SOURCE, "utm_source", None)


def _drawn(raw: str) -> str:
    """Return a value with the spaces at its ends drawn: nobody sees them otherwise.

    >>> _drawn(" yandex ")
    '␣yandex␣'
    """
    bare = raw.strip()
    before, _, after = raw.partition(bare) if bare else (raw, "", "")
    return f"{'␣' * len(before)}{bare}{'␣' * len(after)}"


def _became(value: str) -> str:
    return f"В CRM: «{value}»."


def advice(value: str, system: str | None) -> str:
    """Say how the systems write what a macro meant.

    >>> advice("{campaignid}", "Директ")
    'В системе «Директ» номер кампании — {campaign_id}.'
    """
    found = MACRO.search(value)
    inner = (found[0] if found else value).strip("{}[]<>%#$ ").lower()
    if "{{campaign_id}}" in value and system in (None, "VK Реклама"):
        return "В VK Рекламе {{campaign_id}} — номер группы, а номер кампании — {{ad_plan_id}}."
    for shape, meaning, spelt in _CONCEPTS:
        if shape.search(inner):
            return _spelling(value, meaning, spelt, system)
    return ""


def _spelling(value: str, meaning: str, spelt: Mapping[str, str], system: str | None) -> str:
    right = spelt.get(system or "")
    if right and right in value:
        return (
            f"Макрос {right} для системы «{system}» верный: его не подставили, потому что ссылку "
            "открыли не из объявления или её переписал скрипт страницы."
        )
    if right:
        return f"В системе «{system}» {meaning} — {right}."
    ways = ", ".join(f"{name} — {macro}" for name, macro in spelt.items())
    return f"Как пишется {meaning}: {ways}."
