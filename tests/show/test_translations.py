"""The catalogue holds what the log says, all of it, and nothing else."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from intake.show.translations import CATALOGUE, LANGUAGE, read_catalogue
from intake.show.translations.__main__ import updated, write
from intake.show.translations.sources import (
    Fault,
    Text,
    gather,
    of_python,
    of_script,
    of_template,
)
from intake.show.translations.told import CYRILLIC, told_texts

PLACES = re.compile(r"%\(\w+\)s|%%|\{\{?\w+\}?\}")
# A language is called by its own name in every language.
IN_RUSSIAN = {"Русский"}
RUN = "run: make translations"


def messages() -> list[Message]:
    return [message for message in read_catalogue() if message.id]


def forms(text: object) -> list[str]:
    """A text, or the forms of a counted one."""
    return [str(each) for each in text] if isinstance(text, list | tuple) else [str(text)]


def test_every_text_of_the_log_can_be_looked_up() -> None:
    _texts, faults = gather()
    assert faults == []


def test_the_catalogue_has_every_text_of_the_source_and_no_other(tmp_path: Path) -> None:
    texts, _faults = gather()
    write(updated(read_catalogue(), texts), tmp_path / "messages.po")
    assert (tmp_path / "messages.po").read_text() == CATALOGUE.read_text(), RUN


def test_every_text_has_its_english_and_a_person_has_agreed_to_it() -> None:
    wanting = [each.id for each in messages() if not all(forms(each.string)) or each.fuzzy]
    assert wanting == []


def test_english_has_the_same_places_and_is_english() -> None:
    for message in messages():
        places = {frozenset(PLACES.findall(each)) for each in forms(message.id)}
        for english in forms(message.string):
            assert {frozenset(PLACES.findall(english))} == places, message.id
            assert english in IN_RUSSIAN or not CYRILLIC.search(english), message.id


def test_english_can_stand_wherever_the_russian_stands() -> None:
    """In an attribute, too: a template takes what the catalogue says for safe."""
    for message in messages():
        russian = " ".join(forms(message.id))
        for english in forms(message.string):
            assert set('<>"') & set(english) <= set(russian), message.id
            assert english == english.strip() or russian != russian.strip(), message.id
            for tag in re.findall(r"<[^>]+>", russian):
                assert tag in english, message.id


def test_a_counted_text_has_a_form_for_one_and_a_form_for_many() -> None:
    for message in messages():
        assert len(forms(message.string)) == len(forms(message.id)), message.id


def test_what_cannot_be_looked_up_is_named() -> None:
    glued = 'def f(n: int) -> str:\n    """Слова."""\n    return f"Заявка {n}"\n'
    assert [type(each) for each in of_python("x.py", glued)] == [Fault]
    for bare in ("<p>Заявка</p>", '{{ "Заявка" }}', '<p title="Заявка"></p>'):
        assert [type(each) for each in of_template("x.html", bare)] == [Fault], bare
    assert [type(each) for each in of_script("x.js", 'say("Заявка"); // Заявка')] == [Fault]


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('{{ _("Заявка %(n)s", n=1) }}', Text("x.html", 1, "Заявка %(n)s")),
        ("{% trans n=1 %}Заявка {{ n }}{% endtrans %}", Text("x.html", 1, "Заявка %(n)s")),
        (
            '{{ words.counted(n, "заявка", "заявки", "заявок") }}',
            Text("x.html", 1, "заявка", "заявок"),
        ),
    ],
)
def test_templates_say_their_texts_in_three_ways(template: str, found: Text) -> None:
    assert list(of_template("x.html", template)) == [found]


def test_a_module_of_the_log_says_its_texts_without_any_mark() -> None:
    source = 'WORDS = {"held": "придержано"}\nprint(counted(2, "сеанс", "сеанса", "сеансов"))\n'
    assert set(of_python("x.py", source)) == {
        Text("x.py", 1, "придержано"),
        Text("x.py", 2, "сеанс", "сеансов"),
    }


def test_a_message_of_another_part_is_spelled_with_names_for_what_it_is_filled_with() -> None:
    source = 'def f(a):\n    """Слова."""\n    return f"Свободно {a.size} из {g(a)}."\n'
    assert list(told_texts(source)) == [(3, "Свободно %(size)s из %(value2)s.")]


def test_a_text_that_is_gone_leaves_the_catalogue_and_a_new_one_comes_empty() -> None:
    known = Catalog(LANGUAGE)
    known.add("Старое", "Old")
    known.add("Прежнее", "Former")
    catalogue = updated(known, [Text("a.py", 1, "Прежнее"), Text("a.py", 2, "Новое")])
    assert {each.id: each.string or "" for each in catalogue if each.id} == {
        "Прежнее": "Former",
        "Новое": "",
    }
