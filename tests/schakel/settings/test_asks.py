"""`[[ask]]` and `[tenant.identificatie]`: what a good one becomes, how a wrong one is refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.zgw import ZgwAdapter, ZgwSettings
from schakel.askrule import AskRule
from schakel.settings import AdapterKind, load
from schakel.settings.mistakes import ConfigurationMistakes
from schakel.settings.settings import Settings

CONFIGURATION = """
[security]
encryption = "none"
[[tenant]]
code = "0344"
name = "Utrecht"
{identificatie}
[[tenant]]
code = "0363"
name = "Amsterdam"
[[destination]]
name = "zaken-utrecht"
adapter = "zgw"
tenant = "0344"
ask_concurrency = 3
{settings}
[[destination]]
name = "gedeeld"
adapter = "zgw"
{settings}
[[destination]]
name = "stil"
adapter = "silent"
{settings}
[[route]]
type = "*"
to = []
reason = "only questions here"
{asks}
"""
SETTINGS = """[destination.settings]
client_id = "schakel"
secret = "env:SECRET"
zaken.root = "http://127.0.0.1:9/zaken/api/v1"
catalogi.root = "http://127.0.0.1:9/catalogi/api/v1"
documenten.root = "http://127.0.0.1:9/documenten/api/v1"
"""
KINDS = {
    "zgw": AdapterKind(
        settings=ZgwSettings,
        create=lambda settings, clock: ZgwAdapter(settings, clock=clock),
        handles=ZgwAdapter.handles,
        answers=ZgwAdapter.answers,
    ),
    "silent": AdapterKind(
        settings=ZgwSettings,
        create=lambda settings, clock: ZgwAdapter(settings, clock=clock),
        handles=ZgwAdapter.handles,
    ),
}
TYPE = "zaak.identificatie"


def loaded(folder: Path, asks: str = "", identificatie: str = "") -> Settings:
    path = folder / "schakel.toml"
    path.write_text(
        CONFIGURATION.format(asks=asks, identificatie=identificatie, settings=SETTINGS),
        encoding="utf-8",
    )
    return load(path, adapters=KINDS, environ={"SECRET": "s" * 40})


def mistakes(folder: Path, asks: str = "", identificatie: str = "") -> list[str]:
    with pytest.raises(ConfigurationMistakes) as caught:
        loaded(folder, asks, identificatie)
    return [f"{one.key}: {one.detail}" for one in caught.value.mistakes]


def ask(**keys: str) -> str:
    given = {"type": TYPE, "to": "gedeeld", **keys}
    return "[[ask]]\n" + "".join(f'{key} = "{value}"\n' for key, value in given.items())


def test_without_rules_nobody_is_asked(tmp_path: Path) -> None:
    settings = loaded(tmp_path)
    assert settings.asks == {}
    assert settings.destinations["gedeeld"].ask_concurrency == 8
    assert settings.destinations["zaken-utrecht"].ask_concurrency == 3


def test_a_rule_without_tenant_is_for_all_that_the_destination_serves(tmp_path: Path) -> None:
    rule = AskRule(destination="gedeeld", timeout=timedelta(seconds=5))
    assert loaded(tmp_path, ask()).asks == {(TYPE, "0344"): rule, (TYPE, "0363"): rule}
    assert set(loaded(tmp_path, ask(to="zaken-utrecht")).asks) == {(TYPE, "0344")}


def test_each_municipality_may_have_its_own_rule(tmp_path: Path) -> None:
    both = ask(tenant="0344", to="zaken-utrecht", timeout="2s") + ask(tenant="0363")
    asks = loaded(tmp_path, both).asks
    assert asks[TYPE, "0344"] == AskRule(destination="zaken-utrecht", timeout=timedelta(seconds=2))
    assert asks[TYPE, "0363"].destination == "gedeeld"


@pytest.mark.parametrize(
    ("keys", "mistake"),
    [
        ({"type": "zaak.identificati"}, "ask[1].type: There is no question type"),
        ({"to": "gedeelt"}, "ask[1].to: There is no destination 'gedeelt'. Did you mean 'gedeeld'"),
        (
            {"to": "stil"},
            "ask[1].to: The adapter silent of 'stil' does not answer zaak.identificatie.",
        ),
        ({"tenant": "0518"}, "ask[1].tenant: There is no [[tenant]] with code '0518'."),
        (
            {"tenant": "0363", "to": "zaken-utrecht"},
            "ask[1].tenant: 'zaken-utrecht' serves 0344 only.",
        ),
        ({"timeout": "2m"}, "ask[1].timeout: It must be"),
        ({"tiemout": "2s"}, "ask[1].tiemout: This key is not known."),
    ],
)
def test_a_wrong_rule_says_what_to_do(tmp_path: Path, keys: dict[str, str], mistake: str) -> None:
    [found] = mistakes(tmp_path, ask(**keys))
    assert found.startswith(mistake)


def test_two_answers_to_one_question_are_refused(tmp_path: Path) -> None:
    [found] = mistakes(tmp_path, ask(tenant="0344", to="zaken-utrecht") + ask())
    assert found == (
        "ask[2].tenant: Another [[ask]] answers zaak.identificatie for 0344 already: keep one."
    )


def test_a_tenant_may_have_its_own_range_of_numbers(tmp_path: Path) -> None:
    section = """[tenant.identificatie]
pattern = "0344H{jaar}{volgnummer:07}"
first = 500
last = 999
patience = "1s"
"""
    tenants = loaded(tmp_path, identificatie=section).tenants
    identificatie = tenants["0344"].identificatie
    assert identificatie is not None
    rule = identificatie.rule()
    assert (rule.first, rule.last) == (500, 999)
    assert identificatie.patience == timedelta(seconds=1)
    assert tenants["0363"].identificatie is None


@pytest.mark.parametrize(
    ("keys", "mistake"),
    [
        ('pattern = "{jaar}"', "Write a pattern such as 0344H{jaar}{volgnummer:07}"),
        ('pattern = "H{volgnummer:04}"\nfirst = 9\nlast = 8', "The range runs from 1 to 9999"),
        ('pattern = "H{volgnummer:04}"\npatience = "1m"', "It must be"),
        ("first = 1", "This key is required"),
    ],
)
def test_a_wrong_rule_for_numbers_says_what_to_do(tmp_path: Path, keys: str, mistake: str) -> None:
    [found] = mistakes(tmp_path, identificatie=f"[tenant.identificatie]\n{keys}\n")
    assert found.startswith("tenant[1].identificatie")
    assert mistake in found
