"""Who has to do what: by what happened, and by what the CRM has said of it."""

import pytest

from intake.domain.delivery import Outcome
from intake.show.advice import Button, Who, advise
from tests.show.factory import Log, add_delivery, add_submission, lead

# As the CRM or our own worker says it.
SAID = {
    "Этап сделок со stage_id 5635 не найден.": (Who.MARKETER, Button.CORRECT),
    "Воронка сделок с pipeline_id 9 не найдена.": (Who.MARKETER, Button.CORRECT),
    "Сотрудник с employee_id 1 не найден.": (Who.MARKETER, Button.CORRECT),
    "Администратор с user_id 1 не найден.": (Who.MARKETER, Button.CORRECT),
    "Тип обращения с inbox_type_id 1 не найден.": (Who.MARKETER, Button.CORRECT),
    "Неверный телефон.": (Who.MARKETER, Button.PHONE),
    "Некорректный email.": (Who.MARKETER, Button.CORRECT),
    "Неверный параметр timezone: нужен вид UTC±ЧЧ:ММ.": (Who.MARKETER, Button.CORRECT),
    "Поле с input_id 5 в values.custom не найдено.": (Who.CRM_ADMIN, None),
    "В воронке нельзя менять статусы вручную.": (Who.CRM_ADMIN, None),
    "Тариф не оплачен.": (Who.CRM_ADMIN, None),
    "Сайт «okna» больше не описан в настройках: верните его.": (Who.OPERATOR, None),
    "Внутренняя ошибка при отправке: KeyError.": (Who.OPERATOR, None),
    "Лид в CRM так и не появляется: проверьте карточку лида вручную.": (
        Who.MARKETER,
        Button.REDELIVER,
    ),
    "Что-то новое.": (Who.MARKETER, Button.CORRECT),
}


@pytest.mark.parametrize("message", SAID)
def test_a_refusal_that_is_known_says_whose_turn_it_is(message: str) -> None:
    first = advise(Outcome.REFUSED, message)[0]
    assert (first.who, first.button) == SAID[message]


@pytest.mark.parametrize("outcome", [*Outcome, None, "of a later version"])
def test_every_outcome_tells_somebody_what_to_do(outcome: str | None) -> None:
    tasks = advise(outcome, None)
    assert tasks
    assert all(task.what.endswith(".") for task in tasks)


def test_a_wrong_key_is_not_the_marketers_whatever_words_stand_beside_it() -> None:
    assert advise(Outcome.KEY, "Ключ не подошёл к этапу.")[0].who is Who.OPERATOR


def test_the_box_offers_to_mend_the_number_where_the_crm_did_not_take_it(log: Log) -> None:
    number = add_submission(log.database, lead())
    add_delivery(log.database, number, "attention", outcome="refused", message="Неверный телефон.")
    page = log.signed_in().get(f"/log/{number}").text
    assert "Маркетолог.</strong> CRM не приняла телефон" in page
    assert 'id="mend-phone"' in page
    assert 'value="+7 912 345-67-89"' in page
    assert 'id="mend-phone"' not in log.as_("viewer").get(f"/log/{number}").text
