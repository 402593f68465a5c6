from datetime import UTC, datetime, timedelta

from intake.receive.token import LIFETIME, FormTokens, Standing, key_of
from tests.makers import make_raw

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TOKENS = FormTokens("a secret of the tests")


def test_a_token_of_ours_is_good_and_knows_its_age() -> None:
    check = TOKENS.check(TOKENS.issue("okna", NOW), "okna", NOW + timedelta(seconds=90))
    assert (check.standing, check.age) == (Standing.GOOD, timedelta(seconds=90))


def test_tokens_differ_though_asked_for_at_once() -> None:
    assert TOKENS.issue("okna", NOW) != TOKENS.issue("okna", NOW)


def test_no_token_is_no_forgery() -> None:
    assert TOKENS.check(None, "okna", NOW).standing is Standing.ABSENT


def test_a_token_lives_a_day() -> None:
    token = TOKENS.issue("okna", NOW)
    assert TOKENS.check(token, "okna", NOW + LIFETIME).standing is Standing.GOOD
    late = NOW + LIFETIME + timedelta(seconds=1)
    assert TOKENS.check(token, "okna", late).standing is Standing.EXPIRED


def test_another_sites_and_anybody_elses_tokens_are_forged() -> None:
    token = TOKENS.issue("okna", NOW)
    other = FormTokens("another secret").issue("okna", NOW)
    future = TOKENS.issue("okna", NOW + timedelta(hours=1))
    for text, site in ((token, "dveri"), (other, "okna"), (future, "okna"), (token[:-1], "okna")):
        assert TOKENS.check(text, site, NOW).standing is Standing.FORGED
    for text in ("x", "a.b", "." * 200, "ы", "a" * 100_000, token + "x" * 400):
        assert TOKENS.check(text, "okna", NOW).standing is Standing.FORGED


def test_the_key_of_a_form_is_of_its_token_and_its_content() -> None:
    first = key_of("t1", make_raw())
    assert first == key_of("t1", make_raw())
    assert first != key_of("t2", make_raw())
    assert first != key_of("t1", make_raw(fields={"phone": "another"}))
