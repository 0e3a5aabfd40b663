from pathlib import Path

from schemas import MESSAGE_TYPES
from schemas.docs import render_messages

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "messages.md"


def test_the_reference_of_messages_is_what_the_models_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_messages()


def test_the_reference_names_every_type_and_the_fields_inside_alternatives() -> None:
    page = render_messages()
    assert all(f"## {name}" in page for name in MESSAGE_TYPES)
    assert "`initiator(natuurlijk_persoon).bsn`" in page
    assert "`eigenschappen[].naam`" in page
