"""The faults the sandbox can be told to have, so that a client's bad days can be tried."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

ANY = "*"
LONGEST = 600.0
MOST_TIMES = 1_000_000
LONGEST_MESSAGE = 300


class FaultKind(StrEnum):
    """What goes wrong; in brackets, whether the call takes effect."""

    SLOW = "slow"  # (yes, at once) the reply comes late
    LATE_EFFECT = "late_effect"  # (yes, late) effect and reply come late
    DRIP = "drip"  # (yes) the reply comes byte by byte
    TRUNCATED = "truncated"  # (yes) half of the reply, less than Content-Length promises
    HTTP500 = "http500"  # (no) HTTP 500 with an HTML page
    HTTP500_JSON = "http500_json"  # (no) HTTP 500 with the CRM's JSON
    ERROR200 = "error200"  # (no) HTTP 200 with the JSON of an error
    ERROR500_AFTER = "error500_after"  # (yes) HTTP 500 with an HTML page
    LOST_REQUEST = "lost_request"  # (no) the connection is closed without a reply
    LOST_REPLY = "lost_reply"  # (yes) the connection is closed without a reply
    WRONG_KEY = "wrong_key"  # (no) the right key is refused
    THROTTLE = "throttle"  # (no) HTTP 429 with Retry-After and an HTML page
    THROTTLE_JSON = "throttle_json"  # (no) HTTP 429 with Retry-After and the CRM's JSON
    THROTTLE_BARE = "throttle_bare"  # (no) HTTP 429 that does not say when to come back
    HTML200 = "html200"  # (no) HTTP 200 with an HTML page
    LATE_DEAL = "late_deal"  # (yes) the deal is found some seconds later
    REFUSE = "refuse"  # (no) a business error


TITLES = {
    FaultKind.SLOW: "Отвечает с задержкой",
    FaultKind.LATE_EFFECT: "Выполняет и отвечает с задержкой",
    FaultKind.DRIP: "Отдаёт ответ по байту",
    FaultKind.TRUNCATED: "Ответ обрывается на середине, но запрос выполнен",
    FaultKind.HTTP500: "Ошибка 500, запрос не выполнен",
    FaultKind.HTTP500_JSON: "Ошибка 500 с JSON, запрос не выполнен",
    FaultKind.ERROR200: "Ошибка в JSON при статусе 200, запрос не выполнен",
    FaultKind.ERROR500_AFTER: "Ошибка 500, но запрос выполнен",
    FaultKind.LOST_REQUEST: "Обрыв связи, запрос не выполнен",
    FaultKind.LOST_REPLY: "Обрыв связи, но запрос выполнен",
    FaultKind.WRONG_KEY: "Не принимает ключ API",
    FaultKind.THROTTLE: "Слишком много запросов (429)",
    FaultKind.THROTTLE_JSON: "Слишком много запросов (429) с JSON",
    FaultKind.THROTTLE_BARE: "Слишком много запросов (429), без Retry-After",
    FaultKind.HTML200: "Страница HTML вместо ответа (200)",
    FaultKind.LATE_DEAL: "Сделка появляется не сразу",
    FaultKind.REFUSE: "Отказ с сообщением",
}
# Those that last: their seconds are 3 where none are named.
TIMED = frozenset({FaultKind.SLOW, FaultKind.LATE_EFFECT, FaultKind.DRIP, FaultKind.LATE_DEAL})
USUAL_SECONDS = 3.0
# Those whose seconds mean something; of a refused client's, when to come back.
WITH_SECONDS = TIMED | {FaultKind.THROTTLE, FaultKind.THROTTLE_JSON}
MAKING_DEALS = frozenset({"lead/start", "deal/create"})
BEFORE_EFFECT = frozenset(
    {
        FaultKind.HTTP500,
        FaultKind.HTTP500_JSON,
        FaultKind.ERROR200,
        FaultKind.LOST_REQUEST,
        FaultKind.WRONG_KEY,
        FaultKind.THROTTLE,
        FaultKind.THROTTLE_JSON,
        FaultKind.THROTTLE_BARE,
        FaultKind.HTML200,
        FaultKind.REFUSE,
    }
)


@dataclass(frozen=True)
class Fault:
    """A fault of one method (`*`: of all); `times` is how many calls are left, None: no end."""

    method: str
    kind: FaultKind
    seconds: float = 0.0
    times: int | None = None
    message: str = ""

    @property
    def lasts(self) -> bool:
        """Whether its seconds mean anything."""
        return self.kind in WITH_SECONDS

    @property
    def title(self) -> str:
        """What goes wrong, for people."""
        return TITLES[self.kind]

    def to_json(self) -> dict[str, Any]:
        """Give the fault as `/sandbox/faults` shows it."""
        return {
            "method": self.method,
            "fault": self.kind.value,
            "seconds": self.seconds,
            "times": self.times,
            "message": self.message,
        }


def read_fault(given: Mapping[str, Any], methods: frozenset[str]) -> Fault:
    """Read a fault from JSON or a form; raise ValueError with a sentence for people."""
    method = str(given.get("method") or ANY)
    if method != ANY and method not in methods:
        raise ValueError(
            f"Метода «{method[:60]}» в песочнице нет. Есть: {', '.join(sorted(methods))}."
        )
    try:
        kind = FaultKind(str(given.get("fault")))
    except ValueError:
        raise ValueError(f"Неизвестный сбой. Есть: {', '.join(FaultKind)}.") from None
    if kind is FaultKind.LATE_DEAL and method not in {ANY, *MAKING_DEALS}:
        raise ValueError(f"Сделки создают только {' и '.join(sorted(MAKING_DEALS))}.")
    return Fault(
        method=method,
        kind=kind,
        seconds=_seconds(given.get("seconds"), kind),
        times=_times(given.get("times")),
        message=str(given.get("message") or "")[:LONGEST_MESSAGE],
    )


def set_fault(db: sqlite3.Connection, fault: Fault) -> None:
    """Switch a fault on; the earlier one of the same method is replaced."""
    db.execute(
        "INSERT OR REPLACE INTO faults (method, fault, seconds, times, message)"
        " VALUES (?, ?, ?, ?, ?)",
        (fault.method, fault.kind.value, fault.seconds, fault.times, fault.message),
    )


def clear_faults(db: sqlite3.Connection, method: str | None = None) -> None:
    """Switch off the fault of a method, or all of them."""
    db.execute("DELETE FROM faults WHERE ? IS NULL OR method = ?", (method, method))


def active_faults(db: sqlite3.Connection) -> list[Fault]:
    """Give the faults that are on."""
    return [_fault(row) for row in db.execute("SELECT * FROM faults ORDER BY method")]


def take_fault(db: sqlite3.Connection, method: str) -> Fault | None:
    """Give the fault of this call, if any, and count the call off; the method's own first."""
    row = db.execute(
        "SELECT * FROM faults WHERE method IN (?, ?) AND (fault <> ? OR ?)"
        " ORDER BY method = ? LIMIT 1",
        (method, ANY, FaultKind.LATE_DEAL, method in MAKING_DEALS, ANY),
    ).fetchone()
    if row is None:
        return None
    fault = _fault(row)
    if fault.times is not None:
        db.execute("UPDATE faults SET times = times - 1 WHERE method = ?", (fault.method,))
        db.execute("DELETE FROM faults WHERE times <= 0")
    return fault


def _fault(row: sqlite3.Row) -> Fault:
    return Fault(
        row["method"], FaultKind(row["fault"]), row["seconds"], row["times"], row["message"]
    )


def _seconds(given: Any, kind: FaultKind) -> float:
    if given is None or given == "":
        return USUAL_SECONDS if kind in TIMED else 0.0
    try:
        seconds = float(given)
    except (TypeError, ValueError):
        raise ValueError("Задержка — это число секунд, например 3.") from None
    if not 0 <= seconds <= LONGEST:
        raise ValueError(f"Задержка бывает от 0 до {LONGEST:.0f} секунд.")
    return seconds


def _times(given: Any) -> int | None:
    if given is None or given == "":
        return None
    try:
        times = int(given)
    except (TypeError, ValueError):
        raise ValueError("Сколько раз — это целое число, например 1.") from None
    if not 1 <= times <= MOST_TIMES:
        raise ValueError("Сколько раз — от 1. Чтобы сбой не кончался, оставьте поле пустым.")
    return times
