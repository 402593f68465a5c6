"""What visitors were told, the service's rows and the CRM's ledger, held against each other."""

import json
from collections import Counter
from typing import Any

from benchmarks.place import Place, Told

CREATING = ("lead/set", "lead/workset")


def compare(place: Place, told: Told) -> dict[str, Any]:
    """Compare row by row: what visitors were told, our rows, and the CRM's ledger."""
    rows = place.rows(
        "SELECT s.number, d.state, d.doubtful FROM submissions s"
        " JOIN deliveries d ON d.submission_id = s.id"
    )
    states = {number: state for number, state, _ in rows}
    doubtful = {number for number, _, doubt in rows if doubt}
    made: Counter[str] = Counter()
    for one in place.crm("ledger.json")["requests"]:
        if one["method"] in CREATING and one["effect"]:
            made[number_in(one["body"])] += 1
    arrived = {number for number, state in states.items() if state == "delivered"}
    lost = [number for number in told.acked if number not in states]
    lost += [number for number in arrived if not made[number]]
    doubled = [number for number, times in made.items() if times > 1 and number not in doubtful]
    spread = sorted(told.recoveries) or [0.0]
    waits = times_to_crm(place) or [0.0]
    return {
        "submitted": told.submitted,
        "acked": len(told.acked),
        "refused and sent again": dict(told.refused),
        "rows kept": len(states),
        "delivered": len(arrived),
        "not delivered": len(states) - len(arrived),
        "leads in the CRM": len(made),
        "lost": len(lost),
        "doubled": len(doubled),
        "doubtful, and told so": len(doubtful),
        "from the post to the CRM, s (median, p95, worst)": (
            f"{waits[len(waits) // 2]:.1f}, {waits[int(len(waits) * 0.95)]:.1f}, {waits[-1]:.1f}"
        ),
        "kills": dict(told.kills),
        "faults of the CRM": dict(told.faults),
        "back after a kill, s (median, worst)": f"{spread[len(spread) // 2]:.1f}, {spread[-1]:.1f}",
    }


def times_to_crm(place: Place) -> list[float]:
    """Return how many seconds each delivered submission took, shortest first."""
    return sorted(
        float(seconds)
        for (seconds,) in place.rows(
            "SELECT (julianday(d.delivered_at) - julianday(s.received_at)) * 86400"
            " FROM submissions s JOIN deliveries d ON d.submission_id = s.id"
            " WHERE d.delivered_at IS NOT NULL"
        )
    )


def number_in(body: object) -> str:
    """Return the submission number at the end of a lead's comment."""
    return json.dumps(body, ensure_ascii=False).rpartition("Заявка № ")[2][:9]
