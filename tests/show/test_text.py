from datetime import timedelta
from zoneinfo import ZoneInfo

from intake.show import text
from tests.show.factory import NOW


def test_a_moment_is_told_as_briefly_as_it_stays_clear() -> None:
    clock = text.Clock(ZoneInfo("Europe/Moscow"))
    assert clock.brief(NOW, NOW) == "14:05"
    assert clock.brief(NOW - timedelta(hours=15), NOW) == "22 ноя, 23:05"
    assert clock.brief(NOW - timedelta(days=365), NOW) == "23 ноя 2025, 14:05"
    assert clock.full(NOW) == "23 ноября 2026, 14:05:09"
    assert clock.name(NOW) == "время московское, UTC+3"
    assert text.Clock(ZoneInfo("Asia/Kolkata")).name(NOW) == "UTC+5:30"
    assert text.Clock(ZoneInfo("America/New_York")).name(NOW) == "UTC-5"


def test_a_reply_is_indented_only_where_it_is_json() -> None:
    assert text.pretty_reply('{"а":1}') == '{\n  "а": 1\n}'
    assert text.pretty_reply("<html>") == "<html>"
    assert text.pretty_reply("[" * 100_000).startswith("[[[")
    assert len(text.pretty_reply("x" * 10**6)) == text.LONGEST_SHOWN


def test_half_a_character_is_shown_by_its_name_instead_of_breaking_the_page() -> None:
    shown = text.visible("код \ud83d")
    assert shown == "код [U+D83D]"
    assert shown.encode()
