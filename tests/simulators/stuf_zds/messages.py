"""Messages to the zaaksysteem, in both versions, short enough to read in a test."""

import base64

from tests.simulators.stuf_zds.helpers import NAMESPACES, Reply, Zaaksysteem, stuurgegevens

ZKN_BASE = "http://www.egem.nl/StUF/sector/zkn/0310"
BSN = "999993653"
ISVAN = (
    '<ZKN:isVan StUF:entiteittype="ZAKZKT" StUF:verwerkingssoort="T"><ZKN:gerelateerde '
    'StUF:entiteittype="ZKT" StUF:verwerkingssoort="I"><ZKN:omschrijving>Verhuizing'
    "</ZKN:omschrijving><ZKN:code>B0237</ZKN:code></ZKN:gerelateerde></ZKN:isVan>"
)


SET_BY = (
    '<ZKN:isGezetDoor StUF:entiteittype="ZAKSTTBTR" StUF:verwerkingssoort="T"><ZKN:gerelateerde>'
    '<ZKN:organisatorischeEenheid StUF:entiteittype="OEH" StUF:verwerkingssoort="I">'
    "<ZKN:identificatie>BALIE</ZKN:identificatie></ZKN:organisatorischeEenheid>"
    "</ZKN:gerelateerde></ZKN:isGezetDoor>"
)


def role(name: str = "heeftAlsInitiator", kind: str = "T", bsn: str = BSN) -> str:
    entity = {"heeftAlsInitiator": "ZAKBTRINI", "heeftAlsBelanghebbende": "ZAKBTRBLH"}[name]
    return (
        f'<ZKN:{name} StUF:entiteittype="{entity}" StUF:verwerkingssoort="{kind}">'
        '<ZKN:gerelateerde><ZKN:natuurlijkPersoon StUF:entiteittype="NPS" '
        f'StUF:verwerkingssoort="T"><BG:inp.bsn>{bsn}</BG:inp.bsn>'
        '<BG:authentiek StUF:metagegeven="true">J</BG:authentiek></ZKN:natuurlijkPersoon>'
        f"</ZKN:gerelateerde></ZKN:{name}>"
    )


def status(name: str, moment: str) -> str:
    return (
        '<ZKN:heeft StUF:entiteittype="ZAKSTT" StUF:verwerkingssoort="T"><ZKN:gerelateerde '
        'StUF:entiteittype="STT" StUF:verwerkingssoort="T"><ZKN:volgnummer>0001</ZKN:volgnummer>'
        f"<ZKN:omschrijving>{name}</ZKN:omschrijving></ZKN:gerelateerde>"
        f"<ZKN:datumStatusGezet>{moment}</ZKN:datumStatusGezet>{SET_BY}</ZKN:heeft>"
    )


NO_STATUS = (
    '<ZKN:heeft StUF:entiteittype="ZAKSTT" StUF:verwerkingssoort="T" xsi:nil="true" '
    'StUF:noValue="geenWaarde"/>'
)


def notification(
    name: str,
    reference: str,
    *objects: str,
    version: str = "1.2",
    sort: str = "T",
    entity: str = "ZAK",
    moment: str = "20261123120000000",
) -> str:
    """A Lk01; each object is the inside of one."""
    body = f"ZDS:{name}_{entity.title()}Lk01" if version == "1.2" else f"ZKN:{entity.lower()}Lk01"
    inside = "".join(
        f'<ZKN:object StUF:entiteittype="{entity}" StUF:verwerkingssoort="{sort}">{item}'
        "</ZKN:object>"
        for item in objects
    )
    head = stuurgegevens("Lk01", reference, moment=moment, entiteittype=entity)
    return (
        f"<{body} {NAMESPACES}>{head}<ZKN:parameters><StUF:mutatiesoort>{sort}</StUF:mutatiesoort>"
        f"<StUF:indicatorOvername>V</StUF:indicatorOvername></ZKN:parameters>{inside}</{body}>"
    )


