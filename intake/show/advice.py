"""Who has to do what when a delivery needs a person: by what happened and what the CRM said."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from intake.domain.delivery import Outcome
from intake.show import words
from intake.show.language import _


class Who(StrEnum):
    """Whose turn it is, in words."""

    MARKETER = "Маркетолог"
    CRM_ADMIN = "Администратор CRM"
    DEVELOPER = "Веб-разработчик"
    OPERATOR = "Тот, кто ведёт этот сервис"


class Button(StrEnum):
    """What can be done about it on the spot."""

    CORRECT = "correct"
    PHONE = "phone"
    REDELIVER = "redeliver"


@dataclass(frozen=True, slots=True)
class Task:
    """What one person has to do; `button` is the way to do it right here, if there is one."""

    who: Who
    what: str
    button: Button | None = None


_RESEND = Task(Who.MARKETER, "Когда исправят, нажмите «Отправить ещё раз».", Button.REDELIVER)
_CHECK = "Исправьте sites.toml; что там не сходится с CRM, покажет «python -m intake check»."
_PREVENT = (
    "Чтобы это не повторилось: исправьте sites.toml; что там не сходится с CRM, покажет "
    "«python -m intake check»."
)

# What is known of refusals, by the words of the CRM or of our own worker; the first that fits.
_BY_MESSAGE: tuple[tuple[re.Pattern[str], tuple[Task, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), tasks)
    for pattern, tasks in (
        (
            r"\bбольше не описан в настройках",
            (
                Task(Who.OPERATOR, "Верните сайт в sites.toml: заявка уйдёт сама."),
                Task(
                    Who.MARKETER,
                    "Если сайт убрали навсегда, отправьте заявку через другой.",
                    Button.CORRECT,
                ),
            ),
        ),
        (
            r"\bверсия сервиса не понимает",
            (Task(Who.OPERATOR, "Поставьте новую версию сервиса: заявка уйдёт сама."),),
        ),
        (
            r"\bвнутренняя ошибка",
            (
                Task(
                    Who.OPERATOR,
                    "Это ошибка самого сервиса: посмотрите его журнал и сообщите разработчику "
                    "номер заявки.",
                ),
                _RESEND,
            ),
        ),
        (
            r"номер лида неизвестен|лид в CRM так и не появляется|сделка в CRM так и не появляется",
            (
                Task(
                    Who.MARKETER,
                    "Найдите в CRM телефон или номер этой заявки. Если она там, дальше ведите её "
                    "в CRM; если нет — отправьте ещё раз.",
                    Button.REDELIVER,
                ),
            ),
        ),
        (
            r"менять статусы вручную|запрещ\w+ (менять|смен|перемещ)",
            (
                Task(
                    Who.CRM_ADMIN,
                    "В настройках воронки включите «Разрешить менять статусы вручную».",
                ),
                Task(Who.MARKETER, "Или выберите другую воронку и этап.", Button.CORRECT),
            ),
        ),
        (
            r"\b(этап|воронк|pipeline_id|stage_id)",
            (
                Task(
                    Who.MARKETER,
                    "Такой воронки или этапа в CRM нет. Выберите другие — заявка уйдёт сразу.",
                    Button.CORRECT,
                ),
                Task(Who.OPERATOR, _PREVENT),
            ),
        ),
        (
            r"сотрудник|ответственн|администратор с user_id|employee_id|user_id",
            (
                Task(
                    Who.MARKETER,
                    "Такого сотрудника в CRM нет или он уволен. Выберите другого — заявка уйдёт "
                    "сразу.",
                    Button.CORRECT,
                ),
                Task(Who.OPERATOR, _PREVENT),
            ),
        ),
        (
            r"тип обращения|inbox_type",
            (
                Task(
                    Who.MARKETER,
                    "Такого типа обращения в CRM нет. Выберите другой.",
                    Button.CORRECT,
                ),
                Task(
                    Who.DEVELOPER,
                    "Если его называет страница (inbox_type_id), уберите его оттуда.",
                ),
                Task(Who.OPERATOR, _CHECK),
            ),
        ),
        (
            r"телефон|phone|номер\w* .*(невер|некорр|недопуст)",
            (Task(Who.MARKETER, "CRM не приняла телефон. Исправьте его здесь.", Button.PHONE),),
        ),
        (
            r"почт|e-?mail",
            (Task(Who.MARKETER, "CRM не приняла адрес почты. Исправьте его.", Button.CORRECT),),
        ),
        (
            r"timezone|часов\w+ пояс|регион|region",
            (Task(Who.MARKETER, "CRM не приняла регион или часовой пояс.", Button.CORRECT),),
        ),
        (
            r"\bпол[ея]\b|input_id|custom",
            (
                Task(
                    Who.CRM_ADMIN,
                    "Поля, в которое пишет сайт, в CRM нет: верните его или скажите новый номер.",
                ),
                Task(Who.OPERATOR, _CHECK),
                _RESEND,
            ),
        ),
        (
            r"тариф|оплат|лиценз|баланс|заблокирован",
            (
                Task(Who.CRM_ADMIN, "Проверьте оплату и тариф CRM: она не принимает заявки."),
                _RESEND,
            ),
        ),
    )
)

_BY_OUTCOME: dict[str, Callable[[], tuple[Task, ...]]] = {
    Outcome.KEY: lambda: (Task(Who.OPERATOR, words.hint(Outcome.KEY)),),
    Outcome.DENIED: lambda: (Task(Who.CRM_ADMIN, words.hint(Outcome.DENIED)), _RESEND),
    Outcome.NOT_SENT: lambda: (Task(Who.OPERATOR, words.hint(Outcome.NOT_SENT)), _RESEND),
    Outcome.REFUSED: lambda: (
        Task(
            Who.MARKETER,
            "Посмотрите, что ответила CRM. Если дело в данных, исправьте их.",
            Button.CORRECT,
        ),
        Task(Who.OPERATOR, words.hint(Outcome.REFUSED)),
    ),
}


def advise(outcome: str | None, message: str | None) -> tuple[Task, ...]:
    """Say who has to do what, the most urgent first; never nothing."""
    return tuple(replace(task, what=_(task.what)) for task in _advise(outcome, message))


def _advise(outcome: str | None, message: str | None) -> tuple[Task, ...]:
    if outcome in {Outcome.REFUSED, None} and message:
        for pattern, tasks in _BY_MESSAGE:
            if pattern.search(message):
                return tasks
    known = _BY_OUTCOME.get(outcome or "")
    return known() if known else (Task(Who.MARKETER, words.hint(outcome), Button.REDELIVER),)
