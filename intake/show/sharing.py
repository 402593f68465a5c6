"""Links that show a part of the log to others: making them, seeing them, ending them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intake.domain.person import Role
from intake.show import words
from intake.show.filters import ME, NAMES, PERIODS, read_assignee, read_query
from intake.show.hosts import Hosts
from intake.show.language import _
from intake.show.list_parts import Chip, chips, counted
from intake.show.pages import Surroundings
from intake.store import links
from intake.store.database import Database
from intake.store.links import LONGEST_TITLE, MOST_LINKS, Link, NewLink
from intake.store.log import count_found

# Days, and what they are called.
TERMS: Mapping[int, str] = {1: "1 день", 7: "7 дней", 30: "30 дней"}
USUAL_TERM = 7
NO_ROOM = "Действующих ссылок уже %(most)s: отзовите лишние, и место найдётся."
REVOKED = "Ссылка отозвана: больше её никто не откроет."


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link as its maker sees it."""

    link: Link
    conditions: Sequence[Chip]
    openings: str


class LinkPages:
    """The views of links for whoever makes them. `books` is the whole store."""

    def __init__(self, around: Surroundings, books: Database, hosts: Hosts) -> None:
        self._around = around
        self._books = books
        self._hosts = hosts

    def show(self) -> ResponseReturnValue:
        """Show one's own links, an administrator everybody's; ask for another."""
        return self._page()

    def _page(self, made: str | None = None) -> str:
        now, zone = self._around.now(), self._around.clock.zone
        query = read_query(frozen(request.args, zone, now), zone, now)
        is_asked = "new" in request.args
        everybody = g.user.role is Role.ADMIN
        found = links.list_links(self._books, None if everybody else g.user.id)
        return render_template(
            "show/links.html",
            made=made,
            is_asked=is_asked,
            values=query.values,
            problems=read_query(request.args, zone, now).problems if is_asked else (),
            chips=chips(query.values, self._around.directory.titles),
            found=counted(count_found(self._around.database, query.wanted)) if is_asked else "",
            links=[self._view(each) for each in found],
            everybody=everybody,
            terms={days: _(word) for days, word in TERMS.items()},
            usual=USUAL_TERM,
            longest=LONGEST_TITLE,
            was_period=request.args.get("period") in PERIODS,
            now=now,
        )

    def make(self) -> ResponseReturnValue:
        """Make a link; its address is shown once, on the page that answers."""
        if request.method != "POST":
            return redirect(url_for(".links"))
        days = next((each for each in TERMS if str(each) == request.form.get("days")), None)
        if days is None:
            abort(400, "form")
        zone = self._around.clock.zone
        if read_query(request.form, zone, self._around.now()).problems:
            abort(400, "filter")
        wanted = self._wanted(timedelta(days=days))
        token = links.make_link(self._books, g.user, wanted)
        if token is None:
            flash(_(NO_ROOM, most=MOST_LINKS))
            return redirect(url_for(".links"), 303)
        # Never by way of the session: what its cookie holds is signed and not hidden.
        return self._page(self._hosts.address_of("shared.list", token=token))

    def revoke(self, link_id: int) -> ResponseReturnValue:
        """End a link."""
        if request.method == "POST":
            done = links.revoke_link(self._books, link_id, g.user)
            flash(_(REVOKED) if done else _("Ссылки уже нет."))
        return redirect(url_for(".links"), 303)

    def _wanted(self, lasts: timedelta) -> NewLink:
        zone = self._around.clock.zone
        values = read_query(frozen(request.form, zone, self._around.now()), zone).values
        title = "".join(sign for sign in request.form.get("title", "") if sign.isprintable())
        return NewLink(
            title=title.strip()[:LONGEST_TITLE],
            query=urlencode(values),
            zone=zone.key,
            lasts=lasts,
            masked=request.form.get("contacts") != "shown",
            downloads=request.form.get("downloads") == "yes",
        )

    def _view(self, link: Link) -> LinkView:
        openings = words.counted(link.openings, "раз", "раза", "раз")
        return LinkView(link, chips(conditions_of(link), self._around.directory.titles), openings)


def frozen(args: Mapping[str, str], zone: ZoneInfo, now: datetime) -> dict[str, str]:
    """Return an address's filter with its days named: "yesterday" is not another one tomorrow.

    >>> from datetime import UTC
    >>> frozen({"period": "week"}, ZoneInfo("UTC"), datetime(2026, 11, 23, tzinfo=UTC))
    {'since': '2026-11-17', 'until': '2026-11-23'}
    """
    kept = {name: args[name] for name in NAMES if args.get(name) and name != "period"}
    if kept.get("assigned") == ME:
        # Whoever opens the link is somebody else.
        kept["assigned"] = str(read_assignee(ME))
    period = args.get("period")
    if period not in PERIODS:
        return kept
    today, (first, last) = now.astimezone(zone).date(), PERIODS[period]
    return kept | {"since": _before(today, first), "until": _before(today, last)}


def conditions_of(link: Link) -> dict[str, str]:
    """Return a link's filter as the values of an address."""
    return dict(parse_qsl(link.query))


def _before(today: date, days: int) -> str:
    return (today - timedelta(days=days)).isoformat()
