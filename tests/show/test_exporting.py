"""Taking what a filter finds out of the log, as a person does it."""

import csv
import io
import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from intake.domain.attribution import Attribution, Touch, VisitKind, VisitSource
from intake.domain.lead import Contact, CustomValue, Issue, Phone
from intake.domain.person import Rights, Role
from intake.errors import StoreUnavailableError
from intake.show import export_handling, export_run, exporting
from intake.show.export_columns import COLUMNS
from intake.show.text import Clock
from intake.store import exports
from intake.store.assigning import assign
from intake.store.audit import AuditFilter, read_audit
from intake.store.export import read_rows
from intake.store.notes import add_note
from intake.store.users import find_login, set_disabled, set_rights
from tests.show.factory import (
    NOW,
    Log,
    add_delivery,
    add_person,
    add_submission,
    lead,
    minutes,
    submission_id,
    token,
)
from tests.show.hostile import CORPUS
from tests.show.test_hostile import add_hostile
from tests.show.test_sheet import opens_formula

KEY = "a-key-of-the-page-1234"


def post(client: FlaskClient, format_: str = "csv", **form: Any) -> TestResponse:
    defaults = {"csrf_token": token(client, "/log/export"), "key": KEY, "format": format_}
    return client.post("/log/export/file", data={**defaults, **form})


def read_csv(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


def read_xlsx(answer: TestResponse) -> list[dict[str, Any]]:
    assert answer.status_code == 200
    (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.data), read_only=True).worksheets
    header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def full_lead() -> Any:
    first = Touch(
        utm={"utm_source": "vk"},
        landing_page="https://okna.example/first",
        at="2026-11-01T10:00:00Z",
        source=VisitSource(VisitKind.SOCIAL, "vk.com"),
    )
    attribution = Attribution(
        utm_source="yandex",
        utm_medium="cpc",
        utm_campaign="okna_msk",
        utm_content="12.05",
        utm_term="=окна",
        yandex_client_id="1701261875816719138",
        google_client_id="1060957297.1701261875",
        click_ids={"yclid": "16875640973877116927", "fbclid": "IwAR0"},
        landing_page="https://okna.example/",
        referrer="https://ya.ru/",
        first_touch=first,
    )
    return lead(
        email="ivan@mail.ru",
        comment="Позвоните\nвечером",
        attribution=attribution,
        extra={"Площадь": "40", "Этаж": "2"},
        custom=(CustomValue(3824, "белый"),),
        contact_data=(Contact("telegram", "@ivan", None),),
        issues=(Issue("phone_repaired", "phone", "Исправлено.", "8912"),),
    )


def test_a_csv_holds_what_a_marketer_wants(log: Log) -> None:
    number = add_submission(log.database, full_lead(), waited_ms=1000)
    at = NOW + minutes(1)
    add_delivery(log.database, number, lead_id=104210, deal_id=77, employee_id=182, delivered_at=at)
    (row,) = read_csv(post(log.signed_in()))
    told = {name: value for name, value in row.items() if value}
    assert told == {
        "Номер": number,
        "Получена": "23.11.2026 14:05:09",
        "Сайт": "Пластиковые окна",
        "Состояние": "доставлено",
        "Имя": "Иван Петров",
        "Телефон": "7 912 345-67-89",
        "Почта": "ivan@mail.ru",
        "Комментарий": "Позвоните вечером",
        "Регион": "Свердловская область",
        "Часовой пояс": "UTC+05:00",
        "utm_source": "yandex",
        "utm_medium": "cpc",
        "utm_campaign": "okna_msk",
        "utm_content": "'12.05",
        "utm_term": "'=окна",
        "yclid": "'16875640973877116927",
        "Другие метки клика и счётчиков": "fbclid: IwAR0",
        "ClientID Метрики": "'1701261875816719138",
        "ClientID Google": "'1060957297.1701261875",
        "Страница входа": "https://okna.example/",
        "Реферер": "https://ya.ru/",
        "Первый визит": "соцсеть: vk.com",
        "Метки первого визита": "utm_source=vk",
        "Когда был первый визит": "2026-11-01T10:00:00Z",
        "Страница первого визита": "https://okna.example/first",
        "Лид": "104210",
        "Сделка": "77",
        "Ответственный (№ сотрудника)": "182",
        "В CRM": "23.11.2026 14:06:09",
        "До CRM, секунд": "61",
        "Исправления и сомнения": "телефон: исправлен",
        "Площадь": "40",
        "Этаж": "2",
        "Поле CRM № 3824": "белый",
        "Telegram": "'@ivan",
    }


