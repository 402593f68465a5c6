"""What the reader of a link sees: one list, page by page, and perhaps the file of it.

A blueprint of its own, apart from the log's: no session is read, nobody is signed in, and
nothing but the link says what may be seen. There is no search and no filter to guess with.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import NoReturn
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from intake.domain.person import NO_SITES, Sites
from intake.domain.site import Directory
from intake.domain.submission import SubmissionState
from intake.errors import StoreUnavailableError
from intake.show import words
from intake.show.covering import cover, heed
from intake.show.errors import UNKNOWN_HOST
from intake.show.export_columns import COLUMNS
from intake.show.export_run import ExportRun, Order
from intake.show.exporting import answer, place_of, read_format, told_of
from intake.show.filters import LogQuery, read_id, read_query
from intake.show.headers import HEADERS
from intake.show.hosts import Hosts
from intake.show.language import LANGUAGES, _, language
from intake.show.language_choice import CHOICE, keep_in_browser
from intake.show.list_parts import Chip, chips, counted, spare_marks
from intake.show.pages import Surroundings
from intake.show.sharing import conditions_of
from intake.show.status import Status, status_of
from intake.show.zones import ReadersClock
from intake.store import log
from intake.store.database import Database
from intake.store.exports import Taking
from intake.store.links import Opened, count_guess, is_known, may_guess, open_link
from intake.store.log import LogRow, count_found

_HEADERS = {
    **HEADERS,
    # The address is the key: no other site is told it, and no search engine keeps it.
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
LONGEST_TOKEN = 100

# Shown among rows with masked contacts, a part of one would give the rest away.
_MAY_BE_CONTACT = re.compile(r"[A-Za-z0-9@+]")
HIDDEN_SEARCH = "скрыт вместе с контактами"

_OVER = (
    "Ссылка не действует. Её срок вышел, её отозвали, или она скопирована не целиком. Попросите "
    "новую у того, кто её прислал."
)
HOST_CODE = 400
_BY_CODE = {
    HOST_CODE: UNKNOWN_HOST,
    404: _OVER,
    429: "Слишком частые обращения. Подождите несколько минут и откройте ссылку снова.",
    503: "База данных не отвечает. Список покажется, как только она вернётся.",
}


class SharedPages:
    """The views of links for whoever opens them. `books` is the whole store."""

    def __init__(self, around: Surroundings, books: Database) -> None:
        self._around = around
        self._books = books

    def guard(self) -> None:
        """Let pass only who has a link in force, and let it say what may be seen."""
        token = str((request.view_args or {}).get("token"))
        opened = None if len(token) > LONGEST_TOKEN else self._open(token)
        if opened is None:
            self._refuse(token, request.remote_addr or "")
        g.opened, g.masked, g.link_reach = opened, opened.link.masked, opened.sites

    def list(self, token: str) -> ResponseReturnValue:
        """Show what the link finds, a page at a time."""
        del token
        link, now, query = g.opened.link, self._around.now(), _query(g.opened)
        database = self._around.database
        before, after = read_id(request.args.get("before")), read_id(request.args.get("after"))
        page = log.read_page(database, query.wanted, before=before, after=after)
        heed(page.rows)
        spare_marks(query.values)
        return render_template(
            "show/shared.html",
            link=link,
            rows=[(row, self._status(row)) for row in page.rows],
            conditions=_conditions(g.opened, query, self._around.directory.titles),
            found=counted(page.count or count_found(database, query.wanted)),
            newer=page.rows[0].id if page.rows and page.has_newer else None,
            older=page.rows[-1].id if page.rows and page.has_older else None,
            border=page.border,
            sites=self._around.directory.titles,
            now=now,
        )

    def file(self, token: str) -> ResponseReturnValue:
        """Send what the link finds as a file, where its maker has allowed it."""
        opened: Opened = g.opened
        format_ = read_format(request.args.get("format"))
        if not opened.link.downloads or format_ is None:
            abort(404)
        query = _query(opened)
        order = Order(
            query.wanted,
            format_,
            tuple(each for each in COLUMNS if not each.is_inner),
            masked=opened.link.masked,
        )
        taking = Taking(
            opened.maker.id, opened.maker.login, secrets.token_urlsafe(24), opened.link.id
        )
        detail = {
            **told_of(query.values, format_, self._around.directory.titles),
            "link": opened.link.id,
        }
        return answer(self._books, taking, detail, self._run(order, token, opened.sites))

    def _refuse(self, token: str, address: str) -> NoReturn:
        # Only of what never was: whoever has a link opens it, whatever others behind the
        # same address have tried.
        if not is_known(self._books, token):
            if not may_guess(self._books, address):
                abort(429)
            count_guess(self._books, address)
        abort(404)

    def _run(self, order: Order, token: str, sites: Sites) -> ExportRun:
        books = self._books

        def still_may() -> bool:
            now = open_link(books, token, counted=False)
            return now is not None and now.sites == sites and now.link.downloads

        database = books.limited(lambda: sites)
        return ExportRun(database, books, order, place_of(self._around), still_may)

    def _open(self, token: str) -> Opened | None:
        is_first = request.endpoint == "shared.list" and {*request.args} <= {CHOICE}
        opened = open_link(self._books, token, counted=is_first and request.method == "GET")
        if opened is None:
            return None
        query = _query(opened)
        if query.problems:
            # Without a condition it would show more than its maker meant.
            return None
        site = query.wanted.site
        is_lost = site is not None and opened.sites is not None and site not in opened.sites
        return None if is_lost else opened

    def _status(self, row: LogRow) -> Status:
        status = status_of(row, self._around.clock, self._around.now())
        # What the CRM said is our own affair; why a post was refused at the door is not.
        is_ours = row.state == SubmissionState.ACCEPTED
        return replace(status, note=None) if is_ours else status


def link_reach() -> Sites:
    """Return the sites that the link which is open reaches; without one, none."""
    sites: Sites = g.get("link_reach", NO_SITES)
    return sites


def create_shared_blueprint(
    database: Database,
    directory: Directory,
    *,
    display_timezone: str = "Europe/Moscow",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    hosts: Hosts | None = None,
) -> Blueprint:
    """Return the pages of links, at ``/shared/<token>``; see `create_blueprint` of the log."""
    clock = ReadersClock(ZoneInfo(display_timezone))
    around = Surroundings(database.limited(link_reach), directory, _ring_nobody, clock, now)
    pages = SharedPages(around, database)
    blueprint = Blueprint("shared", __name__)
    blueprint.before_request((hosts or Hosts()).guard)
    blueprint.before_request(pages.guard)
    blueprint.after_request(_answer)
    blueprint.context_processor(
        lambda: {"clock": clock, "words": words, "language": language, "languages": LANGUAGES}
    )
    blueprint.add_url_rule("/shared/<token>", "list", pages.list)
    blueprint.add_url_rule("/shared/<token>/file", "file", pages.file)
    blueprint.register_error_handler(HTTPException, _failed)
    blueprint.register_error_handler(StoreUnavailableError, _out_of_order)
    return blueprint


def _ring_nobody(_delivery: int) -> NoReturn:
    raise AssertionError("a link's reader sends nothing")


def _query(opened: Opened) -> LogQuery:
    return read_query(conditions_of(opened.link), ZoneInfo(opened.link.zone))


def _conditions(opened: Opened, query: LogQuery, sites: Mapping[str, str]) -> list[Chip]:
    values = dict(query.values)
    text = values.get("text", "")
    if opened.link.masked and _MAY_BE_CONTACT.search(text):
        values["text"] = _(HIDDEN_SEARCH)
    return [*chips(values, sites)]


def _answer(response: Response) -> Response:
    # A file is masked while it is made, cell by cell.
    response = response if response.is_streamed else cover(response)
    if request.args.get(CHOICE) in LANGUAGES:
        keep_in_browser(response, request.args[CHOICE])
    for name, value in _HEADERS.items():
        response.headers[name] = value
    return response


def _failed(error: HTTPException) -> ResponseReturnValue:
    is_known = error.code in _BY_CODE and (error.code != HOST_CODE or error.description == "host")
    return _page(error.code or 404) if is_known else _page(404)


def _out_of_order(_error: StoreUnavailableError) -> ResponseReturnValue:
    return _page(503)


def _page(code: int) -> ResponseReturnValue:
    heading, _dot, sentence = _(_BY_CODE[code]).partition(". ")
    return render_template("show/shared_over.html", heading=heading, sentence=sentence), code
