"""The service for gunicorn: ``gunicorn -c gunicorn.conf.py wsgi:app``."""

from app import create_app
from intake.alert import keep_watching
from intake.errors import IntakeError
from intake.settings import Settings

try:
    app = create_app(Settings.from_environ())
except IntakeError as error:
    raise SystemExit(f"Ошибка: {error}") from None

# The web notices a sweeper that has fallen silent. gunicorn loads this in every process,
# after the fork; together they look once in half a minute.
keep_watching(app.extensions["intake.watch"])
