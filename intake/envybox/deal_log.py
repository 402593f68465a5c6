"""The log of a deal: what happened, what was said."""

from collections.abc import Iterator, Mapping

from intake.envybox.asking import LARGEST_PAGE, given, written
from intake.envybox.door import Door
from intake.envybox.models.log import LogEntry, read_log
from intake.envybox.page import Page, walk
from intake.envybox.payloads import CallData

CALL, COMMENT = 2009, 2010


class DealLog:
    """The methods deal/log/*, which `crm.deals` has with the others."""

    _door: Door

    # API: deal/log/list, "Список логов сделки"
    def log_list(
        self, deal_id: int, *, limit: int = LARGEST_PAGE, offset: int = 0
    ) -> Page[LogEntry]:
        """Return a page of a deal's log, at most 50 entries; may raise NotFound."""
        request = {"deal_id": deal_id, "limit": limit, "offset": offset}
        return self._door.fetch(
            "deal/log/list", request, lambda body: read_log(body, offset, limit)
        )

    def iterate_log(
        self, deal_id: int, *, limit: int = LARGEST_PAGE, offset: int = 0
    ) -> Iterator[LogEntry]:
        """Yield every entry of a deal's log, by pages of `limit`."""
        return walk(lambda start: self.log_list(deal_id, limit=limit, offset=start), offset)

    # API: deal/log/create, "Добавление лога для сделки": type_id 2010
    def log_comment(
        self,
        deal_id: int,
        comment: str,
        employee_id: int | None = None,
        user_id: int | None = None,
    ) -> LogEntry:
        """Add a comment to a deal's log, on behalf of an employee or the administrator.

        `create_comment` does the like and returns nothing.
        """
        author = given(user_id=user_id, employee_id=employee_id)
        return self._log(deal_id, COMMENT, {"comment": written(comment)}, author)

    # API: deal/log/create, "Добавление лога для сделки": type_id 2009
    def log_call(
        self,
        deal_id: int,
        call: CallData,
        employee_id: int | None = None,
        user_id: int | None = None,
    ) -> LogEntry:
        """Add a finished call to a deal's log, on behalf of an employee or the administrator.

        crm.deals.log_call(
            40052, {"direction": 1, "status": 1, "from": "79123456789", "to": "74993229710"}
        )

        `direction`: 1 incoming, 2 outgoing, 3 callback. `status`: 0 none, 1 answered, 2
        busy, 3 no answer, 4 dropped, 5 unreachable, 6 error, 7 missed. May also have
        `record_link`, `comment` and `duration_bill` (seconds, as it seems).
        """
        author = given(user_id=user_id, employee_id=employee_id)
        return self._log(deal_id, CALL, call, author)

    def _log(
        self, deal_id: int, type_id: int, data: Mapping[str, object], author: Mapping[str, object]
    ) -> LogEntry:
        request = {"deal_id": deal_id, "type_id": type_id, "data": data, **author}
        return self._door.fetch("deal/log/create", request, LogEntry.read)
