"""What a good configuration becomes, and how a wrong one is refused as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from continuity.policy import DestinationPolicy
from continuity.window import SendWindow
from schakel.settings import PostgresDatabase, SqliteFile
from tests.schakel.settings import configs
from tests.schakel.settings.configs import ADAPTERS, GOOD, PlainSettings, loaded, mistakes, write


def test_a_small_configuration_gets_the_defaults(tmp_path: Path) -> None:
    settings = loaded(write(tmp_path))
    assert settings.hub.host == "127.0.0.1"
    assert settings.hub.body_limit == 10 * 1024 * 1024
    assert settings.store == SqliteFile(tmp_path / "schakel.sqlite3")
    assert set(settings.tenants) == {"0344"}
    destination = settings.destinations["zaaksysteem"]
    assert destination.policy == DestinationPolicy()
    assert destination.tenant is None
    assert [route.to for route in settings.routes.routes] == [("zaaksysteem",)]


def test_every_key_of_a_destination_reaches_its_policy(tmp_path: Path) -> None:
    policy = """
tenant = "0344"
concurrency = 2
rate_per_second = 10
timeout = "45s"
send_window = "07:00-22:00"
retry = {first = "1s", longest = "1h", jitter = 0.1, look_up_first = "500ms", look_ups = 3}
breaker = {threshold = 9, probe_interval = "2m"}
[destination.settings]"""
    text = GOOD.replace("\n[destination.settings]", policy)
    destination = loaded(write(tmp_path, text)).destinations["zaaksysteem"]
    assert destination.tenant == "0344"
    found = destination.policy
    assert (found.concurrency, found.rate_per_second) == (2, 10)
    assert found.timeout == timedelta(seconds=45)
    assert found.send_window == SendWindow(time(7), time(22))
    assert (found.retry.first, found.retry.longest) == (timedelta(seconds=1), timedelta(hours=1))
    assert (found.retry.jitter, found.retry.look_ups) == (0.1, 3)
    assert found.retry.look_up_first == timedelta(milliseconds=500)
    assert (found.breaker.threshold, found.breaker.probe_interval) == (9, timedelta(minutes=2))


def test_files_in_conf_d_add_their_lists_in_the_order_of_their_names(tmp_path: Path) -> None:
    more = """
