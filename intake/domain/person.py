"""The people of the log: what each may do, and whose submissions each may see."""

from dataclasses import dataclass
from enum import StrEnum

# None: every site, whichever are configured later; otherwise these and no other.
Sites = frozenset[str] | None

NO_SITES: frozenset[str] = frozenset()


class Role(StrEnum):
    """What a person may do: each role may all that the one before it may.

    ``viewer`` reads, with telephone numbers and addresses masked; ``marketer`` acts on
    submissions; ``admin`` manages people and privacy, and always sees every site.
    """

    VIEWER = "viewer"
    MARKETER = "marketer"
    ADMIN = "admin"

    def reaches(self, least: "Role") -> bool:
        """Whether this role may what `least` may.

        >>> Role.ADMIN.reaches(Role.MARKETER), Role.VIEWER.reaches(Role.MARKETER)
        (True, False)
        """
        order = list(Role)
        return order.index(self) >= order.index(least)


def sees(sites: Sites, site: str) -> bool:
    """Whether somebody who is given `sites` may see a submission of `site`."""
    return sites is None or site in sites


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person is given: a role, and the sites whose submissions it is about."""

    role: Role
    sites: Sites = None

    @property
    def reach(self) -> Sites:
        """The sites whose submissions the person sees: an administrator sees all."""
        return None if self.role is Role.ADMIN else self.sites
