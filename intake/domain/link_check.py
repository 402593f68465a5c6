"""What a pasted link of an advertisement says, before anybody has paid for a click."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from intake.domain.lead import Issue


@dataclass(frozen=True, slots=True)
class CheckedLink:
    """A link as reports and the CRM will read it.

    `page` is its address without marks, None where it is no link. `marks` are the five and the
    click's ids, as they stand; `awaited` those of them that hold a macro which `system`, the
    advertising system of the link, fills in itself. `issues` are the defects, by the codes of
    `intake.domain.utm_doctor`; `missing` the marks without which reports tell too little.
    """

    page: str | None
    marks: Mapping[str, str] = field(default_factory=dict)
    awaited: Mapping[str, str] = field(default_factory=dict)
    system: str | None = None
    issues: tuple[Issue, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether money may be spent on it: it has marks, and nothing to mend."""
        return bool(self.marks) and not self.issues and not self.missing
