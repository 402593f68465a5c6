"""Deals: read, find, move."""

from intake.envybox.asking import contact, given
from intake.envybox.door import Door
from intake.envybox.models.deals import Deal, FoundClient


class Deals:
    """The methods deal/*."""

    def __init__(self, door: Door) -> None:
        self._door = door

    # API: deal/get, "Получение сделки по идентификатору (id)"
    def get(self, deal_id: int) -> Deal:
        """Return a deal; may raise NotFound."""
        return self._door.fetch("deal/get", {"deal_id": deal_id}, Deal.read)

    # API: deal/search, "Поиск по сделкам"
    def search(self, phone: str | None = None, email: str | None = None) -> tuple[FoundClient, ...]:
        """Find clients, each with its deals; empty when there is none."""
        return self._door.fetch("deal/search", contact(phone, email), FoundClient.read_all)

    # API: deal/updateDealStage, "Смена этапа сделки"
    def update_stage(self, deal_id: int, stage_id: int, employee_id: int | None = None) -> None:
        """Move a deal, on behalf of the administrator where no employee is given.

        The CRM is reported to refuse a move to the stage where the deal already stands.
        """
        request = given(deal_id=deal_id, stage_id=stage_id, employee_id=employee_id)
        self._door.fetch("deal/updateDealStage", request, lambda _: None)
