"""Checking a link of an advertisement before it is paid for: a macro is no defect there yet."""

from collections.abc import Iterator, Mapping

from intake.domain.attribution import UTM_MARKS
from intake.domain.link_check import CheckedLink
from intake.normalise.addresses import plain_address
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.links import is_address
from intake.normalise.mark_names import CLICK_IDS
from intake.normalise.mark_values import MACRO
from intake.normalise.marks import Marks, marks_of_address
from intake.normalise.utm_doctor import (
    system_of,
    tell_damage,
    tell_empty,
    tell_style,
    tell_used,
)

# Without these a report cannot tell a channel from another, nor a campaign.
NEEDED = ("utm_source", "utm_medium", "utm_campaign")

# What each system fills in (help of Yandex Direct "URL parameters", Google Ads "ValueTrack
# parameters", VK Ads "UTM marks", Meta "dynamic URL parameters").
_OF_DIRECT = """ad_id banner_id addphrases addphrasestext adtarget_id adtarget_name campaign_id
campaign_name campaign_name_lat campaign_type coef_goal_context_id creative_id device_type gbid
interest_id keyword match_type matched_keyword phrase_id position position_type region_id
region_name retargeting_id source source_type yclid"""
_OF_GOOGLE = """adgroupid adposition assetgroupid campaignid creative device devicemodel extensionid
feeditemid gclid keyword loc_interest_ms loc_physical_ms matchtype network param1 param2 placement
random sourceid target targetid"""
_OF_VK = "ad_plan_id banner_id campaign_id geo gender age"
_OF_META = """ad.id ad.name adset.id adset.name campaign.id campaign.name placement
site_source_name"""
_FILLED_IN: Mapping[str, frozenset[str]] = {
    "Директ": frozenset(f"{{{name}}}" for name in _OF_DIRECT.split()),
    "Google Ads": frozenset(f"{{{name}}}" for name in _OF_GOOGLE.split()),
    "VK Реклама": frozenset(f"{{{{{name}}}}}" for name in _OF_VK.split()),
    "Meta": frozenset(f"{{{{{name}}}}}" for name in _OF_META.split()),
}
# In VK it is filled in, but with a number of something else than its name says.
_MISLEADING = {"VK Реклама": "{{campaign_id}}"}


def check_link(link: str) -> CheckedLink:
    """Return what a link's marks say and what is wrong with them. Never raises.

    >>> check_link("https://a.example/?utm_source=yandex&utm_medium=cpc"
    ...            "&utm_campaign={campaign_id}").is_good
    True
    >>> [each.code for each in check_link("https://a.example/?utm_source=vk?utm_medium=cpc").issues]
    ['utm_second_question']
    """
    link = link.strip()
    if not is_address(link):
        link = f"https://{link}"
    page = _page(link)
    if page is None:
        return CheckedLink(None)
    marks = marks_of_address(link)
    standing = _standing(marks)
    system = system_of(standing.get("utm_source"), marks.click_ids)
    awaited = {name: value for name, value in standing.items() if _is_filled(name, value, system)}
    notes = _told(marks, standing)
    issues = tuple(
        issue
        for issue in notes.all()
        if issue.code not in (IssueCode.UTM_MACRO, IssueCode.UTM_MACRO_INSIDE)
        or issue.field not in awaited
    )
    missing = tuple(name for name in NEEDED if name not in standing) if standing else ()
    # Its absence is a defect of its own.
    missing = tuple(name for name in missing if name != "utm_source")
    return CheckedLink(page, standing, awaited, system, issues, missing)


def _page(link: str) -> str | None:
    page = plain_address(link, "page_url", Notes())
    # "https://слово" is an address to a program and a slip to a person.
    return page if page and "." in page.split("/")[2].strip(".") else None


def _standing(marks: Marks) -> dict[str, str]:
    """Return the marks as they stand in the link, also those that say nothing yet."""
    known = {name: value.text for name, value in marks.values.items()}
    return {
        name: value
        for name in (*UTM_MARKS, *CLICK_IDS)
        if (value := known.get(name) or marks.empty.get(name))
    }


def _told(marks: Marks, standing: Mapping[str, str]) -> Notes:
    notes = Notes()
    tell_damage(marks, "page_url", notes)
    tell_empty(marks, {}, notes)
    tell_used(marks, {}, notes)
    if standing:
        utm = {name: value for name, value in standing.items() if name in UTM_MARKS}
        tell_style(utm or {"utm_medium": ""}, {}, notes)
    return notes


def _is_filled(name: str, value: str, system: str | None) -> bool:
    if name not in UTM_MARKS or system is None:
        return False
    macros = list(_macros(value))
    trap = _MISLEADING.get(system) if name == "utm_campaign" else None
    return bool(macros) and trap not in macros and _FILLED_IN[system].issuperset(macros)


def _macros(value: str) -> Iterator[str]:
    return (found[0] for found in MACRO.finditer(value))
