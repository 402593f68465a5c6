import re
from datetime import timedelta
from pathlib import Path

import pytest

from intake.domain.doubt import CaptchaKind, CaptchaRule, SpamRules
from intake.domain.site import FieldTarget, Repeat, StageRule, StartRule, TaskRule, TouchChoice
from intake.errors import SettingsError
from intake.settings import CrmSettings, ReferenceSettings, Settings

SECRET = "a long enough secret of the tests"
ONE = {
    "SECRET_KEY": SECRET,
    "ENVYBOX_URL": "https://mycrm.envycrm.com/",
    "ENVYBOX_API_KEY": "CANARY-key",
}
FILE = """
[crm.main]
url = "https://mycrm.envycrm.com"
path = "crm/api/v1/"
api_key = "env:MY_KEY"
crm_id = 2119
rate = 2.5

[site.okna]
title = "Пластиковые окна"
origins = ["https://OKNA.example/"]
thanks_url = "https://okna.example/spasibo"
create = "set"
inbox_type_id = 13045
pipeline_id = 3689
employee_id = 182
tags = ["окна"]
start = { user_id = 3844, employee_id = 182 }
stage = { stage_id = 5635, employee_id = 182 }
custom_inputs = [3819]
[site.okna.fields]
"Ваше имя" = "name"
"Площадь" = { custom = 3824 }
"Телеграм" = { contact = "telegram" }
"""


def _read(tmp_path: Path, text: str = FILE, **env: str) -> Settings:
    path = tmp_path / "sites.toml"
    path.write_text(text, encoding="utf-8")
    base = {"SECRET_KEY": SECRET, "MY_KEY": "CANARY-key", "INTAKE_SITES": str(path)}
    return Settings.from_environ(base | env)


def test_two_variables_are_enough_for_one_site() -> None:
    settings = Settings.from_environ(ONE)
    site = settings.directory.only_site
    assert site is not None
    account = settings.directory.accounts[site.crm]
    assert (account.url, account.api_key) == ("https://mycrm.envycrm.com", "CANARY-key")
    assert settings.database_url == "sqlite:///var/intake.db"


def test_a_file_tells_everything_of_a_site(tmp_path: Path) -> None:
    settings = _read(tmp_path)
    site, account = settings.directory.sites["okna"], settings.directory.accounts["main"]
    assert (account.path, account.crm_id, account.rate) == ("/crm/api/v1", 2119, 2.5)
    assert site.origins == {"https://okna.example"}
    assert (site.start, site.stage) == (StartRule(3844, 182), StageRule(5635, 182))
    assert site.rules.targets["Площадь"] == FieldTarget(custom=3824)
    assert site.rules.custom_inputs == {3819, 3824}
    assert site.rules.inbox_types == {13045}
    assert site.rules.pipelines == {3689}


AFTER = """
repeat = "comment"
tags_deal = ["сайт"]
comment = "С сайта {site}"
deal_fields = { 3444 = "15000" }
task = { text = "Перезвонить: {name}", after = "2h", employee_id = 183 }
hours = "09:00-18:00"
timezone = "Europe/Moscow"
responsible = { employees = [{ id = 182, weight = 2 }, { id = 183, timezone = "Asia/Omsk" }] }
"""


def _with_after(old: str = "", new: str = "") -> str:
    return FILE.replace("custom_inputs = [3819]", AFTER.replace(old, new) if old else AFTER)


