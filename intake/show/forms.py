"""The token that tells a form of ours from one a stranger's page sends in our name."""

from flask import abort, request
from flask_wtf.csrf import generate_csrf, validate_csrf  # type: ignore[import-untyped]  # no types

FIELD = "csrf_token"


def form_token() -> str:
    """Return the token for a form of this session."""
    return str(generate_csrf())


def check_form(lifetime: float) -> None:
    """Stop a post without this session's token: 400 with a page that says what to do.

    `lifetime` is how long a page may have been open, in seconds.
    """
    try:
        validate_csrf(request.form.get(FIELD), time_limit=int(lifetime))
    except ValueError:  # WTForms' ValidationError is one
        abort(400, "csrf")
