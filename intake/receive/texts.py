"""What a visitor or a web developer is told, in Russian and English."""

from typing import Literal, TypeAlias

Language: TypeAlias = Literal["ru", "en"]

TEXTS: dict[str, tuple[str, str]] = {
    "no_contact": (
        "Оставьте телефон или электронную почту — иначе мы не сможем вам ответить.",
        "Leave a phone number or an email, otherwise we cannot answer you.",
    ),
    "bad_phone": (
        "Это не похоже на номер телефона. Проверьте цифры, например: +7 912 345-67-89.",
        "This does not look like a phone number. Check the digits, e.g. +7 912 345-67-89.",
    ),
    "bad_email": (
        "Это не похоже на адрес почты. Проверьте его, например: ivan@mail.ru.",
        "This does not look like an email address. Check it, e.g. ivan@mail.com.",
    ),
    "foreign_origin": (
        (
            "Страница {origin} не может отправлять заявки сюда. "
            "Добавьте её адрес в origins сайта в sites.toml."
        ),
        "The page {origin} may not post here. Add it to the site's origins in sites.toml.",
    ),
    "unknown_site": (
        (
            "Сайта {site} нет в настройках. Отправляйте на /submit/<сайт>; "
            "имена сайтов — в sites.toml."
        ),
        "There is no site {site}. Post to /submit/<site>; the names are in sites.toml.",
    ),
    "site_needed": (
        "Сайтов настроено несколько: укажите, чья это заявка, — /submit/<сайт>.",
        "Several sites are configured: say which one this is for, /submit/<site>.",
    ),
    "trial_over": (
        "Проверка устарела: обновите страницу «Подключение» и отправьте её ещё раз.",
        "This test is out of date: reload the page of installation and send it again.",
    ),
    "too_large": (
        "Запрос больше {text} КБ. Отправьте текст заявки без вложенных файлов.",
        "The request is larger than {text} KB. Send the fields without attached files.",
    ),
    "too_much_text": (
        "Текста в заявке больше {text} КБ. Сократите его и отправьте заявку ещё раз.",
        "The text of the request is longer than {text} KB. Shorten it and send it again.",
    ),
    "files_too_large": (
        "Файлы больше {files} МБ. Отправьте заявку без них или с файлами поменьше.",
        "The files are larger than {files} MB. Send the request without them or with smaller ones.",
    ),
    "broken_json": (
        (
            "Тело запроса — не JSON: проверьте кавычки и запятые "
            "(удобнее JSON.stringify) и кодировку UTF-8."
        ),
        "The body is not valid JSON: check quotes and commas (or use JSON.stringify).",
    ),
    "not_an_object": (
        'Нужен объект JSON с полями, например {{"name": "Анна", "phone": "+79123456789"}}.',
        'A JSON object is needed, e.g. {{"name": "Ann", "phone": "+79123456789"}}.',
    ),
    "not_a_form": (
        "В теле запроса нет полей: отправьте форму или JSON, например phone=+79123456789.",
        "There are no fields in the body: send a form or JSON, e.g. phone=+79123456789.",
    ),
    "broken_multipart": (
        (
            "Тело multipart/form-data не читается: не задавайте Content-Type вручную, "
            "браузер сам добавит boundary."
        ),
        "The multipart body cannot be read: do not set Content-Type by hand.",
    ),
    "too_many_fields": (
        "В запросе слишком много полей или вложенности.",
        "The request has too many fields or is nested too deeply.",
    ),
    "wrong_method": (
        "Заявки принимаются методом POST.",
        "Submissions are sent with POST.",
    ),
    "cut_short": (
        "Запрос оборвался на середине. Отправьте его ещё раз целиком.",
        "The request broke off half-way. Send it again as a whole.",
    ),
    "no_page": (
        "Проверьте адрес: заявки принимает /submit, журнал открывается по адресу /log.",
        "Check the address: /submit takes submissions, the log is at /log.",
    ),
    "failed": (
        "У нас что-то сломалось. Попробуйте ещё раз чуть позже.",
        "Something went wrong on our side. Try again a little later.",
    ),
    "too_many": (
        "С вашего адреса приходит слишком много заявок. Подождите немного и отправьте ещё раз.",
        "Too many submissions come from your address. Wait a little and send it again.",
    ),
    "unavailable": (
        "Не удалось сохранить заявку. Отправьте её ещё раз через несколько секунд.",
        "The submission could not be saved. Send it again in a few seconds.",
    ),
    "accepted": (
        "Заявка принята. Её номер: {number}.",
        "Thank you. Your request number: {number}.",
    ),
}

HEADINGS: dict[int, tuple[str, str]] = {
    400: ("Запрос пришёл не целиком", "The request is not whole"),
    403: ("Заявку с этой страницы принять нельзя", "This page may not post here"),
    404: ("Такого адреса нет", "There is no such address"),
    405: ("Так заявку не отправить", "This is not how to send"),
    413: ("Слишком большой запрос", "The request is too large"),
    422: ("Проверьте, пожалуйста, заявку", "Please check your request"),
    429: ("Слишком много заявок сразу", "Too many at once"),
    500: ("Что-то пошло не так", "Something went wrong"),
    503: ("Заявка пока не сохранена", "Not saved yet"),
}


def text(code: str, language: Language, **values: object) -> str:
    """Return the sentence for a code."""
    return TEXTS[code][language == "en"].format(**values)


def heading(status: int, language: Language) -> str:
    """Return the heading of the page with this HTTP status."""
    return HEADINGS.get(status, HEADINGS[500])[language == "en"]
