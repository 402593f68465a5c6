"""Where the visitor came from: the marks of one visit, and what counters call the visitor.

The form's own fields are trusted first, then the page, then a page of the same site before
it, then what scripts remember. Marks of two visits are never mixed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from intake.domain.attribution import UTM_MARKS, Attribution, Touch, UtmFrom, VisitKind
from intake.domain.json import JsonValue
from intake.domain.site import FieldRules, TouchChoice
from intake.normalise.addresses import plain_address, same_site
from intake.normalise.client_ids import counter_ids, google_client_id, visit_id, yandex_client_id
from intake.normalise.issues import IssueCode, Notes
from intake.normalise.mark_names import CLICK_IDS
from intake.normalise.marks import (
    NO_MARKS,
    Marks,
    marks_of_address,
    marks_of_fields,
    marks_of_pairs,
    marks_of_sourcebuster,
)
from intake.normalise.text import percent_decode
from intake.normalise.touches import (
    TouchSource,
    read_touch,
    touch_of_script,
    touch_of_sourcebuster,
)
from intake.normalise.utm_doctor import (
    system_of,
    tell_damage,
    tell_empty,
    tell_style,
    tell_used,
)
from intake.normalise.visit_source import inferred_utm, source_of_visit

Source = tuple[UtmFrom, Marks]


@dataclass(frozen=True, slots=True)
class Trail:
    """What tells where a visitor came from.

    `fields` has our names and the text; `values` the same as sent, `named` the page's
    names. `told` are addresses that stand in fields of the page. `first` and `last` are
    the touches a script remembers, `client_ids` what it asked the counters.
    """

    fields: Mapping[str, str]
    named: Mapping[str, str]
    page_url: str | None = None
    referrer: str | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, JsonValue] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    first: JsonValue = None
    last: JsonValue = None
    client_ids: Mapping[str, str] = field(default_factory=dict)

    def name(self, ours: str) -> str:
        """Return the page's name of a field of ours, for issues."""
        return self.named.get(ours, ours)

    def given(self, ours: str) -> tuple[str, JsonValue, str | None]:
        """Return a field: the page's name, the value as sent, its text."""
        return self.name(ours), self.values.get(ours), self.fields.get(ours)


def read_attribution(trail: Trail, rules: FieldRules, notes: Notes) -> Attribution:
    """Find the marks, the ids and the addresses; every mark from one and the same visit."""
    form = _marks_of_form(trail)
    sources = _sources(trail)
    utm, utm_from = _utm(form, sources, trail, notes)
    tell_style(utm, trail.named if utm_from is UtmFrom.FIELD else {}, notes)
    clicks = _click_ids(form, sources, utm_from)
    landing = plain_address(trail.page_url, "page_url", notes)
    found = Attribution(
        google_client_id=google_client_id(
            trail.given("google_client_id"), trail.client_ids.get("ga"), trail.cookies, notes
        ),
        yandex_client_id=yandex_client_id(
            trail.given("yandex_client_id"), trail.client_ids.get("ym"), trail.cookies, notes
        ),
        click_ids=clicks,
        counter_ids=counter_ids(trail.cookies),
        landing_page=landing,
        referrer=plain_address(trail.referrer, "referrer", notes),
    )
    found = found.with_utm(utm, utm_from)
    touched = replace(found, first_touch=_first_touch(trail), last_touch=_last_touch(found, trail))
    return _as_the_site_wants(touched, rules, notes)


def read_visit_id(trail: Trail, notes: Notes) -> str | None:
    """Return the visit of the CRM's widgets."""
    return visit_id(trail.name("visit_id"), trail.fields.get("visit_id"), trail.cookies, notes)


def _marks_of_form(trail: Trail) -> Marks:
    names = (*UTM_MARKS, *CLICK_IDS)
    given = {name: trail.fields[name] for name in names if name in trail.fields}
    return marks_of_fields(given) if given else NO_MARKS


def _sources(trail: Trail) -> list[Source]:
    """Return the marks of every source but the form, the most trusted first."""
    page = marks_of_address(trail.page_url)
    told = [(UtmFrom.PAGE, marks_of_address(address)) for address in trail.told]
    remembered = [
        (origin, marks) for origin, marks in _remembered(trail) if marks.values or marks.empty
    ]
    return [(UtmFrom.PAGE, page), *told, *remembered]


def _remembered(trail: Trail) -> Iterator[Source]:
    if trail.referrer and same_site(trail.referrer, trail.page_url):
        yield UtmFrom.REFERRER, marks_of_address(trail.referrer)
    last = touch_of_script(trail.last)
    if last:
        yield UtmFrom.LAST_TOUCH, last.marks
    if cookie := trail.cookies.get("sbjs_current"):
        yield UtmFrom.SOURCEBUSTER, marks_of_sourcebuster(cookie)
    if cookie := trail.cookies.get("TILDAUTM"):
        yield UtmFrom.TILDA, marks_of_pairs(cookie)


