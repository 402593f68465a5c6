from intake.normalise.issues import IssueCode
from intake.show.issue_words import issue


def test_whatever_the_normaliser_finds_has_a_name_of_its_own_in_the_filter() -> None:
    named = [issue(code) for code in IssueCode]
    assert not {*IssueCode} & {*named}
    assert len({*named}) == len(named)


def test_a_code_of_another_version_stands_as_it_is() -> None:
    assert issue("something_new") == "something_new"
