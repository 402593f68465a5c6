from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from intake.cli.alert import alert
from intake.errors import SettingsError
from intake.store.database import Database
from tests.alert.receiver import Receiver
from tests.conftest import MakeSettings


def call(make_settings: MakeSettings, *addresses: str) -> Result:
    settings = make_settings(alerts=addresses, public_url="https://leads.example")
    database = Database(settings.database_url)
    context = SimpleNamespace(settings=settings, database=lambda: database)
    return CliRunner().invoke(alert, ["test"], obj=context)


def test_a_trial_message_arrives_with_a_link_to_the_log(make_settings: MakeSettings) -> None:
    with Receiver() as receiver:
        result = call(make_settings, receiver.url)
        assert (result.exit_code, result.output) == (0, "№ 1 (json): отправлено\n")
        [(title, text)] = receiver.told
    assert title == "Проверка связи"
    assert "https://leads.example/log" in text


def test_an_address_that_does_not_take_it_is_told(make_settings: MakeSettings) -> None:
    result = call(make_settings, "json://user:CANARY@127.0.0.1:9/")
    assert result.exit_code == 1
    assert "№ 1 (json): не отправилось" in result.output
    assert "CANARY" not in result.output + str(result.exception)


@pytest.mark.parametrize("addresses", [[], ["bogus://CANARY"]])
def test_nobody_to_tell_is_a_wrong_setting(
    make_settings: MakeSettings, addresses: list[str]
) -> None:
    result = call(make_settings, *addresses)
    assert "INTAKE_ALERTS" in str(result.exception)
    assert isinstance(result.exception, SettingsError) is bool(addresses)
    assert "CANARY" not in str(result.exception)
