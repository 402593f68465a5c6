"""When not to find our lead proves that it is not there, in CRMs that show little."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from intake.deliver.work import Worker
from intake.domain.lead import Lead
from intake.domain.site import CrmAccount, Directory, Site
from intake.store.database import Database
from tests.clock import Clock
from tests.deliver.seeing import LATER, calls_of, row_of
from tests.envybox.fake_crm import FakeCrm, Visit, http
from tests.makers import delivery_id_of, save_one

OK: dict[str, Any] = {"status_code": 200, "message": "success"}
REFUSED: dict[str, Any] = {"status_code": 500, "message": "Метод недоступен"}
NONE_SEARCHED = OK | {"leads": None}
NO_CLIENTS: dict[str, Any] = OK | {"clients": []}
LOG: dict[str, Any] = OK | {"result": [], "count": 0, "limit": 50, "offset": -1}
Answer = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]


def lead(lead_id: int, **changes: Any) -> dict[str, Any]:
    return {"id": lead_id, "parent_id": "0", "created_at": "2026-11-20 10:00:00"} | changes


def listed(*leads: Mapping[str, Any], offset: int = -1) -> dict[str, Any]:
    page = {"result": leads, "count": len(leads), "limit": 50, "offset": offset}
    return OK | {"leads": page}


class OddCrm:
    """Answers each method as the test says; the first lead/set goes unanswered."""

    def __init__(self, fake: FakeCrm) -> None:
        self.fake = fake
        self.answers: dict[str, Answer] = {
            "lead/search": NONE_SEARCHED,
            "lead/list": listed(),
            "deal/search": NO_CLIENTS,
            "lead/log/list": LOG,
            "lead/get": REFUSED,
            "lead/set": OK | {"id": 77, "parent_id": 0},
        }
        self.sets = 0
        fake.script = self.serve

    def serve(self, visit: Visit) -> None:
        seen = self.fake.seen[-1]
        method = urlsplit(seen.target).path.removeprefix("/openapi/v1/").strip("/")
        if method == "lead/set":
            self.sets += 1
            if self.sets == 1:
                return
        told = self.answers[method]
        body = json.loads(seen.body or b"{}").get("request", {})
        visit.send(http(json.dumps(told(body) if callable(told) else told).encode()))


@pytest.fixture
def odd() -> Iterator[OddCrm]:
    fake = FakeCrm()
    yield OddCrm(fake)
    fake.close()


@pytest.fixture
def worker(database: Database, odd: OddCrm) -> Worker:
    account = CrmAccount("main", odd.fake.url, "CANARY-key", rate=1000)
    directory = Directory({"okna": Site("okna", "Окна", "main", create="set")}, {"main": account})
    return Worker(database, directory, 2.0, chance=lambda: 0.0)


def after_a_lost_reply(
    database: Database, worker: Worker, clock: Clock, lead_of: Lead | None = None
) -> Any:
    """Lose the reply of lead/set, let it settle, and return the delivery after the next try."""
    changes = {"lead": lead_of} if lead_of else {}
    delivery_id = delivery_id_of(save_one(database, **changes))
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    return row_of(database, delivery_id)


def test_a_list_read_to_its_end_without_anybody_is_proof(
    database: Database, odd: OddCrm, worker: Worker, clock: Clock
) -> None:
    row = after_a_lost_reply(database, worker, clock)
    assert (row.state, row.lead_id, row.doubtful) == ("delivered", 77, False)
    assert odd.sets == 2


def test_a_refused_list_proves_nothing_though_nobody_is_found(
    database: Database, odd: OddCrm, worker: Worker, clock: Clock
) -> None:
    odd.answers["lead/list"] = REFUSED
    row = after_a_lost_reply(database, worker, clock)
    assert (row.state, row.doubtful) == ("delivered", True)


def test_an_older_lead_may_hide_ours_that_was_merged_into_it(
    database: Database, odd: OddCrm, worker: Worker, clock: Clock
) -> None:
    odd.answers |= {"lead/list": listed(lead(5)), "deal/search": REFUSED}
    row = after_a_lost_reply(database, worker, clock)
    assert (row.state, row.doubtful) == ("delivered", True)


def test_a_list_that_shows_merged_leads_would_show_ours(
    database: Database, odd: OddCrm, worker: Worker, clock: Clock
) -> None:
    odd.answers["lead/list"] = listed(lead(5), lead(6, parent_id="5"))
    row = after_a_lost_reply(database, worker, clock)
    assert (row.state, row.doubtful) == ("delivered", False)


def test_a_lead_that_became_a_deal_takes_no_later_one_in(
    database: Database, odd: OddCrm, worker: Worker, clock: Clock
) -> None:
    odd.answers["lead/list"] = listed(lead(5, deals=["31"]))
    row = after_a_lost_reply(database, worker, clock)
    assert (row.state, row.doubtful) == ("delivered", False)


def test_the_log_of_an_older_lead_tells_of_ours(
    database: Database, odd: OddCrm, worker: Worker, clock: Clock
) -> None:
    delivery_id = delivery_id_of(receipt := save_one(database))
    told = {"id": 1, "type_id": 1, "data": {"comment": f"Повтор. Заявка № {receipt.number}"}}
    odd.answers |= {"lead/list": listed(lead(5)), "lead/log/list": LOG | {"result": [told]}}
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.lead_id, odd.sets) == ("delivered", 5, 1)


def test_ours_is_found_on_a_later_page_of_the_list(
    database: Database, odd: OddCrm, worker: Worker, clock: Clock
) -> None:
    delivery_id = delivery_id_of(receipt := save_one(database))
    others = [lead(n, deals=["31"]) for n in range(100, 150)]
    own = lead(77, values={"service": {"comment": {"value": f"Заявка № {receipt.number}"}}})

    def page(request: Mapping[str, Any]) -> Mapping[str, Any]:
        return listed(own) if request["offset"] == 50 else listed(*others, offset=50)

    odd.answers["lead/list"] = page
    worker.work_on(delivery_id)
    clock.advance(LATER)
    worker.work_on(delivery_id)
    row = row_of(database, delivery_id)
    assert (row.state, row.lead_id, odd.sets) == ("delivered", 77, 1)
    assert calls_of(database, delivery_id).count(("lead/list", "ok")) == 2


def test_a_list_that_is_too_long_to_read_proves_nothing(
    database: Database, odd: OddCrm, worker: Worker, clock: Clock
) -> None:
    def endless(request: Mapping[str, Any]) -> Mapping[str, Any]:
        offset = request["offset"]
        return listed(lead(1000 + offset, deals=["31"]), offset=offset + 1)

    odd.answers["lead/list"] = endless
    row = after_a_lost_reply(database, worker, clock)
    assert (row.state, row.doubtful) == ("delivered", True)


def test_a_lead_without_a_contact_cannot_be_looked_for(
    database: Database, odd: OddCrm, worker: Worker, clock: Clock
) -> None:
    row = after_a_lost_reply(database, worker, clock, Lead(name="Анна", comment="Нужно окно"))
    assert (row.state, row.doubtful, odd.sets) == ("delivered", True, 2)


def test_an_account_without_lead_get_holds_no_lead(
    database: Database, odd: OddCrm, worker: Worker, clock: Clock
) -> None:
    odd.answers["lead/search"] = OK | {"leads": lead(5)}
    row = after_a_lost_reply(database, worker, clock)
    assert row.state == "delivered"
