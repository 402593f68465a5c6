"""What a person types and chooses when correcting a submission."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.domain.correction import TYPED, Route, unusable
from intake.domain.lead import Lead
from intake.domain.place import way_of
from intake.domain.standing import Standing
from intake.show import text
from intake.show.language import _
from intake.store.detail import SubmissionRecord

# Longer than anybody types by hand; what is longer is a mistake of the clipboard.
LONGEST: Mapping[str, int] = {
    "phone": 100,
    "name": 200,
    "email": 254,
    "comment": 5000,
    "region": 100,
}
CHOSEN = ("site", "way", "inbox_type", "employee")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of the form: text as typed, and values of the choices."""

    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Return a field, empty where it is not there."""
        return self.values.get(name, "")

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, by the names of our own fields."""
        return {name: self[name] for name in TYPED}

    def changed(self, first: "Form") -> frozenset[str]:
        """Return the fields that differ from what the form began with."""
        return frozenset(name for name in (*TYPED, *CHOSEN) if self[name] != first[name])


def first_form(record: SubmissionRecord, standing: Standing) -> Form:
    """Return what the form begins with: what is understood now, or else what was typed."""
    lead, route = record.lead, standing.route
    typed = {
        "phone": _phone(lead),
        "name": lead.name or "",
        "email": lead.email or unusable(lead, "email"),
        "comment": lead.comment or "",
        "region": lead.region or "",
    }
    return Form(
        # As a browser would send it back untouched.
        {name: _clean(value, LONGEST[name]) for name, value in typed.items()}
        | {
            "site": standing.site or record.row.site,
            "way": way_of(lead, route),
            "inbox_type": str(lead.inbox_type_id or ""),
            "employee": str(route.employee_id or ""),
        }
    )


def read_form(given: Mapping[str, str], first: Form) -> Form:
    """Return what was sent; what a shorter form does not ask stays as it is."""
    texts = {name: _clean(given.get(name, first[name]), LONGEST[name]) for name in TYPED}
    chosen = {name: given.get(name, first[name])[:100] for name in CHOSEN}
    return Form(texts | chosen)


def route_of(form: Form, first: Form, before: Route, stage_id: int | None) -> Route:
    """Return the route that a form chooses; `stage_id` is what its way stands for."""
    is_same = form["way"] == first["way"] and form["site"] == first["site"]
    stage = before.stage_id if is_same else stage_id
    employee = form["employee"]
    return Route(stage, int(employee) if employee else None)


def _clean(value: str, longest: int) -> str:
    # Half a character, which JSON can hold, no page can be written with.
    whole = value.encode("utf-8", "replace").decode()
    return whole.replace("\r\n", "\n").replace("\0", "").strip()[:longest]


def phone_text(lead: Lead) -> str:
    """Return the number as a form shows it; what was typed, where it is none."""
    return _clean(_phone(lead), LONGEST["phone"])


def _phone(lead: Lead) -> str:
    if lead.phone is None:
        return unusable(lead, "phone")
    shown = text.phone(lead.phone.value)
    if not lead.phone.extension:
        return shown
    return _("%(phone)s доб. %(extension)s", phone=shown, extension=lead.phone.extension)
