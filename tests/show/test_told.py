"""Messages of other parts, which lie in rows in Russian, as an English reader sees them."""

import re
from collections.abc import Iterator

import pytest

from intake.deliver.attempt import OF_THIS_CALL
from intake.domain.doubt import SENTENCES
from intake.domain.health import Figures, Vitals, examine
from intake.domain.utm_doctor import DEFECTS
from intake.show.told import told
from intake.show.translations.sources import ROOT
from intake.show.translations.told import CYRILLIC, TOLD, told_texts
from tests.show.factory import Log, minutes


@pytest.fixture
def in_english(log: Log) -> Iterator[None]:
    with log.app.test_request_context("/log", headers={"Cookie": "language=en"}):
        yield


def all_told() -> list[str]:
    texts = (told_texts((ROOT / name).read_text()) for name in TOLD)
    return sorted({text for each in texts for _line, text in each})


@pytest.mark.usefixtures("in_english")
def test_every_message_is_found_again_once_it_is_filled_in() -> None:
    for text in all_told():
        filled = re.sub(r"%\((\w+)\)s", r"<\1>", text)
        said = told(filled)
        assert not CYRILLIC.search(said), (filled, said)
        assert set(re.findall(r"<\w+>", said)) == set(re.findall(r"<\w+>", filled)), said


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("russian", "english"),
    [
        ("Свободно 95367 МБ.", "95367 MB free."),
        ("Обходчик молчит 14 мин: повторов и подхвата нет.", "silent for 14 min"),
        # As `intake.deliver.attempt.sentence` makes a sentence of what the client says.
        ("CRM отказала: «Нет такого этапа».", "The CRM refused: “Нет такого этапа”."),
        (
            f"Связь оборвалась, и неизвестно, принят ли запрос. {OF_THIS_CALL}",
            "The connection broke, and it is unknown whether the request was taken. The CRM",
        ),
        (DEFECTS["utm_macro"].sentence, "Correct the macro in the ad’s link"),
        (
            DEFECTS["utm_macro"].sentence + " В системе «Директ» номер кампании — {campaign_id}.",
            "In “Yandex Direct” the campaign number is {campaign_id}.",
        ),
    ],
)
def test_messages_are_told_in_english(russian: str, english: str) -> None:
    assert english in told(russian)


@pytest.mark.usefixtures("in_english")
def test_what_nobody_knows_stays_as_it_is() -> None:
    assert told("Что-то своё: 5.") == "Что-то своё: 5."
    assert told("") == ""


@pytest.mark.usefixtures("in_english")
def test_health_and_doubts_speak_english() -> None:
    figures = (
        Figures(True, Vitals(minutes(1), minutes(30)), 10**11, 7),
        Figures(False, Vitals(minutes(10), minutes(0.1)), 10**7, None),
        Figures(True, None, 10**8, 0),
        Figures(True, None, None, 0),
    )
    said = [check.message for each in figures for check in examine(each).checks]
    for message in [*said, *SENTENCES.values()]:
        assert not CYRILLIC.search(told(message)), message


def test_a_russian_reader_gets_what_was_said(log: Log) -> None:
    with log.app.test_request_context("/log"):
        assert told("Свободно 95367 МБ.") == "Свободно 95367 МБ."
    assert told("Свободно 95367 МБ.") == "Свободно 95367 МБ."
