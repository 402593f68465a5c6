"""The log's words: what codes in the rows are called for people.

A code that is not known here is shown as it is: better a code than nothing.
"""

from collections.abc import Mapping
from enum import StrEnum

from intake.domain.delivery import DeliveryState, Outcome, Step
from intake.domain.doubt import in_words as doubt_in_words
from intake.domain.health import Level
from intake.domain.lead import KnownFrom
from intake.domain.reconciliation import FindingKind
from intake.domain.submission import Channel, SubmissionState
from intake.domain.trouble import Kind
from intake.show.language import _, form_of


class Tone(StrEnum):
    """How a state is coloured; the words beside it say the same."""

    GOOD = "good"
    WAIT = "wait"
    BAD = "bad"
    QUIET = "quiet"


STATUSES: Mapping[SubmissionState | DeliveryState, str] = {
    DeliveryState.PENDING: "в пути",
    DeliveryState.DELIVERED: "доставлено",
    DeliveryState.RETRYING: "повторяем",
    DeliveryState.ATTENTION: "нужно внимание",
    SubmissionState.ACCEPTED: "лиды",
    SubmissionState.HELD: "придержано",
    SubmissionState.REJECTED: "отклонено",
    SubmissionState.DUPLICATE: "дубль",
    SubmissionState.SPAM: "спам",
}

_STATUSES: Mapping[str, str] = {
    **{str(code): word for code, word in STATUSES.items()},
    # Not to be filtered by: its submission is spam.
    DeliveryState.STOPPED: "остановлено",
}

_TONES: Mapping[str, Tone] = {
    DeliveryState.PENDING: Tone.WAIT,
    DeliveryState.DELIVERED: Tone.GOOD,
    DeliveryState.RETRYING: Tone.WAIT,
    DeliveryState.ATTENTION: Tone.BAD,
    SubmissionState.HELD: Tone.WAIT,
}

_REASONS = {
    "no_contact": "Нет ни телефона, ни почты, по которым можно связаться.",
    "foreign_origin": "Отправлено со страницы, которой нет в списке origins этого сайта.",
    "broken_body": "Данные пришли повреждёнными, прочитать их целиком не удалось.",
    "broken_json": "Данные пришли повреждёнными: это не JSON, хотя так обещано.",
    "not_an_object": "Вместо полей пришло что-то другое: не объект JSON.",
    "not_a_form": "В присланном нет ни одного поля.",
    "broken_multipart": "Данные формы пришли повреждёнными или не целиком.",
    "too_many_fields": "Полей больше, чем принимает форма.",
    "unknown_site": "Сайт с таким именем не настроен.",
    "too_large": "Данных больше, чем принимает форма.",
    "erased": "Данные стёрты по просьбе человека, в CRM не отправлялось.",
    "correction": "Отправлено ещё раз с другими данными.",
}

_STEPS: Mapping[str, str] = {
    Step.REPEAT: "Поиск открытой сделки",
    Step.JOIN: "Запись в открытую сделку",
    Step.CREATE: "Создание заявки",
    Step.START: "Взятие в работу",
    Step.STAGE: "Перевод сделки на этап",
    Step.RESPONSIBLE: "Назначение ответственного",
    Step.FIELDS: "Поля сделки",
    Step.TAGS: "Теги сделки",
    Step.COMMENT: "Комментарий к сделке",
    Step.TASK: "Задача по сделке",
    Step.FIND: "Поиск карточки",
}

_OUTCOMES: Mapping[str, tuple[str, Tone]] = {
    Outcome.OK: ("получилось", Tone.GOOD),
    Outcome.NOT_SENT: ("не дошло до CRM", Tone.BAD),
    Outcome.REFUSED: ("CRM отказала", Tone.BAD),
    Outcome.KEY: ("ключ не подошёл", Tone.BAD),
    Outcome.DENIED: ("доступ закрыт", Tone.BAD),
    Outcome.THROTTLED: ("CRM просит подождать", Tone.WAIT),
    Outcome.UNKNOWN: ("неизвестно, дошло ли", Tone.BAD),
    Outcome.NOT_YET: ("в CRM ещё не появилось", Tone.WAIT),
}

