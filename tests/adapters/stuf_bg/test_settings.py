"""Settings of a source of persons."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from adapters._kit.http import HttpSettings
from adapters._kit.stuf.settings import PartijSettings
from adapters.stuf_bg import StufBgSettings

SIDES: dict[str, Any] = {"zender": {"applicatie": "SCHAKEL"}, "ontvanger": {"applicatie": "BRON"}}


def test_the_address_of_questions_is_needed() -> None:
    with pytest.raises(ValidationError, match="BeantwoordVraag"):
        StufBgSettings(**SIDES)


@pytest.mark.parametrize("most", [0, 201])
def test_a_search_returns_a_bounded_number(most: int) -> None:
    with pytest.raises(ValidationError):
        StufBgSettings(**SIDES, beantwoord_vraag_url="https://x.nl/b", most_persons=most)


def test_the_docs_page_has_every_setting_with_its_meaning() -> None:
    page = (Path(__file__).parents[3] / "docs/adapters/stuf_bg.md").read_text(encoding="utf-8")
    models: dict[str, type[BaseModel]] = {
        "": StufBgSettings,
        "zender.": PartijSettings,
        "http.": HttpSettings,
    }
    for prefix, model in models.items():
        for name, field in model.model_fields.items():
            if name not in {"zender", "ontvanger", "http"}:
                assert f"| `{prefix}{name}` | {field.description} |" in page
