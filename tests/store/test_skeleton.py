"""What is left of an erased submission names nobody, and still knows a late repeat."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from intake.domain.attribution import Attribution
from intake.domain.erasure import Whom, read_whom
from intake.domain.lead import Lead, Phone
from intake.domain.person import Rights, Role
from intake.store.arrivals_models import arrivals
from intake.store.database import Database
from intake.store.erasing import erase_expired, erase_person, find_person
from intake.store.filter import LogFilter
from intake.store.group import GroupedSaver
from intake.store.keys import ERASED, erased_key
from intake.store.log import count
from intake.store.models import deliveries, marks, submissions
from intake.store.offers import read_offers
from intake.store.submissions import Receipt, save
from intake.store.users import add_user
from intake.store.views import list_views, save_view
from tests.clock import Clock
from tests.makers import make_new, make_raw, save_one

DIGITS, EMAIL = "79161112233", "petr@corp.ru"
PHONE = Phone(DIGITS, None, "RU", valid=True, original=DIGITS)
PERSONAL = Attribution(
    utm_source="email",
    utm_medium="cpc_4951112233",
    utm_campaign=f"reactivation_{EMAIL}",
    utm_content=EMAIL,
    utm_term=DIGITS,
)
KEY = f"form-{DIGITS}-1"
BY_LOT = "1234567890-2345678901-3456789012-4123456789:-2147483648"


def whom(text: str = EMAIL) -> Whom:
    found = read_whom(text)
    assert found is not None
    return found


def save_petr(database: Database, **changes: Any) -> Receipt:
    """Save what a mailing has brought, delivered."""
    defaults: dict[str, Any] = {
        "key": KEY,
        "raw": make_raw(fields={"phone": DIGITS, "mail": EMAIL}),
        "lead": Lead(name="Пётр", phone=PHONE, email=EMAIL, attribution=PERSONAL),
    }
    receipt = save_one(database, **defaults | changes)
    with database.write() as connection:
        done = {"state": "delivered", "next_attempt_at": None}
        connection.execute(update(deliveries).values(done))
    return receipt


def everything(database: Database) -> str:
    with database.read() as connection:
        tables = (submissions, marks, arrivals, deliveries)
        return "\n".join(str(row) for table in tables for row in connection.execute(select(table)))


def erase(database: Database, clock: Clock, *, by_age: bool) -> None:
    if by_age:
        clock.advance(3600)
        assert erase_expired(database, "okna", timedelta(minutes=59), 100) == 1
    else:
        assert erase_person(database, whom(), actor="anna", undelivered=False).erased


@pytest.mark.parametrize("by_age", [False, True])
def test_neither_the_marks_nor_the_key_tell_of_whom_it_was(
    database: Database, clock: Clock, by_age: bool
) -> None:
    save_petr(database)
    erase(database, clock, by_age=by_age)
    text = everything(database)
    assert not [each for each in (EMAIL, DIGITS, DIGITS[1:], "reactivation") if each in text]
    assert read_offers(database).campaigns == ()
    assert count(database, LogFilter(source="email")) == 1, "that mark names nobody"
    for asked in (EMAIL, DIGITS, "reactivation", "9161112233"):
        assert count(database, LogFilter(text=asked)) == 0
    for contact in (EMAIL, DIGITS):
        assert find_person(database, whom(contact)).is_empty


def test_whoever_asks_by_a_number_takes_the_marks_with_it_however_it_looks(
    database: Database,
) -> None:
    told = Attribution(utm_source="sms", utm_medium="4951112233", utm_term="4/9/5/111/22/33")
    lead = Lead(name="Пётр", comment="8 495 111-22-33", attribution=told)
    save_petr(database, lead=lead, raw=make_raw(fields={"c": "8 495 111-22-33"}))
    erase_person(database, whom("84951112233"), actor="anna", undelivered=False)
    with database.read() as connection:
        left = Lead.from_json(connection.execute(select(submissions.c.lead)).scalar_one())
    assert left.attribution.utm == {"utm_source": "sms"}


@pytest.mark.parametrize("contact", [EMAIL, DIGITS])
def test_what_an_earlier_erasing_has_left_is_found_told_of_and_erased(
    database: Database, clock: Clock, contact: str
) -> None:
    number = save_petr(database).number
    then = clock()
    nothing: dict[str, Any] = dict.fromkeys(("name", "phone", "email", "region", "timezone"))
    left = {"lead": Lead(attribution=PERSONAL).to_json(), "raw": {"fields": {}}, "erased_at": then}
    with database.write() as connection:
        connection.execute(update(submissions).values(nothing | left | {"fingerprint": ""}))
    clock.advance(60)
    (found,) = find_person(database, whom(contact)).found
    assert (found.number, found.leftover, found.undelivered) == (number, True, False)
    report = erase_person(database, whom(contact), actor="anna", undelivered=False)
    assert report.erased == {number}
    assert find_person(database, whom(contact)).is_empty
    text = everything(database)
    assert (EMAIL in text, DIGITS in text) == (False, False)
    with database.read() as connection:
        assert connection.scalars(select(submissions.c.erased_at)).one() == then


@pytest.mark.parametrize("key", [KEY, EMAIL, "+7 916 111-22-33", BY_LOT, f"sha256:{'7' * 64}"])
@pytest.mark.parametrize("grouped", [False, True])
def test_a_repeat_of_what_is_erased_makes_no_second_lead(
    database: Database, clock: Clock, key: str, grouped: bool
) -> None:
    first = save_petr(database, key=key)
    erase(database, clock, by_age=False)
    clock.advance(86400)
    again = make_new(key=key, raw=make_raw(received_at=clock()))
    late = GroupedSaver(database).save(again) if grouped else save(database, again)
    assert (late.number, late.repeated, late.delivery_id) == (first.number, True, None)
    with database.read() as connection:
        assert len(connection.execute(select(deliveries)).all()) == 1
    # Under the same key another one is as welcome as ever on another site.
    assert not save_one(database, key=key, site="dveri").repeated


def test_a_kept_view_of_the_mark_that_names_them_is_forgotten(database: Database) -> None:
    anna = add_user(database, "anna", "x", Rights(Role.MARKETER)).id
    for name, query in (
        ("Из письма", f"campaign=reactivation_{EMAIL.replace('@', '%40')}&site=okna"),
        ("Не он", f"text=ivan_{EMAIL}"),
    ):
        assert save_view(database, anna, name, query)
    save_petr(database)
    erase_person(database, whom(), actor="anna", undelivered=False)
    assert [view.name for view in list_views(database, anna)] == ["Не он"]


def test_two_new_ones_with_such_a_key_in_one_group_are_one(database: Database) -> None:
    saver = GroupedSaver(database)
    receipts = [saver.save(make_new(key=KEY)) for _ in range(2)]
    assert [each.repeated for each in receipts] == [False, True]
    assert receipts[0].number == receipts[1].number


def test_only_a_key_that_may_tell_is_put_into_a_digest_and_only_once() -> None:
    for key in (None, BY_LOT, "550e8400-e29b-41d4-a716-446655440000", f"form:{'0a' * 32}", "a-1"):
        assert erased_key("okna", key) == key
    digest = erased_key("okna", KEY)
    assert digest is not None
    assert digest.startswith(ERASED)
    assert len(digest) < 200
    assert erased_key("okna", digest) == digest
    assert erased_key("dveri", KEY) != digest, "one site's key tells nothing of another's"
