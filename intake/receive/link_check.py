"""Checking a link by the rules that its visitors' posts will be read by."""

from intake.domain.link_check import CheckedLink
from intake.normalise.link_check import check_link as check


def check_link(link: str) -> CheckedLink:
    """Return what a link's marks say and what is wrong with them; nothing is kept."""
    return check(link)
