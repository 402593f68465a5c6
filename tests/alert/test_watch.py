import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update

from intake.alert import Channels, Watch, keep_watching
from intake.domain.site import CrmAccount, Directory, Site
from intake.domain.submission import SubmissionState
from intake.store import schedule
from intake.store.database import Database
from intake.store.models import accounts, deliveries, submissions
from intake.store.troubles import read_troubles
from tests.alert.receiver import Receiver
from tests.clock import Clock
from tests.makers import make_raw, save_one
from tests.servers import wait_until

DIRECTORY = Directory(
    {"okna": Site("okna", "Пластиковые окна", "main")},
    {"main": CrmAccount("main", "http://127.0.0.1:9", "CANARY-key")},
)
URL = "https://leads.example"
MakeWatch = Callable[..., Watch]


@pytest.fixture
def make_watch(database: Database, receiver: Receiver) -> MakeWatch:
    def make(*addresses: str) -> Watch:
        return Watch(database, DIRECTORY, Channels(addresses or (receiver.url,)), URL)

    return make


@pytest.fixture
def watch(make_watch: MakeWatch, database: Database) -> Watch:
    schedule.beat(database, "sweeper")
    return make_watch()


def pause(database: Database, clock: Clock) -> None:
    row = {"crm": "main", "paused_since": clock.now, "pause_reason": "key"}
    with database.write() as connection:
        connection.execute(delete(accounts))
        connection.execute(insert(accounts).values(row))


def resume(database: Database) -> None:
    with database.write() as connection:
        connection.execute(update(accounts).values(paused_since=None, pause_reason=None))


def look(watch: Watch, clock: Clock, seconds: float = 31) -> None:
    """Look, with a sweeper that is alive."""
    clock.advance(seconds)
    schedule.beat(watch.database, "sweeper")
    watch.look()


def test_a_trouble_is_told_once_and_once_more_when_it_is_over(
    watch: Watch, database: Database, receiver: Receiver, clock: Clock
) -> None:
    pause(database, clock)
    for _ in range(3):
        look(watch, clock)
    [(title, text)] = receiver.told
    assert title == "Неполадка"
    assert "не принимает ключ" in text
    assert f"{URL}/log/health" in text
    resume(database)
    for _ in range(3):
        look(watch, clock)
    assert [title for title, _ in receiver.told] == ["Неполадка", "Всё в порядке"]
    pause(database, clock)
    look(watch, clock)
    assert len(receiver.told) == 3, "the same again is told again"


def test_no_message_holds_a_secret_or_a_person(
    watch: Watch, database: Database, receiver: Receiver, clock: Clock
) -> None:
    save_one(database)
    with database.write() as connection:
        connection.execute(
            update(deliveries).values(
                state="attention", next_attempt_at=None, message="79123456789"
            )
        )
    pause(database, clock)
    look(watch, clock)
    text = str(receiver.messages)
    assert len(receiver.told) == 2
    for secret in ("CANARY", "9123456789", "Анна"):
        assert secret not in text


def test_a_message_that_was_refused_is_sent_again_until_it_is_taken(
    watch: Watch, database: Database, receiver: Receiver, clock: Clock
) -> None:
    receiver.refuses = True
    pause(database, clock)
    for _ in range(3):
        look(watch, clock)
    assert receiver.told == []
    receiver.refuses = False
    for _ in range(10):
        look(watch, clock)
    assert len(receiver.told) == 1


def test_what_was_over_before_it_could_be_told_is_told_in_one(
    watch: Watch, database: Database, receiver: Receiver, clock: Clock
) -> None:
    receiver.refuses = True
    pause(database, clock)
    look(watch, clock)
    resume(database)
    look(watch, clock)
    receiver.refuses = False
    for _ in range(10):
        look(watch, clock)
    [(title, text)] = receiver.told
    assert title == "Неполадка была и прошла"
    assert "снова принимает" in text


def test_one_service_that_is_down_makes_the_other_hear_nothing_twice(
    make_watch: MakeWatch,
    database: Database,
    receiver: Receiver,
    other_receiver: Receiver,
    clock: Clock,
) -> None:
    watch = make_watch(receiver.url, other_receiver.url)
    other_receiver.refuses = True
    pause(database, clock)
    for _ in range(5):
        look(watch, clock)
    assert (len(receiver.told), len(other_receiver.told)) == (1, 0)
    other_receiver.refuses = False
    for _ in range(20):
        look(watch, clock)
    assert (len(receiver.told), len(other_receiver.told)) == (1, 1)


def test_many_processes_tell_once(
    make_watch: MakeWatch, database: Database, receiver: Receiver, clock: Clock
) -> None:
    make_watch().settle()
    pause(database, clock)
    ready = threading.Barrier(6)

    def one() -> None:
        watch = make_watch()
        ready.wait()
        watch.settle()
        watch.tell()

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.told) == 1
    assert len(read_troubles(database)) == 1


