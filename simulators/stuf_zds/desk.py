"""The desk of the zaaksysteem: control calls with which a tester lets it start something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from simulators.kit import ControlProblem
from simulators.stuf_zds.outgoing import MESSAGES, Consumer, render
from simulators.stuf_zds.pushing import Push
from simulators.stuf_zds.starting import add_document, add_status, start_case
from simulators.stuf_zds.state import Document
from simulators.stuf_zds.xmlkit import SOAP11, SOAP12

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulators.stuf_zds.pushing import Pusher
    from simulators.stuf_zds.state import Case, Status
    from simulators.stuf_zds.world import World

_CONSUMER = ("url", "profile", "soap", "organisatie", "applicatie", "basic", "headers", "pauses")
_PUSH = ("zaakidentificatie", "message", "documentidentificatie", "repeat")
_SOAPS = {"1.1": SOAP11, "1.2": SOAP12}


class Office(Protocol):
    """The part of the system that the desk works with."""

    @property
    def world(self) -> World: ...
    @property
    def pusher(self) -> Pusher: ...


class Desk:
    def __init__(self, office: Office) -> None:
        self._office = office

    def calls(self) -> Sequence[tuple[str, str, Callable[[Any], Any]]]:
        return (
            ("PUT", "/consumer", self.set_consumer),
            ("GET", "/cases", self.list_cases),
            ("POST", "/cases", self.start),
            ("POST", "/documents", self.document),
            ("POST", "/statuses", self.status),
            ("POST", "/push", self.push),
            ("GET", "/pushes", self.list_pushes),
            ("POST", "/schedule", self.schedule),
            ("DELETE", "/schedule", self.stop_schedule),
        )

    def set_consumer(self, document: Any) -> dict[str, Any]:
        asked = _object(document, _CONSUMER)
        soap, profile = str(asked.get("soap", "1.1")), str(asked.get("profile", "1.2"))
        if not asked.get("url") or soap not in _SOAPS or profile not in {"1.1", "1.2"}:
            raise ControlProblem("A consumer has a url; profile and soap are 1.1 or 1.2.")
        basic = asked.get("basic")
        if basic is not None and set(basic) != {"name", "secret"}:
            raise ControlProblem("basic is an object with a name and a secret.")
        self._office.pusher.consumer = Consumer(
            url=str(asked["url"]),
            profile=profile,
            soap=_SOAPS[soap],
            organisatie=str(asked.get("organisatie", "0392")),
            applicatie=str(asked.get("applicatie", "SCHAKEL")),
            basic=None if basic is None else (str(basic["name"]), str(basic["secret"])),
            headers=tuple((asked.get("headers") or {}).items()),
        )
        if "pauses" in asked:
            self._office.pusher.pauses = tuple(float(pause) for pause in asked["pauses"])
        return {"url": asked["url"], "profile": profile, "soap": soap}

    def list_cases(self, _document: Any) -> list[dict[str, Any]]:
        return [_shown(case) for case in self._office.world.state.cases.values()]

    def start(self, document: Any) -> dict[str, Any]:
        """Start a case; with `push` it is told to the consumer, documents and status included."""
        asked = dict(_object(document, None))
        tells, repeats = bool(asked.pop("push", False)), bool(asked.pop("repeat", False))
        if tells:
            self._consumer()
        case = start_case(self._office.world, asked)
        if tells:
            self._tell("creeerZaak", case, None, repeat=repeats)
            for number in case.documents:
                known = self._office.world.state.documents[number]
                self._tell("voegZaakdocumentToe", case, known, repeat=repeats)
        return _shown(case)

    def document(self, document: Any) -> dict[str, Any]:
        """Add a document to a case, and tell it with `push`."""
        asked, case, tells, repeats = self._about(document)
        made = add_document(self._office.world, case, asked)
        if tells:
            self._tell("voegZaakdocumentToe", case, made, repeat=repeats)
        return {"zaakidentificatie": case.number, "documentidentificatie": made.number}

    def status(self, document: Any) -> dict[str, Any]:
        """Set a status of a case, and tell it with `push`."""
        asked, case, tells, repeats = self._about(document)
        if set(asked) != {"omschrijving"}:
            raise ControlProblem("A status has a zaakidentificatie and an omschrijving.")
        made = add_status(self._office.world, case, asked["omschrijving"])
        if tells:
            self._tell("actualiseerZaakstatus", case, made, repeat=repeats)
        return {"zaakidentificatie": case.number, "datumStatusGezet": made.moment}

    def push(self, document: Any) -> dict[str, Any]:
        """Tell something about a case that is there; `repeat` sends it twice, byte for byte."""
        asked = _object(document, _PUSH)
        message = asked.get("message")
        if message not in MESSAGES:
            raise ControlProblem(f"Unknown message {message!r}; known are {', '.join(MESSAGES)}.")
        case = self._case(asked.get("zaakidentificatie"))
        part = self._part(message, case, asked.get("documentidentificatie"))
        return self._tell(message, case, part, repeat=bool(asked.get("repeat"))).as_json()

    def list_pushes(self, _document: Any) -> list[dict[str, Any]]:
        return [push.as_json() for push in self._office.pusher.pushes]

    def schedule(self, document: Any) -> dict[str, Any]:
        """Start a case like `case` every so many seconds, and tell the consumer."""
        asked = _object(document, ("every", "count", "case"))
        every, count = asked.get("every"), asked.get("count")
        if not isinstance(every, int | float) or every <= 0:
            raise ControlProblem("every is a number of seconds above 0.")
        if count is not None and (not isinstance(count, int) or count < 1):
            raise ControlProblem("count is a whole number of at least 1, or null for no end.")
        self._consumer()
        template = dict(_object(asked.get("case") or {}, None)) | {"push": True}
        self._office.pusher.every(float(every), count, lambda: self._start_another(template))
        return {"every": every, "count": count}

    def _start_another(self, template: dict[str, Any]) -> None:
        self.start(template)

    def stop_schedule(self, _document: Any) -> dict[str, bool]:
        self._office.pusher.stop_schedule()
        return {"stopped": True}

    def _about(self, document: Any) -> tuple[dict[str, Any], Case, bool, bool]:
        asked = dict(_object(document, None))
        case = self._case(asked.pop("zaakidentificatie", None))
        tells, repeats = bool(asked.pop("push", False)), bool(asked.pop("repeat", False))
        if tells:
            self._consumer()
        return asked, case, tells, repeats

    def _case(self, number: Any) -> Case:
        case = self._office.world.state.cases.get(str(number))
        if case is None:
            raise ControlProblem(f"There is no case {number!r}.")
        return case

    def _part(self, message: str, case: Case, number: Any) -> Document | Status | None:
        if message == "actualiseerZaakstatus":
            if case.latest is None:
                raise ControlProblem("The case has no status to tell of.")
            return case.latest
        if message == "voegZaakdocumentToe":
            wanted = str(number or (case.documents or [""])[-1])
            if wanted not in case.documents:
                raise ControlProblem("The case has no such document to tell of.")
            return self._office.world.state.documents[wanted]
        return None

    def _tell(
        self, message: str, case: Case, part: Document | Status | None, *, repeat: bool
    ) -> Push:
        rendered = render(self._office.world, self._consumer(), message, case, part)
        subject = "" if part is None else getattr(part, "number", "") or getattr(part, "moment", "")
        push = Push(
            message=message,
            case=case.number,
            subject=subject,
            rendered=rendered,
            repeat=repeat,
            echo=message != "overdragenZaak" and not (case if part is None else part).own,
        )
        self._office.pusher.add(push)
        return push

    def _consumer(self) -> Consumer:
        if self._office.pusher.consumer is None:
            raise ControlProblem("Nobody to tell: PUT /consumer with the url of the other side.")
        return self._office.pusher.consumer


def _shown(case: Case) -> dict[str, Any]:
    latest = case.latest
    return {
        "zaakidentificatie": case.number,
        "omschrijving": case.value("omschrijving"),
        "status": latest.name if latest else None,
        "resultaat": case.value("resultaat", "omschrijving") or None,
        "documents": list(case.documents),
        "decisions": list(case.decisions),
        "closed": case.closed,
        "own": case.own,
        "handover": case.handover or None,
    }


def _object(document: Any, known: Sequence[str] | None) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise ControlProblem("The body must be a JSON object.")
    if known is not None and set(document) - set(known):
        raise ControlProblem(f"Expected an object with {', '.join(known)}.")
    return document
