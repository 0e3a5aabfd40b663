from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schakel.http.shown import shown_changes, shown_event
from schemas import canonical_json
from schemas.examples import loading
from tests.schakel.http.harness import BSN, event

RSIN = "002220647"


def _shown(whole: dict[str, Any]) -> dict[str, Any]:
    return shown_event(canonical_json(whole))


def test_every_example_is_shown_with_its_rsin_and_without_any_bsn() -> None:
    for name in loading.example_types():
        shown = canonical_json(_shown(loading.load(name))).decode()
        assert RSIN in shown
        for bsn in ("999993653", "999990019", "999991772", "999992132", "900003509"):
            assert bsn not in shown


def test_what_is_written_to_a_citizen_and_what_is_in_a_document_is_not_shown() -> None:
    """However short it is."""
    letter = loading.load("nl.burgerzaken.berichtenbox.gevraagd")
    shown = _shown(letter)["data"]
    assert shown["tekst"] == f"({len(letter['data']['tekst'])} characters, not shown)"
    assert shown["bijlagen"][0]["inhoud"].endswith("characters, not shown)")
    assert shown["onderwerp"] == letter["data"]["onderwerp"]


def test_an_edit_of_such_a_text_shows_no_more_of_it() -> None:
    diff = [
        {"op": "replace", "path": "/data/tekst", "old": "Geachte heer", "new": "Geachte mevrouw"},
        {"op": "replace", "path": "/data/bsn", "old": BSN, "new": BSN},
    ]
    text, bsn = shown_changes(canonical_json(diff), canonical_json(event()))
    assert text["old"] == "(12 characters, not shown)"
    assert bsn["new"] == "*********"


def test_an_event_that_no_model_reads_is_masked_throughout() -> None:
    whole = event() | {"type": "nl.burgerzaken.zaak.onbekend"}
    shown = _shown(whole)
    assert shown["data"]["initiator"]["bsn"] == "*********"
    assert shown["data"]["bronorganisatie"] == "*********"


def test_a_bsn_that_is_also_the_rsin_is_masked() -> None:
    whole = event()
    whole["data"]["bronorganisatie"] = BSN
    whole["data"]["zaaktype"].pop("catalogus")
    assert _shown(whole)["data"]["bronorganisatie"] == "*********"


@given(before=st.text(max_size=20), after=st.text(max_size=20))
def test_a_bsn_in_free_text_is_never_shown(before: str, after: str) -> None:
    text = f"{before}x{BSN}x{after}".encode(errors="ignore").decode()
    assert BSN not in str(_shown({"data": {"toelichting": text, text: [text]}}))
