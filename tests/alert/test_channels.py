import logging

import pytest

from intake.alert import Channels
from intake.domain.message import Message, Sent
from intake.errors import SettingsError
from tests.alert.receiver import Receiver

HELLO = Message("Проверка", "Всё хорошо.\nhttps://leads.example/log")


def test_each_address_is_tried_and_named_without_its_secret(receiver: Receiver) -> None:
    channels = Channels([receiver.url, "json://127.0.0.1:9/CANARY"])
    assert channels.try_out(HELLO) == (Sent("№ 1 (json)", True), Sent("№ 2 (json)", False))
    assert receiver.told == [("Проверка", "Всё хорошо.\nhttps://leads.example/log")]


def test_an_address_that_means_nothing_is_a_wrong_setting() -> None:
    with pytest.raises(SettingsError, match="№ 2") as caught:
        Channels(["json://127.0.0.1:9/", "bogus://CANARY"])
    assert "CANARY" not in str(caught.value)


def test_a_service_that_is_down_is_not_told_of_in_any_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        Channels(["json://user:CANARY@127.0.0.1:9/CANARY"]).try_out(HELLO)
    assert "CANARY" not in caplog.text


def test_no_address_is_no_channel() -> None:
    assert not Channels([])
