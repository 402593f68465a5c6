"""Deals: create, find, read, move, change, keep a log."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Unpack

from intake.envybox.asking import (
    LARGEST_PAGE,
    changes,
    contact,
    given,
    known,
    responsible,
    unix_time,
    written,
)
from intake.envybox.catalogue import SEARCH_BY_FIELDS
from intake.envybox.days import with_days, with_inner_days
from intake.envybox.deal_log import DealLog
from intake.envybox.deal_payloads import DealFilters, DealSearch, NewDeal, NewTask
from intake.envybox.inputs import Inputs
from intake.envybox.models.deals import ChangedDeal, Deal, DealPage, FoundClient, read_deals
from intake.envybox.page import walk
from intake.envybox.payloads import FieldChange
from intake.envybox.proof import read_confirmation, require_proof
from intake.envybox.reading import JsonMapping, identifier, unwrapped


class Deals(Inputs, DealLog):
    """The methods deal/*; those about tasks stand in `crm.tasks`.

    [client] = crm.deals.search(phone="79123456789")
    deal = client.deals[0]
    crm.deals.update_stage(deal.id, 5635)

    Ids of stages, pipelines, people and fields stand in `crm.main.data()`. `user_id` is the
    administrator, the owner of the account (`crm.main.data().user_id`), `employee_id`
    anybody else; employee 0 is the administrator too. A deal that does not exist raises
    NotFound, or Refused by methods that say "Неверный request" of it.
    """

    element: ClassVar[str] = "deal"

    # API: deal/get, "Получение сделки по идентификатору (id)"
    def get(self, deal_id: int, *, parent_deal: bool = False, child_deals: bool = False) -> Deal:
        """Return a deal; may raise NotFound.

        crm.deals.get(326622, child_deals=True).child_deals

        `parent_deal` loads the deal this one was created from, `child_deals` those created
        from it; otherwise these attributes are empty.
        """
        related = {"parent_deal": parent_deal, "child_deals": child_deals}
        wanted = [name for name, asked in related.items() if asked]
        request = {"deal_id": deal_id, **given(**{"with": wanted or None})}
        return self._door.fetch("deal/get", request, Deal.read)

    # API: deal/create, "Создание сделки"
    def create(self, client_id: int, **deal: Unpack[NewDeal]) -> Deal:
        """Create a deal for a client the CRM has, and return it.

        crm.deals.create(363963, name="Окна", employee_id=0, task={"text": "Позвонить"})

        `employee_id` (0: the administrator) or `department_id` is needed, or both. `name`,
        `pipeline_id`, `task` ({} for the CRM's usual one; its `time` is a datetime with a
        time zone) and `values` ([{"input_id": 2005, "value": "yandex", "type_id": 1}],
        type 1 a system field, 2 a custom one) may be left out. After UnknownOutcome, look
        for it before calling again: it may be there.
        """
        known(deal, NewDeal)
        responsible(deal.get("employee_id"), deal.get("department_id"))
        request: dict[str, object] = {"client_id": client_id, **deal}
        if "task" in deal:
            request["task"] = _task(deal["task"])
        return self._door.fetch("deal/create", request, Deal.read)

    # API: deal/search, "Поиск по сделкам"
    def search(self, phone: str | None = None, email: str | None = None) -> tuple[FoundClient, ...]:
        """Find clients by phone, email or both, each with its deals; empty when there is none.

        Of a lead not yet taken into work there is neither client nor deal: see
        `crm.leads.search`.
        """
        return self._door.fetch("deal/search", contact(phone, email), FoundClient.read_all)

    # API: deal/…, "Поиск сделок по id полей и их значениям"
    def search_by_fields(
        self,
        filter: DealSearch,  # noqa: A002 - the API's own name
        *,
        keyword: str | None = None,
        limit: int = LARGEST_PAGE,
        offset: int = 0,
    ) -> DealPage:
        """Return a page of the deals with these dates, people, stages, tags and field values.

        crm.deals.search_by_fields(
            {
                "pipelines": [3674],
                "dateFilters": [
                    {"dateType": "today", "dateSelectType": "created", "dates": {}}
                ],
                "inputs": {
                    "2": {"service": {"1001": "Анна"}},
                    "3": {"custom": {"13425": 3}, "comparison": {"13425": {"type": "equally"}}},
                },
            }
        )

        All keys of `filter`: `intake.envybox.deal_payloads.DealSearch`. `all_ids` of the
        page are the ids of all deals found.

        DOUBTFUL: the vendor's document prints this method under the path of
        deal/updateDealStage, surely by mistake, and gives the true one nowhere. Until you
        learn it and name it, Envybox(…, search_by_fields="deal/…"), the request goes to the
        printed path, where a real CRM most likely refuses it ("Сделка не найдена", so
        NotFound): it names neither deal nor stage, so nothing is moved.
        """
        known(filter, DealSearch)
        request = {"limit": limit, "offset": offset, "filter": with_inner_days(filter)}
        return self._door.fetch(
            SEARCH_BY_FIELDS,
            request | given(keyword=keyword),
            lambda body: read_deals(body, offset, limit),
        )

    def iterate_by_fields(
        self,
        filter: DealSearch,  # noqa: A002 - the API's own name
        *,
        keyword: str | None = None,
        limit: int = LARGEST_PAGE,
        offset: int = 0,
    ) -> Iterator[Deal]:
        """Yield every deal that `search_by_fields` finds, by pages of `limit`; read its doubts."""
        search = self.search_by_fields
        return walk(
            lambda start: search(filter, keyword=keyword, limit=limit, offset=start), offset
        )

    # API: deal/updateDealStage, "Смена этапа сделки"
    def update_stage(
        self, deal_id: int, stage_id: int, employee_id: int | None = None
    ) -> int | None:
        """Move a deal, on behalf of the administrator where no employee is given.

        Return the stage the CRM says it stands on now, None where it does not say. May raise
        NotFound. The CRM is reported to refuse (Refused) a move to the stage where the deal
        already stands, so look with `get` first. The pipeline must allow it:
        `allow_manual_change_stage`, «Разрешить менять статусы вручную».
        """
        request = {"deal_id": deal_id, "stage_id": stage_id, **given(employee_id=employee_id)}
        return self._door.fetch("deal/updateDealStage", request, _read_stage)

    # API: deal/updateEmployee, "Смена ответственного сделки"
    def update_employee(
        self, deal_id: int, *, employee_id: int | None = None, department_id: int | None = None
    ) -> Deal:
        """Make an employee (0: the administrator), or a department, responsible for a deal.

        Return the deal as it is now; `old_employee_id` was responsible before.
        """
        request = {"deal_id": deal_id, **responsible(employee_id, department_id)}
        return self._door.fetch("deal/updateEmployee", request, Deal.read)

    # API: deal/toInbox, "Отправка сделки в раздел «Входящие»"
    def to_inbox(self, deal_id: int) -> None:
        """Move a deal to the section «Входящие»; may raise NotFound."""
        self._door.fetch("deal/toInbox", {"deal_id": deal_id}, read_confirmation)

    # API: deal/list, "Список всех сделок"
    def list(
        self, *, limit: int = LARGEST_PAGE, offset: int = 0, **filters: Unpack[DealFilters]
    ) -> DealPage:
        """Return a page of deals.

        crm.deals.list(date_start="2026-11-01", date_end="2026-11-30", date_type="closed")

        Filters: `keyword` (looked for in the deal, its client and contacts), `date_start`,
        `date_end`, `date_type` (created, updated, closed, stage_changed, stage_transition),
        `pipeline_id`, `stage_id`, `date_stage_ids` (the stages that stage_transition means);
        the last three take one id or several.
        """
        known(filters, DealFilters)
        request = {**with_days(filters, "date_start", "date_end"), "limit": limit, "offset": offset}
        return self._door.fetch("deal/list", request, lambda body: read_deals(body, offset, limit))

    def iterate(
        self, *, limit: int = LARGEST_PAGE, offset: int = 0, **filters: Unpack[DealFilters]
    ) -> Iterator[Deal]:
        """Yield every deal the filters of `list` let through, by pages of `limit`."""
        return walk(lambda start: self.list(limit=limit, offset=start, **filters), offset)

    # API: deal/createComment, "Создание комментария в сделке"
    def create_comment(self, deal_id: int, comment: str) -> None:
        """Add a comment to a deal; may raise NotFound."""
        request = {"deal_id": deal_id, "comment": written(comment)}
        self._door.fetch("deal/createComment", request, read_confirmation)

    # API: deal/tag/addDealTags, "Добавление тега к сделке"
    def add_tags(self, deal_id: int, tags: Sequence[str]) -> None:
        """Add tags, by name, to those a deal has: crm.deals.add_tags(5572, ["окна", "сайт"])."""
        if not tags or isinstance(tags, str):
            raise ValueError('Назовите теги списком, например ["окна", "сайт"].')
        self._door.fetch(
            "deal/tag/addDealTags", {"deal_id": deal_id, "tags": [*tags]}, read_confirmation
        )

    # API: deal/updateDealValue, "Обновление полей сделки"
    def update_values(
        self,
        deal_id: int,
        client_id: int,
        fields: Sequence[FieldChange],
        user_id: int | None = None,
        employee_id: int | None = None,
    ) -> ChangedDeal:
        """Set fields of a deal, on behalf of the administrator or an employee.

        Return what the CRM repeats of the change.

        crm.deals.update_values(
            761939, 1625369, [{"input_id": 2001, "value": "Окна", "value_type_id": 1}]
        )

        `client_id` is the deal's client. `value_type_id`: 1 a system field (2001 the name),
        2 a custom one. For an unknown deal or client the CRM says "Неверный request", so
        Refused, not NotFound.
        """
        request = {"deal_id": deal_id, "client_id": client_id, "fields": changes(fields)}
        author = given(user_id=user_id, employee_id=employee_id)
        return self._door.fetch("deal/updateDealValue", request | author, ChangedDeal.read)


def _task(task: NewTask) -> Mapping[str, object]:
    return {**task, "time": unix_time(task["time"])} if "time" in task else task


def _read_stage(body: JsonMapping) -> int | None:
    stage_id = identifier(unwrapped(body).get("stage_id"))
    require_proof(body, stage_id)
    return stage_id
