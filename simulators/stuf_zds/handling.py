"""From a message read to the element that answers it, or to a refusal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from simulators.stuf_zds import answers, besluiten, documenten, zaken
from simulators.stuf_zds.checks import check_body, check_header, objects
from simulators.stuf_zds.operations import ASYNC
from simulators.stuf_zds.questions import QUESTIONS
from simulators.stuf_zds.refusals import Refused
from simulators.stuf_zds.switches import Switch, choose
from simulators.stuf_zds.xmlkit import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from simulators.stuf_zds.world import Call, World

    Step = Callable[[World, Call], None]

_SECONDS = 14
_LONGEST = 17


def _nothing(_world: World, _call: Call) -> None:
    """Neither to be checked nor to be processed."""


def _received(world: World, call: Call) -> None:
    """A confirmation or fault that the other side sends of its own accord."""
    world.committed(call, "bericht", None, code=call.header.code, cross=call.header.cross)


NOTIFICATIONS: dict[str, tuple[Step, Step]] = {
    "creeerZaak": (zaken.check_create, zaken.create),
    "updateZaak": (zaken.check_update, zaken.update),
    "actualiseerZaakstatus": (zaken.check_status, zaken.set_status),
    "voegZaakdocumentToe": (documenten.check_add, documenten.add),
    "maakZaakdocument": (documenten.check_add, documenten.add),
    "voegBesluitToe": (besluiten.check_add, besluiten.add),
    "updateBesluit": (besluiten.check_update, besluiten.update),
    "overdragenZaak": (besluiten.check_handover, besluiten.handover),
    "bericht": (_nothing, _received),
}
"""Operation -> what is looked at before Bv03, and what is done after it."""

SYNCHRONOUS: dict[str, Callable[[World, Call], etree._Element]] = {
    **QUESTIONS,
    "genereerZaakIdentificatie": besluiten.generate,
    "genereerDocumentIdentificatie": besluiten.generate,
    "genereerBesluitIdentificatie": besluiten.generate,
    "geefZaakdocumentbewerken": documenten.check_out,
    "updateZaakdocument": documenten.check_in,
    "cancelCheckout": documenten.cancel,
    "ontkoppelZaakdocument": documenten.unlink,
}


def handle(world: World, call: Call, switches: list[Switch]) -> etree._Element:
    """Check a message and do what it asks; raises Refused."""
    operation = call.operation
    if operation.profile not in {*world.habits.profiles, "stuf"}:
        raise Refused("StUF004", f"ZDS {operation.profile} wordt hier niet gesproken")
    check_header(call.header, operation, world.habits)
    check_body(call.body, operation, world.habits)
    _check_moment(world, call)
    switch = choose(switches, operation)
    if switch is not None and not switch.late:
        raise Refused(switch.code, "op verzoek van de tester")
    if operation.port != ASYNC:
        return SYNCHRONOUS[operation.name](world, call)
    check, process = NOTIFICATIONS[operation.name]
    check(world, call)
    if switch is None:
        _process(world, call, process)
    return answers.bv03(world, call.header)


def catch_up(world: World) -> None:
    """Process what was confirmed and is due by now."""
    waiting = world.state.waiting
    while waiting and waiting[0][0] <= world.clock.now():
        waiting.pop(0)[1]()


def subject(call: Call) -> str:
    """The number that the message is about, for the overview."""
    found = objects(call.body)
    return text(found[-1], "identificatie") if found else ""


def _process(world: World, call: Call, process: Step) -> None:
    """Do it now, or after the time that this zaaksysteem takes."""
    delay = world.habits.processes_after
    if not delay:
        process(world, call)
        return

    def later() -> None:
        try:
            process(world, call)
        except Refused as refused:
            world.committed(call, "mislukt", None, code=refused.code)

    world.state.waiting.append((world.clock.now() + timedelta(seconds=delay), later))


def _check_moment(world: World, call: Call) -> None:
    """Refuse a moment that is not greater than that of the sender's previous notification."""
    header = call.header
    if call.operation.port != ASYNC or not world.habits.increasing_time:
        return
    moment = header.moment.ljust(_LONGEST, "0")
    if world.habits.whole_seconds:
        moment = moment[:_SECONDS]
    key = (header.sender.organisatie, header.sender.applicatie)
    if moment <= world.state.last_moment.get(key, ""):
        raise Refused("StUF019", "stuurgegevens/tijdstipBericht")
    world.state.last_moment[key] = moment
