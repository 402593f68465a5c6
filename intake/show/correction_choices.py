"""Where a corrected lead may go: what its site's account offers, by name where that is known.

What the account was never asked for is offered by what the settings name; anything else is
not taken.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from intake.domain.catalogue import Catalogue, Named
from intake.domain.place import BY_SETTINGS, PIPELINE, STAGE, Place, called
from intake.domain.site import Site
from intake.show.language import _
from intake.show.text import visible


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
class Choices(Place):
    """All that may be chosen for a lead of this site; `has_names`: its account was asked."""

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
        return visible(" → ".join(where)) or _("решит CRM")

    def offers(self, way: str, employee: str, inbox_type: str) -> bool:
        """Whether all three may be chosen here."""
        ways = {one.value for group in self.ways for one in group.options}
        return (
            way in {BY_SETTINGS, *ways}
            and employee in {BY_SETTINGS, *(one.value for one in self.employees)}
            and inbox_type in {BY_SETTINGS, *(one.value for one in self.inbox_types)}
        )


def choices_for(site: Site, catalogue: Catalogue | None) -> Choices:
    """Return what may be chosen for a site, given what its account has told, if anything."""
    return Choices(site, catalogue or Catalogue(), catalogue is not None)


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
    return visible(called(named))
