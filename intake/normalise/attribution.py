"""Where the visitor came from: the marks of one visit, and what counters call the visitor.

The form's own fields are trusted first, then the page, then a page of the same site before
it, then what scripts remember. Marks of two visits are never mixed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from intake.domain.attribution import UTM_MARKS, Attribution, Touch, UtmFrom, VisitKind
from intake.domain.site import FieldRules, TouchChoice
from intake.normalise.addresses import plain_address, same_site
from intake.normalise.client_ids import (
    counter_ids,
    google_client_id,
    roistat_visit,
    visit_id,
    yandex_client_id,
)
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
    read_touch,
    touch_of_script,
    touch_of_sourcebuster,
)
from intake.normalise.trail import Trail
from intake.normalise.utm_doctor import (
    system_of,
    tell_damage,
    tell_empty,
    tell_style,
    tell_used,
)
from intake.normalise.visit_source import inferred_utm, source_of_visit

Source = tuple[UtmFrom, Marks]


def read_attribution(trail: Trail, rules: FieldRules, notes: Notes) -> Attribution:
    """Find the marks, the ids and the addresses; every mark from one and the same visit."""
    form = _marks_of_form(trail)
    sources = _sources(form, trail)
    utm, utm_from = _utm(form, sources, trail, notes)
    tell_style(utm, trail.named if utm_from is UtmFrom.FIELD else {}, notes)
    last = Touch(
        utm=utm,
        click_ids=_click_ids(form, sources, utm_from),
        landing_page=plain_address(trail.page_url, "page_url", notes),
        referrer=plain_address(trail.referrer, "referrer", notes),
    )
    first = _first_touch(trail)
    chosen: Mapping[str, str] = utm
    chosen_from = utm_from
    touched = _last_touch(last, trail)
    if rules.infer_utm or rules.attribution is TouchChoice.FIRST:
        chosen, chosen_from = _as_the_site_wants(first, touched, utm_from, rules, notes)
    told, cookies = trail.client_ids, trail.cookies
    google = google_client_id(trail.given("google_client_id"), told.get("ga"), cookies, notes)
    yandex = yandex_client_id(trail.given("yandex_client_id"), told.get("ym"), cookies, notes)
    return Attribution(
        utm_source=chosen.get("utm_source"),
        utm_medium=chosen.get("utm_medium"),
        utm_campaign=chosen.get("utm_campaign"),
        utm_content=chosen.get("utm_content"),
        utm_term=chosen.get("utm_term"),
        utm_from=chosen_from.value if chosen_from else None,
        google_client_id=google,
        yandex_client_id=yandex,
        click_ids={**roistat_visit(cookies), **last.click_ids},
        counter_ids=counter_ids(cookies),
        landing_page=last.landing_page,
        referrer=last.referrer,
        first_touch=first,
        last_touch=touched,
    )


def read_visit_id(trail: Trail, notes: Notes) -> str | None:
    """Return the visit of the CRM's widgets."""
    return visit_id(trail.name("visit_id"), trail.fields.get("visit_id"), trail.cookies, notes)


def _marks_of_form(trail: Trail) -> Marks:
    names = (*UTM_MARKS, *CLICK_IDS)
    given = {name: trail.fields[name] for name in names if name in trail.fields}
    return marks_of_fields(given) if given else NO_MARKS


def _sources(form: Marks, trail: Trail) -> list[Source]:
    """Return the marks of every source but the form that may be asked, the most trusted first."""
    page = marks_of_address(trail.page_url)
    if page.utm or (form.utm and page.values):
        return [(UtmFrom.PAGE, page)]
    return [(UtmFrom.PAGE, page), *weaker_sources(trail)]


def weaker_sources(trail: Trail) -> list[Source]:
    """Return the sources behind the form and the page's address that tell anything."""
    told = [(UtmFrom.PAGE, marks_of_address(address)) for address in trail.told]
    return [each for each in (*told, *_remembered(trail)) if each[1].values or each[1].empty]


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


def _last_touch(found: Touch, trail: Trail) -> Touch | None:
    """Return the visit of the submission itself: what was `found`, and what it came from."""
    remembered = touch_of_script(trail.last)
    page, referrer = trail.page_url, trail.referrer
    if remembered:
        page, referrer = remembered.page or page, remembered.referrer
        found = replace(read_touch(remembered), utm=found.utm, click_ids=found.click_ids)
    if not (page or referrer or found.utm or found.click_ids):
        return None
    source = source_of_visit(found.utm, found.click_ids, page, referrer)
    if source.kind in (VisitKind.DIRECT, VisitKind.INTERNAL):
        cookies = trail.cookies
        known = touch_of_sourcebuster(cookies.get("sbjs_current"), cookies.get("sbjs_current_add"))
        source = known.source if known and known.source else source
    return Touch(found.utm, found.click_ids, found.landing_page, found.referrer, found.at, source)


def _as_the_site_wants(
    first: Touch | None,
    last: Touch | None,
    utm_from: UtmFrom | None,
    rules: FieldRules,
    notes: Notes,
) -> tuple[Mapping[str, str], UtmFrom | None]:
    """Choose the touch whose marks go to the CRM; infer them where the site asks for it."""
    ways = [(first, UtmFrom.FIRST_TOUCH)] if rules.attribution is TouchChoice.FIRST else []
    for touch, told_by in (*ways, (last, utm_from)):
        if touch and touch.utm:
            if told_by is UtmFrom.FIRST_TOUCH and (last is None or touch.utm != last.utm):
                source = last.utm.get("utm_source") if last else None
                notes.add(IssueCode.UTM_FIRST_TOUCH, "utm_source", source)
            return touch.utm, told_by
        inferred = inferred_utm(touch.source) if rules.infer_utm and touch and touch.source else {}
        if inferred:
            notes.add(IssueCode.UTM_INFERRED, "utm_source", inferred["utm_source"])
            return inferred, UtmFrom.INFERRED
    return {}, None
