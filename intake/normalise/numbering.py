"""What the numbering plans of Russia, Kazakhstan and Ukraine tell of a number.

Area codes only: a mobile number's code does not tell the region, its registry does.
"""

from datetime import datetime
from functools import cache

import phonenumbers
from phonenumbers import timezone

from intake.normalise.tables import rows, word_list
from intake.normalise.zones import offset_of_zone

# Mobile codes in the Russian registry (state of August 2026), and 940 of Abkhazia.
MOBILE_CODES = word_list("mobile_code")
# Free and paid services, Baikonur, Abkhazia: given out, but of no region.
OTHER_CODES = word_list("service_code")
LONGEST_PREFIX = 6
SHORTEST_PREFIX = 4

# How long a number is with its country's code: here one of another length is a typing error.
COMPLETE = {
    "7": 11,
    "373": 11,
    "374": 11,
    "375": 12,
    "380": 12,
    "992": 12,
    "993": 11,
    "994": 12,
    "995": 12,
    "996": 12,
    "998": 12,
}

# Countries that are one zone, so that even a mobile number tells the hour.
COUNTRY_ZONES = {
    "AM": "Asia/Yerevan",
    "AZ": "Asia/Baku",
    "BY": "Europe/Minsk",
    "DE": "Europe/Berlin",
    "EE": "Europe/Tallinn",
    "GE": "Asia/Tbilisi",
    "IL": "Asia/Jerusalem",
    "KG": "Asia/Bishkek",
    "KZ": "Asia/Almaty",
    "LT": "Europe/Vilnius",
    "LV": "Europe/Riga",
    "MD": "Europe/Chisinau",
    "PL": "Europe/Warsaw",
    "TJ": "Asia/Dushanbe",
    "TM": "Asia/Ashgabat",
    "TR": "Europe/Istanbul",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}


@cache
def _prefixes() -> dict[str, str]:
    return {row["prefix"]: row["region"] for row in rows("codes.csv")}


def region_of_number(digits: str) -> str | None:
    """Return the region code of a landline's area code; None for any other number.

    >>> region_of_number("73432001020"), region_of_number("79123456789")
    ('RU-SVE', None)
    """
    for length in range(LONGEST_PREFIX, SHORTEST_PREFIX - 1, -1):
        if region := _prefixes().get(digits[:length]):
            return region
    return None


def zone_of_number(digits: str, country: str | None, moment: datetime) -> str | None:
    """Return the IANA zone of a valid number; None where its code leaves several clocks.

    A mobile number of Russia tells none: its registry may.

    >>> from datetime import UTC
    >>> winter = datetime(2026, 11, 23, tzinfo=UTC)
    >>> zone_of_number("998901234567", "UZ", winter), zone_of_number("12125550123", "US", winter)
    ('Asia/Tashkent', 'America/New_York')
    """
    if known := COUNTRY_ZONES.get(country or ""):
        return known
    if country == "RU" and digits.startswith("79"):
        return None
    zones = timezone.time_zones_for_number(phonenumbers.parse(f"+{digits}"))
    clocks = {offset_of_zone(zone, moment) for zone in zones}
    return zones[0] if len(clocks) == 1 and None not in clocks else None


def is_given_out(digits: str, known_to_library: bool) -> bool:
    """Whether the plan has given out the code of a complete number.

    The library that reads numbers takes every 9xx for a mobile code and refuses a few
    that are given out; the Russian registry decides.

    >>> is_given_out("79071234567", True), is_given_out("79300123456", False)
    (False, True)
    """
    code = digits[1:4]
    if not digits.startswith("7") or code.startswith(("6", "7")):
        return known_to_library
    if code.startswith("9"):
        return code in MOBILE_CODES
    return known_to_library and (code in OTHER_CODES or f"7{code}" in _prefixes())