_HINTS: Mapping[str, str] = {
    Outcome.KEY: (
        "Проверьте ключ: в CRM откройте «Настройки → Интеграция → API», скопируйте ключ "
        "в настройку ENVYBOX_API_KEY и перезапустите сервис. Заявки уйдут сами, как только "
        "ключ подойдёт: отправлять их заново по одной не нужно."
    ),
    Outcome.DENIED: (
        "CRM закрыла доступ к этому запросу. Проверьте права ключа (в CRM: «Настройки → "
        "Интеграция → API») и не закрыт ли адрес сервера; потом нажмите «Отправить ещё раз»."
    ),
    Outcome.REFUSED: (
        "CRM поняла запрос и отказала, поэтому сам он не пройдёт. Посмотрите внизу страницы, "
        "что она ответила; чаще всего удалены или переименованы этап, воронка, сотрудник или поле "
        "из настроек сайта — это покажет команда «python -m intake check». Исправьте "
        "и нажмите «Отправить ещё раз»."
    ),
    Outcome.UNKNOWN: (
        "Ответа CRM мы так и не дождались: заявка могла и создаться. Найдите в CRM номер "
        "этой заявки или телефон. Если её там нет, нажмите «Отправить ещё раз»."
    ),
    Outcome.NOT_SENT: (
        "До CRM не достучаться. Откройте её адрес в браузере: если она открывается, дело "
        "в сети сервера — позовите администратора. Когда связь вернётся, нажмите "
        "«Отправить ещё раз»."
    ),
    Outcome.NOT_YET: (
        "Заявка в CRM создана, но сделка по ней так и не появилась. Проверьте, берётся ли "
        "заявка в работу, и нажмите «Отправить ещё раз»: второй заявки не будет."
    ),
    Outcome.THROTTLED: (
        "CRM принимает запросы слишком медленно. Подождите и нажмите «Отправить ещё раз»."
    ),
}

DOUBTFUL = (
    "Возможно, в CRM две карточки: ответ на создание потерялся, а проверить, создалась ли "
    "заявка, CRM не дала, и мы отправили её ещё раз. Найдите в CRM телефон и номер этой "
    "заявки; если карточек две, оставьте одну."
)

_NO_HINT = (
    "Посмотрите внизу страницы, чем кончилась последняя попытка, и нажмите «Отправить ещё раз»."
)

HEALTH: Mapping[str, str] = {
    Level.OK: "в порядке",
    Level.DEGRADED: "с перебоями",
    Level.FAILED: "не работает",
}

HEALTH_TONES: Mapping[str, Tone] = {
    Level.OK: Tone.GOOD,
    Level.DEGRADED: Tone.WAIT,
    Level.FAILED: Tone.BAD,
}

_CHECKS = {
    "store": "База",
    "disk_free_bytes": "Диск",
    "queue_length": "Очередь",
    "sweeper_seconds": "Обходчик",
    "oldest_due_seconds": "Ожидание доставки",
}

_TROUBLES: Mapping[str, str] = {
    Kind.ATTENTION: "Заявкам нужно внимание",
    Kind.HELD: "Придержанные заявки никто не посмотрел",
    Kind.PAUSED: "Доставка в CRM приостановлена",
    Kind.LATE: "Заявки доставляются с опозданием",
    Kind.FAILING: "Заявки не доходят с нескольких попыток",
    Kind.SWEEPER: "Обходчик молчит",
    Kind.SILENCE: "Сайт замолчал",
    Kind.MISSING: "Доставленных заявок нет в CRM",
    Kind.TWICE: "Заявки стоят в CRM дважды",
    Kind.DISK: "Диск заканчивается",
    Kind.STORE: "База не пишется",
}

_FINDINGS: Mapping[str, tuple[str, str]] = {
    FindingKind.MISSING: (
        "в CRM не нашлась",
        (
            "Сверка не нашла в CRM ни этой заявки, ни карточки с тем же телефоном или почтой. "
            "Поищите её в CRM сами; если карточки нет — раскройте внизу «Создать в CRM ещё одну "
            "заявку» и отправьте. Если с ней всё в порядке, отметьте это на странице «Здоровье»."
        ),
    ),
    FindingKind.TWICE: (
        "в CRM дважды",
        (
            "Сверка нашла номер этой заявки на нескольких карточках CRM. Оставьте одну, лишнюю "
            "удалите или объедините; на следующей сверке отметка пропадёт."
        ),
    ),
}