def test_a_file_tells_what_is_done_with_a_lead(tmp_path: Path) -> None:
    site = _read(tmp_path, _with_after()).directory.sites["okna"]
    assert (site.tags_deal, site.deal_comment) == (("сайт",), "С сайта {site}")
    assert site.repeat is Repeat.COMMENT
    assert site.deal_fields == {3444: "15000"}
    assert site.task == TaskRule("Перезвонить: {name}", timedelta(hours=2), 183)
    first, second = site.responsible
    assert (first.employee_id, first.weight, first.working) == (182, 2, site.working)
    assert second.working is not None
    assert site.working is not None
    assert (second.weight, second.working.starts) == (1, site.working.starts)
    assert second.working.zone.key == "Asia/Omsk"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('["сайт"]', '[" "]', "tags_deal"),
        ('"comment"', '"merge"', "repeat"),
        ("{site}", "{manager}", "comment"),
        ('comment = "С сайта {site}"', 'comment = ""', "comment"),
        ("3444 =", '"сумма" =', "deal_fields"),
        ('"15000"', "15000", "3444"),
        ('"2h"', '"two hours"', "after"),
        ('"2h"', '"99d"', "after"),
        ('text = "Перезвонить: {name}", ', "", "text"),
        ('"09:00-18:00"', '"9-18"', "hours"),
        ('"Europe/Moscow"', '"Москва"', "timezone"),
        ('"Asia/Omsk"', '"../etc"', "timezone"),
        ("weight = 2", "weight = 0", "weight"),
        ("weight = 2", 'days = "mon"', "days"),
        ("id = 183, timezone", "id = 182, timezone", "employees"),
        ("{ id = 182, weight = 2 }", "182", "employees"),
        ("{ id = 182, weight = 2 }", "{ weight = 2 }", "id"),
    ],
)
def test_a_mistake_in_what_is_done_with_a_lead_is_named(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    text = _with_after(old, new)
    assert text != _with_after()
    with pytest.raises(SettingsError, match=r"\[site\.okna.*" + re.escape(named)):
        _read(tmp_path, text)


@pytest.mark.parametrize("setting", ['comment = "с сайта"', 'tags_deal = ["сайт"]'])
def test_what_is_done_to_the_deal_takes_the_lead_into_work(tmp_path: Path, setting: str) -> None:
    old = """start = { user_id = 3844, employee_id = 182 }
stage = { stage_id = 5635, employee_id = 182 }"""
    site = _read(tmp_path, FILE.replace(old, setting)).directory.sites["okna"]
    assert site.start == StartRule(user_id=0)


def test_a_stage_alone_takes_the_lead_into_work_for_nobody(tmp_path: Path) -> None:
    text = FILE.replace("start = { user_id = 3844, employee_id = 182 }\n", "")
    assert _read(tmp_path, text).directory.sites["okna"].start == StartRule(0, 0)


def test_a_site_chooses_whose_marks_the_crm_gets(tmp_path: Path) -> None:
    plain = _read(tmp_path).directory.sites["okna"].rules
    assert (plain.attribution, plain.infer_utm) == (TouchChoice.LAST, False)
    keys = 'attribution = "first"\ninfer_utm = true\ncustom_inputs'
    chosen = _read(tmp_path, FILE.replace("custom_inputs", keys)).directory.sites["okna"].rules
    assert (chosen.attribution, chosen.infer_utm) == (TouchChoice.FIRST, True)


@pytest.mark.parametrize("line", ['attribution = "both"', "attribution = 1", 'infer_utm = "yes"'])
def test_a_wrong_choice_of_marks_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(SettingsError, match=line.split(maxsplit=1)[0]):
        _read(tmp_path, FILE.replace("custom_inputs", f"{line}\ncustom_inputs"))


def test_a_key_may_lie_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("CANARY-from-file\n", encoding="utf-8")
    text = FILE.replace("env:MY_KEY", f"file:{secret}")
    assert _read(tmp_path, text).directory.accounts["main"].api_key == "CANARY-from-file"


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    shown = repr(_read(tmp_path))
    assert "CANARY" not in shown
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({"ENVYBOX_URL": ""}, "ENVYBOX_URL"),
        ({"ENVYBOX_API_KEY": ""}, "ENVYBOX_API_KEY"),
        ({"ENVYBOX_URL": "http://mycrm.envycrm.com"}, "ENVYBOX_URL"),
        ({"ENVYBOX_URL": "http://127.0.0.1.evil.example"}, "ENVYBOX_URL"),
        ({"ENVYBOX_URL": "https://user:pw@mycrm.envycrm.com"}, "ENVYBOX_URL"),
        ({"ENVYBOX_URL": "https://[bad"}, "ENVYBOX_URL"),
        ({"ENVYBOX_URL": "https://my crm.example"}, "ENVYBOX_URL"),
        ({"ENVYBOX_URL": "https://crm.example:99999"}, "ENVYBOX_URL"),
        ({"ENVYBOX_PATH": "../x"}, "ENVYBOX_URL, ENVYBOX_PATH"),
        ({"ENVYBOX_API_KEY": "клю ч"}, "ENVYBOX_API_KEY"),
        ({"PUBLIC_URL": "leads.example"}, "PUBLIC_URL"),
        ({"WEB_THREADS": "x"}, "WEB_THREADS"),
        ({"WEB_CONCURRENCY": "0"}, "WEB_CONCURRENCY"),
        ({"GRACEFUL_TIMEOUT": "soon"}, "GRACEFUL_TIMEOUT"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"REDIS_URL": "http://x"}, "REDIS_URL"),
        ({"ENVYBOX_TIMEOUT": "fast"}, "ENVYBOX_TIMEOUT"),
        ({"ENVYBOX_TIMEOUT": "nan"}, "ENVYBOX_TIMEOUT"),
        ({"INTAKE_PROBE_SECONDS": "1"}, "INTAKE_PROBE_SECONDS"),
        ({"REDIS_URL": "redis://127.0.0.1:notaport"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://127.0.0.1/0?socket_timeout=abc"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://127.0.0.1/0?foo=bar"}, "REDIS_URL"),
        ({"REDIS_URL": "unix://"}, "REDIS_URL"),
        ({"WEB_THREADS": "8.0"}, "WEB_THREADS"),
        ({"PUBLIC_URL": "https://x:99999"}, "PUBLIC_URL"),
        ({"INTAKE_PROXIES": "-1"}, "INTAKE_PROXIES"),
        ({"INTAKE_PROXIES": "1.5"}, "INTAKE_PROXIES"),
        ({"PORT": "70000"}, "PORT"),
        ({"INTAKE_LOG_HOSTS": "https://log.example.ru"}, "INTAKE_LOG_HOSTS"),
        ({"INTAKE_LOG_HOSTS": "log.example.ru:8000"}, "INTAKE_LOG_HOSTS"),
        ({"INTAKE_LOG_HOSTS": "*.example.ru"}, "INTAKE_LOG_HOSTS"),
        ({"INTAKE_TIMEZONE": "Moscow"}, "INTAKE_TIMEZONE"),
        ({"INTAKE_SITES": "/nowhere/sites.toml"}, "INTAKE_SITES"),
    ],
)
def test_a_wrong_setting_is_named_with_an_example(env: dict[str, str], name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ(ONE | env)
    assert str(caught.value).startswith(name)


def test_the_log_believes_its_names_and_the_one_outside() -> None:
    assert Settings.from_environ(ONE).believed_hosts == frozenset()
    outside = {"PUBLIC_URL": "https://Leads.example.ru:8443/"}
    assert Settings.from_environ(ONE | outside).believed_hosts == frozenset()
    named = {"INTAKE_LOG_HOSTS": " log.example.ru  .Internal.example "}
    assert Settings.from_environ(ONE | outside | named).believed_hosts == frozenset(
        {"log.example.ru", ".internal.example", "leads.example.ru"}
    )


@pytest.mark.parametrize("url", ["http://127.0.0.1:8030", "http://localhost:8030", "http://[::1]"])
def test_plain_http_goes_to_this_machine_only(url: str) -> None:
    settings = Settings.from_environ(ONE | {"ENVYBOX_URL": url})
    assert settings.directory.accounts["main"].url == url


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('api_key = "env:MY_KEY"', 'api_key = "abcdef"', "[crm.main] api_key"),
        ('api_key = "env:MY_KEY"', 'api_key = "env:OTHER"', "OTHER"),
        ('api_key = "env:MY_KEY"', 'api_key = "file:/nowhere"', "/nowhere"),
        ("rate = 2.5", "rate = 0", "rate"),
        ("rate = 2.5", 'rate = "5"', "rate"),
        ("crm_id = 2119", 'crm_id = "2119"', "crm_id"),
        ("crm_id = 2119", "crm_id = true", "crm_id"),
        ('create = "set"', 'create = "put"', "create"),
        ('origins = ["https://OKNA.example/"]', 'origins = "https://okna.example"', "origins"),
        ('origins = ["https://OKNA.example/"]', 'origins = ["okna.example"]', "origins"),
        ('tags = ["окна"]', "tags = [1]", "tags"),
        ('tags = ["окна"]', "tag = []", "tag"),
        ('"Ваше имя" = "name"', '"Ваше имя" = "nane"', "Ваше имя"),
        ('{ contact = "telegram" }', '{ contact = "pager" }', "Телеграм"),
        ("stage = { stage_id = 5635, employee_id = 182 }", "stage = 5635", "stage"),
        ("start = { user_id = 3844, employee_id = 182 }", "start = { employee_id = 1 }", "user_id"),
        ("[crm.main]", "[crm.main", "ошибка"),
        ("[site.okna]", '[site."a/b"]', "site.a/b"),
        ("[crm.main]", f"[crm.{'x' * 60}]", "[crm.x"),
        ('create = "set"', 'default_country = "UK"', "default_country"),
        ("custom_inputs = [3819]", "custom_inputs = [-1]", "custom_inputs"),
        ('{ contact = "telegram" }', "{ contact = [1] }", "Телеграм"),
        ('"https://OKNA.example/"', '"https://a b"', "origins"),
        ('"https://OKNA.example/"', '"https://u:p@okna.example"', "origins"),
        ('url = "https://mycrm.envycrm.com"', 'url = "https://[bad"', "[crm.main] url"),
        ('path = "crm/api/v1/"', 'path = "/open api"', "path"),
        ('origins = ["https://OKNA.example/"]', 'origins = ["https://[x"]', "origins"),
        ('"https://okna.example/spasibo"', '"https://[x"', "thanks_url"),
        ('create = "set"', 'default_country = "Россия"', "default_country"),
        ("custom_inputs = [3819]", "custom_inputs = [true]", "custom_inputs"),
        ("{ custom = 3824 }", "{ custom = true }", "Площадь"),
        ("pipeline_id = 3689", "pipeline_id = -5", "pipeline_id"),
        ('create = "set"', "retention_days = 0", "retention_days"),
        ('create = "set"', "retention_days = 40000", "retention_days"),
        ('create = "set"', 'retention_days = "365"', "retention_days"),
        ("[site.okna]", '[site.okna]\ncrm = "second"', "crm"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    assert old in FILE
    with pytest.raises(SettingsError) as caught:
        _read(tmp_path, FILE.replace(old, new))
    assert named in str(caught.value)
    assert "abcdef" not in str(caught.value), "a key must not be repeated"


@pytest.mark.parametrize("text", ["", "[crm]", "[site.a]", "[crm.main]\n[site]", "crm = 1"])
def test_a_file_without_accounts_or_sites_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError):
        _read(tmp_path, text)


def test_a_site_keeps_what_it_is_told_for_so_many_days_or_for_ever(tmp_path: Path) -> None:
    assert _read(tmp_path).directory.sites["okna"].retention_days is None
    text = FILE.replace('create = "set"', 'create = "set"\nretention_days = 365')
    assert _read(tmp_path, text).directory.sites["okna"].retention_days == 365


def test_origins_are_written_as_browsers_write_them(tmp_path: Path) -> None:
    text = FILE.replace(
        'origins = ["https://OKNA.example/"]',
        'origins = ["https://ОКНА-Москва.рф", "https://shop.example:443"]',
    )
    site = _read(tmp_path, text).directory.sites["okna"]
    host = "окна-москва.рф".encode("idna").decode()
    assert site.origins == {f"https://{host}", "https://shop.example"}


def test_an_origin_with_an_asterisk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="origins"):
        _read(tmp_path, FILE.replace("https://OKNA.example/", "https://*.okna.example"))


