"""What an account calls its pipelines, stages, people and types of request.

Learned from the CRM's main/data and kept, so that a page may offer names and not numbers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from intake.domain.json import JsonObject, JsonValue, int_or_none, objects


@dataclass(frozen=True, slots=True)
class Named:
    """Something of an account by its id and its name."""

    id: int
    name: str

    def to_json(self) -> JsonObject:
        """Return it as JSON."""
        return {"id": self.id, "name": self.name}


@dataclass(frozen=True, slots=True)
class NamedPipeline:
    """A pipeline of deals with its stages, in their order.

    `moves`: its deals may be moved from stage to stage by hand, and so by us.
    """

    id: int
    name: str
    stages: tuple[Named, ...] = ()
    moves: bool = True

    def to_json(self) -> JsonObject:
        """Return it as JSON."""
        stages: list[JsonValue] = [each.to_json() for each in self.stages]
        return {"id": self.id, "name": self.name, "stages": stages, "moves": self.moves}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What an account offers to choose from; `user_id` is its administrator."""

    pipelines: tuple[NamedPipeline, ...] = ()
    employees: tuple[Named, ...] = ()
    inbox_types: tuple[Named, ...] = ()
    user_id: int | None = None

    def to_json(self) -> JsonObject:
        """Return it as JSON, for keeping."""
        return {
            "pipelines": [each.to_json() for each in self.pipelines],
            "employees": [each.to_json() for each in self.employees],
            "inbox_types": [each.to_json() for each in self.inbox_types],
            "user_id": self.user_id,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Self:
        """Read what `to_json` wrote; what cannot be read is left out."""
        pipelines = (
            NamedPipeline(
                each.id, each.name, tuple(_named(of.get("stages"))), bool(of.get("moves", True))
            )
            for of in objects(data.get("pipelines"))
            for each in _named([of])
        )
        return cls(
            pipelines=tuple(pipelines),
            employees=tuple(_named(data.get("employees"))),
            inbox_types=tuple(_named(data.get("inbox_types"))),
            user_id=int_or_none(data.get("user_id")),
        )

    def pipeline_of(self, stage_id: int) -> NamedPipeline | None:
        """Return the pipeline a stage belongs to."""
        return next(
            (line for line in self.pipelines if stage_id in {one.id for one in line.stages}), None
        )


def _named(data: object) -> Iterator[Named]:
    for each in objects(data):
        id_ = int_or_none(each.get("id"))
        if id_ is not None:
            yield Named(id_, str(each.get("name") or ""))
