"""A test submission of our own: posted by a browser as any other, and marked as a test.

The page «Подключение» holds a pass, signed for one site and one test. Whoever posts with it
was let onto that page a short while ago. All that a pass can do is to make one submission
that says of itself that it is a test; only its phone is the sender's.
"""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from intake.domain.json import JsonObject
from intake.domain.submission import Channel
from intake.receive.post import Post

NAME = "Проверка"
COMMENT = "Проверочная заявка со страницы «Подключение». Её можно удалить."
TAGS = ("тест",)
MAX_PHONE = 60

SALT = "intake.trial-pass"
# The page may have been left open over a meal.
LIFETIME = timedelta(hours=2)
CLOCK_SLACK = timedelta(minutes=5)
MAX_LENGTH = 300


class TrialPasses:
    """Issues the passes of tests and reads them; `secret` is the service's own."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt=SALT)

    def issue(self, site: str, now: datetime) -> str:
        """Return a pass for one test of a site."""
        told = [site, int(now.timestamp()), secrets.token_urlsafe(9)]
        issued = self._serializer.dumps(told)
        return issued if isinstance(issued, str) else issued.decode()

    def read(self, given: str, site: str, now: datetime) -> str | None:
        """Return the key its submission is kept under; None for a pass that is not good here."""
        try:
            told = self._serializer.loads(given) if len(given) <= MAX_LENGTH else None
        except BadData:
            return None
        match told:
            case [str(of_site), int(issued), str(key)] if of_site == site:
                age = now - datetime.fromtimestamp(issued, now.tzinfo)
                return f"trial:{key}" if -CLOCK_SLACK <= age <= LIFETIME else None
        return None


def as_trial(post: Post, key: str) -> Post:
    """Return the test that a post asks for; the same `key` gives the same submission."""
    phone = next((value for name, value in post.raw.fields.items() if name == "phone"), None)
    shown = phone[:MAX_PHONE] if isinstance(phone, str) else ""
    fields: JsonObject = {"name": NAME, "phone": shown, "comment": COMMENT, "tags": [*TAGS]}
    return replace(post, raw=replace(post.raw, fields=fields, channel=Channel.TRIAL), key=key)
