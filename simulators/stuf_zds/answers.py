"""Writing answers: confirmations, faults and the envelope around them, with every bad habit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from simulators.kit import Answer
from simulators.stuf_zds.moments import written
from simulators.stuf_zds.operations import ASYNC
from simulators.stuf_zds.refusals import CODES
from simulators.stuf_zds.xmlkit import SOAP11, SOAP12, STUF, build, foreign, write

if TYPE_CHECKING:
    from simulators.stuf_zds.checks import Header, Party
    from simulators.stuf_zds.habits import Habits
    from simulators.stuf_zds.operations import Operation
    from simulators.stuf_zds.refusals import Refused
    from simulators.stuf_zds.world import World

_TEMPURI = "http://tempuri.org/"
_MEDIA = {SOAP11: "text/xml", SOAP12: "application/soap+xml"}
_OK, _FAULT = 200, 500


def party(name: str, who: Party) -> etree._Element:
    parts = {
        "organisatie": who.organisatie,
        "applicatie": who.applicatie or "onbekend",
        "administratie": who.administratie,
        "gebruiker": who.gebruiker,
    }
    filled = [build(f"StUF:{key}", value) for key, value in parts.items() if value]
    return build(f"StUF:{name}", *filled)


def own_party(world: World, name: str, asked: Party | None = None) -> etree._Element:
    """The zaaksysteem as zender: by the name that it was called by, if any."""
    habits = world.habits
    return build(
        f"StUF:{name}",
        build("StUF:organisatie", (asked and asked.organisatie) or habits.own_organisation),
        build("StUF:applicatie", (asked and asked.applicatie) or habits.own_name),
    )


def now(world: World) -> str:
    return written(world.clock.now(), whole_seconds=world.habits.whole_seconds)


def head(
    world: World,
    name: str,
    code: str,
    asked: Header,
    *,
    entity: str = "",
    functie: str = "",
) -> etree._Element:
    """The stuurgegevens of an answer: zender and ontvanger swapped, an own referentienummer."""
    return build(
        name,
        build("StUF:berichtcode", code),
        own_party(world, "zender", asked.receiver),
        party("ontvanger", asked.sender),
        build("StUF:referentienummer", world.state.reference(world.habits)),
        build("StUF:tijdstipBericht", now(world)),
        build("StUF:crossRefnummer", asked.reference) if asked.reference else None,
        build("StUF:entiteittype", entity) if entity else None,
        build("StUF:functie", functie) if functie else None,
    )


def bv03(world: World, asked: Header) -> etree._Element:
    if world.habits.wrapped_answers:
        return _wrapped(build("StUF:Bv03Bericht", _empty_head("Bv03")))
    return build("StUF:Bv03Bericht", _async_head(world, "Bv03", asked))


def bv02() -> etree._Element:
    return build("StUF:Bv02Bericht", build("StUF:stuurgegevens", build("StUF:berichtcode", "Bv02")))


def fault_code(operation: Operation | None, port: str) -> str:
    """Fo03 for what is asynchronous, Fo02 for the rest."""
    return "Fo03" if (operation.port if operation else port) == ASYNC else "Fo02"


def fo(world: World, kind: str, asked: Header, refused: Refused) -> etree._Element:
    """The fault message itself, without a SOAP fault around it."""
    habits = world.habits
    plek, words = CODES[refused.code]
    body = build(
        "StUF:body",
        build("StUF:code", kind if habits.code_is_message_code else refused.code),
        build("StUF:plek", plek),
        build("StUF:omschrijving", words),
        build("StUF:details", refused.details) if refused.details else None,
    )
    if kind == "Fo02":
        top = build("StUF:stuurgegevens", build("StUF:berichtcode", "Fo02"))
    elif habits.wrapped_answers:
        top = _empty_head("Fo03")
    else:
        top = _async_head(world, "Fo03", asked)
    return build(f"StUF:{kind}Bericht", top, body)


def reply(body: etree._Element | None, soap: str, habits: Habits, status: int = _OK) -> Answer:
    """Put a body in its envelope; the content type goes with the envelope."""
    envelope = foreign(soap, "Envelope", {"SOAP": soap, "StUF": STUF})
    inside = etree.SubElement(envelope, f"{{{soap}}}Body")
    if body is not None:
        inside.append(body)
    headers = {"Content-Type": f"{_MEDIA[soap]}; charset={habits.charset}"}
    return Answer(status=status, body=write(envelope, habits.charset), headers=headers)


def fault(
    message: etree._Element | None, words: str, plek: str, soap: str, habits: Habits
) -> Answer:
    """A SOAP fault with the StUF message in its detail; with some habits, something poorer."""
    if habits.empty_faults:
        return reply(None, soap, habits)
    if habits.bare_faults:
        message = None
    elif habits.wrapped_answers and message is not None and message.tag == f"{{{STUF}}}Fo03Bericht":
        return reply(_wrapped(message), soap, habits)
    return reply(_soap_fault(message, words, plek, soap), soap, habits, _FAULT)


def _soap_fault(message: etree._Element | None, words: str, plek: str, soap: str) -> etree._Element:
    element = foreign(soap, "Fault", {"SOAP": soap})
    if soap == SOAP11:
        side = "Client" if plek == "client" else "Server"
        etree.SubElement(element, "faultcode").text = f"SOAP:{side}"
        etree.SubElement(element, "faultstring").text = words
        detail = "detail"
    else:
        side = "Sender" if plek == "client" else "Receiver"
        code = etree.SubElement(element, f"{{{soap}}}Code")
        etree.SubElement(code, f"{{{soap}}}Value").text = f"SOAP:{side}"
        reason = etree.SubElement(etree.SubElement(element, f"{{{soap}}}Reason"), f"{{{soap}}}Text")
        reason.set("{http://www.w3.org/XML/1998/namespace}lang", "nl")
        reason.text = words
        detail = f"{{{soap}}}Detail"
    if message is not None:
        etree.SubElement(element, detail).append(message)
    return element


def _async_head(world: World, code: str, asked: Header) -> etree._Element:
    top = head(world, "StUF:stuurgegevens", code, asked)
    if not asked.reference:
        top.append(build("StUF:crossRefnummer", "onbekend"))
    return top


def _empty_head(code: str) -> etree._Element:
    nobody = ("StUF:organisatie", "StUF:applicatie")
    return build(
        "StUF:stuurgegevens",
        build("StUF:berichtcode", code),
        build("StUF:zender", *map(build, nobody)),
        build("StUF:ontvanger", *map(build, nobody)),
    )


def _wrapped(message: etree._Element) -> etree._Element:
    wrapper = foreign(_TEMPURI, "Lk01Response", {None: _TEMPURI})
    wrapper.append(message)
    return wrapper
