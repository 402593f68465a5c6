from dataclasses import replace
from datetime import UTC, datetime

from intake.domain.site import Directory, FieldRules
from intake.domain.submission import RawSubmission
from intake.receive.accept import Intake
from intake.receive.reread import reread
from intake.receive.token import FormTokens
from intake.store.submissions import NewSubmission, Receipt
from tests.conftest import ACCOUNT, SITE

RAW = RawSubmission({"phone": "029 123-45-67"}, datetime(2026, 11, 23, tzinfo=UTC))


def keep_nothing(_new: NewSubmission) -> Receipt:
    raise AssertionError("what is only read is not kept")


def intake_for(rules: FieldRules) -> Intake:
    directory = Directory({SITE.key: replace(SITE, rules=rules)}, {ACCOUNT.key: ACCOUNT})
    return Intake(keep_nothing, directory, lambda _: None, FormTokens("a secret of the tests"))


def test_what_a_person_types_is_read_by_the_rules_of_the_site() -> None:
    phone = reread(intake_for(FieldRules(default_country="BY")), RAW, SITE.key).phone
    assert phone is not None
    assert (phone.value, phone.country) == ("375291234567", "BY")


def test_without_a_site_it_is_read_by_the_rules_of_every_page() -> None:
    raw = replace(RAW, fields={"phone": "8 912 345-67-89"})
    phone = reread(intake_for(FieldRules(default_country="BY")), raw, "gone").phone
    assert phone is not None
    assert (phone.value, phone.country) == ("79123456789", "RU")
