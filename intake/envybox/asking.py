"""Parts of requests that several methods share."""

from collections.abc import Mapping
from datetime import datetime

LARGEST_PAGE = 50


def contact(phone: str | None, email: str | None) -> Mapping[str, object]:
    """Return the request of a search; ValueError without anything to search by."""
    request = {name: value for name, value in (("phone", phone), ("email", email)) if value}
    if not request:
        raise ValueError("Для поиска в CRM нужен телефон или адрес почты.")
    return request


def responsible(employee_id: int | None, department_id: int | None) -> Mapping[str, object]:
    """Return who shall be responsible; ValueError unless exactly one of the two is given."""
    if (employee_id is None) == (department_id is None):
        raise ValueError("Назовите ответственного: employee_id или department_id, одно из двух.")
    return given(employee_id=employee_id, department_id=department_id)


def given(**parameters: object) -> dict[str, object]:
    """Return those parameters that are not None."""
    return {name: value for name, value in parameters.items() if value is not None}


def unix_time(moment: datetime) -> int:
    """Return whole seconds since 1970; ValueError for a moment without a time zone.

    >>> from datetime import UTC
    >>> unix_time(datetime(2018, 10, 18, 21, 43, 21, tzinfo=UTC))
    1539899001
    """
    if moment.tzinfo is None:
        raise ValueError("У времени нет часового пояса: добавьте tzinfo, например datetime.UTC.")
    return int(moment.timestamp())
