"""Where a corrected lead may go: what its site's account offers, by name where that is known.

What the account was never asked for is offered by what the settings name; anything else is
not taken.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from intake.domain.catalogue import Catalogue, Named
from intake.domain.correction import WHERE_IT_IS, Route
from intake.domain.lead import Lead
from intake.domain.site import Site
from intake.show.language import _
from intake.show.text import short

AS_CONFIGURED = ""
PIPELINE, STAGE = "p:", "s:"
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: the value that a form sends, and its words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """Options under a heading: the stages of one pipeline."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """All that may be chosen for a lead of this site; `has_names`: its account was asked."""

    site: Site
    catalogue: Catalogue
    has_names: bool

    @property
    def ways(self) -> tuple[Group, ...]:
        """The pipelines, each with the stages a deal may be moved to."""
        return tuple(_by_name(self.catalogue) if self.has_names else _by_settings(self.site))

    @property
    def employees(self) -> tuple[Option, ...]:
        """Who may be made responsible."""
        named = self.catalogue.employees
        return _options(named if self.has_names else map(_unnamed, _employees_of(self.site)))

    @property
    def inbox_types(self) -> tuple[Option, ...]:
        """The types of request."""
        known = sorted(self.site.rules.inbox_types)
        return _options(self.catalogue.inbox_types if self.has_names else map(_unnamed, known))

    @property
    def way_as_configured(self) -> str:
        """What comes of choosing nothing, in words."""
        stage = self.site.stage
        where = [] if self.site.pipeline_id is None else [self.pipeline(self.site.pipeline_id)]
        where += [self.stage(stage.stage_id)] if stage else []
        return " → ".join(where) or _("решит CRM")

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

    def offers(self, way: str, employee: str, inbox_type: str) -> bool:
        """Whether all three may be chosen here."""
        ways = {one.value for group in self.ways for one in group.options}
        return (
            way in {AS_CONFIGURED, *ways}
            and employee in {AS_CONFIGURED, *(one.value for one in self.employees)}
            and inbox_type in {AS_CONFIGURED, *(one.value for one in self.inbox_types)}
        )


def choices_for(site: Site, catalogue: Catalogue | None) -> Choices:
    """Return what may be chosen for a site, given what its account has told, if anything."""
    return Choices(site, catalogue or Catalogue(), catalogue is not None)


def way_of(lead: Lead, route: Route) -> str:
    """Return the choice that a lead and its route stand for."""
    if route.stage_id not in {None, WHERE_IT_IS}:
        return f"{STAGE}{route.stage_id}"
    return AS_CONFIGURED if lead.pipeline_id is None else f"{PIPELINE}{lead.pipeline_id}"


def read_way(way: str, choices: Choices) -> tuple[int | None, int | None]:
    """Return the pipeline and the stage that a choice stands for; None: as configured."""
    if way == AS_CONFIGURED:
        return None, None
    id_ = int(way[len(STAGE) :])
    if way.startswith(STAGE):
        return choices.pipeline_of(id_), id_
    return id_, WHERE_IT_IS if choices.site.stage else None


def _by_name(catalogue: Catalogue) -> Iterator[Group]:
    for line in catalogue.pipelines:
        words = _("%(pipeline)s — этап выберет CRM", pipeline=_short(line))
        first = Option(f"{PIPELINE}{line.id}", words)
        # A pipeline that lets nobody move its deals by hand refuses us too.
        stages = line.stages if line.moves else ()
        options = (
            Option(f"{STAGE}{stage.id}", f"{_short(line)} → {_short(stage)}") for stage in stages
        )
        yield Group(_short(line), (first, *options))


def _by_settings(site: Site) -> Iterator[Group]:
    named = site.rules.pipelines | ({site.pipeline_id} if site.pipeline_id else set())
    lines = [Option(f"{PIPELINE}{id_}", _("Воронка № %(id)s", id=id_)) for id_ in sorted(named)]
    stages = [Option(f"{STAGE}{id_}", _("Этап № %(id)s", id=id_)) for id_ in _stages_of(site)]
    if lines or stages:
        yield Group(_("Из настроек сайта"), (*lines, *stages))


def _stages_of(site: Site) -> list[int]:
    return [site.stage.stage_id] if site.stage else []


def _employees_of(site: Site) -> list[int]:
    named = [one.employee_id for one in site.responsible]
    named += [each.employee_id or 0 for each in (site.start, site.stage, site.task) if each]
    return sorted({*named, site.employee_id or 0} - {0})


def _options(named: Iterable[Named]) -> tuple[Option, ...]:
    return tuple(Option(str(each.id), _short(each)) for each in named)


def _unnamed(id_: int) -> Named:
    return Named(id_, f"№ {id_}")


def _short(named: object) -> str:
    name, id_ = getattr(named, "name", ""), getattr(named, "id", "")
    return short(name, LONGEST) if str(name).strip() else f"№ {id_}"


def _name(known: Iterable[object], id_: int | None) -> str:
    if id_ is None:
        return ""
    found = next((each for each in known if getattr(each, "id", None) == id_), None)
    return _short(found) if found else f"№ {id_}"
