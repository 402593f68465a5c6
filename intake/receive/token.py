"""The token of a form: says that a page asked us for it, for which site and when.

It proves no person, and it is no secret: it only makes a robot come by twice. A form
without JavaScript may carry it, and then two clicks on it are one submission.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from itsdangerous import BadData, URLSafeSerializer

from intake.domain.submission import RawSubmission

SALT = "intake.form-token"
# A page may be left open over night.
LIFETIME = timedelta(hours=24)
# The clocks of the web machines may be apart.
CLOCK_SLACK = timedelta(minutes=5)
MAX_LENGTH = 300


class Standing(Enum):
    """What a token is worth."""

    ABSENT = auto()
    FORGED = auto()
    EXPIRED = auto()
    GOOD = auto()


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """What a token is worth, and how old it is where that is known."""

    standing: Standing
    age: timedelta | None = None


class FormTokens:
    """Issues tokens and checks them; `secret` is the service's own."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt=SALT)

    def issue(self, site: str, now: datetime) -> str:
        """Return a new token for a site's form."""
        told = [site, int(now.timestamp()), secrets.token_urlsafe(6)]
        token = self._serializer.dumps(told)
        return token if isinstance(token, str) else token.decode()

    def check(self, token: str | None, site: str, now: datetime) -> TokenCheck:
        """Say what a token is worth for a site; compares signatures in constant time."""
        if not token:
            return TokenCheck(Standing.ABSENT)
        issued = self._issued_at(token, site)
        if issued is None:
            return TokenCheck(Standing.FORGED)
        age = now - datetime.fromtimestamp(issued, now.tzinfo)
        if age < -CLOCK_SLACK:
            return TokenCheck(Standing.FORGED)
        return TokenCheck(Standing.EXPIRED if age > LIFETIME else Standing.GOOD, age)

    def _issued_at(self, token: str, site: str) -> int | None:
        try:
            told = self._serializer.loads(token) if len(token) <= MAX_LENGTH else None
        except BadData:
            return None
        match told:
            case [str(of_site), int(issued), str()] if of_site == site:
                return issued
        return None


def key_of(token: str, raw: RawSubmission) -> str:
    """Return the key that one form with one content is kept under.

    A page that was cached with its token is sent by many people: the token alone must not
    make their submissions one.
    """
    content = json.dumps([token, raw.fields], sort_keys=True)
    return "form:" + hashlib.sha256(content.encode()).hexdigest()
