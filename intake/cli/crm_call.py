"""The call behind ``python -m intake crm``: made, printed, or failed in a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import click

from intake.cli.crm_output import printing
from intake.cli.crm_reply import Element, listing_of, offset_of, single_of, walk_all
from intake.cli.printable import json_text, printable
from intake.domain.site import CrmAccount
from intake.envybox import (
    AlreadyStarted,
    Envybox,
    EnvyboxError,
    Forbidden,
    NotFound,
    NotSent,
    Refused,
    Throttled,
    UnknownOutcome,
    WrongAddress,
    WrongKey,
)
from intake.envybox.asking import LARGEST_PAGE
from intake.envybox.catalogue import Method
from intake.envybox.page import Page
from intake.envybox.reading import JsonMapping, Malformed
from intake.errors import IntakeError

Value = TypeVar("Value")

# What to do next; the first kind that fits.
_ADVICE: tuple[tuple[type[EnvyboxError], str], ...] = (
    (WrongKey, "Ключ берут в CRM: «Настройки» - «Интеграция» - «API»."),
    (Forbidden, "Проверьте права ключа и не закрыт ли адрес этой машины."),
    (WrongAddress, "Для метода не из справочника проверьте и его имя."),
    (AlreadyStarted, "Повторять незачем."),
    (NotFound, "Проверьте номер: такого в этой CRM нет или пока нет."),
    (Refused, "Исправьте запрос: на такой же ответ будет тот же."),
    (NotSent, "Проверьте связь и адрес CRM и повторите."),
)
_LOOK_FIRST = "Прежде чем повторять, посмотрите в CRM, не сделано ли это уже."


class Interrupted(IntakeError):  # noqa: N818 - says what happened to the call
    """The person at the keyboard did not want to wait any longer."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what of, with which parameters, to whom. `timeout` is in seconds."""

    method: Method
    request: Mapping[str, object]
    account: CrmAccount
    timeout: float

    def show(self, *, table: bool) -> None:
        """Call once and print the reply; IntakeError where it fails."""
        reply = self._made(lambda crm: crm.call(self.method.name, self.request))
        with printing(f"Вызов {self.method.name} сделан, CRM ответила success"):
            if table:
                self._show_table(reply)
            else:
                _echo_json(reply)

    def show_all(self, *, table: bool) -> None:
        """Call for page after page and print all elements; IntakeError where one fails."""
        if self.method.changes:
            raise IntakeError(f"--all собирает списки, а метод {self.method.name} меняет данные.")
        elements: list[object] = []
        try:
            self._made(lambda crm: self._walk(crm, elements))
        except Interrupted as interrupted:
            self._show_elements(elements, "не всё", table=table)
            following = offset_of(self.request) + len(elements)
            raise Interrupted(
                f'{interrupted} Собрано: {len(elements)}; дальше: "offset": {following}.'
            ) from None
        self._show_elements(elements, "всё", table=table)

    def _show_elements(self, elements: list[object], how_many: str, *, table: bool) -> None:
        with printing(f"Список {self.method.name} собран ({how_many}, {len(elements)})"):
            if not table:
                _echo_json(elements)
                return
            from intake.cli.crm_table import print_rows  # noqa: PLC0415 - rich is for tables alone

            print_rows(elements, f"Всего: {len(elements)}.")

    def _walk(self, crm: Envybox, elements: list[object]) -> None:
        asked = {"limit": LARGEST_PAGE, **self.request}
        pages = walk_all(
            lambda offset: crm.call(self.method.name, asked | {"offset": offset}),
            offset_of(self.request),
        )
        # What came before an interruption stays in the list.
        elements.extend(pages)

    def _made(self, make: Callable[[Envybox], Value]) -> Value:
        account = self.account
        try:
            with Envybox(
                account.url,
                account.api_key,
                account.path,
                deadline=self.timeout,
                rate=account.rate,
            ) as crm:
                return make(crm)
        except KeyboardInterrupt:
            raise Interrupted(self._interruption()) from None
        except EnvyboxError as error:
            raise IntakeError(printable(f"{error}. {_advice(error)}")) from None
        except Malformed as problem:
            raise IntakeError(
                f"{self.method.name}: {problem}. Уберите --all, чтобы увидеть ответ."
            ) from None
        except (ValueError, TypeError) as error:
            raise IntakeError(printable(f"{self.method.name}: {error}")) from None

    def _interruption(self) -> str:
        if self.method.changes:
            return f"Прервано. {_LOOK_FIRST}"
        return "Прервано."

    def _show_table(self, reply: JsonMapping) -> None:
        from intake.cli.crm_table import print_rows, print_single  # noqa: PLC0415 - as above

        listing = listing_of(reply)
        if listing is None:
            print_single(single_of(reply))
        else:
            page = listing.read(offset_of(self.request))
            print_rows(listing.elements, _footer(page), listing.titles)


def _echo_json(value: object) -> None:
    click.echo(json_text(value, indent=2).encode())


def _footer(page: Page[Element]) -> str:
    if not len(page):
        return "Ничего не найдено."
    if page.next_offset is None:
        return f"Показано: {len(page)}."
    total = f" из {page.count}" if page.count is not None else ""
    return (
        f"Показано: {len(page)}{total}. "
        f'Дальше: "offset": {page.next_offset} в JSON, или всё сразу: --all.'
    )


def _advice(error: EnvyboxError) -> str:
    if isinstance(error, Throttled):
        pause = error.retry_after
        return "Повторите позже." if pause is None else f"Повторите через {pause:g} с."
    if isinstance(error, UnknownOutcome):
        if error.safe_to_resend:
            return "Метод только читает: можно повторить."
        return _LOOK_FIRST
    return next((advice for kind, advice in _ADVICE if isinstance(error, kind)), "")
