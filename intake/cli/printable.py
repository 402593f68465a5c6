"""What other people typed into the CRM, made fit for a terminal."""

import json
import re

# A terminal obeys these: colours, titles, moving the cursor, even typing an answer.
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)


def printable(text: str) -> str:
    r"""Return `text` as one line without anything a terminal would obey.

    >>> printable("Анна\x1b[31m\r\n\u202eПетрова")
    'Анна Петрова'
    """
    plain = _SEQUENCES.sub("", text)
    # The marks that turn the direction of writing, too, leave no trace but a blank.
    return " ".join("".join(one if one.isprintable() else " " for one in plain).split())


def json_text(value: object, indent: int | None = None) -> str:
    r"""Return `value` as JSON in which all that a terminal would obey is escaped.

    Nothing is lost: who reads the JSON gets the very same text.

    >>> json_text({"имя": "А\x9b\u202e"})
    '{"имя":"А\\u009b\\u202e"}'
    """
    separators = None if indent else (",", ":")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    return "".join(one if one.isprintable() or one == "\n" else _escaped(one) for one in text)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if ord(character) != 0x7F else "\\u007f"  # noqa: PLR2004 - DEL is ASCII to json
