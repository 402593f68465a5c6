from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.domain.correction import (
    AS_CONFIGURED,
    WHERE_IT_IS,
    Change,
    Effect,
    Route,
    Sent,
    corrected,
    effect_of,
    lead_changes,
    post_to_read,
    read_changes,
    routed,
    unread,
)
from intake.domain.delivery import Checkpoint, Step, steps_for
from intake.domain.lead import Issue, Lead, Phone
from intake.domain.sharing import Share
from intake.domain.site import Site, StageRule, StartRule
from intake.domain.submission import RawSubmission

OLD = Phone("79123456789", None, "RU", valid=True, original="8 912 345-67-89")
NEW = Phone("78123456789", None, "RU", valid=True, original="8 812 345 67 89")
SITE = Site("okna", "Окна", "main")
STAGED = replace(SITE, start=StartRule(3844, 182), stage=StageRule(5636, 182))
BEFORE = Lead(
    name="Анна",
    phone=OLD,
    comment="Окно",
    region="Свердловская область",
    region_from="phone",
    timezone="UTC+05:00",
    timezone_from="phone",
    extra={"Телефон": "8 912", "Этаж": "5"},
    issues=(
        Issue("phone_second_number", "Телефон", "Номеров два.", "8 912"),
        Issue("name_recased", "Имя", "Имя написано с большой буквы.", "анна"),
    ),
)


def test_only_what_was_typed_anew_changes_and_the_rest_stays_as_it_was() -> None:
    read = Lead(name="Другая", phone=NEW, comment="Другое", region="Санкт-Петербург")
    after = corrected(BEFORE, read, {"phone"})
    assert (after.name, after.comment) == ("Анна", "Окно")
    assert (after.phone, after.region, after.timezone) == (NEW, "Санкт-Петербург", None)


def test_what_was_told_of_the_old_value_goes_with_it() -> None:
    read = Lead(phone=NEW, issues=(Issue("phone_repaired", "phone", "Исправили номер.", "x"),))
    after = corrected(BEFORE, read, {"phone"})
    assert [each.code for each in after.issues] == ["name_recased", "phone_repaired"]
    assert after.extra == {"Этаж": "5"}


def test_a_correction_of_the_name_leaves_the_number_and_what_was_told_of_it() -> None:
    after = corrected(BEFORE, Lead(name="Мария", phone=NEW), {"name"})
    assert (after.name, after.phone, after.region) == ("Мария", OLD, BEFORE.region)
    assert [each.code for each in after.issues] == ["phone_second_number"]


def test_a_region_that_nobody_typed_is_found_anew_and_a_typed_one_is_told() -> None:
    raw = RawSubmission({"x": "y"}, datetime(2026, 11, 23, tzinfo=UTC), ip="192.0.2.1")
    typed = {"phone": "8 812 345 67 89", "region": "Свердловская область", "name": ""}
    assert post_to_read(raw, BEFORE, typed, {"phone"}).fields == {"phone": "8 812 345 67 89"}
    told = post_to_read(raw, BEFORE, typed, {"phone", "region"})
    assert told.fields["region"] == "Свердловская область"
    by_page = replace(BEFORE, region_from="field", visit_id="77")
    assert {"region", "visit_id"} < {*post_to_read(raw, by_page, typed, {"phone"}).fields}
    assert told.ip == "192.0.2.1"


def test_a_number_that_cannot_be_one_says_why() -> None:
    read = Lead(issues=(Issue("phone_incomplete", "phone", "Не хватает цифр.", "12"),))
    assert unread(read, {"phone": "12"}, {"phone"}) == {"phone": "Не хватает цифр."}
    assert unread(read, {"phone": ""}, {"phone"}) == {}
    assert unread(read, {"phone": "12"}, {"name"}) == {}


def test_changes_are_told_field_by_field_and_kept_as_they_are() -> None:
    after = replace(BEFORE, phone=replace(NEW, extension="7"), name=None)
    changes = lead_changes(BEFORE, after)
    assert changes == (
        Change("phone", "+79123456789", "+78123456789 доб. 7"),
        Change("name", "Анна", ""),
    )
    assert read_changes([each.to_json() for each in changes]) == changes
    assert read_changes(None) == ()


