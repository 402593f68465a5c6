"""The service for gunicorn: ``gunicorn -c gunicorn.conf.py wsgi:app``."""

from app import create_app
from intake.settings import Settings

app = create_app(Settings.from_environ())