def test_a_file_of_sites_goes_before_the_single_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sites.toml").write_text(FILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environ(ONE | {"MY_KEY": "CANARY-key"})
    assert list(settings.directory.sites) == ["okna"]


def test_calling_the_crm_takes_no_more_than_its_address_and_key() -> None:
    env = {"ENVYBOX_URL": "https://mycrm.envycrm.com", "ENVYBOX_API_KEY": "CANARY-key"}
    settings = CrmSettings.from_environ(env)
    assert [one.url for one in settings.directory.accounts.values()] == [env["ENVYBOX_URL"]]
    assert settings.timeout == 15
    with pytest.raises(SettingsError, match="ENVYBOX_TIMEOUT"):
        CrmSettings.from_environ(env | {"ENVYBOX_TIMEOUT": "скоро"})


def test_who_is_told_of_troubles_and_when_the_log_is_compared() -> None:
    alerts = "tgram://123:CANARY/1  mailtos://a:CANARY@example.ru?to=x@example.ru,y@example.ru"
    settings = Settings.from_environ(ONE | {"INTAKE_ALERTS": alerts})
    assert settings.alerts == tuple(alerts.split())
    assert settings.reconcile_hour == 4
    assert "CANARY" not in repr(settings)
    off = Settings.from_environ(ONE | {"INTAKE_RECONCILE_HOUR": "off"})
    assert off.reconcile_hour is None


