"""How a submission stands that somebody wants to correct."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from intake.domain.correction import (
    AS_CONFIGURED,
    Change,
    Effect,
    Route,
    Sent,
    card_changes,
    effect_of,
    routed,
)
from intake.domain.site import Site
from intake.domain.submission import SubmissionState

# What a submission that was never sent may be sent as it is.
UNSENT = frozenset({SubmissionState.REJECTED, SubmissionState.HELD, SubmissionState.SPAM})


class Hindrance(StrEnum):
    """Why a correction was not made.

    ``gone``: there is no such submission for whoever asks, or no such site. ``already``:
    somebody was quicker, or clicked twice. ``busy``: it is being sent this moment.
    ``other``: what sending it does in the CRM has changed since the person looked.
    """

    GONE = "gone"
    ERASED = "erased"
    DUPLICATE = "duplicate"
    ALREADY = "already"
    BUSY = "busy"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a submission stands that somebody wants to correct.

    `generation` is 0 while there is no delivery; `sent` is None then. `base_generation` tells
    which number the CRM's card shows; `site` and `route` are what it was sent by. `state` is
    that of the submission: somebody may release it meanwhile, or mark it as spam.
    """

    generation: int
    delivery_id: int | None = None
    crm: str | None = None
    sent: Sent | None = None
    base_generation: int = 1
    site: str | None = None
    route: Route = AS_CONFIGURED
    hindrance: Hindrance | None = None
    state: str = SubmissionState.ACCEPTED


def effect_on(standing: Standing, site: Site, route: Route, changes: Sequence[Change]) -> Effect:
    """Decide what sending it by `site` and `route` does now, with these changes."""
    is_elsewhere = standing.sent is not None and standing.site != site.key
    return effect_of(
        standing.sent,
        routed(site, route),
        route,
        card_changes=is_elsewhere or card_changes(changes),
    )
