"""Reading what a person of ours has typed in place of the visitor."""

from intake.domain.lead import Lead
from intake.domain.submission import RawSubmission
from intake.normalise import normalise
from intake.receive.accept import Intake


def reread(intake: Intake, raw: RawSubmission, site: str) -> Lead:
    """Return what `raw` means by the rules of a site, just as a visitor's post would.

    By the rules of every page, where there is no such site.
    """
    found = intake.directory.sites.get(site)
    return (
        normalise(raw, found.rules, intake.sources)
        if found
        else normalise(raw, sources=intake.sources)
    )
