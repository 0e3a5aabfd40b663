import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from schemas import MESSAGE_TYPES, MessageCatalogue, MessageType, Payload, parse_message
from schemas.catalogue import dataschema_parts
from schemas.message import Message
from schemas.messagetypes import FROM_HUB, ONTVANGST
from schemas.problems import InvalidMessage
from tests.schemas.events import event

VERSIONS = Path(__file__).parent / "versions"
NAME = "nl.burgerzaken.proef.gedaan"


class Proef(Payload):
    """The third version: one list of names."""

    namen: tuple[str, ...]


def first_to_second(data: dict[str, Any]) -> dict[str, Any]:
    return {"voornaam": data["naam"].split(" ", 1)[0], "rest": data["naam"].split(" ", 1)[1]}


def second_to_third(data: dict[str, Any]) -> dict[str, Any]:
    return {"namen": [data["voornaam"], data["rest"]]}


CATALOGUE = MessageCatalogue(
    [
        MessageType(
            name=NAME,
            payload=Proef,
            summary="A trial.",
            version=3,
            upcasts={1: first_to_second, 2: second_to_third},
        )
    ]
)


def proef(version: int | None, data: object) -> dict[str, Any]:
    schema = None if version is None else f"urn:nld:schakel:schema:{NAME}:{version}"
    return {**event(), "type": NAME, "dataschema": schema, "data": data}


@pytest.mark.parametrize(
    ("version", "data"),
    [
        (1, {"naam": "Jan Jansen"}),
        (2, {"voornaam": "Jan", "rest": "Jansen"}),
        (3, {"namen": ["Jan", "Jansen"]}),
        (None, {"namen": ["Jan", "Jansen"]}),
    ],
)
def test_every_version_is_read_as_the_current_one(version: int | None, data: object) -> None:
    message = parse_message(proef(version, data), catalogue=CATALOGUE)
    assert message.data == Proef(namen=("Jan", "Jansen"))
    assert message.dataschema.endswith(":3")


def test_upcasting_leaves_what_was_received_alone() -> None:
    raw = proef(1, {"naam": "Jan Jansen"})
    parse_message(raw, catalogue=CATALOGUE)
    assert raw == proef(1, {"naam": "Jan Jansen"})


@pytest.mark.parametrize("data", [{}, {"naam": 7}, {"naam": "Jan"}])
def test_old_data_that_breaks_its_own_rules_is_refused(data: object) -> None:
    with pytest.raises(InvalidMessage) as refused:
        parse_message(proef(1, data), catalogue=CATALOGUE)
    (problem,) = refused.value.problems
    assert (problem.field, problem.rule) == ("data", "upcast")
    assert "version 1" in problem.detail


@pytest.mark.parametrize("version", [0, 4, 12345])
def test_a_version_that_does_not_exist_is_refused(version: int) -> None:
    with pytest.raises(InvalidMessage) as refused:
        parse_message(proef(version, {"namen": []}), catalogue=CATALOGUE)
    assert refused.value.problems[0].field == "dataschema"


def test_a_type_needs_an_upcast_from_every_older_version() -> None:
    with pytest.raises(ValueError, match=r"\[1, 2\]; it has \[1\]"):
        MessageType(name=NAME, payload=Proef, summary="", version=3, upcasts={1: first_to_second})


def test_a_type_stands_in_the_catalogue_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        MessageCatalogue([CATALOGUE[NAME], CATALOGUE[NAME]])


def test_the_name_of_a_schema_is_type_and_version() -> None:
    assert dataschema_parts(CATALOGUE[NAME].dataschema) == (NAME, 3)
    assert dataschema_parts("https://example.org/schema") is None


def test_what_the_core_says_and_what_the_hub_says_are_known() -> None:
    from_core = set(MESSAGE_TYPES) - FROM_HUB
    assert len(from_core) == 15
    about_a_zaak = {name for name in from_core if name.startswith("nl.burgerzaken.zaak.")}
    assert from_core - about_a_zaak == {
        "nl.burgerzaken.berichtenbox.gevraagd",
        "nl.burgerzaken.terugmelding.beantwoord",
        "nl.burgerzaken.terugmelding.gedaan",
        "nl.burgerzaken.terugmelding.ingetrokken",
    }
    assert {
        "nl.burgerzaken.adres.gewijzigd",
        "nl.burgerzaken.bericht.afgeleverd",
        "nl.burgerzaken.bericht.niet-afgeleverd",
        "nl.burgerzaken.bericht.vertraagd",
        "nl.burgerzaken.terugmelding.gewijzigd",
        "nl.burgerzaken.terugmelding.ontvangen",
        "nl.burgerzaken.terugmelding.termijn-nadert",
        "nl.burgerzaken.terugmelding.termijn-verstreken",
        "nl.burgerzaken.aflevering.geslaagd",
        "nl.burgerzaken.aflevering.geparkeerd",
        "nl.burgerzaken.aflevering.verlopen",
        "nl.burgerzaken.aflevering.vervallen",
        "nl.burgerzaken.zaak.identificatie-toegekend",
        "nl.burgerzaken.zaak.ontvangen",
        "nl.burgerzaken.zaak.wijziging-ontvangen",
        "nl.burgerzaken.zaak.status-ontvangen",
        "nl.burgerzaken.zaak.document-ontvangen",
        "nl.burgerzaken.zaak.overdracht-gevraagd",
        ONTVANGST,
    } == FROM_HUB


@pytest.mark.parametrize(
    "path", sorted(VERSIONS.glob("*/*/*.json")), ids=lambda path: "/".join(path.parts[-3:])
)
def test_what_was_once_a_sound_message_is_read_for_ever(path: Path) -> None:
    raw = path.read_bytes()
    message = parse_message(raw)
    assert isinstance(message, Message)
    name, version = path.parts[-3], int(path.parts[-2])
    given = json.loads(raw).get("dataschema")
    assert message.type == name
    assert given is None or dataschema_parts(given) == (name, version)


def test_every_version_of_every_type_has_a_kept_message() -> None:
    kept = Counter((path.parts[-3], int(path.parts[-2])) for path in VERSIONS.glob("*/*/*.json"))
    assert set(kept) == {
        (name, version) for name, each in MESSAGE_TYPES.items() for version in each.versions
    }
