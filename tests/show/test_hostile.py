"""Every page shows a hostile submission as text: no tag, no attribute, no address of it."""

from html.parser import HTMLParser
from typing import Any

import pytest

from intake.domain.lead import Contact, Issue
from intake.store.notes import add_note
from tests.show.factory import (
    Log,
    add_attempt,
    add_deed,
    add_delivery,
    add_submission,
    lead,
    submission_id,
)
from tests.show.hostile import CORPUS

TAGS_OF_OURS = {"html", "head", "meta", "title", "link", "script", "body", "a", "header", "div"}
TAGS_OF_OURS |= {"main", "p", "span", "nav", "form", "input", "button", "section", "h1", "h2"}
TAGS_OF_OURS |= {"h3", "dl", "dt", "dd", "bdi", "ul", "ol", "li", "details", "summary", "pre"}
TAGS_OF_OURS |= {"time", "strong", "label", "select", "option", "table", "thead", "tbody", "tr"}
TAGS_OF_OURS |= {"th", "td", "code", "fieldset", "legend", "b", "small", "datalist"}
# The list of keys, which waits until it is asked for.
TAGS_OF_OURS |= {"dialog", "kbd", "textarea"}


class Reader(HTMLParser):
    """Reads a page as a browser would and remembers what could do something."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.scripts: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag and its attributes."""
        if tag not in TAGS_OF_OURS:
            self.wrong.append(tag)
        if tag == "script":
            self.scripts.append(dict(attrs).get("src"))
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.wrong.append(f"{tag} {name}")
            address = (value or "").strip().lower()
            if name in {"href", "src", "action"} and not address.startswith(
                ("/", "#", "https://mycrm.envycrm.com")
            ):
                self.wrong.append(f"{tag} {name}={value}")
            if address.startswith("//"):
                self.wrong.append(f"{tag} {name}={value}")


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def add_hostile(log: Log, evil: str) -> str:
    """Put it wherever a stranger, a page or the CRM can put something."""
    understood = lead(
        evil,
        email=f"{evil}@mail.ru",
        comment=evil,
        region=evil,
        timezone=evil[:10],
        extra={evil: evil},
        contact_data=(Contact(evil, evil, evil),),
        issues=(Issue(evil, evil, evil, evil),),
    )
    consent = {"text_version": evil, "at": evil}
    raw = {
        "fields": {evil: evil, "x": {evil: [evil]}},
        "page_url": evil,
        "page_title": evil,
        "referrer": evil,
        "ip": evil,
        "user_agent": evil,
        "cookies": {evil: evil},
        "consent": consent,
    }
    # Half a character is kept by SQLite as an escape; a column of text cannot hold it.
    columns: dict[str, Any] = {
        name: clean(evil) for name in ("name", "region", "utm_source", "utm_campaign")
    }
    columns |= {
        "timezone": clean(evil)[:10],
        "search_text": "",
        "phone": clean(evil)[:40],
        "email": clean(evil)[:254],
    }
    number = add_submission(log.database, understood, raw=raw, site=clean(evil)[:100], **columns)
    delivery = add_delivery(
        log.database, number, "attention", message=clean(evil), outcome=clean(evil)[:20]
    )
    request = {"request": {evil: evil}}
    texts = {"reply": clean(evil), "message": clean(evil), "step": clean(evil)[:20]}
    add_attempt(log.database, delivery, request=request, **texts)
    add_deed(
        log.database,
        number,
        actor=clean(evil)[:100],
        action=clean(evil)[:50],
        detail={"login": evil},
    )
    add_note(log.database, submission_id(log.database, number), clean(evil)[:100], clean(evil))
    return number


def clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "")


@pytest.fixture
def pages(log: Log) -> list[tuple[str, str]]:
    """Give every page that shows something of the corpus, for each of it."""
    numbers = [add_hostile(log, evil) for evil in CORPUS]
    client = log.signed_in()
    answers = [
        client.get(path)
        for path in ("/log", "/log/audit", "/log/utm", *map("/log/{}".format, numbers))
    ]
    # An error's page would show nothing hostile, and nothing else.
    assert {answer.status_code for answer in answers} == {200}
    return [(answer.request.path, answer.text) for answer in answers]


# What a page loads beside the script of all; a submission's own page the last.
SCRIPTS = {
    "/log": ["/static/list.js", "/static/rows.js"],
    "/log/audit": [],
    "/log/utm": [],
}
OF_ONE = ["/static/way.js"]


def test_nothing_of_the_corpus_becomes_a_part_of_a_page(pages: list[tuple[str, str]]) -> None:
    assert len(pages) == len(CORPUS) + 3
    for path, text in pages:
        assert "</html>" in text, path
        reader = read(text)
        assert reader.wrong == [], (path, reader.wrong)
        assert reader.scripts == ["/static/log.js", *SCRIPTS.get(path, OF_ONE)], path


def test_the_reader_of_pages_would_see_it() -> None:
    for evil in ("<img src=x onerror=1>", "<a href=javascript:1>", "<base href=//evil.example>"):
        assert read(evil).wrong, evil


def test_what_is_typed_into_a_form_comes_back_as_text(log: Log) -> None:
    client = log.signed_in()
    for evil in CORPUS:
        for name in ("text", "status", "site", "since", "actor", "number", "next"):
            for path in ("/log", "/log/audit", "/log/utm", "/login"):
                answer = client.get(path, query_string={name: clean(evil)})
                assert answer.status_code in {200, 302}, (path, name, evil)
                assert read(answer.text).wrong == [], (path, name, evil)
                location = answer.headers.get("Location", "/log")
                assert location.startswith("/")
                assert not location.startswith("//")
