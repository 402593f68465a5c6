"""A keyword in the lists: a phone in any form, and no numbers the visitor never wrote."""

import pytest

from .conftest import Caller


@pytest.mark.parametrize("keyword", ["8 916 000 00 04", "+7 (916) 000-00-04", "000-00-04"])
def test_a_phone_is_found_however_it_is_typed(crm: Caller, keyword: str) -> None:
    lead_id = crm.lead(values={"phone": "79160000004"})["id"]
    assert crm.ok("lead/list", {"keyword": keyword})["leads"]["count"] == "1"
    crm.ok("lead/start", {"lead_id": lead_id})
    assert crm.ok("deal/list", {"keyword": keyword})["count"] == "1"
    assert crm.ok("client/list", {"keyword": keyword})["count"] == "1"


@pytest.mark.parametrize("keyword", ["3444", "telegram", "8 916 000 00 05"])
def test_what_nobody_wrote_is_not_found(crm: Caller, keyword: str) -> None:
    custom = [{"input_id": 3444, "value": "35000"}]
    crm.lead(
        values={"phone": "79160000004", "custom": custom},
        contact_data=[{"type": "telegram", "value": "@anna"}],
    )
    assert crm.ok("lead/list", {"keyword": keyword})["leads"]["count"] == "0"
