"""How each method is reached."""

import pytest

from intake.envybox import Envybox
from intake.envybox.catalogue import METHODS, method_of
from tests.envybox.conftest import KEY
from tests.envybox.fake_crm import FakeCrm


def test_there_are_41_methods() -> None:
    assert len(METHODS) == 41
    assert sum(one.verb == "GET" for one in METHODS.values()) == 8


@pytest.mark.parametrize(
    "name",
    ["client/getCompanies", "client/38155/getCompanies"],
)
def test_the_client_stands_in_the_path_of_its_companies(
    crm: Envybox, server: FakeCrm, name: str
) -> None:
    crm.call(name, {"client_id": 38155} if name == "client/getCompanies" else None)
    seen = server.seen[0]
    assert (seen.verb, seen.path) == ("GET", "/openapi/v1/client/38155/getCompanies/")
    assert seen.query == {"api_key": [KEY]}


@pytest.mark.parametrize("client_id", [None, "", "../5", "٣", -5, 1.5])
def test_a_client_that_is_no_number_climbs_nowhere(
    crm: Envybox, server: FakeCrm, client_id: object
) -> None:
    with pytest.raises(ValueError, match="client_id"):
        crm.call("client/addCompany", {"client_id": client_id, "inn": 1})
    assert not server.seen


def test_the_search_by_fields_goes_to_the_path_the_reference_prints_or_to_another(
    server: FakeCrm,
) -> None:
    for path in (None, "deal/searchByFields/"):
        with Envybox(server.url, KEY, rate=None, search_by_fields=path) as crm:
            crm.call("deal/search-by-fields", {"filter": {}})
    assert [one.path for one in server.seen] == [
        "/openapi/v1/deal/updateDealStage/",
        "/openapi/v1/deal/searchByFields/",
    ]


def test_a_body_may_go_without_its_wrapper(server: FakeCrm) -> None:
    with Envybox(server.url, KEY, rate=None, wrapped=False) as crm:
        crm.call("lead/get", {"lead_id": 7})
    assert server.seen[0].json == {"lead_id": 7}


def test_a_method_the_reference_does_not_have_counts_as_one_that_changes() -> None:
    unknown = method_of("crm/get")
    assert (unknown.verb, unknown.changes) == ("POST", True)
    for neighbour in ("client/5/get", "client/5/list"):
        method = method_of(neighbour)
        assert (method.title, method.changes) == ("", True)
    assert method_of("client/5/addCompany").changes
    assert not method_of("client/5/getCompanies").changes
