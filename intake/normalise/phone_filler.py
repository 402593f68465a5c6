"""Numbers typed only to fill the field."""

RUSSIAN_LENGTH = 11
SUBSCRIBER = 7
LONGEST_PATTERN = 5
SHORTEST_PATTERN = 10
_COUNTING = "0123456789" * 2
_RUNS = ("0123456789012", "1234567890123", "12345678910111", "9876543210987")


def is_filler(digits: str) -> bool:
    """Whether a number was typed only to fill the field: one digit, 1234567890, zeros.

    >>> is_filler("79999999999"), is_filler("1234567890"), is_filler("79123456789")
    (True, True, False)
    >>> is_filler("79000000000"), is_filler("380000000000")
    (True, True)
    """
    national = digits[1:] if len(digits) == RUSSIAN_LENGTH and digits[0] in "78" else digits
    if len(set(digits)) == 1 or len(set(national)) == 1:
        return True
    if digits.endswith("0" * SUBSCRIBER):
        return True
    if national.startswith("1234567890"):
        return True
    return any(run.startswith((digits, national)) for run in _RUNS)


def is_pattern(digits: str) -> bool:
    """Whether a few digits come again and again, or each is the one before and one more.

    With or without a 7 or 8 before them.

    >>> is_pattern("1212121212"), is_pattern("71231231231"), is_pattern("79123456789")
    (True, True, False)
    >>> is_pattern("72345678901")
    True
    """
    national = digits[1:] if len(digits) == RUSSIAN_LENGTH and digits[0] in "78" else digits
    if len(national) < SHORTEST_PATTERN:
        return False
    return national in _COUNTING or any(
        national[size:] == national[:-size] for size in range(1, LONGEST_PATTERN + 1)
    )


def looks_made_up(digits: str) -> bool:
    """Whether a number that may well exist has one digit seven times, or a pattern.

    >>> looks_made_up("79121111111"), looks_made_up("79129129129"), looks_made_up("79123456789")
    (True, True, False)
    """
    return len(set(digits[-SUBSCRIBER:])) == 1 or is_pattern(digits)