def test_a_message_whose_sender_died_is_sent_by_another(
    watch: Watch, database: Database, receiver: Receiver, clock: Clock, make_watch: MakeWatch
) -> None:
    class DiedError(BaseException):
        pass

    def die(*_: object) -> None:
        raise DiedError

    pause(database, clock)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Channels, "send", die)
        with pytest.raises(DiedError):
            watch.look()
    for _ in range(5):
        look(make_watch(), clock)
    assert receiver.told == []
    look(make_watch(), clock, 300)
    assert len(receiver.told) == 1


def test_a_look_of_another_process_is_enough_for_half_a_minute(
    make_watch: MakeWatch, database: Database, receiver: Receiver, clock: Clock
) -> None:
    make_watch().look()
    pause(database, clock)
    make_watch().look()
    assert receiver.told == []
    look(make_watch(), clock)
    assert len(receiver.told) == 1


def test_the_sweeper_that_fell_silent_is_told_by_whoever_looks(
    watch: Watch, receiver: Receiver, clock: Clock
) -> None:
    clock.advance(timedelta(minutes=4).total_seconds())
    watch.look()
    assert "Обходчик молчит 4 мин" in receiver.told[0][1]
    look(watch, clock)
    assert receiver.told[1][1].startswith("Обходчик снова работает.")


def test_a_lead_that_waits_too_long_is_told(
    watch: Watch, receiver: Receiver, clock: Clock, database: Database
) -> None:
    save_one(database)
    look(watch, clock, 660)
    assert "ждёт доставки уже 11 мин" in receiver.told[0][1]


def test_deliveries_that_need_a_person_are_told_with_their_page(
    watch: Watch, receiver: Receiver, clock: Clock, database: Database
) -> None:
    save_one(database)
    with database.write() as connection:
        values = {"state": "attention", "next_attempt_at": None, "updated_at": clock.now}
        connection.execute(update(deliveries).values(values))
    look(watch, clock)
    assert f"{URL}/log?status=attention&site=okna" in receiver.told[0][1]
    with database.write() as connection:
        connection.execute(update(deliveries).values(state="delivered"))
    look(watch, clock)
    assert "разобраны" in receiver.told[1][1]


def test_a_site_that_stops_bringing_leads_is_told_until_one_comes(
    watch: Watch, receiver: Receiver, clock: Clock, database: Database
) -> None:
    now = clock.now
    for day in range(30, 0, -1):
        for hour in range(6):
            came = now - timedelta(days=day, hours=-hour)
            save_one(database, raw=make_raw(received_at=came))
    with database.write() as connection:
        connection.execute(update(deliveries).values(state="delivered", next_attempt_at=None))
    clock.now = now + timedelta(days=2)
    look(watch, clock)
    [(_, text)] = receiver.told
    assert "«Пластиковые окна»: заявок нет 2 дн" in text
    save_one(database, raw=make_raw(received_at=clock.now))
    look(watch, clock)
    assert "снова приходят" in receiver.told[1][1]


def test_without_addresses_troubles_are_kept_and_told_once_there_are_some(
    database: Database, receiver: Receiver, clock: Clock, make_watch: MakeWatch
) -> None:
    mute = Watch(database, DIRECTORY, Channels(), URL)
    pause(database, clock)
    look(mute, clock)
    resume(database)
    look(mute, clock)
    pause(database, clock)
    look(mute, clock)
    assert [each.over_at is None for each in read_troubles(database)] == [True, False]
    for _ in range(2):
        look(make_watch(), clock)
    assert len(receiver.told) == 1, "what came and went unheard is past"


def test_watching_goes_on_by_itself_and_survives_a_broken_look(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []

    def broken(_: Watch) -> None:
        looked.append(1)
        raise ValueError("79123456789")

    monkeypatch.setattr("intake.alert.watch.INTERVAL", timedelta(seconds=0.03))
    monkeypatch.setattr(Watch, "look", broken)
    stop = threading.Event()
    thread = keep_watching(watch, stop)
    wait_until(lambda: len(looked) > 2)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_held_lead_that_nobody_has_looked_at_is_told_and_over_once_decided(
    watch: Watch, database: Database, receiver: Receiver, clock: Clock
) -> None:
    state = SubmissionState.HELD
    save_one(database, state=state, doubts=("trap",), crm=None, raw=make_raw(received_at=clock.now))
    look(watch, clock)
    assert receiver.told == []
    look(watch, clock, seconds=2 * 3600)
    [(_, text)] = receiver.told
    assert "придержанных заявок" in text
    assert f"{URL}/log?status=held&site=okna" in text
    with database.write() as connection:
        connection.execute(update(submissions).values(state=SubmissionState.SPAM))
    look(watch, clock)
    assert [title for title, _ in receiver.told] == ["Неполадка", "Всё в порядке"]
