"""What is answered and kept of a post that could not be read to its end."""

from intake.domain.json import JsonObject
from intake.receive.body import MAX_BODY, UnreadableBodyError
from intake.receive.stream import MAX_KEPT, MAX_UPLOAD

# What is more than 422, and what the log calls it.
STATUSES = {"too_much_text": 413, "files_too_large": 413, "cut_short": 400}
REASONS = {413: "too_large", 400: "broken_multipart"}

# What the sentences of `intake.receive.texts` are filled with: kilobytes and megabytes.
LIMITS = {"text": str(MAX_BODY // 1024), "files": str(MAX_UPLOAD // 1024**2)}


def status_of(error: UnreadableBodyError) -> int:
    """Return the HTTP status to answer with."""
    return STATUSES.get(error.code, 422)


def reason_of(error: UnreadableBodyError) -> str:
    """Return what the log calls it: a key of its words for what was rejected."""
    return REASONS.get(status_of(error), error.code)


def kept_of(error: UnreadableBodyError, head: bytes, size: int | None) -> JsonObject:
    """Return the fields to keep; `head` is how the body begins, `size` its length in bytes.

    The bytes themselves are kept where the fields do not tell what was sent.
    """
    kept = _beginning(error.told)
    if not kept or error.code == "broken_multipart":
        kept["тело запроса"] = head[:MAX_KEPT].decode("utf-8", "replace").replace("\0", "�")
    if reason_of(error) == "too_large":
        kept |= size_kept(size)
    return kept


def size_kept(size: int | None) -> JsonObject:
    """Return the field that tells how long a body was that nothing else is kept of."""
    return {"размер запроса": f"{size // 1024} КБ" if size else "больше допустимого"}


def _beginning(fields: JsonObject) -> JsonObject:
    """Return these fields as far as there is room; a name that is too long by itself is left out.

    Somebody's phone may well come behind a name made to fill the log.
    """
    kept: JsonObject = {}
    room = MAX_KEPT
    for name, value in fields.items():
        values = value if isinstance(value, list) else [value]
        text = ", ".join(map(str, values))[: max(0, room - len(name))]
        if text:
            kept[name] = text
            room -= len(name) + len(text)
    return kept
