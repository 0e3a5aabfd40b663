"""Messages as an invented zaaksysteem or application sends them."""

from __future__ import annotations

import base64

CASE = "0344-2026-000123"
BSN = "999993653"

_NS = (
    'xmlns:StUF="http://www.egem.nl/StUF/StUF0301" '
    'xmlns:ZKN="http://www.egem.nl/StUF/sector/zkn/0310" '
    'xmlns:BG="http://www.egem.nl/StUF/sector/bg/0310" '
    'xmlns:ZDS="http://www.stufstandaarden.nl/koppelvlak/zds0120" '
    'xmlns:xmime="http://www.w3.org/2005/05/xmlmime" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_SOAP = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}

ZAAKTYPE = (
    '<ZKN:isVan StUF:entiteittype="ZAKZKT" StUF:verwerkingssoort="T">'
    '<ZKN:gerelateerde StUF:entiteittype="ZKT" StUF:verwerkingssoort="I">'
    "<ZKN:omschrijving>Verhuizing</ZKN:omschrijving><ZKN:code>B0237</ZKN:code>"
    "</ZKN:gerelateerde></ZKN:isVan>"
)
INITIATOR = (
    '<ZKN:heeftAlsInitiator StUF:entiteittype="ZAKBTRINI" StUF:verwerkingssoort="T">'
    '<ZKN:gerelateerde><ZKN:natuurlijkPersoon StUF:entiteittype="NPS">'
    f"<BG:inp.bsn>{BSN}</BG:inp.bsn><BG:geslachtsnaam>Moulin</BG:geslachtsnaam>"
    "</ZKN:natuurlijkPersoon></ZKN:gerelateerde></ZKN:heeftAlsInitiator>"
)
BASICS = (
    "<ZKN:omschrijving>Verhuizing naar de Domstraat</ZKN:omschrijving>"
    "<ZKN:startdatum>20261123</ZKN:startdatum>"
)


def envelope(body: str, *, version: str = "1.1", header: str = "") -> bytes:
    soap = _SOAP[version]
    return (
        f'<s:Envelope xmlns:s="{soap}"><s:Header>{header}</s:Header>'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def head(
    code: str,
    *,
    number: str = "ref-1",
    zender: str = "ZAAKSYS",
    sent: str = "20261123121530",
    rest: str = "<StUF:entiteittype>ZAK</StUF:entiteittype>",
    prefix: str = "ZKN",
    cross: str | None = None,
) -> str:
    crossed = "" if cross is None else f"<StUF:crossRefnummer>{cross}</StUF:crossRefnummer>"
    referred = f"<StUF:referentienummer>{number}</StUF:referentienummer>" if number else ""
    return (
        f"<{prefix}:stuurgegevens><StUF:berichtcode>{code}</StUF:berichtcode>"
        f"<StUF:zender><StUF:organisatie>0344</StUF:organisatie>"
        f"<StUF:applicatie>{zender}</StUF:applicatie></StUF:zender>"
        "<StUF:ontvanger><StUF:applicatie>SCHAKEL</StUF:applicatie></StUF:ontvanger>"
        f"{referred}<StUF:tijdstipBericht>{sent}</StUF:tijdstipBericht>"
        f"{crossed}{rest}</{prefix}:stuurgegevens>"
    )


def zaak(parts: str, *, case: str = CASE, soort: str = "T") -> str:
    return (
        f'<ZKN:object StUF:entiteittype="ZAK" StUF:verwerkingssoort="{soort}">'
        f"<ZKN:identificatie>{case}</ZKN:identificatie>{parts}</ZKN:object>"
    )


def lk01(name: str, *objects: str, mutatie: str = "T", entity: str = "ZAK", **parts: str) -> bytes:
    """A notification of 1.2, whose element says which it is."""
    parameters = (
        f"<ZKN:parameters><StUF:mutatiesoort>{mutatie}</StUF:mutatiesoort>"
        "<StUF:indicatorOvername>V</StUF:indicatorOvername></ZKN:parameters>"
    )
    rest = f"<StUF:entiteittype>{entity}</StUF:entiteittype>"
    start = head("Lk01", rest=rest, **parts)
    return envelope(f"<ZDS:{name} {_NS}>{start}{parameters}{''.join(objects)}</ZDS:{name}>")


def creeer_zaak(parts: str = BASICS + ZAAKTYPE, *, case: str = CASE, **head_parts: str) -> bytes:
    return lk01("creeerZaak_ZakLk01", zaak(parts, case=case), **head_parts)


def update_zaak(*parts: str, **head_parts: str) -> bytes:
    objects = (zaak(each, soort="W") for each in parts)
    return lk01("updateZaak_ZakLk01", *objects, mutatie="W", **head_parts)


def status(
    name: str | None = "In behandeling",
    *,
    set_at: str = "20261123101500",
    volgnummer: str = "2",
) -> str:
    named = "" if name is None else f"<ZKN:omschrijving>{name}</ZKN:omschrijving>"
    return (
        '<ZKN:heeft StUF:entiteittype="ZAKSTT" StUF:verwerkingssoort="T">'
        f"<ZKN:gerelateerde><ZKN:volgnummer>{volgnummer}</ZKN:volgnummer>{named}</ZKN:gerelateerde>"
        f"<ZKN:datumStatusGezet>{set_at}</ZKN:datumStatusGezet></ZKN:heeft>"
    )


def set_status(*statuses: str, case: str = CASE, **head_parts: str) -> bytes:
    whole = zaak("".join(statuses or [status()]), case=case, soort="W")
    return lk01("actualiseerZaakstatus_ZakLk01", whole, mutatie="W", **head_parts)


DOCUMENT = (
    "<ZKN:dct.omschrijving>Brief</ZKN:dct.omschrijving>"
    "<ZKN:creatiedatum>20261120</ZKN:creatiedatum><ZKN:titel>Verzoek</ZKN:titel>"
    "<ZKN:formaat>PDF</ZKN:formaat><ZKN:taal>nl-NL</ZKN:taal>"
    "<ZKN:vertrouwelijkAanduiding>BEPERKT OPENBAAR</ZKN:vertrouwelijkAanduiding>"
    "<ZKN:auteur>De Wit</ZKN:auteur>"
)


def inhoud(content: bytes | str, name: str = "verzoek.pdf") -> str:
    text = content if isinstance(content, str) else base64.b64encode(content).decode()
    return f'<ZKN:inhoud StUF:bestandsnaam="{name}">{text}</ZKN:inhoud>'


def relevant(*cases: str, soort: str = "T") -> str:
    return "".join(
        f'<ZKN:isRelevantVoor StUF:entiteittype="EDCZAK" StUF:verwerkingssoort="{soort}">'
        '<ZKN:gerelateerde StUF:entiteittype="ZAK">'
        f"<ZKN:identificatie>{case}</ZKN:identificatie>"
        "</ZKN:gerelateerde></ZKN:isRelevantVoor>"
        for case in cases
    )


def document(parts: str, *, number: str = "DOC-1", soort: str = "T") -> str:
    return (
        f'<ZKN:object StUF:entiteittype="EDC" StUF:verwerkingssoort="{soort}">'
        f"<ZKN:identificatie>{number}</ZKN:identificatie>{parts}</ZKN:object>"
    )


def add_document(
    content: str = "", parts: str = DOCUMENT, *, cases: tuple[str, ...] = (CASE,), **head_parts: str
) -> bytes:
    content = content or inhoud(b"%PDF-1.7 invented")
    whole = document(parts + content + relevant(*cases))
    return lk01("voegZaakdocumentToe_EdcLk01", whole, entity="EDC", **head_parts)


def di02(name: str, functie: str, parts: str, **head_parts: str) -> bytes:
    """A free message of 1.2."""
    rest = f"<StUF:functie>{functie}</StUF:functie>"
    start = head("Di02", rest=rest, prefix="ZDS", **head_parts)
    return envelope(f"<ZDS:{name} {_NS}>{start}{parts}</ZDS:{name}>")


def check_in(checked_out: str, *objects: str, **head_parts: str) -> bytes:
    parts = (
        f"<ZDS:parameters><ZDS:checkedOutId>{checked_out}</ZDS:checkedOutId></ZDS:parameters>"
        '<ZDS:edcLk02 StUF:entiteittype="EDC" StUF:functie="update">'
        "<ZKN:parameters><StUF:mutatiesoort>W</StUF:mutatiesoort></ZKN:parameters>"
        f"{''.join(objects)}</ZDS:edcLk02>"
    )
    return di02("updateZaakdocument_Di02", "updateZaakdocument", parts, **head_parts)


def vraag(name: str, gelijk: str, *, entity: str = "ZAK", ns: str = "ZDS", **parts: str) -> bytes:
    rest = f"<StUF:entiteittype>{entity}</StUF:entiteittype>"
    start = head("Lv01", rest=rest, **parts)
    asked = f'<ZKN:gelijk StUF:entiteittype="{entity}">{gelijk}</ZKN:gelijk>'
    parameters = (
        "<ZKN:parameters><StUF:sortering>0</StUF:sortering>"
        "<StUF:indicatorVervolgvraag>false</StUF:indicatorVervolgvraag></ZKN:parameters>"
    )
    return envelope(f"<{ns}:{name} {_NS}>{start}{parameters}{asked}</{ns}:{name}>")


def numbered(number: str) -> str:
    return f"<ZKN:identificatie>{number}</ZKN:identificatie>"


def overdracht(code: str, parts: str, *, cross: str | None = None, **head_parts: str) -> bytes:
    rest = "<StUF:functie>overdragenZaak</StUF:functie>"
    start = head(code, rest=rest, cross=cross, **head_parts)
    name = f"overdragenZaak_{code}"
    return envelope(f"<ZDS:{name} {_NS}>{start}{parts}</ZDS:{name}>")
