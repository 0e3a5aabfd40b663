import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import parse_message
from schemas.zaak import ZaakBijgewerkt, ZaakDocumentBijgewerkt, ZaakDocumentToegevoegd
from schemas.zaakdocument import MAX_INLINE_BYTES, decoded_size
from tests.schemas.events import ABSENT, DOCUMENT, GESTART, STATUS, event, rules

BIJGEWERKT = "nl.burgerzaken.zaak.bijgewerkt"
DOCUMENT_BIJGEWERKT = "nl.burgerzaken.zaak.document-bijgewerkt"
BESLUIT = "nl.burgerzaken.zaak.besluit-vastgesteld"
AFGESLOTEN = "nl.burgerzaken.zaak.afgesloten"


@pytest.mark.parametrize(
    ("name", "changes", "field", "rule"),
    [
        (GESTART, {"zaakidentificatie": "a b"}, "zaakidentificatie", "zaakidentificatie"),
        (GESTART, {"startdatum": "2026-02-31"}, "startdatum", "date"),
        (GESTART, {"startdatum": "2026-11-23T00:00:00Z"}, "startdatum", "date"),
        (GESTART, {"startdatum": "20261123"}, "startdatum", "date"),
        (GESTART, {"startdatum": 20261123}, "startdatum", "wrong_type"),
        (GESTART, {"omschrijving": "x" * 81}, "omschrijving", "too_long"),
        (GESTART, {"omschrijving": "  "}, "omschrijving", "pattern"),
        (GESTART, {"omschrijving": "a\nb"}, "omschrijving", "pattern"),
        (GESTART, {"toelichting": "x" * 1001}, "toelichting", "too_long"),
        (GESTART, {"toelichting": "a\x00b"}, "toelichting", "pattern"),
        (GESTART, {"toelichting": "a\x0bb"}, "toelichting", "pattern"),
        (GESTART, {"toelichting": "a\uffffb"}, "toelichting", "pattern"),
        (GESTART, {"vertrouwelijkheidaanduiding": "geheimst"}, None, "not_allowed"),
        (GESTART, {"zaaktype__catalogus__domein": "burgz"}, None, "pattern"),
        (GESTART, {"initiator__soort": "buurman"}, "initiator", "not_allowed"),
        (GESTART, {"initiator__soort": ABSENT}, "initiator", "required"),
        (GESTART, {"initiator__bsn": 999993653}, "initiator.bsn", "wrong_type"),
        (
            GESTART,
            {"initiator": {"soort": "niet_natuurlijk_persoon", "naam": "A"}},
            "initiator.rsin",
            "required",
        ),
        (
            GESTART,
            {"initiator": {"soort": "vestiging", "vestigingsnummer": "1"}},
            "initiator.vestigingsnummer",
            "vestigingsnummer",
        ),
        (
            GESTART,
            {"eigenschappen": [{"naam": "a", "waarde": "1"}] * 2},
            "eigenschappen",
            "duplicate_name",
        ),
        (
            GESTART,
            {"eigenschappen": [{"naam": str(i), "waarde": "1"} for i in range(101)]},
            "eigenschappen",
            "too_long",
        ),
        (STATUS, {"datumStatusGezet": "2026-11-23T10:00:00"}, None, "timezone_required"),
        (DOCUMENT, {"inhoud": "not base64"}, "inhoud", "pattern"),
        (DOCUMENT, {"inhoud": "QUJD\n"}, "inhoud", "pattern"),
        (DOCUMENT, {"inhoud": "QUI"}, "inhoud", "pattern"),
        (DOCUMENT, {"inhoud": ""}, "inhoud", "pattern"),
        (DOCUMENT, {"taal": "nl"}, "taal", "pattern"),
        (DOCUMENT, {"bestandsnaam": "../etc/passwd"}, "bestandsnaam", "pattern"),
        (DOCUMENT, {"formaat": "pdf"}, "formaat", "pattern"),
        (BESLUIT, {"vervaldatum": "2026-11-30"}, "vervaldatum", "date_order"),
    ],
)
def test_a_broken_rule_is_named_with_its_path(
    name: str, changes: dict[str, Any], field: str | None, rule: str
) -> None:
    raw = event(name, **{f"data__{path}": value for path, value in changes.items()})
    path = field or next(iter(changes)).replace("__", ".")
    expected_field = f"data.{path}" if rule != "date_order" else "data.vervaldatum"
    assert rules(raw) == {(expected_field, rule)}


@pytest.mark.parametrize(
    "initiator",
    [
        {"soort": "niet_natuurlijk_persoon", "rsin": "002564440", "naam": "Stichting De Linde"},
        {"soort": "niet_natuurlijk_persoon", "kvkNummer": "90000021"},
        {"soort": "vestiging", "vestigingsnummer": "000090000021"},
        {"soort": "natuurlijk_persoon", "bsn": "900003509"},
        None,
    ],
)
def test_the_initiator_is_a_person_an_organisation_a_branch_or_nobody(initiator: Any) -> None:
    data: Any = parse_message(event(data__initiator=initiator)).data
    assert data.initiator is None if initiator is None else data.initiator.soort in str(initiator)


@pytest.mark.parametrize("name", [BIJGEWERKT, DOCUMENT_BIJGEWERKT])
def test_an_update_without_a_change_is_refused(name: str) -> None:
    raw = event(name, dataref=ABSENT)
    keys = {"zaakidentificatie", "bronorganisatie", "documentidentificatie"}
    raw["data"] = {key: value for key, value in raw["data"].items() if key in keys}
    assert rules(raw) == {("data", "no_change")}


def test_clearing_a_text_is_a_change() -> None:
    raw = event(BIJGEWERKT)
    raw["data"] = {
        "zaakidentificatie": raw["subject"],
        "bronorganisatie": "002220647",
        "toelichting": "",
    }
    assert isinstance(parse_message(raw).data, ZaakBijgewerkt)


def test_new_content_alone_is_a_change_of_a_document() -> None:
    raw = event(DOCUMENT_BIJGEWERKT, data__titel=ABSENT, data__bestandsnaam=ABSENT)
    assert isinstance(parse_message(raw).data, ZaakDocumentBijgewerkt)


@given(st.binary(min_size=1, max_size=200))
def test_the_content_comes_out_as_it_went_in(content: bytes) -> None:
    inhoud = base64.b64encode(content).decode()
    data = parse_message(event(DOCUMENT, data__inhoud=inhoud)).data
    assert isinstance(data, ZaakDocumentToegevoegd)
    assert data.content == content
    assert data.content_size == len(content) == decoded_size(inhoud)


def test_a_document_by_reference_has_no_content_of_its_own() -> None:
    data = parse_message(event(DOCUMENT, data__inhoud=ABSENT, dataref="/v1/documents/a")).data
    assert isinstance(data, ZaakDocumentToegevoegd)
    assert data.content is None
    assert data.content_size is None


def test_content_inside_a_message_is_limited_when_decoded() -> None:
    largest = base64.b64encode(bytes(MAX_INLINE_BYTES)).decode()
    data = parse_message(event(DOCUMENT, data__inhoud=largest)).data
    assert isinstance(data, ZaakDocumentToegevoegd)
    assert data.content_size == MAX_INLINE_BYTES
    larger = base64.b64encode(bytes(MAX_INLINE_BYTES + 1)).decode()
    assert rules(event(DOCUMENT, data__inhoud=larger)) == {("data.inhoud", "too_large")}


def test_a_case_is_closed_with_a_result() -> None:
    assert rules(event(AFGESLOTEN, data__resultaattype=ABSENT)) == {
        ("data.resultaattype", "required")
    }
