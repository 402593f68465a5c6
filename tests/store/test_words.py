from intake.store.words import LONGEST_WORD, MOST_WORDS, asked_words, kept_words, split


def test_words_are_alike_in_any_case_and_spelling() -> None:
    assert split("ЁЛКА") == split("елка") == split("ёлка")
    assert split("й") == ["й"]
    assert split("ﬁn") == ["fin"]


def test_every_part_of_a_phone_is_the_beginning_of_a_word_of_it() -> None:
    kept = kept_words([], "79123456789").split()
    for part in ("9123456789", "345678", "6789", "7912", "23456"):
        assert any(word.startswith(part) for word in kept), part


def test_what_nobody_would_type_is_not_kept() -> None:
    assert kept_words(["щ" * 500]) == "щ" * LONGEST_WORD
    many = kept_words([f"слово{turn}" for turn in range(5000)], "79123456789").split()
    assert len(many) == MOST_WORDS
    assert "79123456789" in many


def test_a_text_of_signs_asks_for_nothing() -> None:
    assert asked_words("\") ( * ^ - : ' \\ % _ \ud83d") == ()
