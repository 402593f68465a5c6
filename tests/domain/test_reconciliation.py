from intake.domain.reconciliation import Card, Finding, FindingKind, Ours, compare

FIRST, SECOND = "7F3K-2M9Q", "8A4B-1C2D"


def card(lead_id: int, *numbers: str) -> Card:
    return Card(lead_id, frozenset(numbers))


def test_a_card_with_our_number_is_ours() -> None:
    done = compare([Ours(1, FIRST)], [card(10, FIRST), card(11)])
    assert (done.findings, done.unseen) == ((), ())


def test_a_card_whose_id_we_were_told_is_ours_whatever_it_says() -> None:
    assert compare([Ours(1, FIRST, lead_id=10)], [card(10)]).unseen == ()


def test_what_is_on_no_card_is_to_be_looked_for() -> None:
    ours = Ours(1, FIRST)
    assert compare([ours], [card(10, SECOND)]).unseen == (ours,)


def test_our_number_on_two_cards_is_found() -> None:
    done = compare([Ours(1, FIRST), Ours(2, SECOND)], [card(11, FIRST), card(10, FIRST, SECOND)])
    assert done.findings == (Finding(1, FindingKind.TWICE, (10, 11)),)
    assert done.unseen == ()


def test_leads_merged_into_one_card_are_one_card() -> None:
    """A merged lead is given with its parent's id."""
    cards = [card(10, FIRST), card(10, FIRST, SECOND)]
    assert compare([Ours(1, FIRST), Ours(2, SECOND)], cards).findings == ()