[[tenant]]
code = "{0}"
name = "x"
[[route]]
name = "{0}"
type = "*"
to = []
reason = "x"
"""
    path = write(tmp_path, GOOD, b=more.format("0363"), a=more.format("0518"))
    settings = loaded(path)
    assert list(settings.tenants) == ["0344", "0518", "0363"]
    assert [route.name for route in settings.routes.routes][1:] == ["0518", "0363"]
    assert [file.name for file in settings.files] == ["schakel.toml", "a.toml", "b.toml"]


SECRET_ADDRESS = "postgresql://schakel:geheim@db.example:6432/hub"


@pytest.mark.parametrize("where", ["env:STORE", "file:store.url"])
def test_the_address_of_a_database_comes_from_outside(tmp_path: Path, where: str) -> None:
    (tmp_path / "store.url").write_text(SECRET_ADDRESS + "\n")
    path = write(tmp_path, GOOD + f'[store]\nurl = "{where}"')
    store = loaded(path, STORE=SECRET_ADDRESS).store
    assert isinstance(store, PostgresDatabase)
    assert store.url.get_secret_value() == SECRET_ADDRESS
    assert str(store) == "postgresql://db.example:6432/hub"
    assert "geheim" not in repr(store)


def test_an_address_without_a_password_may_stand_in_the_configuration(tmp_path: Path) -> None:
    for url in (
        "postgresql://db/hub",
        "postgresql://hub@a:5432,b:5433/hub",
        "postgresql://[::1]/x",
    ):
        store = loaded(write(tmp_path, GOOD + f'[store]\nurl = "{url}"')).store
        assert str(store) == url.replace("hub@", "")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://u:geheim@db/hub", "A password may not stand in the configuration"),
        ("env:NO_SUCH", "The environment variable NO_SUCH is not set"),
        ("file:no-such", "cannot be read: No such file"),
        ("env:ODD", "What it refers to is no address of a store"),
        ("env:HALF", "names no host or no database"),
        ("mysql://db/hub", 'Write "sqlite:" and the path'),
        ("env:", 'Write "sqlite:" and the path'),
    ],
)
def test_a_wrong_address_of_the_store_is_refused_without_repeating_it(
    tmp_path: Path, url: str, said: str
) -> None:
    path = write(tmp_path, GOOD + f'[store]\nurl = "{url}"')
    (found,) = mistakes(path, ODD="geheim", HALF="postgresql:///geheim")
    assert found.startswith("schakel.toml: store.url: ")
    assert said in found
    assert "geheim" not in found


def test_a_table_may_be_spread_over_files_but_each_key_stands_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        GOOD + "[hub]\nport = 1",
        a="[hub]\nnode = 'x'\nport = 2",
        b="[store]\nurl = 'sqlite:y'",
    )
    assert mistakes(path) == ["conf.d/a.toml: hub.port: It stands in schakel.toml too: keep one."]


def test_the_file_is_found_through_the_environment(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert loaded(None, SCHAKEL_CONFIG=str(path)).files == (path,)


def test_a_file_that_is_not_there_is_a_mistake_that_says_how_to_name_one(tmp_path: Path) -> None:
    [mistake] = mistakes(tmp_path / "schakel.toml")
    assert "no such file" in mistake
    assert "--config" in mistake
    assert "SCHAKEL_CONFIG" in mistake


def test_files_that_are_no_toml_are_listed_with_the_line(tmp_path: Path) -> None:
    path = write(tmp_path, "[hub]\nport = \n", a="[[tenant]\n")
    first, second = mistakes(path)
    assert first.startswith("schakel.toml: This is not TOML")
    assert "line 2" in first
    assert second.startswith("conf.d/a.toml: This is not TOML")
    assert "line 1" in second


def test_a_file_that_is_not_utf_8_says_so(tmp_path: Path) -> None:
    path = tmp_path / "schakel.toml"
    path.write_bytes(b'[hub]\nnode = "\xff"')
    assert mistakes(path) == ["schakel.toml: The file is not UTF-8: save it as UTF-8."]


def test_a_folder_in_place_of_the_file_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "schakel.toml").mkdir()
    [mistake] = mistakes(tmp_path / "schakel.toml")
    assert "cannot be read" in mistake


def test_all_mistakes_are_listed_at_once_with_file_key_and_name(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
[security]
encryption = "none"
[hub]
prot = 8080
body_limit = "10"
[[tenant]]
code = "344"
name = "Utrecht"
[[destination]]
name = "zaaksysteem"
adapter = "plian"
timeout = 30
[[destination]]
name = "Zaaksysteem 2"
adapter = "plain"
concurrency = "4"
[[route]]
type = "nl.burgerzaken.zaak.gestrat"
to = ["zaaksystem"]
on_parked = "stop"
""",
        extra='[[routes]]\ntype = "*"',
    )
    found = mistakes(path)
    assert [mistake.split(": ")[:2] for mistake in found] == [
        ["schakel.toml", "hub.body_limit"],
        ["schakel.toml", "hub.prot"],
        ["schakel.toml", "tenant[1].code (Utrecht)"],
        ["schakel.toml", "destination[1].timeout (zaaksysteem)"],
        ["schakel.toml", "destination[2].name (Zaaksysteem 2)"],
        ["schakel.toml", "destination[2].concurrency (Zaaksysteem 2)"],
        ["schakel.toml", "destination[1].adapter (zaaksysteem)"],
        ["schakel.toml", "destination[2].settings.zaken_root (Zaaksysteem 2)"],
        ["schakel.toml", "route[1].on_parked"],
        ["schakel.toml", "route[1].type"],
        ["schakel.toml", "route[1].to"],
        ["conf.d/extra.toml", "routes"],
    ]
    assert "Did you mean 'plain'?" in found[6]
    assert "Did you mean 'zaaksysteem'?" in found[10]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('adapter = "plain"', 'adapter = "plian"', "adapter (zaaksysteem): There is no adapter"),
        ('name = "zaaksysteem"', 'name = "unrouted"', "choose another"),
        ("[[destination]]", "[destination]", "two brackets"),
        ("zaken_root", "zaken_rot", "destination[1].settings.zaken_rot (zaaksysteem)"),
        ("zaken_root", "zaken_rot", "destination[1].settings.zaken_root (zaaksysteem): This key"),
        ("zaken_root", "zaken_rot", "Did you mean 'zaken_root'?"),
        ('to = ["zaaksysteem"]', "to = []", "needs a reason"),
        ('to = ["zaaksysteem"]', 'to = "zaaksysteem"', "route[1].to: Write a list"),
        (
            'to = ["zaaksysteem"]',
            'to = ["zaaksysteem"]\nwhen = {x = []}',
            'when."x": An empty list',
        ),
        ('to = ["zaaksysteem"]', 'to = ["zaaksysteem"]\nwhen = {x = 1}', "no such field"),
        ('to = ["zaaksysteem"]', 'to = ["zaaksysteem"]\ntenant = "0345"', "mean '0344'"),
        ('to = ["zaaksysteem"]', 'to = ["zaaksysteem"]\non_parked = "stop"', "'block' or 'skip'"),
        (
            'adapter = "plain"',
            'adapter = "plain"\ntenant = "0363"',
            "no [[tenant]] with code '0363'",
        ),
        ('adapter = "plain"', 'adapter = "plain"\nsend_window = "7-22"', "write HH:MM-HH:MM"),
        ('adapter = "plain"', 'adapter = "plain"\nsend_window = 7', "write HH:MM-HH:MM"),
        ('adapter = "plain"', 'adapter = "plain"\nretry = {frist = "1s"}', "retry.frist"),
        ('adapter = "plain"', 'adapter = "plain"\nretry = {frist = "1s"}', "mean 'first'"),
        ('adapter = "plain"', 'adapter = "plain"\nretry = {first = "1d"}', "longer than longest"),
        (
            'adapter = "plain"',
            'adapter = "plain"\nretry = "5s"',
            "retry (zaaksysteem): Write a table",
        ),
        ('adapter = "plain"', 'adapter = "plain"\nconcurrency = 0', "must be 1 or more"),
        ('adapter = "plain"', 'adapter = "zaken_only"', "does not handle"),
        ("[[tenant]]", '[store]\nurl = "sqlite:"\n[[tenant]]', "the path of the file"),
        ("[[tenant]]", "[hub]\nport = 70000\n[[tenant]]", "hub.port: It must be 65535 or less"),
        ("[[tenant]]", '[hub]\nlog_format = "xml"\n[[tenant]]', "'json' or 'console'"),
        ("[[tenant]]", "hub = 1\n[[tenant]]", "[hub]"),
    ],
)
def test_a_mistake_says_what_is_wrong_and_what_to_do(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    found = mistakes(write(tmp_path, GOOD.replace(old, new, 1)))
    assert any(expected in mistake for mistake in found), found


def test_one_cause_gives_one_mistake(tmp_path: Path) -> None:
    broken = GOOD.replace('adapter = "plain"', 'adapter = "plian"')
    assert len(mistakes(write(tmp_path, broken))) == 1


def test_names_that_two_files_use_are_reported_with_both_files(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        GOOD.replace("[[route]]", '[[route]]\nname = "all"'),
        a="""
[[tenant]]
code = "0344"
name = "Utrecht again"
[[destination]]
name = "zaaksysteem"
adapter = "plain"
settings = {zaken_root = "https://x"}
[[route]]
name = "all"
type = "*"
to = []
reason = "x"
""",
    )
    assert mistakes(path) == [
        f"conf.d/a.toml: {key} ({item}): '{value}' is used already, by {other} of "
        "schakel.toml: it must be unique."
        for key, item, value, other in [
            ("tenant[1].code", "Utrecht again", "0344", "tenant[1]"),
            ("destination[1].name", "zaaksysteem", "zaaksysteem", "destination[1]"),
            ("route[1].name", "all", "all", "route[1]"),
        ]
    ]


def test_a_configuration_without_a_tenant_is_a_mistake(tmp_path: Path) -> None:
    found = mistakes(write(tmp_path, '[security]\nencryption = "none"'))
    assert found == [
        "schakel.toml: tenant: There is no [[tenant]]: without one the hub refuses every message."
    ]


def test_a_rule_without_a_name_is_called_by_its_types_and_destinations(tmp_path: Path) -> None:
    [route] = loaded(write(tmp_path)).routes.routes
    assert route.name == "nl.burgerzaken.zaak.* -> zaaksysteem"


def test_loading_again_gives_the_changed_configuration_and_leaves_the_old_one(
    tmp_path: Path,
) -> None:
    before = loaded(write(tmp_path))
    after = loaded(write(tmp_path, GOOD + "[hub]\nport = 9"))
    assert (before.hub.port, after.hub.port) == (8080, 9)


def test_settings_of_the_adapter_are_in_its_own_class(tmp_path: Path) -> None:
    settings = loaded(write(tmp_path)).destinations["zaaksysteem"].settings
    assert isinstance(settings, PlainSettings)
    assert settings.zaken_root == "https://zaken.example.nl/api/v1"


RECEIPTS = """
[[route]]
name = "receipts"
type = "nl.burgerzaken.aflevering.*"
to = ["zaaksysteem"]
"""


def test_the_hubs_own_messages_need_the_name_of_who_runs_it(tmp_path: Path) -> None:
    [mistake] = mistakes(write(tmp_path, GOOD, core=RECEIPTS))
    assert mistake.startswith("schakel.toml: hub.oin: The route 'receipts' wants messages of")
    named = '[hub]\noin = "00000001002220647000"\n' + RECEIPTS
    assert loaded(write(tmp_path, GOOD, core=named)).hub.oin == "00000001002220647000"


def test_a_rule_for_all_cases_does_not_want_the_hubs_own_messages(tmp_path: Path) -> None:
    assert loaded(write(tmp_path)).hub.oin is None


def test_a_zaaksysteem_that_tells_us_things_needs_the_name_of_who_runs_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling = {name: replace(kind, tells=lambda _settings: True) for name, kind in ADAPTERS.items()}
    monkeypatch.setattr(configs, "ADAPTERS", telling)
    [mistake] = mistakes(write(tmp_path))
    assert mistake.startswith("schakel.toml: hub.oin: The destination 'zaaksysteem' tells the hub")
