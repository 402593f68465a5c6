"""Sharing leads out among several employees: by weight, among those who work now. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.domain.hours import WorkingTime


@dataclass(frozen=True, slots=True)
class Share:
    """An employee of the CRM and their part: of weights 2 and 1 the first gets two thirds.

    `working` None: at any hour.
    """

    employee_id: int
    weight: int = 1
    working: WorkingTime | None = None


def on_duty(shares: Sequence[Share], now: datetime) -> tuple[Share, ...]:
    """Return those who work now; all of them where nobody does."""
    working = tuple(one for one in shares if one.working is None or one.working.covers(now))
    return working or tuple(shares)


def choose(shares: Sequence[Share], credit: Mapping[int, int]) -> tuple[int, dict[int, int]]:
    """Choose whose turn it is; return the employee and what everybody's credit is then.

    Everybody is credited with their weight and who has most pays for all: turns come
    evenly mixed, and whoever was away neither gathers credit nor has to catch up.

    >>> credit, turns = {}, []
    >>> for _ in range(6):
    ...     turn, new = choose([Share(1, 2), Share(2, 1)], credit)
    ...     turns.append(turn)
    ...     credit |= new
    >>> turns
    [1, 2, 1, 1, 2, 1]
    """
    grown = {one.employee_id: credit.get(one.employee_id, 0) + one.weight for one in shares}
    chosen = max(grown, key=lambda employee: grown[employee])
    grown[chosen] -= sum(one.weight for one in shares)
    return chosen, grown
