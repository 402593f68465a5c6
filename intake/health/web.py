"""The addresses that machines ask: /healthz, /readyz, /metrics."""

import hmac
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from intake.domain.health import Check, Health, Level
from intake.errors import StoreUnavailableError
from intake.health import metrics
from intake.health.readiness import Readiness
from intake.store.health import Measures, read_measures

UNAVAILABLE = 503
DENIED = (
    "Метрики отдаются программам этой машины (http://127.0.0.1:…/metrics) и тем, кто знает "
    "ключ: заголовок «Authorization: Bearer …» со значением настройки METRICS_TOKEN.\n"
)
# A proxy adds one of these; then the asker is whoever stands behind the proxy.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via", "CF-Connecting-IP")


def create_blueprint(
    readiness: Readiness, accounts: Iterable[str] = (), token: str | None = None
) -> Blueprint:
    """Return the addresses. `accounts` are the configured ones.

    Details are for this machine, and for those who know `token`.
    """
    blueprint = Blueprint("health", __name__)
    pages = _Pages(readiness, tuple(accounts), token)
    blueprint.add_url_rule("/healthz", "alive", pages.alive)
    blueprint.add_url_rule("/readyz", "ready", pages.ready)
    blueprint.add_url_rule("/metrics", "metrics", pages.metrics)
    blueprint.after_request(_uncached)
    return blueprint


class _Pages:
    def __init__(self, readiness: Readiness, accounts: tuple[str, ...], token: str | None) -> None:
        self._readiness = readiness
        self._accounts = accounts
        self._token = token

    def alive(self) -> ResponseReturnValue:
        """Answer that this process answers; nothing else is looked at."""
        return Response("ok\n", content_type="text/plain")

    def ready(self) -> ResponseReturnValue:
        """Answer whether posts can be accepted: 503 where not.

        With ``?strict=1`` also 503 where leads are accepted but reach the CRM late: what
        an alarm watches, and a balancer must not.
        """
        health = self._readiness.look()
        bad = {Level.FAILED} | ({Level.DEGRADED} if request.args.get("strict") == "1" else set())
        status = UNAVAILABLE if health.level in bad else 200
        return jsonify(_told(health, in_full=self._trusted())), status

    def metrics(self) -> ResponseReturnValue:
        """Answer the figures for Prometheus."""
        if not self._trusted():
            return Response(DENIED, 403, content_type="text/plain; charset=utf-8")
        measures = self._measures()
        queued = self._readiness.queued()
        accept = request.headers.get("Accept", "")
        page, content_type = metrics.render(measures, queued, self._accounts, accept)
        return Response(page, content_type=content_type)

    def _measures(self) -> Measures | None:
        try:
            return read_measures(self._readiness.database, metrics.WINDOW)
        except StoreUnavailableError:
            return None

    def _trusted(self) -> bool:
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer" and self._token:
            return hmac.compare_digest(given.strip().encode(), self._token.encode())
        return _is_local()


def _is_local() -> bool:
    """Whether a program of this machine asks, by an address of this machine.

    A proxy of this machine that adds no header of its own still passes on whose name the
    page was asked by.
    """
    if any(name in request.headers for name in _FORWARDED):
        return False
    return _is_loopback(request.remote_addr) and _is_loopback(urlsplit(request.host_url).hostname)


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _told(health: Health, *, in_full: bool) -> dict[str, object]:
    words = {Level.OK: "ready", Level.DEGRADED: "degraded", Level.FAILED: "unready"}
    told: dict[str, object] = {"status": words[health.level]}
    if in_full:
        told["wrong"] = [check.name for check in health.wrong]
        told["checks"] = {check.name: _told_check(check) for check in health.checks}
    return told


def _told_check(check: Check) -> dict[str, object]:
    return {"level": check.level, "message": check.message, "value": check.value}


def _uncached(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
