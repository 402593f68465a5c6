"""The HTTP of `/submit`: a request in, an answer for a program or for a person out."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import (
    BadRequest,
    ClientDisconnected,
    HTTPException,
    NotFound,
    RequestEntityTooLarge,
)
from werkzeug.wrappers import Response as BaseResponse

from intake.domain.origin import origin_of
from intake.domain.submission import read_number
from intake.errors import StoreUnavailableError
from intake.receive.accept import Accepted, Intake, Refused
from intake.receive.again import fields_to_mend
from intake.receive.body import MAX_BODY, UnreadableBodyError, read_body
from intake.receive.guard import may_post, safe_redirect
from intake.receive.post import Post, Sender, read_post
from intake.receive.texts import Language, heading, text

RETRY_AFTER_SECONDS = 5
PREFLIGHT_SECONDS = 86_400

# How much of a broken body the log keeps, and how much of an oversized one is read away
# so that its sender gets to read the answer instead of a reset connection.
MAX_KEPT_BODY = 20_000
MAX_DRAINED = 64 * 1024 * 1024
DRAIN_CHUNK = 256 * 1024


def create_blueprint(intake: Intake) -> Blueprint:
    """Return the routes `/submit`, `/submit/<site>` and the thanks page."""
    blueprint = Blueprint("receive", __name__)

    @blueprint.post("/submit", provide_automatic_options=False, strict_slashes=False)
    @blueprint.post("/submit/<site>", provide_automatic_options=False, strict_slashes=False)
    def submit(site: str | None = None) -> BaseResponse:
        answer = _Submit(intake, site).answer()
        return _allow_origin(answer, intake, site)

    @blueprint.route("/submit", methods=["OPTIONS"], strict_slashes=False)
    @blueprint.route("/submit/<site>", methods=["OPTIONS"], strict_slashes=False)
    def preflight(site: str | None = None) -> BaseResponse:
        answer = _allow_origin(Response(status=204), intake, site)
        answer.headers["Access-Control-Allow-Methods"] = "POST"
        answer.headers["Access-Control-Allow-Headers"] = "Content-Type, Idempotency-Key"
        answer.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        return answer

    @blueprint.get("/thanks/<number>")
    def thanks(number: str) -> str:
        shown = read_number(number)
        if shown is None:
            raise NotFound
        site = intake.directory.sites.get(request.args.get("site", ""))
        title = site.title if site else None
        return render_template("receive/thanks.html", number=shown, site_title=title, back_url=None)

    blueprint.app_errorhandler(HTTPException)(_answer_error)
    return blueprint


def _answer_error(error: HTTPException) -> BaseResponse:
    """Answer what went wrong before or beside a post: an unknown address, a wrong method."""
    status = error.code or 500
    if error.response is not None or status < 400:  # noqa: PLR2004  # a redirect is no fault
        return error.get_response()
    language = _language()
    message = text(_ERROR_TEXTS.get(status, "failed"), language)
    if _wants_json():
        answer: BaseResponse = jsonify(ok=False, message=message)
    else:
        answer = Response(_error_page(status, message, language))
    answer.status_code = status
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            answer.headers[name] = value
    return answer


_ERROR_TEXTS = {404: "no_page", 405: "wrong_method"}


def _error_page(status: int, message: str, language: Language) -> str:
    return render_template(
        "receive/again.html",
        status=status,
        heading=heading(status, language),
        message=message,
        action=None,
        site_title=None,
        fields=[],
        hidden=[],
        back_url=None,
    )


class _Submit:
    """One request to `/submit`: reads it, has it taken in, writes the answer."""

    def __init__(self, intake: Intake, site_name: str | None) -> None:
        self.intake = intake
        self.site_name = site_name
        self.now = datetime.now(UTC)
        self.for_program = _wants_json()
        self.language: Language = _language()

    def answer(self) -> BaseResponse:
        try:
            post = self._read()
            if isinstance(post, Refused):
                return self._refuse(post, {})
            return self._answer_post(post)
        except StoreUnavailableError:
            return self._unavailable({})

    def _answer_post(self, post: Post) -> BaseResponse:
        try:
            outcome = self.intake.accept(post, self.site_name)
        except StoreUnavailableError:
            return self._unavailable(_to_carry(post))
        if isinstance(outcome, Accepted):
            return self._receipt(outcome, post)
        return self._refuse(outcome, _to_carry(post))

    def _read(self) -> Post | Refused:
        try:
            body = _read_body()
        except RequestEntityTooLarge:
            return self._too_large()
        except (ClientDisconnected, BadRequest):
            return Refused(400, "cut_short")
        try:
            fields, is_json = read_body(request.headers.get("Content-Type", ""), body)
        except UnreadableBodyError as error:
            return self._unreadable(error.code, body)
        self.for_program = self.for_program or (is_json and not _is_navigation())
        return read_post(fields, _sender(), self.now, is_json=is_json)

    def _unreadable(self, code: str, body: bytes) -> Refused:
        kept = body[:MAX_KEPT_BODY].decode("utf-8", "replace").replace("\0", "�")
        self._keep_unread(code, {"тело запроса": kept})
        return Refused(422, code)

    def _too_large(self) -> Refused:
        _drain()
        size = request.content_length
        note = f"{size // 1024} КБ" if size else "больше допустимого"
        self._keep_unread("too_large", {"размер запроса": note})
        return Refused(413, "too_large", values={"limit": str(MAX_BODY // 1024)})

    def _keep_unread(self, reason: str, fields: Mapping[str, str]) -> None:
        post = read_post(dict(fields), _sender(), self.now, is_json=False)
        site = self.intake.find_site(self.site_name, None)
        self.intake.keep_rejected(post.raw, reason, site.key if site else self.site_name)

    def _receipt(self, accepted: Accepted, post: Post) -> BaseResponse:
        receipt = accepted.receipt
        if self.for_program:
            answer = jsonify(
                ok=True,
                id=receipt.uid,
                number=receipt.number,
                message=text("accepted", self.language, number=receipt.number),
            )
            answer.status_code = 200 if receipt.repeated else 202
            return answer
        return redirect(self._next_page(accepted, post), 303)

    def _next_page(self, accepted: Accepted, post: Post) -> str:
        asked = safe_redirect(
            post.redirect, accepted.site, post.raw.page_url, self.intake.own_origins | _own_origin()
        )
        site = accepted.site
        own = url_for("receive.thanks", number=accepted.receipt.number, site=site.key)
        return asked or site.thanks_url or own

    def _refuse(self, refused: Refused, fields: Mapping[str, object]) -> BaseResponse:
        errors = {name: text(code, self.language) for name, code in refused.errors.items()}
        message = next(iter(errors.values()), "") or text(
            refused.code, self.language, **refused.values
        )
        if self.for_program:
            answer = jsonify(ok=False, message=message, errors=errors)
            answer.status_code = refused.status
            return answer
        return self._page(refused.status, message, fields, errors)

    def _unavailable(self, fields: Mapping[str, object]) -> BaseResponse:
        answer = self._refuse(Refused(503, "unavailable"), fields)
        answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return answer

    def _page(
        self, status: int, message: str, fields: Mapping[str, object], errors: Mapping[str, str]
    ) -> BaseResponse:
        typed, hidden = fields_to_mend(fields, errors) if fields else ([], [])
        if status not in {422, 503} or not typed:
            return Response(_error_page(status, message, self.language), status)
        page = render_template(
            "receive/again.html",
            status=status,
            heading=heading(status, self.language),
            message=message,
            action=request.path,
            site_title=None,
            fields=typed,
            hidden=hidden,
            back_url=None,
        )
        return Response(page, status)


def _to_carry(post: Post) -> dict[str, object]:
    """Return what a corrected form has to bring again, besides what was typed."""
    raw = post.raw
    context = {
        "page_url": raw.page_url,
        "referrer": raw.referrer,
        "submission_id": post.key,
        "redirect": post.redirect,
    }
    return {**raw.fields, **{name: value for name, value in context.items() if value}}


def _wants_json() -> bool:
    accepts = request.accept_mimetypes
    if _is_navigation():
        return False
    return "text/html" not in accepts.values() or accepts.best == "application/json"


def _is_navigation() -> bool:
    return request.headers.get("Sec-Fetch-Mode") == "navigate"


def _language() -> Language:
    if "Accept-Language" not in request.headers:
        return "ru"
    return "en" if request.accept_languages.best_match(["ru", "en"], "ru") == "en" else "ru"


def _sender() -> Sender:
    origin = request.headers.get("Origin")
    # A page of our own is never foreign, whatever the site's settings say.
    is_own = origin is not None and origin_of(origin) in _own_origin()
    return Sender(
        ip=request.remote_addr,
        user_agent=request.headers.get("User-Agent"),
        origin=None if is_own else origin,
        referer=request.headers.get("Referer"),
        cookies=request.cookies,
        idempotency_key=request.headers.get("Idempotency-Key"),
    )


def _own_origin() -> frozenset[str]:
    origin = origin_of(request.host_url)
    return frozenset({origin}) if origin else frozenset()


def _allow_origin(answer: BaseResponse, intake: Intake, site_name: str | None) -> BaseResponse:
    origin = request.headers.get("Origin")
    answer.headers.add("Vary", "Origin")
    # That a site does not exist is no secret, and its developer has to be able to read it.
    readable = answer.status_code == 404 or _is_known(origin or "", intake, site_name)  # noqa: PLR2004
    if origin and origin != "null" and readable:
        answer.headers["Access-Control-Allow-Origin"] = origin
    return answer


def _is_known(origin: str, intake: Intake, site_name: str | None) -> bool:
    site = intake.find_site(site_name, None)
    # Before the body is read, a post without a site's name may be meant for any of them.
    sites = [site] if site else list(intake.directory.sites.values()) * (site_name is None)
    return any(may_post(each, origin, intake.own_origins | _own_origin()) for each in sites)


def _read_body() -> bytes:
    """Return the whole body; RequestEntityTooLarge where it is longer than allowed.

    Raises BadRequest for one that breaks off or is not sent as its headers say.
    """
    length = request.content_length
    if length is not None or "wsgi.input_terminated" not in request.environ:
        body = request.get_data(cache=False)
    else:
        # Without a length Werkzeug would cut the body at the limit and call that the whole.
        body = _read_stream(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise RequestEntityTooLarge
    if length is not None and len(body) < length:
        raise BadRequest
    return body


def _read_stream(size: int) -> bytes:
    try:
        data: bytes = request.environ["wsgi.input"].read(size)
    except Exception as error:  # every server has its own for a chunk that is none
        raise BadRequest from error
    return data


def _drain() -> None:
    left = MAX_DRAINED
    with suppress(BadRequest):
        while left > 0 and (chunk := _read_stream(DRAIN_CHUNK)):
            left -= len(chunk)
