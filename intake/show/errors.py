"""The log's error pages: what happened, and what to do now."""

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from intake.errors import StoreUnavailableError
from intake.show.filters import UNREAD
from intake.show.language import _

SERVER_ERROR, OUTAGE = 500, 503
RETRY_AFTER_SECONDS = 30

_STALE = (
    "Страница устарела. Она была открыта слишком давно, или вы вышли и вошли заново. "
    "Вернитесь назад, обновите страницу и повторите."
)

_PART = (
    "По части номера искать нельзя. Вашей роли телефоны и почта видны не целиком: введите "
    "номер или адрес полностью, ищите по имени или номеру заявки."
)

UNKNOWN_HOST = (
    "По этому адресу журнал не открывается. Проверьте имя сервера в строке браузера. Если оно "
    "верное, администратор сервера добавит его в INTAKE_LOG_HOSTS."
)

_BY_CAUSE = {
    "host": UNKNOWN_HOST,
    "csrf": _STALE,
    "form": _STALE,
    "part": _PART,
    "filter": UNREAD,
    "guesses": (
        "Слишком много поисков по телефону и почте, которые ничего не нашли. Подождите немного "
        "и повторите; по имени и номеру заявки искать можно и сейчас."
    ),
    "exports": (
        "Другие выгрузки ещё идут. Дождитесь, пока они закончатся, или остановите их, и начните "
        "снова."
    ),
    "submission": (
        "Заявки с таким номером нет. Проверьте номер: в нём восемь знаков, например "
        "7F3K-2M9Q. Найти заявку можно и по телефону."
    ),
}

_BY_CODE = {
    400: "Запрос не понят. В нём чего-то не хватает: вернитесь в журнал и попробуйте снова.",
    403: "Сюда нельзя. Вашей роли это не позволено: попросите администратора журнала.",
    404: "Такой страницы нет. Проверьте адрес или вернитесь в журнал.",
    413: "Слишком много данных. Сократите то, что отправляете, и попробуйте снова.",
    SERVER_ERROR: (
        "У нас ошибка. Мы её записали. Заявки принимаются и доставляются как обычно; "
        "обновите страницу через минуту."
    ),
    OUTAGE: (
        "База данных не отвечает. Журнал покажется, как только она вернётся: обновите "
        "страницу через минуту."
    ),
}


def add_errors(blueprint: Blueprint) -> None:
    """Let the pages of `blueprint` answer every failure with a page of the log."""
    blueprint.register_error_handler(HTTPException, _failed)
    blueprint.register_error_handler(StoreUnavailableError, _out_of_order)


def _failed(error: HTTPException) -> ResponseReturnValue:
    code = error.code or SERVER_ERROR
    fallback = _BY_CODE[SERVER_ERROR if code >= SERVER_ERROR else 400]
    text = _BY_CAUSE.get(str(error.description)) or _BY_CODE.get(code, fallback)
    return _answer(code, text), code


def _out_of_order(_error: StoreUnavailableError) -> ResponseReturnValue:
    return _answer(OUTAGE, _BY_CODE[OUTAGE]), OUTAGE, {"Retry-After": str(RETRY_AFTER_SECONDS)}


def _answer(code: int, text: str) -> str | Response:
    if request.path.endswith(".json"):
        return jsonify(error=_(text))
    heading, _point, sentence = _(text).partition(". ")
    return render_template("show/error.html", code=code, heading=heading, sentence=sentence)
