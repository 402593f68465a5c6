"""Leads: create, find, read, take into work."""

from collections.abc import Mapping

from intake.envybox.door import Door
from intake.envybox.models import CreatedLead, FoundLead, Lead, LeadPage, StartedLead
from intake.envybox.reading import JsonMapping, Malformed
from intake.envybox.verdict import confirms


class Leads:
    """The methods lead/*."""

    def __init__(self, door: Door) -> None:
        self._door = door

    # API: lead/set, "Создание новой заявки (лида)"
    def set(self, request: Mapping[str, object]) -> CreatedLead:
        """Create a lead at once. After UnknownOutcome, search before calling again."""
        return self._door.fetch("lead/set", {"method": "create", **request}, CreatedLead.read)

    # API: lead/workset, "Запрос для добавления через очередь"
    def workset(self, request: Mapping[str, object]) -> None:
        """Put a lead into the CRM's own queue, which makes no duplicates; no id comes back."""
        self._door.fetch("lead/workset", {"method": "create", **request}, _read_confirmation)

    # API: lead/get, "Получение заявки (лида) по идентификатору (id)"
    def get(self, lead_id: int) -> Lead:
        """Return a lead with its field values and the ids of its deals; may raise NotFound."""
        return self._door.fetch("lead/get", {"lead_id": lead_id}, Lead.read)

    # API: lead/search, "Поиск заявки (лида) не взятую в работу"
    def search(self, phone: str | None = None, email: str | None = None) -> FoundLead | None:
        """Find a lead not yet taken into work; None when there is none."""
        return self._door.fetch("lead/search", contact(phone, email), FoundLead.read)

    # API: lead/list, "Список всех заявок (лидов)"
    def list(self, request: Mapping[str, object] | None = None) -> LeadPage:
        """Return a page of leads; `request` may hold keyword, limit, offset and a period."""
        return self._door.fetch("lead/list", request, LeadPage.read)

    # API: lead/start, "Взятие заявки (лида) в работу"
    def start(self, lead_id: int, user_id: int = 0, employee_id: int = 0) -> StartedLead:
        """Take a lead into work; may raise NotFound or AlreadyStarted.

        The CRM wants `user_id` (the administrator) wherever `employee_id` is given; both
        0 leave the deal to everybody.
        """
        request = {"lead_id": lead_id, "user_id": user_id, "employee_id": employee_id}
        return self._door.fetch("lead/start", request, lambda body: StartedLead.read(body, lead_id))


def contact(phone: str | None, email: str | None) -> Mapping[str, object]:
    """Return the request of a search; ValueError without anything to search by."""
    given = {"phone": phone, "email": email}
    request = {name: value for name, value in given.items() if value}
    if not request:
        raise ValueError("Для поиска в CRM нужен телефон или адрес почты.")
    return request


def _read_confirmation(body: JsonMapping) -> None:
    # There is no id to prove that the lead was taken: the reply has to say so.
    if not confirms(body):
        raise Malformed("CRM не подтвердила, что лид принят в очередь")
