"""Makes deals and searches among them by their fields."""

from dataclasses import dataclass
from typing import Any

from .conftest import Caller

SEARCH = "deal/search-by-fields"


@dataclass
class Deals:
    """Makes deals and searches among them."""

    crm: Caller

    def make(self, number: int = 0, **params: Any) -> int:
        return self.crm.deal(values={"phone": f"7912000000{number}"}, **params)

    def set_field(self, deal_id: int, input_id: int, value: str, kind: int = 2) -> None:
        fields = [{"input_id": input_id, "value": value, "value_type_id": kind}]
        self.crm.ok("deal/updateDealValue", {"deal_id": deal_id, "fields": fields})

    def search(self, sent: Any = None, **params: Any) -> dict[str, Any]:
        reply = self.crm.post(SEARCH, {"filter": {} if sent is None else sent} | params)
        body: dict[str, Any] = reply.json()
        assert reply.status_code == 200, body
        return body

    def found(self, **sent: Any) -> set[int]:
        return set(self.search(sent)["all_ids"])

    def refused(self, sent: Any) -> str:
        return self.crm.refused(SEARCH, {"filter": sent})
