"""The service for gunicorn: ``gunicorn -c gunicorn.conf.py wsgi:app``."""

from app import create_app
from intake.errors import IntakeError
from intake.settings import Settings

try:
    app = create_app(Settings.from_environ())
except IntakeError as error:
    raise SystemExit(f"Ошибка: {error}") from None
