"""The words of a deed done to many."""

from collections.abc import Mapping

from intake.domain.bulk import DONE, BulkAction, Reason, RunState
from intake.show.language import _
from intake.show.words import Tone, counted
from intake.store.bulk_runs import Progress, Run

TITLES: Mapping[BulkAction, str] = {
    BulkAction.REDELIVER: "Отправить ещё раз",
    BulkAction.RELEASE: "Отправить в CRM",
    BulkAction.SPAM: "Отметить как спам",
    BulkAction.ASSIGN: "Назначить ответственного",
    BulkAction.NOTE: "Написать заметку",
    BulkAction.CORRECT: "Исправить и отправить",
}

_RESULTS: Mapping[BulkAction, str] = {
    BulkAction.REDELIVER: "Отправлено ещё раз",
    BulkAction.RELEASE: "Отправлено в CRM",
    BulkAction.SPAM: "Отмечено как спам",
    BulkAction.ASSIGN: "Назначено",
    BulkAction.NOTE: "Записано",
    BulkAction.CORRECT: "Исправлено и отправлено",
}

_HINTS: Mapping[BulkAction, str] = {
    BulkAction.REDELIVER: (
        "Заявки встанут в очередь и пойдут в CRM вполовину разрешённой скорости, чтобы новые "
        "не ждали. Лишних лидов не появится: перед повтором мы смотрим, что уже есть в CRM."
    ),
    BulkAction.RELEASE: (
        "Заявки встанут в очередь и пойдут в CRM вполовину разрешённой скорости, чтобы новые "
        "не ждали."
    ),
    BulkAction.SPAM: (
        "Отправка в CRM остановится. Заявки не удаляются: их покажет состояние «спам» в отборе."
    ),
    BulkAction.ASSIGN: "Прежний ответственный, если он был, сменится.",
    BulkAction.NOTE: "Прежние заметки останутся; свою можно удалить 15 минут в карточке заявки.",
    BulkAction.CORRECT: (
        "Что прислал посетитель, останется как есть. Заявки встанут в очередь и пойдут в CRM "
        "вполовину разрешённой скорости, чтобы новые не ждали; придержанные и отклонённые с "
        "верным контактом уйдут тоже. Лишних лидов не появится."
    ),
}

_REASONS: Mapping[Reason, str] = {
    Reason.ERASED: "данные стёрты",
    Reason.DELIVERED: "уже в CRM",
    Reason.ON_ITS_WAY: "уже в очереди: уйдут сами",
    Reason.IN_FLIGHT: "отправляются прямо сейчас",
    Reason.HELD: "придержаны: для них есть «Отправить в CRM»",
    Reason.SPAM: "спам",
    Reason.DUPLICATE: "дубли: в CRM идёт первая заявка",
    Reason.REJECTED: "отклонены: отправлять нечего",
    Reason.NOT_HELD: "не придержаны",
    Reason.NO_SITE: "сайта больше нет в настройках",
    Reason.SAME: "уже так назначены",
    Reason.NO_ROOM: "заметок уже столько, что новой нет места",
    Reason.UNSEEN: "выбранному человеку этот сайт не виден",
    Reason.OTHER_CRM: "их сайт отправляет в другую CRM: выберите её сайт",
    Reason.NO_CONTACT: "без телефона и почты: впишите их в карточке заявки",
    Reason.UNCHANGED: "уже так и отправляются: менять нечего",
    Reason.BESIDE: "лид уже есть в CRM: исправить можно только ещё одной заявкой, в её карточке",
    Reason.DOUBT: "неизвестно, дошли ли до CRM: сначала «Отправить ещё раз»",
    Reason.CHANGED: "изменились после предпросмотра",
    Reason.NO_ACCESS: "этот сайт вам больше не виден",
    Reason.FAILED: "не получилось: ошибка записана в журнал работы",
}

_STATES: Mapping[RunState, str] = {
    RunState.PREPARING: "собирается",
    RunState.READY: "ждёт подтверждения",
    RunState.RUNNING: "идёт",
    RunState.DONE: "готово",
    RunState.CANCELLED: "остановлено человеком",
    RunState.STOPPED: "остановлено: прав больше нет",
}


_TONES: Mapping[RunState, Tone] = {
    RunState.RUNNING: Tone.WAIT,
    RunState.DONE: Tone.GOOD,
    RunState.STOPPED: Tone.BAD,
}


def title(run: Run) -> str:
    """Name the deed, with whom it is for."""
    if run.action is not BulkAction.ASSIGN:
        return _(TITLES[run.action])
    if run.assignee:
        return _("Назначить: %(login)s", login=run.assignee)
    return _("Снять ответственного")


def bulk_title(code: str) -> str:
    """Name what was done to many."""
    return _(TITLES[BulkAction(code)]) if code in set(BulkAction) else code


def hint(action: BulkAction) -> str:
    """Say what the deed means."""
    return _(_HINTS[action])


def state(code: RunState) -> str:
    """Name how far a run is."""
    return _(_STATES[code])


def tone(code: RunState) -> Tone:
    """Say how a state is coloured."""
    return _TONES.get(code, Tone.QUIET)


def reason(code: str) -> str:
    """Say of several submissions why the deed is not done to them."""
    return _(_REASONS[Reason(code)]) if code in set(Reason) else code


def submissions(number: int) -> str:
    """Count submissions.

    >>> submissions(21)
    '21 заявка'
    """
    return counted(number, "заявка", "заявки", "заявок")


def result(action: BulkAction, number: int) -> str:
    """Say to how many it was done."""
    return f"{_(_RESULTS[action])}: {submissions(number)}"


def sentence(run: Run, progress: Progress) -> str:
    """Say how far a run is."""
    skipped = progress.settled - progress.done
    settled, total = progress.settled, progress.total
    done = result(run.action, progress.done)
    told = _("%(settled)s из %(total)s. %(done)s.", settled=settled, total=total, done=done)
    if not skipped:
        return told
    return _("%(told)s Не тронуто: %(skipped)s.", told=told, skipped=submissions(skipped))


def skipped(progress: Progress) -> dict[str, int]:
    """Return why submissions were passed over, and how many, the most first."""
    found = {name: number for name, number in progress.results.items() if name != DONE}
    return dict(sorted(found.items(), key=lambda item: -item[1]))
