"""The examples of the reference go through the client to the sandbox, and come back alike."""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import pytest

from intake.envybox import Envybox, Page
from tests.contract.cases import CASES
from tests.contract.reading import attributes
from tests.contract.reference import METHODS, Json, Printed
from tests.contract.scene import EMPLOYEE, opened
from tests.contract.shape import differences, printed_kinds
from tests.contract.wire import (
    AS_PRINTED,
    Manner,
    Rewrite,
    answered,
    ids_of,
    plain,
    printed_ids,
    tried,
)

CONFIRMATION = {"status_code": 200, "message": "success"}
# Described as parameters, though the example does without them.
SENT_BESIDES: Mapping[str, AbstractSet[str]] = {"deal/search-by-fields": {"limit", "offset"}}
# Printed as text, and sent as the number they are.
AS_A_NUMBER: Mapping[str, AbstractSet[str]] = {
    "deal/create": {"client_id", "pipeline_id", "employee_id"}
}
# Keys the reference does not print in this place, though something else documents them.
BESIDES: Mapping[str, Mapping[str, str]] = {
    "deal/list": {"all_ids": "public programs read it; the empty client/list prints it"},
    "lead/list": {"leads.all_ids": "public programs read it there too"},
}
# Keys that are made of ids of the account: the statistics sum another field here.
RENAMED = {"3_200": "3_3444"}
NUMBERS = {"count", "limit", "offset", "primary", "status_code"}


def _texts(value: Json) -> Json:
    """Write every value as text."""
    if isinstance(value, dict):
        return {name: _texts(one) for name, one in value.items()}
    return [_texts(one) for one in value] if isinstance(value, list) else str(value)


