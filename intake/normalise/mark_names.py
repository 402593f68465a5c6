"""The names of marks and click ids as they stand in links: in any case, misspelt, decorated."""

import re
from functools import lru_cache

from intake.domain.attribution import UTM_MARKS
from intake.normalise.text import percent_decode

# Parameters by which a system knows the click, or Roistat the visit. `ysclid` is no
# advertisement.
CLICK_IDS = (
    "yclid", "gclid", "fbclid", "gbraid", "wbraid", "ymclid", "yzclid", "yqrid", "rb_clickid",
    "vkclid", "msclkid", "ttclid", "dclid", "twclid", "roistat_visit",
)  # fmt: skip
# What people write for the five; an address builder's word is never one of them.
MISSPELT = {
    "utm_source": "sourse sourece souce soure surce sorce soruce sorse scource souse sourc soucre "
    "sours sources",
    "utm_medium": "meduim mediun meduium medum medim mdeium mediam mediuum meidum medeum medium_",
    "utm_campaign": "campain campaing compaign campagin camping campagn campaigh camapign capmaign "
    "campaing campaign_ compain campgain company campaignn kampaign cmpaign "
    "campagne kampagne",
    "utm_content": "contetn conent contet cotent contnet contens contents kontent conten",
    "utm_term": "tern trem tem temr terms therm ter",
}
MAX_NAME = 80

_LOOK_ALIKE = str.maketrans("асеоріуткмнхв", "aceopiytkmhxb")
_NOT_NAME = re.compile(r"[^0-9a-z]+")
_DECORATION = re.compile(r"^(?:amp;?)+|\[\d{0,3}\]$")


def _squeezed() -> dict[str, str]:
    names = {mark.replace("_", ""): mark for mark in UTM_MARKS}
    names |= {name.replace("_", ""): name for name in CLICK_IDS}
    for mark, slips in MISSPELT.items():
        names |= {f"utm{slip.strip('_')}": mark for slip in slips.split()}
    return names


_SQUEEZED = _squeezed()


@lru_cache(maxsize=1024)
def mark_named(raw: str) -> str | None:
    """Return the mark or click id a parameter's name means, however it is written.

    >>> mark_named("UTM-Source"), mark_named("utm_utm_sourse"), mark_named("first_utm_source")
    ('utm_source', 'utm_source', None)
    """
    plain = percent_decode(raw).strip().lower().translate(_LOOK_ALIKE)
    plain = _NOT_NAME.sub("", _DECORATION.sub("", plain))
    while plain.startswith("utmutm"):
        plain = plain[3:]
    return _SQUEEZED.get(plain)
