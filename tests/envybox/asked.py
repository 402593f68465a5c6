"""What the client asked the fake CRM for."""

from tests.envybox.fake_crm import FakeCrm


def last_asked(server: FakeCrm) -> tuple[str, str, object]:
    """Return the verb and the name of the last request, and its body, the query of a GET."""
    seen = server.seen[-1]
    asked = seen.json if seen.verb == "POST" else seen.query
    return seen.verb, seen.path.removeprefix("/openapi/v1/").removesuffix("/"), asked


def posted(method: str, request: object) -> tuple[str, str, object]:
    """Return what `last_asked` tells of a POST in the wrapper."""
    return "POST", method, {"request": request}