@pytest.mark.parametrize(
    ("name", "value", "example"),
    [
        ("INTAKE_ALERTS", "tgram://CANARY/1 CANARY", "№ 2"),
        ("METRICS_TOKEN", "CANARY", "16 знаков"),
        ("METRICS_TOKEN", "CANARY длинный секрет из слов", "латиницей"),
        ("INTAKE_RECONCILE_HOUR", "24", "или off"),
        ("INTAKE_RECONCILE_HOUR", "ночью", "или off"),
    ],
)
def test_a_wrong_setting_of_watching_is_named_without_its_secret(
    name: str, value: str, example: str
) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        Settings.from_environ(ONE | {name: value})
    assert example in str(caught.value)
    assert "CANARY" not in str(caught.value)


def test_the_files_of_reference_are_where_the_settings_say() -> None:
    paths = {"NUMBERING_REGISTRY": "/srv/numbering.dat", "GEOIP_DATABASE": "/srv/city.mmdb"}
    for settings in (
        Settings.from_environ({**ONE, **paths}),
        ReferenceSettings.from_environ(paths),
    ):
        assert settings.numbering == Path("/srv/numbering.dat")
        assert settings.geoip == Path("/srv/city.mmdb")


def test_without_settings_there_is_no_geoip_and_the_registry_is_with_the_data() -> None:
    for settings in (Settings.from_environ(ONE), ReferenceSettings.from_environ({})):
        assert (settings.numbering, settings.geoip) == (Path("var/numbering.dat"), None)


