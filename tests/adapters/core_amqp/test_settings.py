"""Settings of the core's broker: every mistake is found before anything starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.core_amqp import CoreAmqpSettings

URL = "amqps://hub:geheim@mq.example.nl/burgerzaken"


def wrong(**settings: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        CoreAmqpSettings.model_validate(settings)
    assert "geheim" not in str(caught.value)
    return [".".join(map(str, error["loc"])) for error in caught.value.errors()]


def test_only_the_address_is_required() -> None:
    settings = CoreAmqpSettings.model_validate({"url": URL})
    assert (settings.exchange, settings.declare) == ("schakel.inbound", True)
    assert "geheim" not in repr(settings)


def test_a_mistake_is_named_by_its_setting() -> None:
    assert wrong() == ["url"]
    assert wrong(url="amqp://hub:geheim@mq.example.nl/") == ["url"]
    assert wrong(url="https://hub:geheim@mq.example.nl/") == ["url"]
    assert wrong(url=URL, exchange="") == ["exchange"]
    assert wrong(url=URL, exchnge="x") == ["exchnge"]


def test_plain_amqp_elsewhere_can_be_allowed() -> None:
    url = "amqp://hub:geheim@mq.example.nl/"
    assert CoreAmqpSettings.model_validate({"url": url, "allow_plain": True}).allow_plain


def test_the_docs_page_has_every_setting_with_its_meaning() -> None:
    page = (Path(__file__).parents[3] / "docs" / "adapters" / "core_amqp.md").read_text("utf-8")
    for name, field in CoreAmqpSettings.model_fields.items():
        default = "required" if field.is_required() else _shown(field.default)
        assert f"| `{name}` | {field.description} | {default} |" in page


def _shown(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default or "none")