def _as_text(value: Json, key: str = "") -> Json:
    """Write every number of a reply as text."""
    if isinstance(value, dict):
        return {name: _as_text(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_text(one, key) for one in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_numbers(value: Json, key: str = "") -> Json:
    """Write every id and count of a reply as a number."""
    if isinstance(value, dict):
        return {name: _as_numbers(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_numbers(one, key) for one in value]
    counts = key.endswith(("id", "_ids")) or key in NUMBERS
    return int(value) if counts and isinstance(value, str) and value.isdigit() else value


MANNERS: Mapping[str, Manner] = {
    "older path": Manner(path="/crm/api/v1"),
    "bare body": Manner(wrapped=False),
    "ids as text": Manner(rewrite=_as_text),
    "ids as numbers": Manner(rewrite=_as_numbers),
}


WRITINGS: Mapping[str, Rewrite] = {
    "as printed": lambda reply: reply,
    "ids as text": _as_text,
    "ids as numbers": _as_numbers,
}


def test_every_method_is_tried() -> None:
    assert CASES.keys() == METHODS.keys()
    assert len(METHODS) == 41


@pytest.mark.parametrize("name", METHODS)
def test_the_reply_has_the_keys_and_types_of_the_example(name: str) -> None:
    method = METHODS[name]
    reply = tried(name, AS_PRINTED).reply
    example = _renamed(method.response or CONFIRMATION)
    found = [*differences(example, reply, method.lost_in_response, printed_kinds(name))]
    besides = {f"{path}: not in the example" for path in BESIDES.get(name, {})}
    assert [one for one in found if one.partition(" (")[0].lstrip(".") not in besides] == []
    assert len(found) == len(besides)


def _renamed(value: Json) -> Json:
    if isinstance(value, dict):
        return {RENAMED.get(name, name): _renamed(one) for name, one in value.items()}
    return [_renamed(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", METHODS)
def test_the_request_on_the_wire_is_the_one_of_the_example(name: str) -> None:
    method, done = METHODS[name], tried(name, AS_PRINTED)
    params = {one: value for one, value in done.params.items() if f"{{{one}}}" not in method.path}
    path = method.path.format(**done.params)
    assert (done.request["verb"], done.request["path"]) == (method.verb, f"/openapi/v1{path}")
    sent, expected = _sent(method, done.request["body"]), _expected(method, params)
    # As JSON, because to Python 1 and True are the same.
    assert json.dumps(sent, sort_keys=True) == json.dumps(expected, sort_keys=True)


def _sent(method: Printed, body: Json) -> Json:
    """Take the parameters out of a request; a POST has its wrapper and nothing besides."""
    if method.verb == "POST":
        assert body.keys() == {"request"}
        body = body["request"]
    besides = SENT_BESIDES.get(method.name, frozenset())
    return {name: value for name, value in body.items() if name not in besides}


def _expected(method: Printed, params: Json) -> Json:
    """Give the parameters with the types they should go out with: in an address all are text."""
    if method.verb == "GET":
        return _texts(params)
    return params | {name: int(params[name]) for name in AS_A_NUMBER.get(method.name, ())}


@pytest.mark.parametrize("name", METHODS)
def test_the_typed_result_holds_what_the_reply_says(name: str) -> None:
    done = tried(name, AS_PRINTED)
    if done.result is None:
        assert done.reply.keys() == CONFIRMATION.keys() or name == "deal/updateDealStage"
        return
    assert plain(done.result)
    assert not isinstance(done.result, Page | tuple) or len(done.result) > 0
    assert_told(done.result, done.reply, done.params)
    assert_read(done.result)


def assert_told(result: object, *said: Json) -> None:
    """Find every id of a typed result in what was sent and what came back."""
    told = [one for json in said for one in printed_ids(json)]
    for name, value in ids_of(result):
        # A company prints its client as the element it belongs to.
        names = (name, "element_id") if name == "client_id" else (name,)
        assert any(value == one and key.endswith(names) for key, one in told), name


def assert_read(result: object) -> None:
    """Find all that the JSON of a typed result says in its attributes."""
    assert [one for one in attributes(result) if not one.right] == []


@pytest.mark.parametrize("name", ["lead/get", "deal/get", "deal/list", "deal/search"])
def test_whoever_was_made_responsible_is_told(name: str) -> None:
    assert ("employee_id", EMPLOYEE) in ids_of(tried(name, AS_PRINTED).result)


@pytest.mark.parametrize("manner", MANNERS.values(), ids=MANNERS.keys())
@pytest.mark.parametrize("name", METHODS)
def test_the_result_is_the_same_whatever_the_manner(name: str, manner: Manner) -> None:
    assert plain(tried(name, manner).result) == plain(tried(name, AS_PRINTED).result)


def whole(method: Printed, value: Json) -> Json:
    """Put something where the print lost it."""

    def put(one: Json, path: str = "") -> Json:
        if isinstance(one, dict):
            return {name: put(held, f"{path}.{name}".strip(".")) for name, held in one.items()}
        if isinstance(one, list):
            return [put(held, f"{path}[{number}]") for number, held in enumerate(one)]
        return 7 if path in method.lost_in_response and path.endswith("id") else one

    return put(value)


@pytest.mark.parametrize("rewrite", WRITINGS.values(), ids=WRITINGS.keys())
@pytest.mark.parametrize("name", [one.name for one in METHODS.values() if one.response])
def test_the_client_reads_the_printed_reply(name: str, rewrite: Rewrite) -> None:
    """Whoever writes another CRM from the reference alone will answer exactly so."""
    method, done = METHODS[name], tried(name, AS_PRINTED)
    printed = whole(method, method.response)
    read = answered(name, done.params, rewrite(printed))
    assert (read is None) == (done.result is None)
    assert not isinstance(read, Page | tuple) or len(read) > 0
    assert_told(read, printed, done.params)
    assert_read(read)


EMPTY = {
    "lead/search": ({"phone": "79990000000"}, None),
    "deal/search": ({"phone": "79990000000"}, ()),
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_search_that_finds_nothing_is_a_success(name: str) -> None:
    params, nothing = EMPTY[name]
    with opened() as scene, Envybox(scene.sandbox.url, scene.sandbox.api_key) as crm:
        assert scene.call(name, **params) == METHODS[name].extra_response
        assert CASES[name].call(crm, dict(params)) == nothing


def test_a_list_of_clients_that_is_empty_has_other_keys_than_a_full_one() -> None:
    request, response = (one for one in METHODS["client/list"].extra)
    params = request["request"]["request"]
    with opened("2020-06-01 12:00:00") as scene:
        reply = scene.call("client/list", **params)
        assert [*differences(response["response"], reply, kinds=printed_kinds("client/list"))] == []
        assert (reply["offset"], reply["limit"], reply["count"]) == (-1, 50, "0")
        assert scene.filler.clients.list(**params).items == ()


def test_a_logged_call_may_come_back_beside_the_status() -> None:
    method = METHODS["deal/log/create"]
    entry = answered(
        "deal/log/create", tried(method.name, AS_PRINTED).params, method.extra_response
    )
    assert {("id", 340337), ("element_id", 97787), ("type_id", 2009)} <= {*ids_of(entry)}


@pytest.mark.parametrize("element", ["lead", "deal"])
def test_a_comment_is_logged_with_the_printed_data(element: str) -> None:
    data = METHODS[f"{element}/log/create"].extra[1]["fragment"]["data"]
    with opened() as scene:
        ids = scene.started()
        group = getattr(scene.filler, f"{element}s")
        group.log_comment(ids[f"{element}_id"], data["comment"])
        sent = scene.sandbox.ledger(f"{element}/log/create")[-1]["body"]["request"]
        assert (sent["data"], sent["type_id"]) == (data, 10 if element == "lead" else 2010)
