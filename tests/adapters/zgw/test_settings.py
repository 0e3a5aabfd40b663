"""Settings of a zaaksysteem: every mistake is found before anything starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from adapters._kit import HttpSettings
from adapters.zgw import ZgwSettings
from adapters.zgw.settings import ApiSettings, CatalogusSettings

SOUND: dict[str, Any] = {
    "zaken": {"root": "https://z.example.nl/zaken/api/v1/"},
    "catalogi": {"root": "https://z.example.nl/catalogi/api/v1", "client_id": "ander"},
    "documenten": {"root": "https://d.example.nl/api/v1"},
    "client_id": "hub",
    "secret": "zeer geheim, en lang genoeg voor HS256",
}


def mistakes(**changes: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        ZgwSettings.model_validate({**SOUND, **changes})
    assert "zeer geheim" not in str(caught.value)
    return [".".join(map(str, error["loc"])) for error in caught.value.errors()]


def test_a_credential_of_one_api_goes_before_the_common_one() -> None:
    settings = ZgwSettings.model_validate(SOUND)
    assert settings.credential("zaken")[0] == "hub"
    assert settings.credential("catalogi")[0] == "ander"
    assert settings.credential("catalogi")[1].get_secret_value().startswith("zeer geheim")


def test_secrets_stay_out_of_every_text() -> None:
    assert "zeer geheim" not in repr(ZgwSettings.model_validate(SOUND))


def test_a_root_that_cannot_be_is_named() -> None:
    assert mistakes(zaken={"root": "http://z.example.nl/api"}) == ["zaken.root"]
    assert mistakes(zaken={"root": "x"}, documenten={"root": "y"}) == [
        "zaken.root",
        "documenten.root",
    ]


def test_plain_http_elsewhere_can_be_allowed() -> None:
    settings = ZgwSettings.model_validate(
        {**SOUND, "zaken": {"root": "http://z.intern/api"}, "http": {"allow_http": True}}
    )
    assert settings.zaken.root == "http://z.intern/api"


def test_a_missing_credential_is_named_for_each_api_that_lacks_it() -> None:
    assert mistakes(secret=None) == ["zaken", "catalogi", "documenten"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"zaken_root": "x"}, "zaken_root"),
        ({"zaken": {"root": "https://z.example.nl", "secrt": "x"}}, "zaken.secrt"),
        ({"catalogus": {"domein": "burgz", "rsin": "002220647"}}, "catalogus.domein"),
        ({"catalogus": {"domein": "BURGZ", "rsin": "002220648"}}, "catalogus.rsin"),
        ({"http": {"read_timeout": 0}}, "http.read_timeout"),
    ],
)
def test_an_unknown_or_impossible_value_is_named(changes: dict[str, Any], where: str) -> None:
    assert mistakes(**changes) == [where]


def test_every_setting_is_described() -> None:
    def undescribed(schema: dict[str, Any]) -> list[str]:
        return [name for name, part in schema["properties"].items() if not part.get("description")]

    schema = ZgwSettings.model_json_schema()
    assert undescribed(schema) == []
    assert [name for part in schema["$defs"].values() for name in undescribed(part)] == []


def test_the_docs_page_has_every_setting_with_its_meaning() -> None:
    page = (Path(__file__).parents[3] / "docs" / "adapters" / "zgw.md").read_text(encoding="utf-8")
    models: dict[str, type[BaseModel]] = {
        "": ZgwSettings,
        "zaken.": ApiSettings,
        "catalogus.": CatalogusSettings,
        "http.": HttpSettings,
    }
    for prefix, model in models.items():
        for name, field in model.model_fields.items():
            if f"{name}." not in page:  # a section is described by its keys
                assert f"| `{prefix}{name}` | {field.description} |" in page


def test_the_besluiten_api_may_be_left_out_or_have_its_own_credential() -> None:
    without = ZgwSettings.model_validate(SOUND)
    assert without.offered == ("zaken", "catalogi", "documenten")
    with pytest.raises(LookupError):
        without.api("besluiten")
    own = {"root": "https://b.example.nl/api/v1", "client_id": "besluiten"}
    settings = ZgwSettings.model_validate({**SOUND, "besluiten": own})
    assert settings.offered[-1] == "besluiten"
    assert settings.credential("besluiten")[0] == "besluiten"
    assert mistakes(besluiten={"root": "ftp://b"}) == ["besluiten.root"]
