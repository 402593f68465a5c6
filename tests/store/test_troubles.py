import threading
from collections.abc import Sequence

from intake.domain.trouble import Kind, Trouble
from intake.store.database import Database
from intake.store.troubles import Told, read_troubles, settle
from tests.clock import Clock

# Long enough for a thread to get where it must not.
MOMENT = 0.5


def test_two_processes_do_not_settle_at_the_same_time(database: Database, clock: Clock) -> None:
    trouble = Trouble(Kind.LATE, "", "Заявка ждёт.", clock.now)
    together: list[bool] = []
    second_is_in = threading.Event()
    settle(database, lambda _: [])

    def second(_told: Told) -> Sequence[Trouble]:
        second_is_in.set()
        return [trouble]

    other = threading.Thread(target=settle, args=(database, second))

    def first(_told: Told) -> Sequence[Trouble]:
        other.start()
        together.append(second_is_in.wait(MOMENT))
        return [trouble]

    settle(database, first)
    other.join()
    assert together == [False]
    assert len(read_troubles(database)) == 1


def test_what_began_again_is_another_trouble(database: Database, clock: Clock) -> None:
    trouble = Trouble(Kind.LATE, "", "Заявка ждёт.", clock.now)
    for lasting in ([trouble], [trouble], [], [], [trouble]):
        settle(database, lambda _, lasting=lasting: lasting)  # type: ignore[misc]  # bound now
    assert [each.over_at is None for each in read_troubles(database)] == [True, False]
