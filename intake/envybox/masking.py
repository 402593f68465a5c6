"""Keeping the API key out of whatever is shown, stored or logged."""

import json
import re
from urllib.parse import quote

MASK = "***"
SHORTEST_PART = 8
# A value named so is a key, even a part of one or another's: quoted, or in an address.
_NAMED = re.compile(r'(api_key(?:\\?"\s*[:=]\s*\\?"|\s*=\s*))(?:[^"&\s<\\]|\\.)+')


class Masking:
    """Blots one API key out of texts, however it was escaped, and a part of it at their end."""

    def __init__(self, api_key: str) -> None:
        percent, escaped = quote(api_key, safe=""), json.dumps(api_key)[1:-1]
        forms = {api_key, percent, percent.lower(), escaped, escaped.replace("/", "\\/")}
        self._forms = sorted(forms, key=len, reverse=True)
        self._whole = re.compile("".join(map(_any_form, api_key)))
        self._telling = len(api_key) >= SHORTEST_PART

    def mask(self, text: str) -> str:
        """Return `text` without the key, without what is named api_key, or a part of the key.

        A part counts only at the end of the text, where a reply was cut off within the key.
        """
        clean = _NAMED.sub(rf"\g<1>{MASK}", self._whole.sub(MASK, text))
        part = self._part_at_end(clean)
        return clean[:-part] + MASK if part else clean

    def blot(self, text: str) -> str:
        """Return a text of a reply without the key.

        A short key (the sandbox's word "sandbox") may well be a word of somebody's comment,
        which is then left as it is.
        """
        return self._whole.sub(MASK, text) if self._telling else text

    def _part_at_end(self, text: str) -> int:
        """Return how long the longest part of the key at the end of `text` is, or 0."""
        lengths = (
            length
            for form in self._forms
            for length in range(len(form) - 1, SHORTEST_PART - 1, -1)
            if text.endswith(form[:length])
        )
        return max(lengths, default=0)


def _any_form(letter: str) -> str:
    """Return a pattern for a letter as it is, percent-escaped, or as JSON may escape it."""
    code = f"{ord(letter):02x}"
    escaped = rf"\\{re.escape(letter)}" if letter in '/"\\' else ""
    forms = (escaped, re.escape(letter), f"(?i:%{code})", rf"(?i:\\u00{code})")
    return f"(?:{'|'.join(form for form in forms if form)})"
