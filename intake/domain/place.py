"""Where a lead goes: a site and what its account calls things, and the ways a person may choose.

A way is text, as a form sends it: «p:5» is a pipeline, «s:7» a stage of one, "" what the
site's settings say.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from intake.domain.catalogue import Catalogue
from intake.domain.correction import WHERE_IT_IS, Change, Route, Sent, lead_changes
from intake.domain.delivery import Step
from intake.domain.lead import Lead
from intake.domain.site import Site

BY_SETTINGS = ""
PIPELINE, STAGE = "p:", "s:"
LONGEST = 80

# As they are kept with a correction; said in the reader's language where it is shown.
AS_CONFIGURED = "как настроено у сайта"
CRM_CHOOSES = "какой выберет CRM"


@dataclass(frozen=True, slots=True)
class Place:
    """A site, and what its account offers, as far as that is known."""

    site: Site
    catalogue: Catalogue

    def pipeline(self, id_: int | None) -> str:
        """Name a pipeline."""
        return _name(self.catalogue.pipelines, id_)

    def stage(self, id_: int | None) -> str:
        """Name a stage."""
        return _name((stage for line in self.catalogue.pipelines for stage in line.stages), id_)

    def employee(self, id_: int | None) -> str:
        """Name an employee."""
        return _name(self.catalogue.employees, id_)

    def inbox_type(self, id_: int | None) -> str:
        """Name a type of request."""
        return _name(self.catalogue.inbox_types, id_)

    def pipeline_of(self, stage_id: int) -> int | None:
        """Return the pipeline of a stage; the site's own, where names are not known."""
        found = self.catalogue.pipeline_of(stage_id)
        return found.id if found else self.site.pipeline_id


def called(named: object) -> str:
    """Return the name of something of an account, cut; its number, where it has none."""
    name, id_ = str(getattr(named, "name", "")).strip(), getattr(named, "id", "")
    if not name:
        return f"№ {id_}"
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"


def _name(known: Iterable[object], id_: int | None) -> str:
    if id_ is None:
        return ""
    found = next((each for each in known if getattr(each, "id", None) == id_), None)
    return called(found) if found else f"№ {id_}"


def way_of(lead: Lead, route: Route) -> str:
    """Return the choice that a lead and its route stand for."""
    if route.stage_id not in {None, WHERE_IT_IS}:
        return f"{STAGE}{route.stage_id}"
    return BY_SETTINGS if lead.pipeline_id is None else f"{PIPELINE}{lead.pipeline_id}"


def read_way(way: str, place: Place) -> tuple[int | None, int | None]:
    """Return the pipeline and the stage that a choice stands for; None: as configured."""
    if way == BY_SETTINGS:
        return None, None
    id_ = int(way[len(STAGE) :])
    if way.startswith(STAGE):
        return place.pipeline_of(id_), id_
    return id_, WHERE_IT_IS if place.site.stage else None


def in_pipeline(
    lead: Lead, pipeline_id: int | None, site: Site, sent: Sent | None, *, moves: bool
) -> Lead:
    """Return the lead as it goes into a pipeline; `moves`: by another site than before.

    The pipeline that it goes to anyhow needs not be named. Where nobody has named one, a
    lead that is in the CRM stands in the CRM's own choice, and only the stage of its deal
    is chosen.
    """
    is_there = sent is not None and Step.CREATE in sent.reached.done
    own = site.pipeline_id
    is_own = pipeline_id == own or (own is None and is_there)
    if is_own and not moves and lead.pipeline_id is None:
        return lead
    return replace(lead, pipeline_id=pipeline_id)


@dataclass(frozen=True, slots=True)
class Way:
    """How a lead goes: by which site, through what a person chose instead of its settings.

    `site` is the site's key: `place` may know nothing of one that has left the settings.
    """

    site: str
    place: Place
    route: Route


def way_changes(before: Lead, after: Lead, was: Way, now: Way) -> Iterator[Change]:
    """Yield what differs between two leads and their ways, with names in place of ids."""
    old, new = was.place, now.place
    if was.site != now.site:
        known = old.site.key == was.site
        yield Change("site", old.site.title if known else was.site, new.site.title)
    names = {
        "pipeline": (old.pipeline, new.pipeline),
        "inbox_type": (old.inbox_type, new.inbox_type),
    }
    for each in lead_changes(before, after):
        if each.field not in names:
            yield each
            continue
        name_old, name_new = names[each.field]
        old_name = name_old(int(each.was)) if each.was else ""
        new_name = name_new(int(each.now)) if each.now else ""
        yield Change(each.field, old_name or AS_CONFIGURED, new_name or AS_CONFIGURED)
    if was.route.stage_id != now.route.stage_id:
        yield Change("stage", _stage(was), _stage(now))
    if was.route.employee_id != now.route.employee_id:
        names_ = old.employee(was.route.employee_id), new.employee(now.route.employee_id)
        yield Change("employee", names_[0] or AS_CONFIGURED, names_[1] or AS_CONFIGURED)


def _stage(way: Way) -> str:
    place, stage_id = way.place, way.route.stage_id
    if stage_id == WHERE_IT_IS:
        return CRM_CHOOSES
    if stage_id is None and place.site.stage:
        return place.stage(place.site.stage.stage_id)
    return place.stage(stage_id) or AS_CONFIGURED
