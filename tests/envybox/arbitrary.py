"""Every typed function of the client, and replies that no CRM should send."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from intake.envybox import Envybox, Exchange, NotSent
from intake.envybox.transport import Limits, Outgoing, Reply, Transport
from tests.contract.reference import METHODS, Json

KEYS = st.sampled_from(
    sorted({name for one in METHODS.values() for name in json.dumps(one.response).split('"')[1::2]})
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["0", "7", 7, 0, 200, "200", "success", "\ud800", "\x00", "٣", "9" * 5000])
    | st.sampled_from([-1, "-1", 10**30, "2026-02-30 25:61:00", [], {}, [[]], [None], {"7": None}])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)
# Most of what is drawn should get past the verdict and reach the readers.
SUCCESSES = st.dictionaries(KEYS, JSON, max_size=6).map(
    lambda payload: {**payload, "status_code": 200, "message": "success"}
)
RESULTS = st.dictionaries(KEYS, JSON, min_size=1, max_size=8).map(
    lambda payload: {"result": {"id": 7, **payload}, "status_code": 200}
)


class Scripted(Transport):
    """A transport that answers from memory, always the same."""

    def __init__(self) -> None:
        super().__init__("https://crm.example", "key", Limits(1, 1, 1))
        self.reply = Reply(sent=False, fault="нет связи")
        self.method = ""

    def send(self, outgoing: Outgoing) -> Reply:
        outgoing.body()
        self.method = outgoing.method
        return self.reply


TRANSPORT = Scripted()
EXCHANGES: list[Exchange] = []
CRM = Envybox("https://crm.example", "key", rate=None, on_exchange=EXCHANGES.append)
CRM._door._transport = TRANSPORT
MAIN, LEADS, DEALS = CRM.main, CRM.leads, CRM.deals
CLIENTS, TASKS, STATS = CRM.clients, CRM.tasks, CRM.stats
GROUPS = {name: one for name, one in vars(CRM).items() if not name.startswith("_")}
PHONE = "79123456789"
CALLED: Any = {"direction": 1, "status": 1, "from": PHONE, "to": PHONE}
CHANGES: Any = [{"input_id": 7, "value": "x", "value_type_id": 2}]

FUNCTIONS: Mapping[Callable[..., object], Callable[[], object]] = {
    MAIN.data: MAIN.data,
    LEADS.set: lambda: LEADS.set({}).acting_id,
    LEADS.workset: lambda: LEADS.workset({}),
    LEADS.get: lambda: LEADS.get(1),
    LEADS.search: lambda: LEADS.search(phone=PHONE),
    LEADS.list: LEADS.list,
    LEADS.iterate: LEADS.iterate,
    LEADS.start: lambda: LEADS.start(1),
    LEADS.log_list: lambda: LEADS.log_list(1),
    LEADS.iterate_log: lambda: LEADS.iterate_log(1),
    LEADS.log_comment: lambda: LEADS.log_comment(1, "x"),
    LEADS.log_call: lambda: LEADS.log_call(1, CALLED),
    LEADS.update_values: lambda: LEADS.update_values(1, CHANGES),
    LEADS.update_employee: lambda: LEADS.update_employee(1, employee_id=0),
    DEALS.get: lambda: DEALS.get(1, parent_deal=True, child_deals=True),
    DEALS.create: lambda: DEALS.create(1, employee_id=0),
    DEALS.search: lambda: DEALS.search(phone=PHONE),
    DEALS.search_by_fields: lambda: DEALS.search_by_fields({}),
    DEALS.iterate_by_fields: lambda: DEALS.iterate_by_fields({}),
    DEALS.update_stage: lambda: DEALS.update_stage(1, 2),
    DEALS.update_employee: lambda: DEALS.update_employee(1, employee_id=0),
    DEALS.to_inbox: lambda: DEALS.to_inbox(1),
    DEALS.list: DEALS.list,
    DEALS.iterate: DEALS.iterate,
    DEALS.log_list: lambda: DEALS.log_list(1),
    DEALS.iterate_log: lambda: DEALS.iterate_log(1),
    DEALS.log_comment: lambda: DEALS.log_comment(1, "x"),
    DEALS.log_call: lambda: DEALS.log_call(1, CALLED),
    DEALS.create_comment: lambda: DEALS.create_comment(1, "x"),
    DEALS.add_tags: lambda: DEALS.add_tags(1, ["x"]),
    DEALS.update_values: lambda: DEALS.update_values(1, 2, CHANGES),
    DEALS.list_inputs: DEALS.list_inputs,
    DEALS.iterate_inputs: DEALS.iterate_inputs,
    DEALS.get_input: lambda: DEALS.get_input(1),
    CLIENTS.list: CLIENTS.list,
    CLIENTS.iterate: CLIENTS.iterate,
    CLIENTS.get: lambda: CLIENTS.get(1),
    CLIENTS.create: lambda: CLIENTS.create("x"),
    CLIENTS.get_contacts: lambda: CLIENTS.get_contacts(1),
    CLIENTS.update_values: lambda: CLIENTS.update_values(1, CHANGES),
    CLIENTS.add_contact: lambda: CLIENTS.add_contact(1, name="x", phone=PHONE),
    CLIENTS.get_companies: lambda: CLIENTS.get_companies(1),
    CLIENTS.add_company: lambda: CLIENTS.add_company(1, short_name="x", inn=1),
    CLIENTS.list_inputs: CLIENTS.list_inputs,
    CLIENTS.iterate_inputs: CLIENTS.iterate_inputs,
    CLIENTS.get_input: lambda: CLIENTS.get_input(1),
    TASKS.update: lambda: TASKS.update(1, time=datetime(2026, 11, 24, tzinfo=UTC)),
    TASKS.get: lambda: TASKS.get(1),
    TASKS.get_all: lambda: TASKS.get_all(1),
    TASKS.list: TASKS.list,
    TASKS.iterate: TASKS.iterate,
    STATS.custom: lambda: STATS.custom(1, 2, "2026-11-01", "2026-11-30"),
}
CALLS = {
    f"{type(function.__self__).__name__.lower()}.{function.__name__}": call  # type: ignore[attr-defined]
    for function, call in FUNCTIONS.items()
} | {"call": lambda: CRM.call("lead/list", {"limit": 5})}


def public_functions() -> Iterator[str]:
    """Walk what a user of the client can call: `crm.leads.set` is "leads.set"."""
    for called, group in GROUPS.items():
        for name in dir(group):
            if not name.startswith("_") and callable(getattr(group, name)):
                yield f"{called}.{name}"


def example_of(call: str) -> dict[str, Json]:
    """Give the printed reply of the method that a function calls."""
    TRANSPORT.reply = Reply(sent=False, fault="нет связи")
    with suppress(NotSent):
        called = CALLS[call]()
        if isinstance(called, Iterator):
            next(called)
    printed = METHODS[TRANSPORT.method].response
    return copy.deepcopy(printed or {"status_code": 200, "message": "success"})


Path = tuple[str | int, ...]


def places(value: Json, path: Path = ()) -> Iterator[Path]:
    """Walk the place of everything within an example."""
    below = enumerate(value) if isinstance(value, list) else ()
    for key, inner in value.items() if isinstance(value, dict) else below:
        yield (*path, key)
        yield from places(inner, (*path, key))


def at(value: Json, path: Path) -> Json:
    for key in path:
        value = value[key]
    return value


GONE = object()
LONGEST_NUMBER = 4000  # digits: Python itself reads no longer ones
DEEP: Json = None
for _ in range(60):
    DEEP = {"result": [DEEP]}


def _retyped(held: Json) -> st.SearchStrategy[Json]:
    """Say the same otherwise, or something else."""
    same = [[held], {"7": held}, {"result": held}, str(held), DEEP, [held] * 30]
    if isinstance(held, str) and held.isascii() and held.isdigit() and len(held) < LONGEST_NUMBER:
        same.append(int(held))
    if isinstance(held, dict):
        same += [[*held.values()], *held.values()]
    if isinstance(held, list):
        same += [{str(number): one for number, one in enumerate(held)}, *held]
    return st.just(GONE) | st.sampled_from(same) | LEAVES


@st.composite
def mutations(draw: st.DrawFn, example: dict[str, Json]) -> Json:
    """Change a printed reply in one to three places."""
    reply = copy.deepcopy(example)
    for _ in range(draw(st.integers(1, 3))):
        every = [*places(reply)]
        if not every:
            break
        path = draw(st.sampled_from(every))
        holder = at(reply, path[:-1])
        changed = draw(_retyped(holder[path[-1]]))
        if changed is GONE:
            del holder[path[-1]]
        else:
            holder[path[-1]] = copy.deepcopy(changed)
    return reply


def texts(value: object) -> Iterator[str]:
    """Walk the texts of a typed result; the JSON it was read from is not looked into."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for member in value:
            yield from texts(member)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from texts(getattr(value, one.name))
