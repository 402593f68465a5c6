"""Letting a page's script read our answer, whosever page it is.

Nothing here is anybody's secret: no cookie is ever read, and what a foreign page gets is a
refusal. A refusal that it could not read would look like a broken network, and be tried
again without end.
"""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

PREFLIGHT_SECONDS = 86_400


def let_read(answer: BaseResponse) -> BaseResponse:
    """Let the page that asked read this answer."""
    answer.headers.add("Vary", "Origin")
    if origin := request.headers.get("Origin"):
        answer.headers["Access-Control-Allow-Origin"] = origin
        # When to come again is no use to a script that may not see it.
        answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return answer


def preflight(site: str | None = None) -> BaseResponse:
    """Let any page ask: whether it may post is told by the answer to its post."""
    del site
    answer = let_read(Response(status=204))
    answer.headers["Access-Control-Allow-Methods"] = "POST"
    answer.headers["Access-Control-Allow-Headers"] = "Content-Type, Idempotency-Key"
    answer.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return answer
