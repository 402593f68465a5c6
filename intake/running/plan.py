"""Deciding what has to run, with which settings."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from intake.errors import SettingsError
from intake.running.demo import demo_sites
from intake.running.place import Place, read_env, write_env
from intake.running.ports import Port, choose_port
from intake.running.redis_server import configuration as redis_configuration
from intake.running.redis_server import find_redis, socket_path
from intake.running.supervisord import Program

PROJECT = Path(__file__).resolve().parents[2]
WORKERS = 2
USUAL_PORT = 8000
USUAL_SANDBOX_PORT = 8090
LOOPBACK = "127.0.0.1"
# What nobody chose is written down for the commands that go beside `run`.
KEPT = (
    *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "INTAKE_SITES", "INTAKE_DEMO", "SANDBOX_URL"),
    *("HOST", "PORT"),
)
# … of these also where the settings name a CRM themselves.
ALWAYS_KEPT = ("DATABASE_URL", "REDIS_URL", "HOST", "PORT")


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is started: the programs and the environment of all of them."""

    place: Place
    env: Mapping[str, str]
    programs: tuple[Program, ...]
    port: Port
    sandbox_port: Port | None

    @property
    def url(self) -> str:
        """The service's address as a person on this machine would type it."""
        return f"http://{_for_browser(self.env['HOST'])}:{self.port.number}"

    @property
    def sandbox_url(self) -> str | None:
        """The sandbox's address; None where a real CRM is configured."""
        return self.env.get("SANDBOX_URL") if self.sandbox_port else None


def make_plan(place: Place, given: Mapping[str, str]) -> Plan:
    """Decide, and write what the programs read; SettingsError where a setting is wrong."""
    env = {**_defaults(place), **{name: value for name, value in given.items() if value}}
    port = choose_port(env, "PORT", USUAL_PORT, env["HOST"])
    env["PORT"] = str(port.number)
    programs = [_web(), *_workers(), _program("sweep", "sweep")]
    if not env.get("REDIS_URL"):
        programs.append(_redis(place, env))
    sandbox_port = None
    if not is_configured(env):
        sandbox_port = choose_port(env, "SANDBOX_PORT", USUAL_SANDBOX_PORT, LOOPBACK)
        if sandbox_port.number == port.number:
            raise SettingsError(
                "SANDBOX_PORT: порт тот же, что PORT; выберите другой, например 8090."
            )
        programs.append(_sandbox(place, env, sandbox_port))
    write_env(place, {name: env[name] for name in KEPT if name in env})
    return Plan(place, env, tuple(programs), port, sandbox_port)


def environment_beside(place: Place, given: Mapping[str, str]) -> dict[str, str]:
    """Return the settings for a command that goes beside `run`: those of its last start."""
    kept = read_env(place.settings)
    if is_configured(given):
        kept = {name: kept[name] for name in ALWAYS_KEPT if name in kept}
    return {**_defaults(place), **kept, **{name: value for name, value in given.items() if value}}


def is_configured(env: Mapping[str, str]) -> bool:
    """Whether the settings name a CRM, rightly or wrongly."""
    named = any(env.get(name) for name in ("ENVYBOX_URL", "ENVYBOX_API_KEY", "INTAKE_SITES"))
    return named or Path("sites.toml").exists()


def _defaults(place: Place) -> dict[str, str]:
    return {
        "HOST": LOOPBACK,
        "DATABASE_URL": f"sqlite:///{place.root / 'intake.db'}",
        "SECRET_KEY": place.secret("secret"),
        "NUMBERING_REGISTRY": str(place.root / "numbering.dat"),
        # gunicorn lets requests end for this long; less than supervisord waits for it.
        "GRACEFUL_TIMEOUT": "4",
        "PYTHONPATH": str(PROJECT),
        "PYTHONUNBUFFERED": "1",
    }


def _web() -> Program:
    config = str(PROJECT / "gunicorn.conf.py")
    return Program("web", (sys.executable, "-m", "gunicorn", "-c", config, "wsgi:app"))


def _workers() -> list[Program]:
    return [_program(f"worker-{number}", "worker") for number in range(1, WORKERS + 1)]


def _program(name: str, command: str) -> Program:
    return Program(name, (sys.executable, "-m", "intake", command))


def _redis(place: Place, env: dict[str, str]) -> Program:
    socket = socket_path(place)
    config = place.write("redis/redis.conf", redis_configuration(place, socket))
    env["REDIS_URL"] = f"unix://{socket}"
    return Program("redis", (find_redis(), str(config)), front=False)


def _sandbox(place: Place, env: dict[str, str], port: Port) -> Program:
    url = f"http://{LOOPBACK}:{port.number}"
    env["SANDBOX_API_KEY"] = place.secret("sandbox-key")
    env["SANDBOX_URL"] = url
    env["INTAKE_DEMO"] = "1"
    sites = place.write("demo-sites.toml", demo_sites(url, place.root / "sandbox-key"))
    env["INTAKE_SITES"] = str(sites)
    command = (sys.executable, "-m", "intake", "sandbox", "--port", str(port.number))
    return Program("sandbox", (*command, "--database", str(place.root / "sandbox.db")), front=False)


def _for_browser(host: str) -> str:
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 -- compared, not listened on
        return LOOPBACK
    return f"[{host}]" if ":" in host else host
