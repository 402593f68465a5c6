"""Whether a reply proves that the CRM has done what it was asked to do."""

import re
from http import HTTPStatus

from intake.envybox.reading import JsonMapping, Malformed, identifier, mapping

# What a method creates or changes, as the replies of the API reference name it.
_ELEMENTS = ("log", "lead", "deal", "client", "company", "task")


def confirms(body: JsonMapping) -> bool:
    """Tell whether the reply itself says success, rather than just holding a payload."""
    return identifier(body.get("status_code")) == HTTPStatus.OK or is_praise(body.get("message"))


def read_confirmation(body: JsonMapping) -> None:
    """Read the reply of a method that answers nothing but success; Malformed without it."""
    # There is no id to prove that something was done: the reply has to say so.
    if not confirms(body):
        raise Malformed("CRM не подтвердила, что выполнила запрос")


def require_proof(body: JsonMapping, told: int | None) -> None:
    """Raise Malformed for a reply that neither says success nor tells what has changed."""
    if told is None:
        read_confirmation(body)


def read_proven(body: JsonMapping) -> JsonMapping:
    """Return the reply of any changing method as it is; Malformed where it proves nothing."""
    places = [body, result := mapping(body.get("result"))]
    places += [mapping(place.get(name)) for place in (body, result) for name in _ELEMENTS]
    ids = (
        identifier(value)
        for place in places
        for name, value in place.items()
        if name == "id" or name.endswith("_id")
    )
    require_proof(body, next((one for one in ids if one is not None), None))
    return body


def is_praise(message: object) -> bool:
    """Tell whether a `message` is the word by which the CRM says success."""
    return isinstance(message, str) and plain(message) == "success"


def plain(message: str) -> str:
    """Return the words alone: the CRM varies case, blanks and full stops.

    >>> plain(" Лид  уже взят в работу. ")
    'лид уже взят в работу'
    """
    return " ".join(re.findall(r"\w+", message.casefold().replace("ё", "е")))