@pytest.mark.parametrize(
    ("sent", "card_changes", "effect"),
    [
        (None, True, Effect.FIRST),
        (Sent(Checkpoint()), True, Effect.FIRST),
        (Sent(Checkpoint((Step.REPEAT,))), True, Effect.FIRST),
        (Sent(Checkpoint((Step.CREATE,))), True, Effect.BESIDE),
        (Sent(Checkpoint((Step.JOIN,))), True, Effect.BESIDE),
        (Sent(Checkpoint((Step.CREATE,))), False, Effect.GOES_ON),
        (Sent(Checkpoint((Step.CREATE,)), is_delivered=True), False, Effect.BESIDE),
        (Sent(Checkpoint(), frozenset({Step.CREATE})), True, Effect.DOUBT),
        (Sent(Checkpoint(), frozenset({Step.CREATE})), False, Effect.GOES_ON),
        (Sent(Checkpoint(), frozenset({Step.JOIN})), True, Effect.DOUBT),
        (Sent(Checkpoint(), frozenset({Step.START})), True, Effect.FIRST),
    ],
)
def test_what_happens_follows_from_what_is_in_the_crm(
    sent: Sent | None, card_changes: bool, effect: Effect
) -> None:
    assert effect_of(sent, STAGED, AS_CONFIGURED, card_changes=card_changes) is effect


@pytest.mark.parametrize(
    ("done", "route", "site", "effect"),
    [
        ((Step.CREATE,), Route(stage_id=5635), STAGED, Effect.GOES_ON),
        ((Step.CREATE, Step.START, Step.STAGE), Route(stage_id=5635), STAGED, Effect.BESIDE),
        ((Step.CREATE,), Route(employee_id=183, user_id=3844), STAGED, Effect.GOES_ON),
        ((Step.CREATE, Step.START), Route(employee_id=183), STAGED, Effect.GOES_ON),
        ((Step.CREATE,), Route(employee_id=183), SITE, Effect.BESIDE),
        ((Step.CREATE,), Route(stage_id=WHERE_IT_IS), STAGED, Effect.GOES_ON),
    ],
)
def test_a_choice_that_no_step_to_come_can_tell_needs_another_lead(
    done: tuple[Step, ...], route: Route, site: Site, effect: Effect
) -> None:
    sent = Sent(Checkpoint(done))
    assert effect_of(sent, routed(site, route), route, card_changes=False) is effect


def test_a_chosen_stage_and_person_stand_in_for_the_settings() -> None:
    site = replace(STAGED, responsible=(Share(182, 1), Share(183, 1)))
    chosen = routed(site, Route(stage_id=5637, employee_id=183))
    assert chosen.stage == StageRule(5637, 183)
    assert chosen.start == StartRule(3844, 183)
    assert (chosen.employee_id, chosen.responsible) == (183, ())
    assert routed(site, AS_CONFIGURED) is site
    assert routed(site, Route(stage_id=WHERE_IT_IS)).stage is None


def test_a_person_alone_does_not_take_a_lead_into_work() -> None:
    chosen = routed(SITE, Route(employee_id=183, user_id=3844))
    assert Step.START not in steps_for(chosen)
    staged = routed(SITE, Route(stage_id=5636, employee_id=183, user_id=3844))
    assert staged.start == StartRule(3844, 183)
    # Without the administrator's number the CRM takes nobody's but its own choice.
    assert routed(SITE, Route(stage_id=5636, employee_id=183)).start is None


@pytest.mark.parametrize("route", [AS_CONFIGURED, Route(5635, 183, 3844, 104210)])
def test_a_route_is_kept_as_it_is(route: Route) -> None:
    assert Route.from_json(route.to_json()) == route


@pytest.mark.parametrize("junk", [None, [], {"stage_id": "x", "employee_id": True}])
def test_a_route_that_cannot_be_read_is_that_of_the_settings(junk: Any) -> None:
    assert Route.from_json(junk) == AS_CONFIGURED
