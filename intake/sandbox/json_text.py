"""Reading JSON from outside so that every database, page and reply can hold it."""

import json
import re
from typing import Any

# Half of a character of two: JavaScript's slice() cuts emoji in two, and JSON can say it.
HALF = re.compile("[\ud800-\udfff]")
DEEPEST = 100


def read_json(text: str) -> Any:
    """Read JSON, halves of characters repaired; ValueError for what is none.

    NaN, Infinity and numbers that overflow are not JSON, and nobody nests 100 levels deep.
    """
    try:
        value = json.loads(text)
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not _within(value, DEEPEST):
        raise ValueError("nested too deep")
    return json.loads(HALF.sub("\ufffd", written)) if HALF.search(written) else value


def _within(value: Any, levels: int) -> bool:
    inside = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return True
    return levels > 0 and all(_within(one, levels - 1) for one in inside)
