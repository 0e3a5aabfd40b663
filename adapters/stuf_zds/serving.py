"""Questions of a system that uses the hub as its zaaksysteem: asked on, and answered in StUF.

What is asked of the hub goes wherever `[[ask]]` says. Nothing found is an empty answer; nobody
there to ask is Fo02 StUF049, so that the caller tries again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from lxml import etree

from adapters._kit.stuf.reading import Bericht
from adapters.contract import WireAnswer
from adapters.stuf_zds.answers import frames, objects
from adapters.stuf_zds.editing import cancel_checkout, check_out, lezen
from adapters.stuf_zds.incoming.result import Geweigerd
from adapters.stuf_zds.incoming.work import owner_of
from adapters.stuf_zds.readers.nodes import child, children, is_emptied, number, text, under
from adapters.stuf_zds.vraag import Vraag, is_number
from adapters.stuf_zds.writing.build import nil
from schemas.identifiers import passes_elfproef

Json = Mapping[str, Any]

_NPS_IN_BTR: Final = "11"
"""In front of a BSN, where a party is asked for by one number for all kinds."""
_LONGEST_NUMBER: Final = 40


async def geef_zaakdetails(vraag: Vraag) -> WireAnswer:
    if not is_number(vraag.number):
        return vraag.la01()
    asked = vraag.owned("zaakidentificatie", vraag.number)
    answer = await vraag.ask("zaak.details", asked)
    if not answer.get("gevonden") or not answer.get("zaak"):
        return vraag.la01()
    return vraag.la01(objects.case_object(answer["zaak"]))


async def geef_zaakstatus(vraag: Vraag) -> WireAnswer:
    """The last status; all of them, where the question does not say that it wants the last."""
    if not is_number(vraag.number):
        return vraag.la01()
    asked = vraag.owned("zaakidentificatie", vraag.number)
    answer = await vraag.ask("zaak.status", asked)
    if not answer.get("gevonden"):
        return vraag.la01()
    statussen = answer.get("statussen", ())
    every = text(under(vraag.gelijk, "heeft"), "indicatieLaatsteStatus") == "N"
    found = [
        objects.status_relation(each, last=place == 0)
        for place, each in enumerate(statussen)
        if every or place == 0
    ]
    none = nil("ZKN:heeft", "geenWaarde", entiteittype="ZAKSTT")
    return vraag.la01(objects.key_object(vraag.number, *(found or [none])))


async def geef_lijst_zaakdocumenten(vraag: Vraag) -> WireAnswer:
    if not is_number(vraag.number):
        return vraag.la01()
    asked = vraag.owned("zaakidentificatie", vraag.number)
    answer = await vraag.ask("zaak.documenten", asked)
    if not answer.get("gevonden"):
        return vraag.la01()
    found = [objects.document_relation(each) for each in answer.get("documenten", ())]
    none = nil("ZKN:heeftRelevant", "geenWaarde", entiteittype="ZAKEDC")
    whole = objects.key_object(vraag.number, *(found or [none]))
    return vraag.la01(whole, more=bool(answer.get("meer")))


async def geef_besluitdetails(vraag: Vraag) -> WireAnswer:
    if not is_number(vraag.number):
        return vraag.la01()
    owner = "verantwoordelijkeOrganisatie"
    asked = vraag.owned("besluitidentificatie", vraag.number, owner)
    answer = await vraag.ask("besluit.details", asked)
    if not answer.get("gevonden") or not answer.get("besluit"):
        return vraag.la01()
    return vraag.la01(objects.decision_object(answer["besluit"]))


async def geef_lijst_besluiten(vraag: Vraag) -> WireAnswer:
    if not is_number(vraag.number):
        return vraag.la01()
    asked = vraag.owned("zaakidentificatie", vraag.number)
    answer = await vraag.ask("zaak.besluiten", asked)
    if not answer.get("gevonden"):
        return vraag.la01()
    found = [objects.decision_relation(each) for each in answer.get("besluiten", ())]
    return vraag.la01(objects.key_object(vraag.number, *found))


async def zak_lv01(vraag: Vraag) -> WireAnswer:
    """The free question of StUF-ZKN: by number of the case, or by BSN of the initiator."""
    gelijk = vraag.gelijk
    if text(gelijk, "identificatie") is not None:
        return await geef_zaakdetails(vraag)
    bsn = _bsn_asked(gelijk)
    if bsn is None:
        raise Geweigerd("StUF037", "gelijk: only a case's number or an initiator's BSN is taken.")
    answer = await vraag.ask("zaak.van-persoon", {"bsn": bsn})
    zaken = [each for each in answer.get("zaken", ()) if _is_wanted(each, gelijk)]
    most = number(child(vraag.element, "parameters"), "maximumAantal") or len(zaken)
    more = bool(answer.get("meer")) or len(zaken) > most
    return vraag.la01(*(objects.case_object(each) for each in zaken[:most]), more=more)


def server_of(bericht: Bericht) -> Server | None:
    """Who answers a message; without a number in it, a question about a case is a free one."""
    found = SERVERS.get(bericht.operation or "")
    gelijk = child(bericht.element, "gelijk")
    if found in _ABOUT_A_CASE and text(gelijk, "identificatie") is None:
        return zak_lv01
    return found


async def genereer(vraag: Vraag) -> WireAnswer:
    """A number for a case, document or decision that the caller is about to make."""
    question, name, entiteittype = _NUMBERS[vraag.operation]
    owner = owner_of(None, vraag.settings)
    answer = await vraag.ask(question, {"bronorganisatie": owner})
    profile = vraag.bericht.profile
    found = objects.number_object(
        name, entiteittype, answer["identificatie"], frames.prefix_of(profile)
    )
    return frames.du02(vraag.operation, profile, [found], vraag.wire)


Server = Callable[[Vraag], Awaitable[WireAnswer]]

SERVERS: Final[Mapping[str, Server]] = MappingProxyType(
    {
        "geefZaakdetails": geef_zaakdetails,
        "geefZaakstatus": geef_zaakstatus,
        "geefLijstZaakdocumenten": geef_lijst_zaakdocumenten,
        "geefZaakdocumentLezen": lezen,
        "geefBesluitdetails": geef_besluitdetails,
        "geefLijstBesluiten": geef_lijst_besluiten,
        "zakLv01": zak_lv01,
        "genereerZaakIdentificatie": genereer,
        "genereerDocumentIdentificatie": genereer,
        "genereerBesluitIdentificatie": genereer,
        "geefZaakdocumentbewerken": check_out,
        "cancelCheckout": cancel_checkout,
    }
)

_ABOUT_A_CASE: Final = (geef_zaakdetails, geef_zaakstatus, geef_lijst_zaakdocumenten)
_NUMBERS: Final = {
    "genereerZaakIdentificatie": ("zaak.identificatie", "zaak", "ZAK"),
    "genereerDocumentIdentificatie": ("document.identificatie", "document", "EDC"),
    "genereerBesluitIdentificatie": ("besluit.identificatie", "besluit", "BSL"),
}


def _bsn_asked(gelijk: etree._Element | None) -> str | None:
    for relation in children(gelijk, "heeftAlsInitiator", "heeftAlsBelanghebbende"):
        gerelateerde = child(relation, "gerelateerde")
        found = text(child(gerelateerde, "natuurlijkPersoon"), "inp.bsn")
        found = found or text(gerelateerde, "inp.bsn")
        by_number = text(gerelateerde, "identificatie") or ""
        if found is None and by_number.startswith(_NPS_IN_BTR):
            found = by_number.removeprefix(_NPS_IN_BTR)
        if found is not None:
            if not passes_elfproef(found):
                raise Geweigerd("StUF055", "gelijk/heeftAlsInitiator: no burgerservicenummer.")
            return found
    return None


def _is_wanted(zaak: Json, gelijk: etree._Element | None) -> bool:
    """`einddatum` without a value asks for cases that are not closed."""
    only_open = is_emptied(child(gelijk, "einddatum"))
    return not only_open or zaak.get("einddatum") is None
