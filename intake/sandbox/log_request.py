"""What lead/log/create and deal/log/create ask for: the end of a call, or a comment."""

from typing import Any

from .account import Account
from .elements import Element
from .errors import RefusalError
from .log import CALL, COMMENT, Entry, entry_row, number_of, who
from .params import Params

JSONObject = dict[str, Any]

INCOMING, OUTGOING, CALLBACK = 1, 2, 3
DIRECTIONS = frozenset({INCOMING, OUTGOING, CALLBACK})
# From «без статуса» to «вызов пропущен».
STATUSES = frozenset(range(8))


def read_data(params: Params, element: Element, account: Account, inbox_type_id: int) -> JSONObject:
    """Read `type_id` and `data`, and give the data as the log keeps it.

    Whose entry it is (`employee_id`) and the type of the incoming request are told in it.
    """
    type_id = params.required_id("type_id")
    sent = params.object("data")
    if type_id not in {number_of(element, CALL), number_of(element, COMMENT)}:
        raise RefusalError(
            f"Параметр type_id должен быть {number_of(element, CALL)} (звонок)"
            f" или {number_of(element, COMMENT)} (комментарий)"
        )
    if not sent:
        raise RefusalError("Не указан data")
    data = Params({f"data.{name}": value for name, value in sent.items()})
    user = {"user": who(account, params.id("employee_id") or 0)}
    if type_id == number_of(element, COMMENT):
        return {"comment": data.required_text("data.comment")} | user
    inbox_type = account.inbox_type(inbox_type_id)
    return _call(data) | {"inbox_name": inbox_type.name if inbox_type else ""} | user


def _call(data: Params) -> JSONObject:
    return {
        "direction": _number(data, "data.direction", DIRECTIONS),
        "status": _number(data, "data.status", STATUSES),
        "comment": data.text("data.comment"),
        "from": data.required_text("data.from"),
        "to": data.required_text("data.to"),
        "duration_bill": data.id("data.duration_bill"),
        "record_link": data.text("data.record_link"),
    }


def _number(data: Params, name: str, known: frozenset[int]) -> int:
    value = data.id(name)
    if value is None:
        raise RefusalError(f"Не указан {name}")
    if value not in known:
        raise RefusalError(f"Параметр {name} должен быть от {min(known)} до {max(known)}")
    return value


def created_row(entry: Entry, account: Account) -> JSONObject:
    """Give a new entry as log/create prints it: as changed when it was made, not deletable."""
    row = entry_row(entry, account)
    del row["deleted_at"]
    return row | {"updated_at": row["created_at"]}