_CHANNELS: Mapping[str, str] = {
    Channel.FORM: "обычная форма",
    Channel.JSON: "запрос JSON",
    Channel.WBK: "вызов WBK.sendCrmLead",
    Channel.SNIPPET: "форма со скриптом intake.js",
    Channel.TRIAL: "проверка со страницы «Подключение»",
}

LEFT_TO_THE_VISIT = "CRM возьмёт из визита"
_KNOWN_FROM: Mapping[str, str] = {
    KnownFrom.FIELD: "указано на странице",
    KnownFrom.PHONE: "по номеру телефона",
    KnownFrom.BROWSER: "по часам браузера",
    KnownFrom.IP: "по IP-адресу",
    KnownFrom.VISIT: "по визиту",
    KnownFrom.REGION: "по региону",
}

_ACTIONS = {
    "redeliver": "Отправлено ещё раз",
    "correct": "Исправлено и отправлено",
    "release": "Отправлена в CRM",
    "spam": "Отмечена как спам",
    "no_spam": "Не спам, снова среди отклонённых",
    "dismiss": "С находкой сверки разобрались",
    "note": "Написана заметка",
    "note_deleted": "Удалена заметка",
    "assign": "Назначение ответственного",
}

_CONTACTS = {
    "viber": "Viber",
    "instagram": "Instagram",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "vkontakte": "ВКонтакте",
    "facebook": "Facebook",
    "skype": "Skype",
    "note": "Заметка",
    "position": "Должность",
    "work_phone": "Рабочий телефон",
    "home_phone": "Домашний телефон",
}


def status(state: str) -> str:
    """Name a state of a submission or a delivery."""
    return _(_STATUSES.get(state, state))


def tone(state: str) -> Tone:
    """Say how a state is coloured."""
    return _TONES.get(state, Tone.QUIET)


def reason(code: str | None) -> str | None:
    """Say in a sentence why a submission was refused or held."""
    return _(_REASONS.get(code, code)) if code else None


def doubt(code: str) -> str:
    """Say in a sentence why a submission is held."""
    return _(doubt_in_words(code))


def step(code: str) -> str:
    """Name a step of a delivery."""
    return _(_STEPS.get(code, code))


def outcome(code: str) -> tuple[str, Tone]:
    """Say how an attempt ended, and in which colour."""
    word, tone_of_it = _OUTCOMES.get(code, (code, Tone.QUIET))
    return _(word), tone_of_it


def hint(code: str | None) -> str:
    """Say who has to do what after a delivery ended with this outcome."""
    return _(_HINTS.get(code or "", _NO_HINT))


def health(level: str) -> str:
    """Say how well a part is."""
    return _(HEALTH.get(level, level))


def check(name: str) -> str:
    """Name what was looked at."""
    return _(_CHECKS.get(name, name))


def trouble(kind: str) -> str:
    """Name a trouble."""
    return _(_TROUBLES.get(kind, kind))


def finding(kind: str) -> str:
    """Say shortly what a comparison with the CRM found."""
    return _(_FINDINGS.get(kind, (kind, ""))[0])


def finding_hint(kind: str) -> str:
    """Say who has to do what about a finding."""
    return _(_FINDINGS.get(kind, ("", ""))[1])


def channel(code: str) -> str:
    """Say by which way a submission came."""
    return _(_CHANNELS.get(code, code))


def known_from(code: str | None) -> str | None:
    """Say where a region or a time zone is known from."""
    return _(_KNOWN_FROM.get(code, code)) if code else None


def action(code: str) -> str:
    """Say what a person did."""
    return _(_ACTIONS.get(code, code))


def contact(code: str) -> str:
    """Name one more way to reach a client."""
    return _(_CONTACTS.get(code, code))


def counted(number: int, one: str, few: str, many: str) -> str:
    """Put the right form of a word to a number.

    >>> [counted(n, "заявка", "заявки", "заявок") for n in (1, 3, 11, 21, 105)]
    ['1 заявка', '3 заявки', '11 заявок', '21 заявка', '105 заявок']
    """
    return f"{number} {form_of(number, one, few, many)}"
