"""The reference page says what the program does."""

from __future__ import annotations

from pathlib import Path

from schakel.settings import load
from schakel.settings.reference import document

ROOT = Path(__file__).parents[3]


def test_the_page_is_the_one_that_the_sections_give() -> None:
    page = (ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
    command = "python -m schakel.settings.reference > docs/reference/configuration.md"
    assert page == document(), f"Write it anew: {command}"


def test_the_page_names_every_key_with_its_default_and_its_limits() -> None:
    page = document()
    assert '| `body_limit` | `"10MiB"` |' in page
    assert "At least 1KiB, at most 1GiB." in page
    assert '| `first` | `"5s"` |' in page
    assert "| `name` | *required* |" in page
    assert "One of `block`, `skip`." in page


def test_the_example_is_a_good_configuration() -> None:
    settings = load(
        ROOT / "schakel.example.toml", environ={"SCHAKEL_ZGW_SECRET": "only-in-this-test" * 3}
    )
    assert set(settings.destinations) == {"zaaksysteem-utrecht"}
    assert settings.routes.unrouted_types == ()
