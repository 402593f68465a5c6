"""Posts from pages: read, guarded, kept, answered.

`body` reads what was sent, `post` says what it is about, `guard` who may send it and
where a visitor may be led, `accept` is the whole case without any HTTP, `web` is its HTTP.
"""

from intake.receive.web import create_blueprint

__all__ = ["create_blueprint"]
