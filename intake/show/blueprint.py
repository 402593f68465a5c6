"""Putting the log together: its addresses, its headers, what its templates know."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g

from intake.domain.site import Directory
from intake.show import bulk_words, text, words
from intake.show.access import Access, reach
from intake.show.account import AccountPages
from intake.show.audit import AuditPages
from intake.show.bulk import BulkPages
from intake.show.changes import ChangePages, row_mark
from intake.show.correcting import CorrectPages
from intake.show.correction_preview import Reread
from intake.show.correction_words import change_text, corrected_fields, field
from intake.show.covering import cover, own, own_ids, shown_phone
from intake.show.erasing import ErasePages
from intake.show.errors import add_errors
from intake.show.exporting import ExportPages
from intake.show.forms import form_token
from intake.show.headers import HEADERS
from intake.show.health import HealthPages, Watchers
from intake.show.held import HeldPages, is_refused_spam
from intake.show.hosts import Hosts
from intake.show.ids import add_ids
from intake.show.install import Installing, InstallPages
from intake.show.language import LANGUAGES, add_languages, language
from intake.show.language_choice import LanguageChoice
from intake.show.list_parts import ListParts
from intake.show.looks import Looks
from intake.show.notes import NotePages
from intake.show.overview import OverviewPage
from intake.show.pages import Pages, Surroundings
from intake.show.people import PeoplePages
from intake.show.rights import i_may
from intake.show.sharing import LinkPages
from intake.show.timeline import deed_in_words
from intake.show.told import told
from intake.show.trouble_groups import TOLD_BY_COUNTERS
from intake.show.utm import CheckLink, UtmPages
from intake.show.views import ViewPages
from intake.show.way_back import carry, kept_values
from intake.show.zones import ReadersClock
from intake.store.database import Database
from intake.store.troubles import count_lasting


def create_blueprint(  # noqa: PLR0913 - what it stands in, each by name
    database: Database,
    directory: Directory,
    ring: Callable[[int], object],
    *,
    display_timezone: str = "Europe/Moscow",
    demo_url: str | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    watchers: Watchers | None = None,
    installing: Installing | None = None,
    check_link: CheckLink | None = None,
    reread: Reread | None = None,
    hosts: Hosts | None = None,
) -> Blueprint:
    """Return the log with its sign-in, at ``/log``, ``/login`` and ``/logout``.

    `ring` is called with a delivery's id after a person sent it again. `display_timezone`
    is an IANA name; ZoneInfoNotFoundError where there is none. `demo_url` is a page that
    an empty log points to. `watchers` make the page about the service's health,
    `installing` the one of installation, `check_link` the one of marks, `reread` that of
    corrections: it returns what a post means by the rules of a site. `hosts` are the names
    by which the log may be called, any where they are not told.
    """
    hosts = hosts or Hosts()
    clock = ReadersClock(ZoneInfo(display_timezone))
    blueprint = Blueprint("log", __name__)
    add_ids(blueprint)
    access = Access(database, now)
    # Every page reads and changes only what whoever asks may see.
    everything, database = database, database.limited(reach)
    blueprint.before_request(hosts.guard)
    blueprint.before_request(access.guard)
    blueprint.after_request(Looks(everything, clock.default, now).watch)
    blueprint.after_request(_add_headers)
    blueprint.after_request(cover)
    _add_context(
        blueprint,
        hosts,
        clock=clock,
        demo_url=demo_url,
        has_health=watchers is not None,
        has_install=installing is not None,
        has_utm=check_link is not None,
        has_correct=reread is not None,
        lasting_troubles=lambda: count_lasting(database, TOLD_BY_COUNTERS),
    )
    _add_access(blueprint, access)
    choice = LanguageChoice(everything)
    blueprint.record_once(lambda state: add_languages(state.app, choice.present))
    blueprint.add_url_rule("/language", "language", choice.choose, methods=["GET", "POST"])
    parts = ListParts(database, clock)
    around = Surroundings(database, directory, ring, clock, now)
    if check_link is not None:
        _add_utm(blueprint, UtmPages(around, check_link))
    _add_work(blueprint, around, parts)
    _add_export(blueprint, ExportPages(around, everything), LinkPages(around, everything, hosts))
    if watchers is not None:
        _add_health(blueprint, HealthPages(database, watchers, now))
    if installing is not None:
        _add_install(blueprint, InstallPages(around, installing))
    if reread is not None:
        correct, both = CorrectPages(around, reread).correct, ["GET", "POST"]
        blueprint.add_url_rule("/log/<number>/correct", "correct", correct, methods=both)
    _add_people(blueprint, everything, directory, now)
    _add_filters(blueprint)
    add_errors(blueprint)
    return blueprint


def _add_context(blueprint: Blueprint, hosts: Hosts, **service: object) -> None:
    """Give every page what it speaks with, and what this service has."""
    words_of_pages = {
        "may": i_may,
        "csrf_token": form_token,
        "words": words,
        "language": language,
        "languages": LANGUAGES,
        "corrected_fields": corrected_fields,
        "field_word": field,
        "change_text": change_text,
        "address_of": hosts.address_of,
    }
    blueprint.context_processor(lambda: {"user": g.get("user"), **words_of_pages, **service})


def _add_work(blueprint: Blueprint, around: Surroundings, parts: ListParts) -> None:
    """Add the pages of the submissions themselves, which every log has."""
    database = around.database
    _add_pages(blueprint, Pages(around, parts))
    _add_changes(blueprint, ChangePages(around, parts))
    blueprint.add_url_rule("/log/overview", "overview", OverviewPage(around, parts).show)
    _add_views(blueprint, ViewPages(database, parts))
    _add_held(blueprint, HeldPages(database, around.directory, around.ring))
    _add_notes(blueprint, NotePages(database, around.now))
    _add_bulk(blueprint, BulkPages(around))


def _add_access(blueprint: Blueprint, access: Access) -> None:
    both = ["GET", "POST"]
    blueprint.add_url_rule("/login", "sign_in", access.sign_in, methods=both)
    blueprint.add_url_rule("/logout", "sign_out", access.sign_out, methods=both)


def _add_pages(blueprint: Blueprint, pages: Pages) -> None:
    both = ["GET", "POST"]
    add = blueprint.add_url_rule
    add("/log", "list", pages.list, strict_slashes=False)
    add("/log/newest.json", "newest", pages.newest)
    add("/log/<number>", "submission", pages.submission)
    add("/log/<number>/state.json", "state", pages.state)
    add("/log/<number>/redeliver", "redeliver", pages.redeliver, methods=both)
    add("/log/<path:path>", "unknown", pages.unknown, methods=both)


def _add_changes(blueprint: Blueprint, pages: ChangePages) -> None:
    blueprint.add_url_rule("/log/changes.json", "changes", pages.changes)
    blueprint.context_processor(lambda: {"row_mark": row_mark, "kept_values": kept_values})
    blueprint.app_url_defaults(carry)


def _add_utm(blueprint: Blueprint, pages: UtmPages) -> None:
    blueprint.add_url_rule("/log/utm", "utm", pages.show, methods=["GET", "POST"])


def _add_views(blueprint: Blueprint, pages: ViewPages) -> None:
    both = ["GET", "POST"]
    blueprint.add_url_rule("/log/views", "views", pages.manage, methods=both)
    blueprint.add_url_rule("/log/views/<id:view_id>", "view", pages.change, methods=both)
    blueprint.add_url_rule("/log/columns", "columns", pages.columns, methods=both)


def _add_export(blueprint: Blueprint, files: ExportPages, links: LinkPages) -> None:
    add, both = blueprint.add_url_rule, ["GET", "POST"]
    add("/log/export", "export", files.show)
    add("/log/export/file", "export_file", files.file, methods=both)
    add("/log/export/<key>.json", "export_state", files.state)
    add("/log/export/<key>/stop", "export_stop", files.stop, methods=both)
    add("/log/links", "links", links.show)
    add("/log/links/make", "make_link", links.make, methods=both)
    add("/log/links/<id:link_id>/revoke", "revoke_link", links.revoke, methods=both)


def _add_held(blueprint: Blueprint, pages: HeldPages) -> None:
    both = ["GET", "POST"]
    blueprint.add_url_rule("/log/<number>/release", "release", pages.release, methods=both)
    blueprint.add_url_rule("/log/<number>/spam", "spam", pages.spam, methods=both)
    blueprint.context_processor(lambda: {"is_refused_spam": is_refused_spam})


def _add_notes(blueprint: Blueprint, pages: NotePages) -> None:
    add, both = blueprint.add_url_rule, ["GET", "POST"]
    add("/log/<number>/notes", "add_note", pages.add, methods=both)
    one = "/log/<number>/notes/<id:note_id>/delete"
    add(one, "delete_note", pages.delete, methods=both)
    add("/log/<number>/assign", "assign", pages.assign, methods=both)
    blueprint.context_processor(lambda: {"remarks_of": pages.remarks, "row_signs": pages.signs})


def _add_bulk(blueprint: Blueprint, pages: BulkPages) -> None:
    add, both = blueprint.add_url_rule, ["GET", "POST"]
    add("/log/bulk", "bulk_runs", pages.overview)
    add("/log/bulk/new/<action>", "bulk_prepare", pages.prepare, methods=both)
    one = "/log/bulk/<id:run_id>"
    add(one, "bulk_run", pages.show)
    add(f"{one}/progress.json", "bulk_progress", pages.progress)
    add(f"{one}/start", "bulk_start", pages.start, methods=both)
    add(f"{one}/cancel", "bulk_cancel", pages.cancel, methods=both)
    blueprint.context_processor(
        lambda: {
            "bulk_going": pages.running,
            "bulk_words": bulk_words,
            "deed_in_words": deed_in_words,
        }
    )


def _add_health(blueprint: Blueprint, pages: HealthPages) -> None:
    blueprint.add_url_rule("/log/health", "health", pages.show)
    both = ["GET", "POST"]
    blueprint.add_url_rule("/log/health/test", "try_alert", pages.try_out, methods=both)
    finding = "/log/health/findings/<id:finding_id>/dismiss"
    blueprint.add_url_rule(finding, "dismiss_finding", pages.dismiss, methods=both)


def _add_people(
    blueprint: Blueprint, database: Database, directory: Directory, now: Callable[[], datetime]
) -> None:
    add, both = blueprint.add_url_rule, ["GET", "POST"]
    mine = AccountPages(database, now)
    add("/log/account", "account", mine.show)
    add("/log/account/password", "change_password", mine.change_password, methods=both)
    session = "/log/account/sessions/<id:session_id>/end"
    add(session, "end_own_session", mine.end_session, methods=both)
    add("/log/account/sessions/end", "end_other_sessions", mine.end_others, methods=both)
    people = PeoplePages(database, directory, now)
    one = "/log/people/<id:user_id>"
    add("/log/people", "people", people.everybody)
    add("/log/people/add", "add_person", people.add, methods=both)
    add(one, "person", people.show)
    add(f"{one}/rights", "change_rights", people.change_rights, methods=both)
    add(f"{one}/access", "change_access", people.change_access, methods=both)
    add(f"{one}/password", "reset_password", people.reset_password, methods=both)
    session = f"{one}/sessions/<id:session_id>/end"
    add(session, "end_person_session", people.end_session, methods=both)
    add(f"{one}/sessions/end", "end_person_sessions", people.end_sessions, methods=both)
    add("/log/audit", "audit", AuditPages(database, now).list)
    add("/log/erase", "erase", ErasePages(database, directory).show, methods=both)


def _add_install(blueprint: Blueprint, pages: InstallPages) -> None:
    add = blueprint.add_url_rule
    add("/install", "install", pages.show)
    add("/install/<site>", "install", pages.show)
    add("/install/<site>/test/<number>.json", "install_state", pages.follow)


def _add_filters(blueprint: Blueprint) -> None:
    for each in (text.visible, text.short, text.arrival, told):
        blueprint.add_app_template_filter(each)
    blueprint.add_app_template_filter(shown_phone, "phone")
    blueprint.add_app_template_filter(own)
    blueprint.add_app_template_filter(own_ids)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