def _utm(
    form: Marks, sources: list[Source], trail: Trail, notes: Notes
) -> tuple[dict[str, str], UtmFrom | None]:
    _, page = sources[0]
    tell_damage(page, "page_url", notes)
    tell_empty(form, trail.named, notes)
    if form.utm:
        tell_used(form, trail.named, notes)
        return _completed(form, page, trail, notes), UtmFrom.FIELD
    clicks = page.click_ids
    for origin, marks in sources:
        tell_empty(marks, {}, notes)
        if marks.utm and not _of_another_system(marks, clicks):
            tell_used(marks, {}, notes)
            return marks.utm, origin
        clicks = clicks or marks.click_ids
    return {}, None


def _of_another_system(marks: Marks, clicks: Mapping[str, str]) -> bool:
    """Whether marks tell of another advertisement than the click on the page: another visit."""
    clicked = system_of(None, clicks)
    tagged = system_of(marks.utm.get("utm_source"))
    own = any(marks.click_ids.get(name) == value for name, value in clicks.items())
    return bool(clicked and tagged and clicked != tagged and not own)


def _completed(form: Marks, page: Marks, trail: Trail, notes: Notes) -> dict[str, str]:
    """Add the page's marks to the form's, unless one that both name tells of another visit."""
    fields, others = form.utm, page.utm
    conflicts = [
        name
        for name in fields.keys() & others.keys()
        if _comparable(fields[name]) != _comparable(others[name])
    ]
    for name in sorted(conflicts):
        notes.add(IssueCode.UTM_CONFLICT, trail.name(name), others[name])
    if conflicts:
        return fields
    tell_empty(_without(page, fields), trail.named, notes)
    return {**others, **fields}


def _without(marks: Marks, names: Mapping[str, str]) -> Marks:
    empty = {name: value for name, value in marks.empty.items() if name not in names}
    return replace(marks, empty=empty)


def _comparable(mark: str) -> str:
    return percent_decode(mark).lower().replace("+", " ")


def _click_ids(form: Marks, sources: list[Source], utm_from: UtmFrom | None) -> dict[str, str]:
    """Return the click's ids: of the form and the page, or else of the visit that was taken."""
    trusted = (UtmFrom.PAGE, utm_from if utm_from is not UtmFrom.FIELD else None)
    for origin, marks in sources:
        if marks.values and (origin in trusted or trusted[1] is None):
            return {**marks.click_ids, **form.click_ids}
    return form.click_ids


def _first_touch(trail: Trail) -> Touch | None:
    """Return the visitor's first visit, as our script or sourcebuster remembers it."""
    found = touch_of_script(trail.first) or touch_of_sourcebuster(
        trail.cookies.get("sbjs_first"), trail.cookies.get("sbjs_first_add")
    )
    return read_touch(found) if found else None


def _last_touch(found: Attribution, trail: Trail) -> Touch | None:
    """Return the visit of the submission itself: what was found, and what it came from."""
    remembered = touch_of_script(trail.last)
    told = remembered or TouchSource(page=trail.page_url, referrer=trail.referrer)
    told = replace(told, marks=NO_MARKS, page=told.page or trail.page_url)
    if not (told.page or told.referrer or found.utm or found.click_ids):
        return None
    source = source_of_visit(found.utm, found.click_ids, told.page, told.referrer)
    if source.kind in (VisitKind.DIRECT, VisitKind.INTERNAL):
        cookies = trail.cookies
        known = touch_of_sourcebuster(cookies.get("sbjs_current"), cookies.get("sbjs_current_add"))
        source = known.source if known and known.source else source
    touch = read_touch(replace(told, source=source))
    return replace(touch, utm=found.utm, click_ids=found.click_ids)


def _as_the_site_wants(found: Attribution, rules: FieldRules, notes: Notes) -> Attribution:
    """Choose the touch whose marks go to the CRM; infer them where the site asks for it."""
    first = found.first_touch if rules.attribution is TouchChoice.FIRST else None
    ways = [(first.utm, UtmFrom.FIRST_TOUCH)] if first else []
    inferred = rules.infer_utm and first and first.source and inferred_utm(first.source)
    ways += [(inferred, UtmFrom.INFERRED)] if inferred else []
    utm, utm_from = next((way for way in ways if way[0]), (found.utm, None))
    last = found.last_touch
    if not utm and rules.infer_utm and last and last.source:
        utm, utm_from = inferred_utm(last.source), UtmFrom.INFERRED
    if not utm or utm_from is None:
        return found
    _tell_choice(utm, utm_from, found, notes)
    return found.with_utm(utm, utm_from)


def _tell_choice(
    utm: Mapping[str, str], utm_from: UtmFrom, found: Attribution, notes: Notes
) -> None:
    if utm_from is UtmFrom.INFERRED:
        notes.add(IssueCode.UTM_INFERRED, "utm_source", utm["utm_source"])
    elif utm != found.utm:
        notes.add(IssueCode.UTM_FIRST_TOUCH, "utm_source", found.utm_source)
