"""Writing down who has opened a submission with its contacts in sight.

It is done when the answer has been sent, so that nobody waits for it; what could not be
written is told in the service's log, and the page is shown all the same.
"""

import logging
from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial

from flask import Response, g, request

from intake.errors import StoreUnavailableError
from intake.show.covering import is_covered
from intake.store.database import Database
from intake.store.looks import note_look

log = logging.getLogger(__name__)

# The pages of one submission; of the list, which shows many at once, nothing is written.
_PAGES = ("submission", "correct")


class Looks:
    """Watches the log's answers. `database` sees every site: the page was let through.

    A day is one of `zone`: of the service, not of whoever looks, who could change theirs.
    """

    def __init__(self, database: Database, zone: tzinfo, now: Callable[[], datetime]) -> None:
        self._database = database
        self._zone = zone
        self._now = now

    def watch(self, response: Response) -> Response:
        """Have it written down after this answer, if it shows somebody's contacts."""
        id_: int | None = g.get("opened")
        page = (request.endpoint or "").rpartition(".")[2]
        user = g.get("user")
        if id_ is None or user is None or page not in _PAGES or is_covered():
            return response
        if response.location is None:
            today = self._now().astimezone(self._zone)
            since = today.replace(hour=0, minute=0, second=0, microsecond=0)
            response.call_on_close(partial(self._note, id_, user.login, since))
        return response

    def _note(self, submission_id: int, login: str, since: datetime) -> None:
        try:
            note_look(self._database, submission_id, login, since)
        except StoreUnavailableError:
            log.warning("a look at submission %d was not written down", submission_id)
