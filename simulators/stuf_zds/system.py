"""The simulated zaaksysteem: from a request to an answer, every refusal in its proper form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.kit import Answer, ControlCall, ControlProblem
from simulators.stuf_zds import answers
from simulators.stuf_zds.checks import Header, Party, read_header
from simulators.stuf_zds.desk import Desk
from simulators.stuf_zds.envelope import NotSoap, action_of, media_type, read, soap_of
from simulators.stuf_zds.habits import PRESETS, STANDAARD, Habits, read_habits
from simulators.stuf_zds.handling import catch_up, handle
from simulators.stuf_zds.operations import ASYNC, ENDPOINTS, is_person_question, operation_of
from simulators.stuf_zds.overview import overview
from simulators.stuf_zds.pushing import Pusher
from simulators.stuf_zds.refusals import CODES, FORGOTTEN, Refused
from simulators.stuf_zds.security import Security, admits_http, admits_token, read_security
from simulators.stuf_zds.state import State
from simulators.stuf_zds.switches import Switch, read_switches
from simulators.stuf_zds.verdict import judge
from simulators.stuf_zds.world import Call, World
from simulators.stuf_zds.wsdl import wsdl
from simulators.stuf_zds.xmlkit import SOAP11, SOAP12

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.kit import Incoming, Surroundings, Table
    from simulators.stuf_zds.envelope import Message
    from simulators.stuf_zds.operations import Operation

_NOBODY = Header(
    code="",
    sender=Party(),
    receiver=Party(),
    reference="",
    moment="",
    cross="",
    entity="",
    functie="",
)


class StufZdsSystem:
    """State in memory; `reset` forgets it, and keeps habits and security as they were made."""

    def __init__(self, *, habits: Habits = STANDAARD, security: Security | None = None) -> None:
        self._first = (habits, security or Security())
        self._security = self._first[1]
        self.switches: list[Switch] = []
        self._world: World | None = None
        self.pusher = Pusher()

    @property
    def name(self) -> str:
        return "StUF-ZDS zaaksysteem"

    @property
    def world(self) -> World:
        if self._world is None:
            raise RuntimeError("The simulator has not been started yet.")
        return self._world

    async def start(self, surroundings: Surroundings) -> None:
        self._world = World(
            state=State(surroundings.clock),
            habits=self._first[0],
            clock=surroundings.clock,
            journal=surroundings.journal,
            base_url=surroundings.base_url,
        )

    async def stop(self) -> None:
        await self.pusher.stop()

    def reset(self) -> None:
        world = self.world
        self.pusher.forget()
        world.state = State(world.clock)
        world.habits, self._security = self._first
        self.switches.clear()

    async def answer(self, incoming: Incoming) -> Answer:
        port = incoming.path.rstrip("/").rpartition("/")[2]
        if port not in ENDPOINTS:
            return _plain(404, "Onbekend adres; de eindpunten zijn " + ", ".join(ENDPOINTS) + ".")
        if incoming.method == "GET":
            return self._described(port, incoming)
        if incoming.method != "POST":
            return _plain(405, "Alleen POST, en GET met ?wsdl.", Allow="GET, POST")
        if not admits_http(self._security, incoming.headers):
            return _plain(401, "Aanmelden is nodig.", **{"WWW-Authenticate": "Basic"})
        try:
            message = read(incoming.body)
        except NotSoap as error:
            soap = soap_of(incoming.headers)
            return answers.fault(None, str(error), "client", soap, self.world.habits)
        return self._refused_envelope(message, incoming) or self._handled(message, incoming, port)

    def tables(self) -> Sequence[Table]:
        return overview(self.world, self.pusher)

    def control_calls(self) -> Sequence[ControlCall]:
        desk = Desk(self)
        own = (
            ("GET", "/habits", self._get_habits),
            ("PUT", "/habits", self._put_habits),
            ("PUT", "/security", self._put_security),
            ("GET", "/refusals", self._get_switches),
            ("POST", "/refusals", self._add_switches),
            ("DELETE", "/refusals", self._clear_switches),
            ("POST", "/verdict", self._verdict),
            *desk.calls(),
        )
        return [ControlCall(method=method, path=path, run=run) for method, path, run in own]

    def _described(self, port: str, incoming: Incoming) -> Answer:
        if incoming.query.lower() != "wsdl":
            return _plain(405, "Voeg ?wsdl toe voor de beschrijving, of gebruik POST.")
        body = wsdl(port, f"{self.world.base_url}/{port}")
        return Answer(status=200, body=body, headers={"Content-Type": "text/xml; charset=utf-8"})

    def _refused_envelope(self, message: Message, incoming: Incoming) -> Answer | None:
        """Refuse a SOAP version, a content type or a caller, before StUF comes into it."""
        habits = self.world.habits
        if habits.soap11_only and message.soap == SOAP12:
            words = "Alleen SOAP 1.1 wordt hier gesproken."
            return answers.fault(None, words, "client", SOAP11, habits)
        wanted = "text/xml" if message.soap == SOAP11 else "application/soap+xml"
        if habits.content_type_matches and media_type(incoming.headers) != wanted:
            return _plain(415, f"Bij deze envelop hoort {wanted}.")
        if not admits_token(self._security, message.header):
            words = "Het UsernameToken ontbreekt of klopt niet."
            return answers.fault(None, words, "client", message.soap, habits)
        return None

    def _handled(self, message: Message, incoming: Incoming, port: str) -> Answer:
        world = self.world
        catch_up(world)
        operation = operation_of(message.body, action_of(incoming.headers))
        header = read_header(message.body) if operation else _NOBODY
        key = (header.sender.organisatie, header.sender.applicatie, header.reference)
        asynchronous = bool(operation and operation.port == ASYNC and header.reference)
        try:
            earlier = self._earlier(key, message) if asynchronous else None
            if earlier is not None:
                return earlier
            body = self._done(message, incoming, port, operation, header)
            answer = answers.reply(body, message.soap, world.habits)
        except Refused as refused:
            answer = self._fault(refused, operation, header, port, message.soap)
            if refused.code in FORGOTTEN or refused.code == "StUF016":
                return answer
        if asynchronous:
            world.state.answered[key] = (message.digest, answer)
        return answer

    def _earlier(self, key: tuple[str, str, str], message: Message) -> Answer | None:
        """The answer that this message had before; another message under its number is refused."""
        known = self.world.state.answered.get(key)
        if known is None or not self.world.habits.repeats_answer:
            return None
        digest, answer = known
        if digest != message.digest:
            raise Refused("StUF016", "stuurgegevens/referentienummer")
        return answer

    def _done(
        self,
        message: Message,
        incoming: Incoming,
        port: str,
        operation: Operation | None,
        header: Header,
    ) -> Any:
        if operation is None:
            foreign = is_person_question(message.body)
            raise Refused("StUF004" if foreign else "StUF022", "het bericht in de SOAP Body")
        if operation.port != port and {operation.port, port} != set(ENDPOINTS[2:]):
            raise Refused("StUF025", f"dit bericht hoort op {operation.port}")
        call = Call(
            request=incoming.number,
            operation=operation,
            header=header,
            body=message.body,
            contents=message.contents,
        )
        return handle(self.world, call, self.switches)

    def _fault(
        self, refused: Refused, operation: Operation | None, header: Header, port: str, soap: str
    ) -> Answer:
        world = self.world
        kind = answers.fault_code(operation, port)
        message = answers.fo(world, kind, header, refused)
        plek, words = CODES[refused.code]
        return answers.fault(message, words, plek, soap, world.habits)

    def _get_habits(self, _document: Any) -> dict[str, Any]:
        about = {name: words for name, (_, words) in PRESETS.items()}
        return {"habits": self.world.habits.as_json(), "presets": about}

    def _put_habits(self, document: Any) -> dict[str, Any]:
        self.world.habits = read_habits(document, self.world.habits)
        return self._get_habits(None)

    def _put_security(self, document: Any) -> dict[str, bool]:
        self._security = read_security(document)
        return {
            "basic": self._security.basic is not None,
            "usernameToken": self._security.username_token is not None,
        }

    def _get_switches(self, _document: Any) -> list[dict[str, Any]]:
        return [switch.as_json() for switch in self.switches]

    def _add_switches(self, document: Any) -> list[dict[str, Any]]:
        self.switches += read_switches(document)
        return self._get_switches(None)

    def _clear_switches(self, _document: Any) -> list[dict[str, Any]]:
        self.switches.clear()
        return []

    def _verdict(self, document: Any) -> dict[str, Any]:
        try:
            return judge(self.world.journal.effects, self.pusher.pushes, document)
        except (KeyError, TypeError, ValueError) as err:
            raise ControlProblem(f"A published event cannot be read: {err!r}.") from err


def _plain(status: int, words: str, **headers: str) -> Answer:
    kind = {"Content-Type": "text/plain; charset=utf-8"}
    return Answer(status=status, body=words.encode(), headers=kind | headers)
