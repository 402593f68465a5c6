"""The web wiring: settings in, a Flask application out, nothing else."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from flask import Flask, redirect, render_template
from flask.json.provider import DefaultJSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from intake import alert, captcha, health, receive, show
from intake.queue import BackgroundDoorbell, Doorbell
from intake.receive.accept import Intake
from intake.receive.body import MAX_BODY
from intake.receive.link_check import check_link
from intake.receive.reread import reread
from intake.receive.token import FormTokens
from intake.receive.trial import TrialPasses
from intake.reference import Reference, Sources
from intake.settings import Settings
from intake.store import schedule
from intake.store.database import Database
from intake.store.group import GroupedSaver
from intake.store.holding import settle_captcha

log = logging.getLogger(__name__)

SCRIPT_CACHE_SECONDS = 600
HSTS_SECONDS = 365 * 24 * 3600
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

# Everything a page needs comes from this service; nothing stands inline.
PAGE_POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'self'"


class ReadableJSON(DefaultJSONProvider):
    """JSON with its Russian words as they are."""

    ensure_ascii = False
    compact = True


def create_app(settings: Settings) -> Flask:
    """Return the service: `/submit`, the log, the demo page, health and metrics."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    app = Flask(__name__)
    is_secure = (settings.public_url or "").startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MAX_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=SCRIPT_CACHE_SECONDS,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_secure,
        # By such a name a browser takes it from this very host over https and no other.
        SESSION_COOKIE_NAME="__Host-session" if is_secure else "session",
    )
    # A receipt in Russian has to be readable where it is printed.
    app.json = ReadableJSON(app)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # the way Flask documents
    database = Database(settings.database_url)
    app.extensions["intake.database"] = database
    bell = Doorbell(settings.redis_url)
    doorbell = BackgroundDoorbell(bell)
    readiness = health.Readiness(database, bell.waiting)
    watch = alert.Watch(
        database,
        settings.directory,
        alert.Channels(settings.alerts),
        settings.outside_url,
        ZoneInfo(settings.display_timezone),
    )
    app.extensions["intake.watch"] = watch
    intake = _add_receive(app, settings, database, doorbell)
    watchers = show.Watchers(readiness.look, watch.try_out)
    _add_show(app, settings, _Log(database, doorbell, watchers, intake))
    _add_health(app, settings, readiness)
    app.after_request(_protect)
    if is_secure:
        app.after_request(_keep_to_https)
    return app


def _add_receive(
    app: Flask, settings: Settings, database: Database, doorbell: BackgroundDoorbell
) -> Intake:
    own = settings.public_origin
    settle = partial(settle_captcha, database)
    checker = captcha.Checker(captcha.Service().ask, settle, doorbell.ring)
    intake = Intake(
        GroupedSaver(database).save,
        settings.directory,
        doorbell.ring,
        FormTokens(settings.secret_key),
        check_captcha=checker.check,
        own_origins=frozenset({own}) if own else frozenset(),
        crm_ids=lambda: schedule.learned_crm_ids(database),
        sources=_open_reference(settings),
        trials=TrialPasses(settings.secret_key),
    )
    app.register_blueprint(receive.create_blueprint(intake))
    return intake


def _open_reference(settings: Settings) -> Sources:
    """Open what tells regions; a file that cannot be read is told and done without."""
    reference = Reference(settings.numbering, settings.geoip)
    for problem in reference.problems():
        log.warning("%s", problem)
    return reference.open()


@dataclass(frozen=True, slots=True)
class _Log:
    """What the log is made of."""

    database: Database
    doorbell: BackgroundDoorbell
    watchers: show.Watchers
    intake: Intake


def _add_show(app: Flask, settings: Settings, parts: _Log) -> None:
    hosts = show.Hosts(settings.believed_hosts, settings.public_url)
    log = show.create_blueprint(
        parts.database,
        settings.directory,
        parts.doorbell.ring,
        display_timezone=settings.display_timezone,
        demo_url="/demo" if settings.demo else None,
        watchers=parts.watchers,
        installing=_installing(settings, parts.intake),
        check_link=check_link,
        reread=partial(reread, parts.intake),
        hosts=hosts,
    )
    app.register_blueprint(log)
    app.register_blueprint(
        show.create_shared_blueprint(
            parts.database,
            settings.directory,
            display_timezone=settings.display_timezone,
            hosts=hosts,
        )
    )
    app.add_url_rule("/", "index", lambda: redirect("/log"))
    if settings.demo:
        app.add_url_rule("/demo", "demo", lambda: _demo_page(settings, parts.intake))


def _installing(settings: Settings, intake: Intake) -> show.Installing:
    passes = TrialPasses(settings.secret_key)
    return show.Installing(
        settings.outside_url,
        is_public=settings.public_url is not None,
        # The log itself takes nothing in: its test is posted to `/submit` as any other.
        issue_pass=lambda site: passes.issue(site, datetime.now(UTC)),
        crm_ids=intake.crm_ids,
    )


def _demo_page(settings: Settings, intake: Intake) -> str:
    site = next(iter(settings.directory.sites.values()))
    return render_template(
        "demo.html",
        site_key=site.key,
        form_token=intake.tokens.issue(site.key, datetime.now(UTC)),
        site_title=site.title,
        crm_id=settings.directory.accounts[site.crm].crm_id,
        log_url="/log",
        sandbox_url=settings.sandbox_url,
    )


def _add_health(app: Flask, settings: Settings, readiness: health.Readiness) -> None:
    accounts, token = settings.directory.accounts, settings.metrics_token
    app.register_blueprint(health.create_blueprint(readiness, accounts, token))


def _keep_to_https(answer: BaseResponse) -> BaseResponse:
    # Of this host only: whether its neighbours speak https is not ours to say.
    answer.headers.setdefault("Strict-Transport-Security", f"max-age={HSTS_SECONDS}")
    return answer


def _protect(answer: BaseResponse) -> BaseResponse:
    headers = answer.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    if answer.mimetype == "text/html":
        headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    return answer
