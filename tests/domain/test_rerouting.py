"""What sending many another way comes to for one of them, decided purely."""

from dataclasses import replace
from typing import Any

import pytest

from intake.domain.catalogue import Catalogue, Named, NamedPipeline
from intake.domain.correction import Effect, Route, Sent
from intake.domain.delivery import Checkpoint, Step
from intake.domain.lead import Lead
from intake.domain.place import Place
from intake.domain.rerouting import Case, Plan, Rerouting, Unfit, plan
from intake.domain.site import Site, StageRule, StartRule
from intake.domain.standing import Hindrance, Standing
from tests.show.factory import lead

OFFERED = Catalogue(
    pipelines=(NamedPipeline(10, "Окна", (Named(11, "Новая"), Named(12, "Замер"))),),
    employees=(Named(182, "Сергей"), Named(183, "Мария")),
    user_id=3844,
)
PLACES = {
    "okna": Place(
        Site("okna", "Окна", "main", stage=StageRule(11), start=StartRule(3844, 182)), OFFERED
    ),
    "dveri": Place(Site("dveri", "Двери", "main"), OFFERED),
    "kuhni": Place(Site("kuhni", "Кухни", "other"), Catalogue()),
}
FAILED = Standing(2, 7, "main", Sent(Checkpoint()), site="okna")
CASE = Case(lead(), FAILED, "okna")
TO_STAGE = Rerouting("main", way="s:12")
ALL = frozenset(PLACES)


def planned(case: Case, chosen: Rerouting) -> Plan:
    made = plan(case, chosen, PLACES, ALL)
    assert isinstance(made, Plan), made
    return made


def standing(**more: Any) -> Case:
    return replace(CASE, standing=replace(FAILED, **more))


def reached(*steps: Step, **more: Any) -> Sent:
    return Sent(Checkpoint(steps, lead_id=5), **more)


def test_a_stage_is_changed_and_all_else_stays() -> None:
    case = standing(route=Route(None, 183, 3844))
    made = planned(case, TO_STAGE)
    assert (made.site.key, made.route, made.effect) == ("okna", Route(12, 183, 3844), Effect.FIRST)
    assert made.lead.pipeline_id == 10
    told = [(each.field, each.was, each.now) for each in made.changes]
    assert told == [("pipeline", "как настроено у сайта", "Окна"), ("stage", "Новая", "Замер")]


def test_what_is_chosen_before_is_given_back_to_the_settings() -> None:
    case = standing(route=Route(12, 183, 3844))
    assert planned(case, Rerouting("main", employee="")).route == Route(12, None)
    made = planned(case, Rerouting("main", way="", employee=""))
    assert (made.route, made.lead.pipeline_id) == (Route(), None)


def test_another_site_keeps_the_way_within_its_account_only() -> None:
    case = standing(route=Route(12, 183, 3844))
    assert planned(case, Rerouting("main", "dveri")).route == Route(12, 183, 3844)
    made = planned(case, Rerouting("other", "kuhni"))
    assert (made.site.key, made.route) == ("kuhni", Route())
    assert made.changes[0].now == "Кухни"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (reached(Step.CREATE), Effect.GOES_ON),
        (reached(Step.CREATE, is_delivered=True), Unfit.BESIDE),
        (Sent(Checkpoint(), frozenset({Step.CREATE})), Effect.GOES_ON),
    ],
)
def test_the_lead_goes_on_or_is_left_to_a_person(sent: Sent, expected: object) -> None:
    case = replace(CASE, lead=replace(lead(), pipeline_id=10))
    case = replace(case, standing=replace(FAILED, sent=sent))
    made = plan(case, TO_STAGE, PLACES, ALL)
    assert (made.effect if isinstance(made, Plan) else made) is expected


def test_what_may_be_there_with_other_data_is_left_to_a_person() -> None:
    unseen = standing(sent=Sent(Checkpoint(), frozenset({Step.CREATE})))
    assert plan(unseen, Rerouting("main", "dveri"), PLACES, ALL) is Unfit.DOUBT


def test_what_changes_nothing_is_sent_only_where_it_never_was() -> None:
    case = standing(route=Route(12), sent=None)
    case = replace(case, lead=replace(lead(), pipeline_id=10))
    assert plan(case, TO_STAGE, PLACES, ALL) is Unfit.UNCHANGED
    held = replace(case, standing=replace(case.standing, state="held"))
    assert planned(held, TO_STAGE).changes == ()


@pytest.mark.parametrize(
    ("case", "chosen", "expected"),
    [
        (standing(hindrance=Hindrance.BUSY), TO_STAGE, Hindrance.BUSY),
        (replace(CASE, lead=Lead(name="Анна")), TO_STAGE, Unfit.NO_CONTACT),
        (standing(site="gone"), TO_STAGE, Unfit.NO_SITE),
        (standing(site="kuhni"), TO_STAGE, Unfit.OTHER_CRM),
        (CASE, Rerouting("main", "gone"), Unfit.NO_SITE),
    ],
)
def test_why_it_is_not_for_a_submission(case: Case, chosen: Rerouting, expected: object) -> None:
    assert plan(case, chosen, PLACES, ALL) is expected


def test_nobody_sends_by_a_site_they_do_not_see() -> None:
    assert plan(CASE, Rerouting("main", "dveri"), PLACES, {"okna"}) is Unfit.NO_ACCESS


def test_a_choice_is_kept_and_read_as_it_was() -> None:
    for chosen in (TO_STAGE, Rerouting("main", "dveri", "", "183", "")):
        assert Rerouting.from_json(chosen.to_json()) == chosen
    assert Rerouting.from_json(None) is None
    assert Rerouting("main", "dveri", "").fields == ("site", "pipeline")
