"""The HTTP of `/submit`: a request in, an answer for a program or for a person out."""

from collections.abc import Mapping
from dataclasses import replace
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

from intake.domain.json import JsonObject
from intake.domain.origin import origin_of
from intake.domain.submission import read_number
from intake.errors import StoreUnavailableError
from intake.receive.accept import Accepted, Intake, Refused
from intake.receive.again import fields_to_mend
from intake.receive.asked import asked_language, is_navigation, wants_json
from intake.receive.body import UnreadableBodyError, read_body
from intake.receive.cors import let_read, preflight
from intake.receive.guard import safe_redirect
from intake.receive.multipart import read_multipart
from intake.receive.post import Post, Sender, read_post
from intake.receive.stream import Upload, drain, is_upload, read_whole
from intake.receive.texts import Language, heading, text
from intake.receive.token_web import answer_token
from intake.receive.unread import LIMITS, kept_of, reason_of, size_kept, status_of

UNAVAILABLE = Refused(503, "unavailable", retry_after=5)


def create_blueprint(intake: Intake) -> Blueprint:
    """Return the routes `/submit`, `/form-token`, both with `/<site>`, and the thanks page."""
    blueprint = Blueprint("receive", __name__)

    @blueprint.post("/submit", provide_automatic_options=False, strict_slashes=False)
    @blueprint.post("/submit/<site>", provide_automatic_options=False, strict_slashes=False)
    def submit(site: str | None = None) -> BaseResponse:
        return let_read(_Submit(intake, site).answer())

    @blueprint.get("/form-token", strict_slashes=False)
    @blueprint.get("/form-token/<site>", strict_slashes=False)
    def form_token(site: str | None = None) -> BaseResponse:
        return let_read(answer_token(intake, site, _sender().origin))

    for path in ("/submit", "/submit/<site>"):
        blueprint.add_url_rule(
            path, "preflight", preflight, methods=["OPTIONS"], strict_slashes=False
        )

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
    language = asked_language()
    message = text(_ERROR_TEXTS.get(status, "failed"), language)
    if wants_json():
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
        self.for_program = wants_json()
        self.language: Language = asked_language()

    def answer(self) -> BaseResponse:
        try:
            post = self._read()
            if isinstance(post, Refused):
                return self._refuse(post, {})
            return self._answer_post(post)
        except StoreUnavailableError:
            return self._refuse(UNAVAILABLE, {})

    def _answer_post(self, post: Post) -> BaseResponse:
        try:
            outcome = self.intake.accept(post, self.site_name)
        except StoreUnavailableError:
            return self._refuse(UNAVAILABLE, _to_carry(post))
        if isinstance(outcome, Accepted):
            return self._receipt(outcome, post)
        return self._refuse(outcome, _to_carry(post))

    def _read(self) -> Post | Refused:
        kind, body = request.headers.get("Content-Type", ""), b""
        upload = Upload() if is_upload() else None
        try:
            if upload:
                fields, is_json = read_multipart(kind, upload), False
            else:
                body = read_whole()
                fields, is_json = read_body(kind, body)
        except RequestEntityTooLarge:
            return self._too_large()
        except (ClientDisconnected, BadRequest):
            return Refused(400, "cut_short")
        except UnreadableBodyError as error:
            if upload:
                upload.drain()
                body = upload.head
            return self._unreadable(error, body)
        self.for_program = self.for_program or (is_json and not is_navigation())
        post = read_post(fields, _sender(), self.now, is_json=is_json)
        return replace(post, from_page=not self.for_program)

    def _unreadable(self, error: UnreadableBodyError, head: bytes) -> Refused:
        kept = kept_of(error, head, request.content_length)
        self._keep_unread(reason_of(error), kept)
        return Refused(status_of(error), error.code, values=LIMITS)

    def _too_large(self) -> Refused:
        drain()
        self._keep_unread("too_large", size_kept(request.content_length))
        return Refused(413, "too_large", values=LIMITS)

    def _keep_unread(self, reason: str, fields: JsonObject) -> None:
        post = read_post(fields, _sender(), self.now, is_json=False)
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
        if asked:
            return asked.replace("{number}", accepted.receipt.number)
        site = accepted.site
        own = url_for("receive.thanks", number=accepted.receipt.number, site=site.key)
        return site.thanks_url or own

    def _refuse(self, refused: Refused, fields: Mapping[str, object]) -> BaseResponse:
        errors = {name: text(code, self.language) for name, code in refused.errors.items()}
        message = next(iter(errors.values()), "") or text(
            refused.code, self.language, **refused.values
        )
        if self.for_program:
            # A page of another origin may read the body, but not this header.
            later = {"retry_after": refused.retry_after} if refused.retry_after else {}
            answer: BaseResponse = jsonify(ok=False, message=message, errors=errors, **later)
            answer.status_code = refused.status
        else:
            answer = self._page(refused, message, fields, errors)
        if refused.retry_after:
            answer.headers["Retry-After"] = str(refused.retry_after)
        return answer

    def _page(
        self, refused: Refused, message: str, fields: Mapping[str, object], errors: dict[str, str]
    ) -> BaseResponse:
        status = refused.status
        if refused.site and fields:
            token = self.intake.tokens.issue(refused.site.key, self.now)
            fields = {**fields, "form_token": token}
        typed, hidden = fields_to_mend(fields, errors) if fields else ([], [])
        if status not in {422, 429, 503} or not typed:
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
        "form_token": post.form_token,
        "captcha_token": post.captcha_token,
        "intake_trial": post.trial_pass,
    }
    return {**raw.fields, **{name: value for name, value in context.items() if value}}


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
