"""Every request that a message leads to, without a network; and the schemas to hold them to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from lxml import etree

from adapters._kit.stuf.base64stream import MARKER
from adapters._kit.stuf.names import Profile
from adapters._kit.stuf.stuurgegevens import Partij
from adapters.stuf_zds import translate
from adapters.stuf_zds.vocabulary import Closing, Statustype, Vocabulary
from adapters.stuf_zds.writing.berichten import Head, Request, Target
from schemas import Message
from tests.standards import standards_dir

HEAD: Final = Head(
    Partij("SCHAKEL", "0344"),
    Partij("ZAAKSYSTEEM", "0344"),
    "00000000-0000-5000-8000-000000000001",
    "20261102090000123",
)
VOCABULARIES: Final = (
    Vocabulary(
        extra_elementen={
            "bronorganisatie": "bron",
            "verantwoordelijkeOrganisatie": "verantwoordelijk",
            "vertrouwelijkheidaanduiding": "niveau",
            "archiefstatus": "archiefstatus",
        },
        sluiten={"*": Closing("beide", "Afgehandeld")},
    ),
    Vocabulary(
        statustypen={"Afgehandeld": Statustype("Afgehandeld", 9, "AFG")},
        gezet_door="BURGZ",
        correctie="C",
    ),
)
_DRIVERS: Final = {"1.1": "zds-1.1/driver/zs-dms/all.xsd", "1.2": "zds-1.2/driver/zds/all.xsd"}


def targets(profile: Profile) -> Iterator[Target]:
    """Every way in which a system of a profile may be spoken to."""
    for vocabulary in VOCABULARIES:
        yield Target(profile=profile, vocabulary=vocabulary)
    if profile == "1.1":
        yield Target(profile=profile, vocabulary=VOCABULARIES[0], update_objects=1)
        yield Target(profile=profile, vocabulary=VOCABULARIES[0], plain_zkn=True, uitchecken=False)


def requests_of(message: Message, target: Target) -> Iterator[Request]:
    """Everything that is rendered for a message, under any closing rule."""
    name = message.type.rpartition(".")[2]
    yield from _WRITERS[name](message, message.data, target)


def official(profile: Profile, body: etree._Element) -> str:
    """Return the first breach of the official schema; empty when there is none."""
    schema = _official(profile)
    read = etree.fromstring(etree.tostring(filled(body)))
    return "" if schema.validate(read) else str(schema.error_log)


def filled(body: etree._Element) -> etree._Element:
    """Put a content in the place that is kept for it."""
    for one in body.iter():
        if one.text == MARKER:
            one.text = "JVBERi0="
    return body


@cache
def _official(profile: Profile) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(standards_dir() / "stuf" / _DRIVERS[profile]))


def _gestart(message: Message, data: Any, target: Target) -> Iterator[Request]:
    yield translate.creeer_zaak(message, data, target, HEAD)
    if data.hoofdzaak is not None:
        yield translate.deelzaak_of_hoofdzaak(data, target, HEAD)
    if data.status is not None:
        first = translate.first_status(message, data, data.status)
        yield translate.zet_status(first, data.zaaktype.identificatie, target, HEAD)


def _bijgewerkt(_: Message, data: Any, target: Target) -> Iterator[Request]:
    if translate.says_more(data, target):
        yield translate.update_zaak(data, "B1", target, HEAD)
    if data.rollen_verwijderd:
        yield translate.remove_roles(data, None, target, HEAD)


def _status(_: Message, data: Any, target: Target) -> Iterator[Request]:
    yield translate.zet_status(data, "B1", target, HEAD)


def _heropend(_: Message, data: Any, target: Target) -> Iterator[Request]:
    yield translate.take_end_date(data, None, target, HEAD)
    yield translate.zet_status(data, None, target, HEAD)


def _afgesloten(_: Message, data: Any, target: Target) -> Iterator[Request]:
    yield translate.set_result(data, "B1", target, HEAD, with_date=True)
    yield translate.set_result(data, None, target, HEAD, with_date=False)
    yield translate.set_end_date(data, None, target, HEAD)
    yield translate.zet_status(translate.end_status(data, "Afgehandeld"), "B1", target, HEAD)


def _document(_: Message, data: Any, target: Target) -> Iterator[Request]:
    yield translate.voeg_document_toe(data, target, HEAD)


def _document_changed(_: Message, data: Any, target: Target) -> Iterator[Request]:
    number = data.documentidentificatie
    yield translate.update_document(data, "key-1", target, HEAD, content=True)
    yield translate.update_document(data, "", target, HEAD, content=False)
    yield translate.bewerk_document(number, target, HEAD)
    yield translate.cancel_checkout(number, "key-1", target, HEAD)


def _document_gone(_: Message, data: Any, target: Target) -> Iterator[Request]:
    if target.profile == "1.2":
        yield translate.ontkoppel_document(data, target, HEAD)


def _decision(_: Message, data: Any, target: Target) -> Iterator[Request]:
    yield translate.voeg_besluit_toe(data, target, HEAD)


def _decision_changed(_: Message, data: Any, target: Target) -> Iterator[Request]:
    if target.profile == "1.2":
        yield translate.update_besluit(data, target, HEAD)


def _transfer(_: Message, data: Any, target: Target) -> Iterator[Request]:
    if target.profile == "1.2":
        yield translate.answer_transfer(data, target, HEAD)


_WRITERS: Final = {
    "gestart": _gestart,
    "bijgewerkt": _bijgewerkt,
    "status-gezet": _status,
    "heropend": _heropend,
    "afgesloten": _afgesloten,
    "document-toegevoegd": _document,
    "document-bijgewerkt": _document_changed,
    "document-ontkoppeld": _document_gone,
    "besluit-vastgesteld": _decision,
    "besluit-bijgewerkt": _decision_changed,
    "overdracht-beantwoord": _transfer,
}
