import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from intake.cli.normalise import normalise
from intake.errors import IntakeError

POST: dict[str, Any] = {
    "fields": {
        "Ваше имя": "ПЕТРОВА АННА",
        "tel": "8 (912) 345-67-89 доб. 5",
        "E-mail": "anna(собака)gmial.com",
        "Город": "в Самаре",
        "Цвет": "белый",
    },
    "page_url": "https://okna.example/?utm_source=yandex&amp;utm_medium=cpc"
    "&utm_campaign=%7Bcampaignid%7D&yclid=5",
    "referrer": "https://yandex.ru/search/",
    "cookies": "_ga=GA1.2.7.1701261875; TILDAUTM=utm_source%3Dvk%7C%7C%7Cutm_medium%3Dsocial",
    "timezone": "Europe/Samara",
    "received_at": "2026-11-23T10:00:00Z",
}


def call(typed: str, *words: str) -> Result:
    return CliRunner().invoke(normalise, words, input=typed, env={"COLUMNS": "1000"})


def explained(post: dict[str, Any], **how: Any) -> str:
    result = call(json.dumps(post, ensure_ascii=False, **how), "--explain")
    assert result.exit_code == 0, result.exception
    return result.output


def test_without_the_option_lines_of_json_come_out() -> None:
    result = call(json.dumps(POST))
    assert json.loads(result.output)["lead"]["name"] == "Петрова Анна"


@pytest.mark.parametrize(
    "said",
    [
        "Имя  Петрова Анна",
        "поле «Ваше имя»: ПЕТРОВА АННА",
        "Телефон  79123456789 доб. 5",
        "Может быть, anna@gmail.com?",
        "Регион  Самарская область",
        "откуда: сказано в полях формы",
        "Часовой пояс  UTC+04:00",
        "Метки  utm_source=yandex, utm_medium=cpc",
        "откуда: адрес страницы",
        "cookie TILDAUTM: utm_source=vk, utm_medium=social — не взято",
        "В системе «Директ» номер кампании — {campaign_id}.",
        "cookie _ga: GA1.2.7.1701261875 — взято",
        "yclid  5",
        "Последний визит  размеченная ссылка: yandex",
        "Комментарий  не найдено",
        "Цвет  белый",
    ],
)
def test_every_value_is_told_with_its_origin(said: str) -> None:
    assert said in explained(POST)


def test_a_post_may_be_written_over_many_lines() -> None:
    assert explained(POST, indent=2) == explained(POST)


def test_several_posts_are_told_one_after_the_other() -> None:
    lines = "\n".join(json.dumps({"fields": {"Имя": name}}) for name in ("Анна", "Ольга"))
    output = call(lines, "--explain").output
    assert output.index("Анна") < output.index("Ольга")


@pytest.mark.parametrize("typed", ["", "  \n", "garbage", "[1]", '{"received_at": "вчера"}'])
def test_what_is_no_post_is_told_in_a_sentence(typed: str) -> None:
    result = call(typed, "--explain")
    assert result.exit_code != 0
    assert isinstance(result.exception, IntakeError)


def test_nothing_a_visitor_typed_steers_the_terminal() -> None:
    output = explained({"fields": {"Имя": "\x1b[31mАнна[bold]\u202e", "\x1b]0;x\x07": "y"}})
    assert "\x1b" not in output
    assert "\u202e" not in output
