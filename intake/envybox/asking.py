"""Parts of requests that several methods share."""

from collections.abc import Mapping, Sequence
from datetime import datetime

LARGEST_PAGE = 50


def contact(phone: str | None, email: str | None) -> Mapping[str, object]:
    """Return the request of a search; ValueError without anything to search by."""
    request = {name: value for name, value in (("phone", phone), ("email", email)) if value}
    if not request:
        raise ValueError("Для поиска в CRM нужен телефон или адрес почты.")
    return request


def responsible(employee_id: int | None, department_id: int | None) -> Mapping[str, object]:
    """Return who shall be responsible, one of them or both; ValueError with neither."""
    if employee_id is None and department_id is None:
        raise ValueError("Назовите ответственного: employee_id или department_id.")
    return given(employee_id=employee_id, department_id=department_id)


def given(**parameters: object) -> dict[str, object]:
    """Return those parameters that are not None."""
    return {name: value for name, value in parameters.items() if value is not None}


def known(request: Mapping[str, object], kind: type) -> None:
    """Raise ValueError for a key that `kind`, a TypedDict, does not name.

    What the CRM makes of a key it does not know is told nowhere: a misspelt filter would
    filter nothing, and the whole list would look like an answer.
    """
    names = kind.__annotations__
    strange = [name for name in mapped(request) if name not in names]
    if strange:
        raise ValueError(
            f"Неизвестные параметры: {', '.join(map(str, strange))}. "
            f"Известны: {', '.join(sorted(names))}."
        )


def mapped(request: Mapping[str, object]) -> Mapping[str, object]:
    """Return the request as it is; ValueError for what is no mapping, None above all."""
    if not isinstance(request, Mapping):
        raise ValueError('Параметры передают словарём, например {"values": {"name": "Анна"}}.')  # noqa: TRY004 - the promised class of a wrong argument
    return request


def changes(fields: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Return the changes of fields as a list; ValueError for one alone, or for none."""
    if not isinstance(fields, Sequence) or isinstance(fields, str) or not fields:
        raise ValueError(
            'Назовите поля списком: [{"input_id": 3824, "value": "12", "value_type_id": 2}].'
        )
    return [mapped(one) for one in fields]


def written(comment: str) -> str:
    """Return the comment as it is; ValueError for an empty one."""
    if not isinstance(comment, str) or not comment.strip():
        raise ValueError("Комментарий пуст: напишите его в comment.")
    return comment


def unix_time(moment: datetime | int) -> int:
    """Return whole seconds since 1970; ValueError for a moment without a time zone.

    Seconds since 1970 may also be given themselves.

    >>> from datetime import UTC
    >>> unix_time(datetime(2018, 10, 18, 21, 43, 21, tzinfo=UTC))
    1539899001
    """
    if isinstance(moment, int) and not isinstance(moment, bool):
        return moment
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("У времени нет часового пояса: добавьте tzinfo, например datetime.UTC.")
    return int(moment.timestamp())
