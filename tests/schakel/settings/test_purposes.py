"""`[[purpose]]`, and what hangs on it: a good one, and how each wrong one is refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.zgw import ZgwAdapter, ZgwSettings
from schakel.purposes import ALL, Purpose
from schakel.settings import AdapterKind, load
from schakel.settings.mistakes import ConfigurationMistakes
from schakel.settings.settings import Settings

CONFIGURATION = """
[security]
encryption = "none"
[[tenant]]
code = "0344"
name = "Utrecht"
[[tenant]]
code = "0363"
name = "Amsterdam"
[[destination]]
name = "zaken"
adapter = "zgw"
{purpose}
[destination.settings]
client_id = "schakel"
secret = "env:SECRET"
zaken.root = "http://127.0.0.1:9/zaken/api/v1"
catalogi.root = "http://127.0.0.1:9/catalogi/api/v1"
documenten.root = "http://127.0.0.1:9/documenten/api/v1"
[[route]]
type = "*"
to = []
reason = "only questions here"
"""
PURPOSE = """[[purpose]]
name = "verhuizing"
tenant = "0344"
verwerking = "burgerzaken@verhuizen"
[purpose.asks]
"zaak.van-persoon" = ["zaken.zaakidentificatie"]
"persoon.raadplegen" = ["*"]
"""
ASK = """[[ask]]
type = "zaak.van-persoon"
tenant = "0344"
to = "zaken"
"""
KINDS = {
    "zgw": AdapterKind(
        settings=ZgwSettings,
        create=lambda settings, clock: ZgwAdapter(settings, clock=clock),
        handles=ZgwAdapter.handles,
        answers=ZgwAdapter.answers,
    )
}


def loaded(folder: Path, more: str, purpose: str = "") -> Settings:
    path = folder / "schakel.toml"
    path.write_text(CONFIGURATION.format(purpose=purpose) + more, encoding="utf-8")
    return load(path, adapters=KINDS, environ={"SECRET": "s" * 40})


def mistakes(folder: Path, more: str, purpose: str = "") -> list[str]:
    with pytest.raises(ConfigurationMistakes) as caught:
        loaded(folder, more, purpose)
    return [f"{one.key}: {one.detail}" for one in caught.value.mistakes]


def test_it_says_what_is_asked_and_given_for_whom(tmp_path: Path) -> None:
    settings = loaded(tmp_path, PURPOSE + ASK, purpose='purpose = "verhuizing"')
    assert settings.purposes == {
        ("verhuizing", "0344"): Purpose(
            name="verhuizing",
            verwerking="burgerzaken@verhuizen",
            asks={
                "zaak.van-persoon": frozenset({"zaken.zaakidentificatie"}),
                "persoon.raadplegen": ALL,
            },
        )
    }
    assert settings.destinations["zaken"].purpose == "verhuizing"


def test_without_tenant_it_is_for_all(tmp_path: Path) -> None:
    settings = loaded(tmp_path, PURPOSE.replace('tenant = "0344"\n', ""))
    assert set(settings.purposes) == {("verhuizing", "0344"), ("verhuizing", "0363")}


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ('"zaken.zaakidentificatie"', '"zaken.nummer"', "purpose[1].asks: The answer to zaak.van-"),
        (
            '"zaken.zaakidentificatie"',
            "",
            "purpose[1].asks: Say what of the answer to zaak.van-pers",
        ),
        ("zaak.van-persoon", "zaak.van-persoo", "purpose[1].asks: There is no question type"),
        ("zaak.van-persoon", "zaak.status", "purpose[1].asks: zaak.status is not about persons"),
        ('tenant = "0344"', 'tenant = "0518"', "purpose[1].tenant: There is no [[tenant]]"),
        ("burgerzaken@verhuizen", "a@b@c", "purpose[1].verwerking: It must fit"),
        ('name = "verhuizing"', 'name = "ver\\nhuizing"', "purpose[1].name: It must fit"),
        ('name = "verhuizing"', "", "purpose[1].name: This key is required"),
        (PURPOSE, PURPOSE + PURPOSE, "purpose[2].name: Another [[purpose]] has this name for 03"),
        (PURPOSE, "", "purpose: Nobody could ask zaak.van-persoon for 0344: it is about persons"),
    ],
)
def test_a_wrong_one_says_what_to_do(tmp_path: Path, old: str, new: str, mistake: str) -> None:
    found = mistakes(tmp_path, (PURPOSE + ASK).replace(old, new))
    assert any(one.startswith(mistake) for one in found), found


def test_the_nearest_path_is_named(tmp_path: Path) -> None:
    found = mistakes(tmp_path, PURPOSE.replace("zaken.zaakidentificatie", "zaken.zaakidentificati"))
    detail = "purpose[1].asks: The answer to zaak.van-persoon has no 'zaken.zaakidentificati'."
    assert found == [f"{detail} Did you mean 'zaken.zaakidentificatie'?"]


def test_a_system_that_asks_us_has_a_purpose_that_exists(tmp_path: Path) -> None:
    found = mistakes(tmp_path, PURPOSE, purpose='purpose = "verhuizen"')
    detail = "destination[1].purpose: There is no [[purpose]] 'verhuizen' for it."
    assert found == [f"{detail} Did you mean 'verhuizing'?"]


@pytest.mark.parametrize(
    ("keep", "mistake"),
    [
        ('keep = "1m"', "ask[1].keep_for: zaak.van-persoon is about persons: say for which"),
        ('keep_for = "verhuizing"', "ask[1].keep_for: Nothing is kept: say with keep how long"),
        ('keep = "25h"\nkeep_for = "verhuizing"', "ask[1].keep: It must be"),
        ('keep = "1m"\nkeep_for = "verhuisd"', "purpose: An [[ask]] keeps answers for 'verhuisd'"),
    ],
)
def test_what_is_kept_says_how_long_and_what_for(tmp_path: Path, keep: str, mistake: str) -> None:
    found = mistakes(tmp_path, f"{PURPOSE}{ASK}{keep}\n")
    assert any(one.startswith(mistake) for one in found), found


def test_a_good_one_keeps(tmp_path: Path) -> None:
    settings = loaded(tmp_path, f'{PURPOSE}{ASK}keep = "1m"\nkeep_for = "verhuizing"\n')
    rule = settings.asks["zaak.van-persoon", "0344"]
    assert rule.keep == timedelta(minutes=1)
    assert rule.keeps("verhuizing")
    assert not rule.keeps("adresonderzoek")