def test_a_site_says_what_it_does_against_robots(tmp_path: Path) -> None:
    text = f"""{FILE}
[site.dveri]
crm = "main"
min_fill_seconds = 1.5
posts_per_minute = 200
require_token = true
[site.dveri.captcha]
kind = "smartcaptcha"
sitekey = "ysc1_abc"
secret = "env:CAPTCHA_SECRET"
"""
    sites = _read(tmp_path, text, CAPTCHA_SECRET="CANARY-captcha").directory.sites
    assert sites["okna"].spam == SpamRules(), "what is not told is as usual"
    assert sites["dveri"].spam == SpamRules(
        timedelta(seconds=1.5),
        200,
        require_token=True,
        captcha=CaptchaRule(CaptchaKind.SMARTCAPTCHA, "ysc1_abc", "CANARY-captcha"),
    )
    assert "CANARY" not in repr(sites)


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("min_fill_seconds = -1", "min_fill_seconds"),
        ('min_fill_seconds = "2"', "min_fill_seconds"),
        ("posts_per_minute = -1", "posts_per_minute"),
        ("require_token = 1", "require_token"),
        ("captcha = 1", "captcha"),
        ('captcha = { kind = "recaptcha", sitekey = "a", secret = "env:MY_KEY" }', "kind"),
        ('captcha = { kind = "turnstile", sitekey = "", secret = "env:MY_KEY" }', "sitekey"),
        ('captcha = { kind = "turnstile", sitekey = "a" }', "secret"),
        ('captcha = { kind = "turnstile", sitekey = "a", secret = "literal" }', "secret"),
        ('captcha = { kind = "turnstile", sitekey = "a", secret = "env:NONE" }', "NONE"),
    ],
)
def test_a_mistake_in_what_is_done_against_robots_is_named(
    tmp_path: Path, setting: str, named: str
) -> None:
    text = f'{FILE}\n[site.dveri]\ncrm = "main"\n{setting}\n'
    with pytest.raises(SettingsError) as caught:
        _read(tmp_path, text)
    assert named in str(caught.value)
