"""Leads: create, find, read, take into work, change."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Unpack

from intake.envybox.asking import LARGEST_PAGE, changes, contact, given, known, responsible, written
from intake.envybox.days import with_days
from intake.envybox.door import Door
from intake.envybox.models.leads import ChangedLead, CreatedLead, FoundLead, Lead, StartedLead
from intake.envybox.models.log import LogEntry, read_log
from intake.envybox.page import Page, read_page, walk
from intake.envybox.payloads import CallData, FieldChange, LeadFilters, NewLead
from intake.envybox.proof import read_confirmation

CALL, COMMENT = 9, 10


class Leads:
    """The methods lead/*: a lead is an enquiry until it is taken into work.

    created = crm.leads.set({"values": {"name": "Анна", "phone": "79123456789"}})
    started = crm.leads.start(created.acting_id)
    crm.deals.update_stage(started.deal_id, 5635)

    `user_id` is the administrator, the owner of the account (`crm.main.data().user_id`),
    `employee_id` anybody else; employee 0 is the administrator too.
    """

    def __init__(self, door: Door) -> None:
        self._door = door

    # API: lead/set, "Создание новой заявки (лида)"
    def set(self, request: NewLead) -> CreatedLead:
        """Create a lead at once and return its ids; go on with `acting_id`.

        crm.leads.set({"values": {"name": "Анна", "phone": "79123456789"}, "tags": ["окна"]})

        Keys, none of them needed: `values` (name, phone, email, comment, utm_source and the
        other utm_ marks, google_client_id, yandex_client_id, custom: [{"input_id": 3824,
        "value": "40"}]), `contact_data` ([{"type": "telegram", "value": "@anna"}]),
        `pipeline_id` (of deals), `employee_id` (0: the administrator, left out: anybody),
        `inbox_type_id`, `tags`, `timezone` ("UTC+03:00"), `region`, `visit_id`, `record_link`.

        `acting_id` is the older lead where the CRM has one with the same contacts: the two
        are merged. After UnknownOutcome, search before calling again: it may be there.
        """
        return self._door.fetch("lead/set", _creation(request), CreatedLead.read)

    # API: lead/workset, "Запрос для добавления через очередь"
    def workset(self, request: NewLead) -> None:
        """Put a lead into the CRM's own queue, which makes no duplicates; no id comes back.

        The request is that of `set`. To go on with the lead, find it with `search` later.
        """
        self._door.fetch("lead/workset", _creation(request), read_confirmation)

    # API: lead/get, "Получение заявки (лида) по идентификатору (id)"
    def get(self, lead_id: int) -> Lead:
        """Return a lead with its field values and the ids of its deals; may raise NotFound."""
        return self._door.fetch("lead/get", {"lead_id": lead_id}, Lead.read)

    # API: lead/search, "Поиск заявки (лида) не взятую в работу"
    def search(self, phone: str | None = None, email: str | None = None) -> FoundLead | None:
        """Find a lead not yet taken into work by phone, email or both; None when there is none.

        One that was taken into work has a deal: see `crm.deals.search`. ValueError with
        nothing to search by.
        """
        return self._door.fetch("lead/search", contact(phone, email), FoundLead.read)

    # API: lead/list, "Список всех заявок (лидов)"
    def list(
        self, *, limit: int = LARGEST_PAGE, offset: int = 0, **filters: Unpack[LeadFilters]
    ) -> Page[Lead]:
        """Return a page of leads; filters: keyword, date_start, date_end, date_type, stage_id.

        crm.leads.list(keyword="79123456789", date_start="2026-11-01")

        Days are "YYYY-MM-DD" (ValueError otherwise), of creation unless `date_type` says
        "updated", "closed" or "stage_changed"; `stage_id` may be a list. No lead found is an
        empty page.
        """
        known(filters, LeadFilters)
        request = {**with_days(filters, "date_start", "date_end"), "limit": limit, "offset": offset}
        return self._door.fetch(
            "lead/list",
            request,
            lambda body: read_page(body, Lead.read_one, offset, limit, key="leads"),
        )

    def iterate(
        self, *, limit: int = LARGEST_PAGE, offset: int = 0, **filters: Unpack[LeadFilters]
    ) -> Iterator[Lead]:
        """Yield every lead the filters of `list` let through, by pages of `limit`."""
        return walk(lambda start: self.list(limit=limit, offset=start, **filters), offset)

    # API: lead/start, "Взятие заявки (лида) в работу"
    def start(self, lead_id: int, user_id: int = 0, employee_id: int = 0) -> StartedLead:
        """Take a lead into work, which makes a client and a deal of it.

        The CRM wants `user_id` (the administrator, `crm.main.data().user_id`) wherever
        `employee_id` is given (ValueError otherwise); both 0 leave the deal to everybody. May
        raise NotFound or AlreadyStarted.
        """
        if employee_id and not user_id:
            raise ValueError(
                "К employee_id нужен и user_id, администратор: crm.main.data().user_id."
            )
        request = {"lead_id": lead_id, "user_id": user_id, "employee_id": employee_id}
        return self._door.fetch("lead/start", request, lambda body: StartedLead.read(body, lead_id))

    # API: lead/log/list, "Список логов лида"
    def log_list(
        self, lead_id: int, *, limit: int = LARGEST_PAGE, offset: int = 0
    ) -> Page[LogEntry]:
        """Return a page of a lead's log, at most 50 entries; may raise NotFound."""
        request = {"lead_id": lead_id, "limit": limit, "offset": offset}
        return self._door.fetch(
            "lead/log/list", request, lambda body: read_log(body, offset, limit)
        )

    def iterate_log(
        self, lead_id: int, *, limit: int = LARGEST_PAGE, offset: int = 0
    ) -> Iterator[LogEntry]:
        """Yield every entry of a lead's log, by pages of `limit`."""
        return walk(lambda start: self.log_list(lead_id, limit=limit, offset=start), offset)

    # API: lead/log/create, "Добавление лога для лида": type_id 10
    def log_comment(self, lead_id: int, comment: str, employee_id: int | None = None) -> LogEntry:
        """Add a comment to a lead's log, on behalf of an employee, and return the entry."""
        return self._log(lead_id, COMMENT, {"comment": written(comment)}, employee_id)

    # API: lead/log/create, "Добавление лога для лида": type_id 9
    def log_call(self, lead_id: int, call: CallData, employee_id: int | None = None) -> LogEntry:
        """Add a finished call to a lead's log and return the entry.

        crm.leads.log_call(
            21371, {"direction": 1, "status": 1, "from": "79875034433", "to": "79875034434"}
        )

        Direction: 1 incoming, 2 outgoing, 3 callback. Status: 0 none, 1 answered, 2 busy,
        3 no answer, 4 dropped, 5 unreachable, 6 error, 7 missed. Also record_link, comment,
        duration_bill.
        """
        return self._log(lead_id, CALL, call, employee_id)

    # API: lead/updateLeadValue, "Обновление полей лида"
    def update_values(self, lead_id: int, fields: Sequence[FieldChange]) -> None:
        """Set fields of a lead: the CRM's own (value_type_id 1) or custom ones (2).

        crm.leads.update_values(21371, [{"input_id": 3824, "value": "12", "value_type_id": 2}])

        Custom fields stand in `crm.main.data().lead_custom_fields`. For an unknown lead the
        CRM says "Неверный request", which is Refused and not NotFound.
        """
        request = {"lead_id": lead_id, "fields": changes(fields)}
        self._door.fetch("lead/updateLeadValue", request, read_confirmation)

    # API: lead/update_employee, "Обновление ответственного лида"
    def update_employee(
        self, lead_id: int, *, employee_id: int | None = None, department_id: int | None = None
    ) -> ChangedLead:
        """Make an employee (0: the administrator), or a department, responsible for a lead.

        crm.leads.update_employee(96364859, employee_id=182)

        ValueError with neither of the two.
        """
        request = {"lead_id": lead_id, **responsible(employee_id, department_id)}
        return self._door.fetch("lead/update_employee", request, ChangedLead.read)

    def _log(
        self, lead_id: int, type_id: int, data: Mapping[str, object], employee_id: int | None
    ) -> LogEntry:
        request = {"lead_id": lead_id, "type_id": type_id, "data": data}
        return self._door.fetch(
            "lead/log/create", request | given(employee_id=employee_id), LogEntry.read
        )


def _creation(request: NewLead) -> Mapping[str, object]:
    known(request, NewLead)
    return {"method": "create", **request}
