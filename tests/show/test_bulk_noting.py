"""The form of a note about many, from the bar of the list to the report."""

from tests.show.factory import LOGIN, Log, add_submission, lead
from tests.show.test_bulk import choose, press, work_off


def test_one_text_is_asked_for_shown_and_written_to_each(log: Log) -> None:
    numbers = [add_submission(log.database) for _ in range(3)]
    client = log.signed_in()
    assert "/log/bulk/new/note" in client.get("/log").text
    form = choose(client, "note", number=numbers[:2], site="okna")
    assert form.status_code == 200
    assert "Выбрано: 2 заявки." in form.text
    for kept in (*numbers[:2], 'name="site" value="okna"', 'href="/log?site=okna"'):
        assert kept in form.text
    answer = choose(client, "note", number=numbers[:2], note="Ждём\r\nзвонка <b>")
    page = client.get(answer.location).text
    assert "Изменится: 2 заявки" in page
    assert "Ждём\nзвонка &lt;b&gt;" in page
    assert "Запущено" in press(client, f"{answer.location}/start")
    work_off(log)
    assert "Записано: 2 заявки." in client.get(answer.location).text
    assert "звонка" in client.get(f"/log/{numbers[0]}").text
    assert "звонка" not in client.get(f"/log/{numbers[2]}").text
    deeds = client.get("/log/audit").text
    assert LOGIN in deeds
    assert "звонка" not in deeds


def test_an_empty_or_too_long_text_comes_back_with_the_choice(log: Log) -> None:
    add_submission(log.database, lead("Иван"))
    client = log.signed_in()
    empty = choose(client, "note", whole="yes", text="иван", note=" \r\n")
    assert "Заметка пуста" in empty.text
    for kept in ('name="whole" value="yes"', 'name="text" value="иван"', "Выбрано всё найденное"):
        assert kept in empty.text
    long = choose(client, "note", whole="yes", note="Ы" * 1001)
    assert "длиннее 1000" in long.text
    assert "Ы" * 1001 in long.text
    assert "Пока ничего не запускали" in client.get("/log/bulk").text
