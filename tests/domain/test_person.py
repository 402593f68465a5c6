from intake.domain.person import NO_SITES, Rights, Role, sees


def test_each_role_may_what_the_one_before_it_may() -> None:
    order = [Role.VIEWER, Role.MARKETER, Role.ADMIN]
    reached = [[role.reaches(least) for least in order] for role in order]
    assert reached == [[True, False, False], [True, True, False], [True, True, True]]


def test_no_sites_given_is_every_site_and_an_empty_choice_is_none() -> None:
    assert sees(None, "okna")
    assert not sees(NO_SITES, "okna")
    assert sees(frozenset({"okna"}), "okna")
    assert not sees(frozenset({"okna"}), "dveri")


def test_an_administrator_reaches_every_site() -> None:
    assert Rights(Role.ADMIN, frozenset({"okna"})).reach is None
    assert Rights(Role.VIEWER, frozenset({"okna"})).reach == frozenset({"okna"})
