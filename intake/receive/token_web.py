"""`/form-token`: what a page's script needs before it sends. Touches no database."""

from datetime import UTC, datetime
from typing import Any

from flask import jsonify
from werkzeug.wrappers import Response as BaseResponse

from intake.domain.site import Site
from intake.receive.accept import MAX_SITE_NAME, Intake
from intake.receive.asked import asked_language
from intake.receive.guard import may_post
from intake.receive.texts import text


def answer_token(intake: Intake, site_name: str | None, origin: str | None) -> BaseResponse:
    """Answer a token for the form of a site, and which captcha the page has to show.

    A page that may not post there gets none: 403, and 404 where there is no such site.
    """
    site = intake.find_site(site_name, None)
    if site is None:
        code = "unknown_site" if site_name else "site_needed"
        return _refuse(404, code, site=f"«{(site_name or '')[:MAX_SITE_NAME]}»")
    if not may_post(site, origin, intake.own_origins):
        return _refuse(403, "foreign_origin", origin=origin)
    token = intake.tokens.issue(site.key, datetime.now(UTC))
    return _answer({"token": token, "captcha": _captcha(site)}, 200)


def _captcha(site: Site) -> dict[str, str] | None:
    rule = site.spam.captcha
    return {"kind": rule.kind.value, "sitekey": rule.sitekey} if rule else None


def _refuse(status: int, code: str, **values: object) -> BaseResponse:
    return _answer({"ok": False, "message": text(code, asked_language(), **values)}, status)


def _answer(data: dict[str, Any], status: int) -> BaseResponse:
    answer: BaseResponse = jsonify(data)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
