"""Settings of the registers; the docs pages have all of them."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from adapters._kit.haalcentraal.settings import PRESETS, HaalCentraalSettings, OAuth
from adapters._kit.http import HttpSettings
from adapters.bag.settings import BagSettings, Mutaties
from adapters.brk.settings import BrkSettings
from adapters.brp.settings import BrpSettings

DOCS = Path(__file__).parents[4] / "docs/adapters"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"headers": {"x-doel": "{doel}"}}, "is not known"),
        ({"gateway": "yenlo"}, "set oin"),
        ({"oin": "123"}, "oin"),
        ({"personen_url": "http://brp.example.nl/personen"}, "https"),
        ({"personen_url": "brp"}, "https"),
        ({"gemeente": "344"}, "gemeente"),
        ({"unknown": 1}, "unknown"),
        (
            {
                "oauth": {
                    "token_url": "http://token.example.nl/token",
                    "client_id": "a",
                    "client_secret": "b",
                }
            },
            "https",
        ),
    ],
)
def test_what_is_wrong_is_said(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        BrpSettings(**({"personen_url": "https://brp.example.nl/personen"} | given))


def test_a_header_of_our_own_goes_over_that_of_the_gateway() -> None:
    settings = HaalCentraalSettings(gateway="amsterdam", headers={"X-User": "balie"})
    assert settings.templates["X-User"] == "balie"
    assert settings.templates["X-Task-Description"] == "{doelbinding}"


def test_a_secret_is_not_shown() -> None:
    settings = HaalCentraalSettings.model_validate({"api_key": "geheim-woord"})
    assert "geheim-woord" not in repr(settings)


@pytest.mark.parametrize(
    ("page", "models"),
    [
        ("brp", {"": BrpSettings, "oauth.": OAuth, "http.": HttpSettings}),
        ("brk", {"": BrkSettings, "oauth.": OAuth, "http.": HttpSettings}),
        (
            "bag",
            {"": BagSettings, "oauth.": OAuth, "http.": HttpSettings, "mutaties.": Mutaties},
        ),
    ],
)
def test_the_docs_page_has_every_setting(page: str, models: dict[str, type[BaseModel]]) -> None:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    for prefix, model in models.items():
        for name, field in model.model_fields.items():
            if name != "http":
                assert f"| `{prefix}{name}` | {field.description} |" in text


def test_the_docs_page_has_every_gateway() -> None:
    text = (DOCS / "brp.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in text for name in PRESETS)
