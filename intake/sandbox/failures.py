"""What is answered when there is no answer: JSON to programs, a page in words to people."""

from http import HTTPStatus

from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from .answers import answered
from .ledger import LONGEST_PATH
from .outcome import Told, refusal
from .world import current_world

blueprint = Blueprint("failures", __name__)

READS = frozenset({"GET", "HEAD", "OPTIONS"})
API = ("/openapi/v1", "/crm/api/v1", "/widget/")
TITLES = {403: "Запрос отклонён", 404: "Не найдено", 405: "Так нельзя"}
TEXTS = {
    400: "Песочница не смогла прочитать запрос.",
    403: "Этот запрос отправила страница другого сайта. Откройте песочницу и повторите здесь.",
    404: "Такой страницы нет: возможно, песочницу очистили и карточка удалена.",
    405: "Этот адрес вызывают иначе: вернитесь на доску и нажмите кнопку там.",
    413: "Слишком большой запрос",
    500: "Песочница споткнулась на этом запросе. Остальное работает; вернитесь на доску.",
}


@blueprint.app_errorhandler(HTTPException)
def failed(error: HTTPException) -> Response:
    """Answer a request that leads nowhere; one a program made stands in the ledger too."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status == HTTPStatus.BAD_REQUEST:
        # A name that was pointed at this machine: no page of the sandbox is for it.
        return Response(TEXTS[status], status, content_type="text/plain; charset=utf-8")
    if not _is_of_a_program(status):
        return _page(status)
    outcome = refusal(_message(status), status)
    # A body over the limit is not read; one of a form is not told.
    told = Told("api", request.method, request.path[:LONGEST_PATH], _named(), "")
    current_world().note(told, outcome)
    return answered(outcome)


@blueprint.app_errorhandler(Exception)
def broken(error: Exception) -> Response:
    """Answer a request the sandbox itself stumbled over."""
    current_app.logger.error("%s %s", request.method, request.path, exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if request.path.startswith((*API, "/sandbox/")):
        return answered(refusal("Песочница споткнулась на этом запросе", status))
    return _page(status)


def _is_of_a_program(status: int) -> bool:
    """Whether a program asked: an address of the API, or one there is not, with the API's key."""
    if request.path.startswith(API):
        return True
    lost = status == HTTPStatus.NOT_FOUND and request.url_rule is None
    asked_as_program = "api_key" in request.args or request.method not in READS
    return (lost and asked_as_program) or status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def _message(status: int) -> str:
    if status == HTTPStatus.NOT_FOUND:
        return "Такого адреса в песочнице нет: API отвечает на /openapi/v1/…"
    return TEXTS.get(status) or HTTPStatus(status).phrase


def _named() -> str:
    path = request.path
    for prefix in API[:2]:
        path = path.removeprefix(prefix)
    return path.strip("/")[:LONGEST_PATH]


def _page(status: int) -> Response:
    text = TEXTS.get(status, TEXTS[500])
    title = TITLES.get(status, "Не получилось")
    return Response(render_template("error.html", title=title, text=text), status)