def test_a_workbook_holds_the_same_with_types(log: Log) -> None:
    number = add_submission(log.database, full_lead())
    add_delivery(log.database, number, lead_id=104210)
    (row,) = read_xlsx(post(log.signed_in(), "xlsx"))
    assert (row["Номер"], row["Телефон"], row["Лид"]) == (number, "+7 912 345-67-89", 104210)
    assert row["Получена"].isoformat() == "2026-11-23T14:05:09"
    assert row["ClientID Метрики"] == "1701261875816719138"
    assert row["utm_term"] == "=окна"
    assert row["Комментарий"] == "Позвоните\nвечером"


def test_times_are_those_of_the_readers_zone(log: Log) -> None:
    add_submission(log.database)
    client = log.signed_in()
    client.set_cookie("zone", "Asia/Vladivostok")
    assert read_csv(post(client))[0]["Получена"] == "23.11.2026 21:05:09"
    told = read_xlsx(post(client, "xlsx"))[0]["Получена"]
    assert told.isoformat() == "2026-11-23T21:05:09"


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_nothing_a_stranger_sends_becomes_a_formula_or_breaks_the_table(
    log: Log, format_: str
) -> None:
    for evil in CORPUS:
        add_hostile(log, evil)
    answer = post(log.signed_in(), format_)
    rows = read_csv(answer) if format_ == "csv" else read_xlsx(answer)
    assert len(rows) == len(CORPUS)
    assert {len(row) for row in rows} == {len(rows[0])}
    if format_ == "csv":
        cells = [cell for row in rows for pair in row.items() for cell in pair]
        assert not [cell for cell in cells if opens_formula(cell)]
        return
    (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_the_file_is_what_the_filter_finds(log: Log) -> None:
    add_submission(log.database, at=NOW - minutes(60 * 48))
    mine = add_submission(log.database, lead("Ольга"))
    add_submission(log.database, site="dveri")
    client = log.signed_in()
    rows = read_csv(post(client, site="okna", period="today"))
    assert [row["Номер"] for row in rows] == [mine]
    page = client.get("/log/export?site=okna&period=today").text
    assert "Попадут в файл: 1 заявка" in page
    assert 'name="period" value="today"' in page


def test_only_the_chosen_columns_are_in_it_and_are_remembered(log: Log) -> None:
    add_submission(log.database, full_lead())
    client = log.signed_in()
    (row,) = read_csv(post(client, column=["phone", "number", "nothing"]))
    assert [*row] == ["Номер", "Телефон"]
    page = client.get("/log/export").text
    assert page.count("checked") == 3
    assert 'value="csv" checked' in page
    (row,) = read_csv(post(client))
    assert len(row) > len(COLUMNS)


def test_rare_fields_of_pages_share_a_column(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.show.export_columns.MOST_OWN", 1)
    for _ in range(2):
        add_submission(log.database, lead(extra={"Площадь": "40"}))
    add_submission(log.database, lead(extra={"Цвет": "белый", "Этаж": "2"}))
    rare, *_ = rows = read_csv(post(log.signed_in()))
    assert [row["Площадь"] for row in rows] == ["", "40", "40"]
    assert rare["Другие поля"] == "Цвет: белый; Этаж: 2"


def test_the_reason_is_told_in_words(log: Log) -> None:
    add_submission(log.database, state="rejected", reason="no_contact")
    number = add_submission(log.database)
    add_delivery(log.database, number, "attention", message="CRM отказала: нет воронки.")
    attention, rejected = read_csv(post(log.signed_in()))
    assert (attention["Состояние"], attention["Причина"]) == (
        "нужно внимание",
        "CRM отказала: нет воронки.",
    )
    assert rejected["Причина"].startswith("Нет ни телефона, ни почты")


def test_a_log_without_rows_gives_a_file_with_a_header(log: Log) -> None:
    client = log.signed_in()
    assert read_csv(post(client)) == []
    assert read_xlsx(post(client, "xlsx")) == []


def test_a_reader_of_one_site_takes_nothing_of_another(log: Log) -> None:
    mine = add_submission(log.database)
    add_submission(log.database, lead("Тайный"), site="dveri")
    client = log.as_("marketer", "okna")
    for form in ({}, {"text": "Тайный"}, {"site": "dveri"}):
        rows = read_csv(post(client, **form))
        assert [row["Номер"] for row in rows] == ([] if form else [mine])


def test_a_viewer_takes_nothing_and_is_offered_nothing(log: Log) -> None:
    add_submission(log.database)
    client = log.as_("viewer")
    assert "Выгрузить" not in client.get("/log").text
    assert "Поделиться" not in client.get("/log").text
    form = {"csrf_token": token(client, "/log/account"), "key": KEY, "format": "csv"}
    assert client.post("/log/export/file", data=form).status_code == 403
    assert "Выгрузить" in log.as_("marketer").get("/log").text


def test_a_form_of_another_page_takes_nothing(log: Log) -> None:
    client = log.signed_in()
    assert client.post("/log/export/file", data={"key": KEY, "format": "csv"}).status_code == 400
    for form in ({"key": "short"}, {"key": "../../etc/passwd12345"}, {"format": "exe"}):
        assert post(client, **form).status_code == 400


def test_who_took_what_stands_among_the_deeds_without_contacts(log: Log) -> None:
    add_submission(log.database)
    client = log.signed_in()
    assert len(read_csv(post(client, text="8 (912) 345-67-89", site="okna"))) == 1
    (deed,) = read_audit(log.database, AuditFilter(action="export")).rows
    told = deed.entry
    assert (told.actor, told.detail["count"], told.detail["format"]) == ("anna", 1, "csv")
    assert told.detail["filter"] == "Поиск: по тексту; Сайт: Пластиковые окна"
    page = client.get("/log/audit").text
    assert "Заявки выгружены" in page
    assert "заявок: 1, CSV" in page


def test_how_far_it_is_can_be_asked_meanwhile(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_run, "TELL_EVERY", 0.0)
    monkeypatch.setattr(export_run, "BATCH", 2)
    for _ in range(5):
        add_submission(log.database)
    client = log.signed_in()
    assert state(client)["state"] == "unknown"
    answer = post(client)
    told = [(state(client)["done"], state(client)["total"]) for _ in answer.iter_encoded()]
    assert (2, 5) in told
    assert state(client) == {
        "state": "done", "done": 5, "total": 5, "text": "Готово: выгружено 5 заявок.",
    }  # fmt: skip
    assert state(log.as_("admin"))["state"] == "unknown"


def test_the_first_bytes_come_before_the_first_row_is_read(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object, **__: object) -> Iterator[object]:
        raise AssertionError("read before anything was sent")
        yield

    client = log.signed_in()
    monkeypatch.setattr(export_run, "walk_rows", nothing)
    answer = post(client, column=["number"])
    assert next(iter(answer.iter_encoded())) == "\ufeffНомер\r\n".encode()
    answer.close()


@pytest.fixture
def batches(log: Log, monkeypatch: pytest.MonkeyPatch) -> Log:
    """A log whose file comes in six parts, each of them told."""
    monkeypatch.setattr(export_run, "TELL_EVERY", 0.0)
    monkeypatch.setattr(export_run, "BATCH", 1)
    for _ in range(6):
        add_submission(log.database)
    return log


def state(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/log/export/{KEY}.json").get_json()
    return found


def drawn(answer: TestResponse, parts: int) -> tuple[Iterator[bytes], bytes]:
    stream = iter(answer.iter_encoded())
    return stream, b"".join(next(stream) for _ in range(parts))


def outcome(log: Log) -> object:
    (deed,) = read_audit(log.database, AuditFilter(action="export")).rows
    return deed.entry.detail.get("outcome"), deed.entry.detail.get("count")


def test_a_file_is_stopped_by_a_button(batches: Log) -> None:
    client = batches.signed_in()
    answer = post(client)
    stream, _ = drawn(answer, 3)
    form = {"csrf_token": token(client, "/log/account")}
    stopped = client.post(f"/log/export/{KEY}/stop", data=form)
    assert stopped.get_json() == {"stopped": True}
    with pytest.raises(export_run.ExportStoppedError):
        list(stream)
    assert state(client)["state"] == "stopped"
    assert "остановлена" in state(client)["text"]


@pytest.mark.parametrize("loss", ["role", "sites", "access"])
def test_a_file_stops_where_rights_have_ended(batches: Log, loss: str) -> None:
    add_person(batches.database, "olga", Rights(Role.MARKETER))
    client = batches.signed_in(find_login(batches.database, "olga"))
    stream, _ = drawn(post(client), 3)
    if loss == "access":
        set_disabled(batches.database, "olga", disabled=True)
    else:
        sites = frozenset({"dveri"}) if loss == "sites" else None
        role = Role.VIEWER if loss == "role" else Role.MARKETER
        set_rights(batches.database, "olga", Rights(role, sites))
    with pytest.raises(export_run.ExportStoppedError):
        list(stream)
    assert outcome(batches)[0] == "stopped"  # type: ignore[index]  # a pair


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_a_failure_on_the_way_is_seen_and_the_file_does_not_look_whole(
    batches: Log, monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    client = batches.signed_in()
    stream, begun = drawn(post(client, format_), 1)
    broken = StoreUnavailableError("База данных не отвечает.")
    failing = OperationalError("SELECT", {}, Exception("gone"))

    def fail(*_: object) -> None:
        raise broken from failing

    monkeypatch.setattr("intake.store.export.read_rows", fail)
    sent = [begun]
    with pytest.raises(StoreUnavailableError):
        sent.extend(stream)
    whole = b"".join(sent)
    if format_ == "csv":
        assert "ФАЙЛ НЕ ПОЛОН" in whole.decode().splitlines()[-1]
    else:
        with pytest.raises(Exception, match="zip"):
            openpyxl.load_workbook(io.BytesIO(whole))
    assert state(client)["state"] == "failed"
    assert "оборвалась" in state(client)["text"]
    assert outcome(batches)[0] == "failed"  # type: ignore[index]  # a pair


def test_a_browser_that_goes_away_is_told_of(batches: Log) -> None:
    client = batches.signed_in()
    answer = post(client)
    stream, _ = drawn(answer, 3)
    stream.close()  # type: ignore[attr-defined]  # a generator, as the server closes it
    answer.close()
    assert state(client)["state"] == "broken"
    assert outcome(batches)[0] == "broken"  # type: ignore[index]  # a pair


def test_too_many_at_once_are_refused_with_what_to_do(
    batches: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 1)
    client = batches.signed_in()
    first = post(client)
    drawn(first, 1)
    second = post(client, key=KEY.upper())
    assert second.status_code == 429
    assert "Другие выгрузки ещё идут" in second.text
    first.close()


def test_a_large_number_is_readable() -> None:
    record = exports.ExportRecord(exports.ExportState.RUNNING, 12000, 200000, is_silent=False)
    assert exporting.progress(record) == "Выгружено 12\u00a0000 из 200\u00a0000."


def test_a_doubtful_phone_and_an_extension_are_kept(log: Log) -> None:
    number = Phone("112233", "45", None, valid=False, original="11-22-33")
    understood = lead(phone=None)
    add_submission(log.database, type(understood)(name="Зоя", phone=number), phone="112233")
    (row,) = read_csv(post(log.signed_in()))
    assert (row["Телефон"], row["Добавочный"]) == ("1122-33", "45")


def test_whose_it_is_and_the_notes_are_there_for_whoever_asks(log: Log) -> None:
    number = add_submission(log.database, full_lead())
    id_ = submission_id(log.database, number)
    assign(log.database, id_, log.person.id, "anna")
    add_note(log.database, id_, "anna", "Перезвонить жене +7 999 888-77-66")
    client = log.signed_in()
    assert not {"Заметки", "Ответственный в журнале"} & read_csv(post(client))[0].keys()
    (row,) = read_csv(post(client, key=KEY[::-1], column=["number", "assignee", "notes"]))
    assert row["Ответственный в журнале"] == log.person.login
    assert row["Заметки"].startswith("anna, ")
    assert row["Заметки"].endswith(": Перезвонить жене +7 999 888-77-66")


def test_a_number_in_a_note_is_masked_where_contacts_are(log: Log) -> None:
    number = add_submission(log.database, full_lead())
    add_note(log.database, submission_id(log.database, number), "anna", "жена +7 999 888-77-66")
    with log.database.read() as connection:
        (row,) = read_rows(connection, [submission_id(log.database, number)])
    place = SimpleNamespace(clock=Clock(ZoneInfo("UTC")))
    (cell,) = export_run.masked([export_handling.notes(row, place)], row)
    assert "жена" in str(cell)
    assert "888" not in str(cell)


@pytest.mark.parametrize("broken", [{"status": "helld"}, {"until": "31.11.2026"}, {"again": "x"}])
def test_no_file_is_made_of_a_filter_that_cannot_be_read(log: Log, broken: dict[str, str]) -> None:
    number = add_submission(log.database)
    client = log.signed_in()
    answer = post(client, **broken)
    assert answer.status_code == 400
    assert "условия отбора не читаются" in answer.text
    assert number not in answer.text
    assert 'type="submit" disabled' in client.get("/log/export", query_string=broken).text


def test_a_long_comment_is_whole_in_a_csv_and_its_end_is_told_in_a_workbook(log: Log) -> None:
    comment = "ц" * 40_000
    add_submission(log.database, lead(comment=comment))
    client = log.signed_in()
    assert comment in read_csv(post(client))[0].values()
    [told] = [each for each in read_xlsx(post(client, "xlsx"))[0].values() if "ццц" in str(each)]
    assert told.endswith("… [обрезано: больше в ячейку Excel не входит, целиком — в CSV]")
    assert len(told) == 32_767


def test_a_reader_who_goes_before_the_first_byte_leaves_no_file_under_way(log: Log) -> None:
    client = log.signed_in()
    post(client).close()
    assert state(client)["state"] == "broken"


def test_a_file_that_is_taken_for_too_long_is_ended(
    batches: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = batches.signed_in()
    stream, _ = drawn(post(client), 2)
    monkeypatch.setattr(export_run, "WHOLE_WITHIN", -1.0)
    with pytest.raises(export_run.ExportStoppedError):
        list(stream)
    assert state(client)["state"] == "stopped"


def test_a_slow_reader_is_told_of_between_batches_too(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_run, "TELL_AT_LEAST_EVERY", -1.0)
    client = log.signed_in()
    stream, _ = drawn(post(client), 1)
    log.clock[0] += exports.SILENT_AFTER * 2
    assert state(client)["state"] == "silent"
    next(stream, None)
    assert state(client)["state"] != "silent"


def test_each_write_to_a_reader_has_to_end(log: Log) -> None:
    ours, theirs = socket.socketpair()
    client = log.signed_in()
    form = {"csrf_token": token(client, "/log/export"), "key": KEY, "format": "csv"}
    environ = {"gunicorn.socket": ours}
    with ours, theirs:
        client.post("/log/export/file", data=form, environ_overrides=environ).close()
        assert ours.gettimeout() == export_run.WRITE_WITHIN
    assert (
        exports.SILENT_AFTER.total_seconds()
    ) > export_run.WRITE_WITHIN + export_run.TELL_AT_LEAST_EVERY
