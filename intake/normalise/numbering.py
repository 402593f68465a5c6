"""What the numbering plans of Russia, Kazakhstan and Ukraine tell of a number.

Area codes only: a mobile number's code does not tell the region, its registry does.
"""

from functools import cache

from intake.normalise.tables import rows, word_list

# Mobile codes in the Russian registry (state of August 2026), and 940 of Abkhazia.
MOBILE_CODES = word_list("mobile_code")
# Free and paid services, Baikonur, Abkhazia: given out, but of no region.
OTHER_CODES = word_list("service_code")
LONGEST_PREFIX = 6
SHORTEST_PREFIX = 4

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
