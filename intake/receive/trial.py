"""A test submission of our own, the whole way that any other goes."""

from datetime import datetime

from intake.domain.submission import Channel, RawSubmission
from intake.receive.accept import Accepted, Intake
from intake.receive.post import Post
from intake.receive.texts import Language, text

NAME = "Проверка"
COMMENT = "Проверочная заявка со страницы «Подключение». Её можно удалить."
TAGS = ("тест",)
MAX_PHONE = 60


def try_out(
    intake: Intake, site: str, phone: str, key: str, now: datetime, language: Language = "ru"
) -> tuple[str | None, str | None]:
    """Send a test submission of a site; return its number, or else why it was not taken.

    The same `key` gives the same submission. Raises StoreUnavailableError.
    """
    raw = RawSubmission(
        fields={"name": NAME, "phone": phone[:MAX_PHONE], "comment": COMMENT, "tags": [*TAGS]},
        received_at=now,
        channel=Channel.TRIAL,
    )
    post = Post(raw, key=f"trial:{key}", redirect=None, crm_id=None, origin=None)
    outcome = intake.accept(post, site, trusted=True)
    if isinstance(outcome, Accepted):
        return outcome.receipt.number, None
    codes = [*outcome.errors.values(), outcome.code]
    return None, text(codes[0], language, **outcome.values)