def zaak(number: str, *, before: str = "", after: str = "", initiator: str | None = None) -> str:
    return (
        f"<ZKN:identificatie>{number}</ZKN:identificatie>"
        f"<ZKN:omschrijving>Verhuizing</ZKN:omschrijving>{before}"
        "<ZKN:startdatum>20261123</ZKN:startdatum>"
        "<ZKN:registratiedatum>20261123</ZKN:registratiedatum><ZKN:zaakniveau>1</ZKN:zaakniveau>"
        f"<ZKN:deelzakenIndicatie>N</ZKN:deelzakenIndicatie>{ISVAN}"
        f"{role() if initiator is None else initiator}{after}"
    )


def document(number: str, case: str, *, content: bytes = b"inhoud", titel: str = "Aangifte") -> str:
    encoded = base64.b64encode(content).decode()
    return (
        f"<ZKN:identificatie>{number}</ZKN:identificatie>"
        "<ZKN:dct.omschrijving>Aangifte</ZKN:dct.omschrijving>"
        f"<ZKN:creatiedatum>20261123</ZKN:creatiedatum><ZKN:titel>{titel}</ZKN:titel>"
        "<ZKN:formaat>text/plain</ZKN:formaat><ZKN:taal>nld</ZKN:taal>"
        "<ZKN:vertrouwelijkAanduiding>OPENBAAR</ZKN:vertrouwelijkAanduiding>"
        '<ZKN:auteur>balie</ZKN:auteur><ZKN:inhoud StUF:bestandsnaam="aangifte.txt">'
        f"{encoded}</ZKN:inhoud>"
        '<ZKN:isRelevantVoor StUF:entiteittype="EDCZAK" StUF:verwerkingssoort="T">'
        '<ZKN:gerelateerde StUF:entiteittype="ZAK" StUF:verwerkingssoort="I">'
        f"<ZKN:identificatie>{case}</ZKN:identificatie></ZKN:gerelateerde></ZKN:isRelevantVoor>"
    )


def question(name: str, number: str, *, version: str = "1.2", entity: str = "ZAK") -> str:
    body = f"ZDS:{name}_{entity.title()}Lv01" if version == "1.2" else f"ZKN:{entity.lower()}Lv01"
    head = stuurgegevens("Lv01", "vraag-1", entiteittype=entity)
    return (
        f"<{body} {NAMESPACES}>{head}<ZKN:parameters><StUF:sortering>0</StUF:sortering>"
        "<StUF:indicatorVervolgvraag>false</StUF:indicatorVervolgvraag></ZKN:parameters>"
        f'<ZKN:gelijk StUF:entiteittype="{entity}"><ZKN:identificatie>{number}'
        "</ZKN:identificatie></ZKN:gelijk><ZKN:scope>"
        f'<ZKN:object StUF:entiteittype="{entity}" StUF:scope="alles"/></ZKN:scope></{body}>'
    )


def free(name: str, functie: str, inside: str = "", *, version: str = "1.2") -> str:
    """A Di02; `inside` may use {p} for the prefix of the message's own elements."""
    prefix = "ZDS" if version == "1.2" else "ZKN"
    head = stuurgegevens("Di02", "vrij-1", prefix=prefix, functie=functie)
    inside = inside.replace("{p}", prefix)
    return f"<{prefix}:{name}_Di02 {NAMESPACES}>{head}{inside}</{prefix}:{name}_Di02>"


async def notify(zs: Zaaksysteem, name: str, reference: str, *objects: str, **more: str) -> Reply:
    """Send a notification in either version, with the SOAPAction that 1.1 needs."""
    action = f"{ZKN_BASE}/{name}_Lk01" if more.get("version") == "1.1" else ""
    return await zs.send(
        "OntvangAsynchroon", notification(name, reference, *objects, **more), action
    )


async def ask(zs: Zaaksysteem, name: str, number: str, **more: str) -> Reply:
    action = f"{ZKN_BASE}/{name}_Lv01" if more.get("version") == "1.1" else ""
    return await zs.send("BeantwoordVraag", question(name, number, **more), action)


async def order(zs: Zaaksysteem, name: str, functie: str, inside: str = "", **more: str) -> Reply:
    return await zs.send("VrijeBerichten", free(name, functie, inside, **more))
