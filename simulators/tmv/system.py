"""The simulated Terugmeldvoorziening: from a SOAP request to an answer."""

from __future__ import annotations

import secrets
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from schemas.werkdagen import dag_van
from schemas.xml import XmlRefused, parse_xml
from simulators.kit import Answer, ControlCall, ControlProblem, Table
from simulators.tmv.dossiers import DOORGEMELD, Detail, Dossier, Dossiers, Melding
from simulators.tmv.options import REFUSALS, Options, read_options
from simulators.tmv.overview import bsn_of, row, text, wanted
from simulators.tmv.wire import NotValid, Values, answer_body, fault_body, read_request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from simulators.kit import Incoming, Surroundings

PATH: Final = "/gba-v/services/Terugmeldvoorziening"
_REFUSED: Final = "FOUT"
"""Invented berichtcode of a refusal: any other than those of success means one."""
_OVERVIEWS: Final = {"D": "OZDO", "S": "OZDS"}


class Refused(Exception):
    """The answer is a functional refusal with this verwerkingcode."""

    def __init__(self, code: int) -> None:
        super().__init__(REFUSALS[code])
        self.code = code


class TmvSystem:
    """Dossiers in memory. `reset` keeps the options."""

    name = "TMV"

    def __init__(self, *, options: Options | None = None) -> None:
        self.options = options or Options()
        self.dossiers = Dossiers(self.options.pace)
        self._around: Surroundings | None = None
        self._answered = 0

    async def start(self, surroundings: Surroundings) -> None:
        self._around = surroundings

    async def stop(self) -> None:
        """Nothing runs beside the answers."""

    def reset(self) -> None:
        self.dossiers.clear()
        self._answered = 0

    async def answer(self, incoming: Incoming) -> Answer:
        if incoming.path != PATH or incoming.method != "POST":
            return Answer(status=404, body=b"not found", headers={"Content-Type": "text/plain"})
        if not self._admits(incoming):
            return Answer(status=401, headers={"WWW-Authenticate": 'Basic realm="GBA-V"'})
        try:
            operation, asked = read_request(parse_xml(incoming.body))
        except (XmlRefused, NotValid) as error:
            return _xml(500, fault_body(f"Request is not valid: {error}"))
        self._answered += 1
        answer: Values = {
            "berichtreferentie": asked["berichtnummer"],
            "tmvBerichtnummer": str(500_000 + self._answered),
        }
        try:
            if operation.name == "registrerenTerugmelding":
                answer |= self._registered(asked, incoming.number)
            else:
                answer |= self._inspected(asked)
        except Refused as refused:
            answer |= {
                "berichtcode": _REFUSED,
                "verwerkingcode": str(refused.code),
                "verwerkingomschrijving": str(refused),
            }
        return _xml(200, answer_body(operation, answer))

    def tables(self) -> Sequence[Table]:
        rows = [(str(one.nummer), one.gemeente, one.status, f"{one.due}") for one in self._now()]
        columns = ("Dossier", "Gemeente", "Status", "Uiterlijk")
        return (Table(title="Dossiers", columns=columns, rows=rows),)

    def control_calls(self) -> Sequence[ControlCall]:
        return (
            ControlCall(method="PUT", path="/options", run=self._put_options),
            ControlCall(method="POST", path="/dossiers", run=self.plant),
            ControlCall(method="PUT", path="/dossiers", run=self.change),
        )

    def plant(self, given: Any) -> dict[str, Any]:
        """Open a dossier of another organisation's, which waits until `change` moves it.

        `bsn` or `anummer`, `gemeente`, `rubrieknummer`, `origineel`, `voorgesteld`, `toelichting`.
        """
        known = {"bsn", "anummer", "gemeente", "rubrieknummer", "origineel", "voorgesteld"}
        if not isinstance(given, dict) or not set(given) <= known | {"toelichting"}:
            raise ControlProblem(f"Give an object with some of: {', '.join(sorted(known))}.")
        if not {"bsn", "anummer"} & set(given):
            raise ControlProblem("Give a bsn or an anummer.")
        texts = {name: str(value) for name, value in given.items()}
        detail = Detail(
            rubrieknummer=texts.get("rubrieknummer", "81110"),
            original=texts.get("origineel"),
            proposed=texts.get("voorgesteld"),
        )
        number = self.dossiers.next_number()
        melding = Melding(
            berichtnummer=f"P{number}",
            day=self._day(),
            details=(detail,),
            toelichting=texts.get("toelichting"),
        )
        opened = self._opened(number, melding, texts.get("anummer"), texts.get("bsn"))
        gemeente = str(int(texts.get("gemeente", self.options.gemeente)))
        self.dossiers.keep(replace(opened, gemeente=gemeente, status=DOORGEMELD, by_itself=False))
        return {"dossiernummer": number, "uiterlijk": f"{opened.due}"}

    def change(self, given: Any) -> dict[str, Any]:
        """Set `status`, `resultaat` or `toelichting` of a `dossiernummer`; it then stands still."""
        known = {"dossiernummer", "status", "resultaat", "toelichting"}
        if not isinstance(given, dict) or not set(given) <= known:
            raise ControlProblem(f"Give an object with some of: {', '.join(sorted(known))}.")
        found = [one for one in self._now() if one.nummer == given.get("dossiernummer")]
        if not found:
            raise ControlProblem("No dossier has this dossiernummer.")
        texts = {name: str(value) for name, value in given.items() if name != "dossiernummer"}
        if not set(texts.get("status", "1")) | set(texts.get("resultaat", "0")) <= set("01234"):
            raise ControlProblem("status is 1 to 4, resultaat 0 to 3.")
        self.dossiers.keep(replace(found[0], **texts, changed=self._day(), by_itself=False))  # type: ignore[arg-type]  # the names were checked, and all three are texts
        return {"dossiernummer": found[0].nummer}

    def _put_options(self, given: Any) -> dict[str, Any]:
        self.options = read_options(given, self.options)
        self.dossiers.pace = self.options.pace
        return {"duplicates": self.options.duplicates, "pace": list(self.options.pace)}

    def _admits(self, incoming: Incoming) -> bool:
        if not self.options.user:
            return True
        proof = b64encode(f"{self.options.user}:{self.options.password}".encode()).decode("ascii")
        headers = {name.lower(): value for name, value in incoming.headers.items()}
        return secrets.compare_digest(headers.get("authorization", ""), f"Basic {proof}")

    def _registered(self, asked: Values, request: int) -> Values:
        if self.options.refuse:
            raise Refused(self.options.refuse)
        if asked["berichtcode"] != "TMLD":
            raise Refused(9001)
        anummer, bsn = text(asked, "anummer"), bsn_of(asked)
        if anummer is None and bsn is None:
            raise Refused(9002)
        if {anummer, bsn} & set(self.options.unknown):
            raise Refused(9003)
        melding = _melding(asked, self._day())
        dossier = self._taken(melding, anummer, bsn)
        self._journalled(melding, dossier, request)
        return {"berichtcode": "ONBV", "dossiernummer": str(dossier.nummer)}

    def _taken(self, melding: Melding, anummer: str | None, bsn: str | None) -> Dossier:
        theirs = [one for one in self._now() if one.concerns(anummer, bsn)]
        if self.options.duplicates == "same":
            for one in theirs:
                if any(each.berichtnummer == melding.berichtnummer for each in one.meldingen):
                    return one
        if not melding.withdraws:
            number = self.dossiers.next_number()
            return self.dossiers.keep(self._opened(number, melding, anummer, bsn))
        doubted = next((one for one in theirs if one.doubts(melding)), None)
        if doubted is None:
            raise Refused(9004)
        return self.dossiers.keep(doubted.withdrawn_by(melding))

    def _opened(
        self, number: int, melding: Melding, anummer: str | None, bsn: str | None
    ) -> Dossier:
        return Dossier(
            nummer=number,
            anummer=anummer,
            bsn=bsn,
            gemeente=self.options.gemeente,
            opened=melding.day,
            changed=melding.day,
            meldingen=(melding,),
        )

    def _inspected(self, asked: Values) -> Values:
        if self.options.refuse:
            raise Refused(self.options.refuse)
        if asked["berichtcode"] != "IZVZ":
            raise Refused(9001)
        code = _OVERVIEWS.get(text(asked, "soortOverzicht") or "")
        if code is None:
            raise Refused(9006)
        if not any(
            asked[name] for name in ("anummer", "bsn", "dossiernummer", "behandelendeGemeente")
        ):
            raise Refused(9007)
        found = [one for one in self._now() if wanted(one, asked)]
        if asked["dossiernummer"] and not found:
            raise Refused(9005)
        rows = [row(one, whole=code == "OZDO") for one in found]
        return {"berichtcode": code, "statusoverzicht": rows}

    def _journalled(self, melding: Melding, dossier: Dossier, request: int) -> None:
        if self._around is not None:
            kind = "intrekking" if melding.withdraws else "terugmelding"
            key = {"berichtnummer": melding.berichtnummer, "dossiernummer": dossier.nummer}
            self._around.journal.committed(kind, request=request, case=None, key=key)

    def _now(self) -> list[Dossier]:
        if self._around is None:
            return []
        return self.dossiers.on(self._around.clock.now())

    def _day(self) -> date:
        if self._around is None:
            raise ControlProblem("The simulator does not run yet.")
        return dag_van(self._around.clock.now())


def _xml(status: int, body: bytes) -> Answer:
    return Answer(status=status, body=body, headers={"Content-Type": "text/xml; charset=utf-8"})


def _melding(asked: Values, day: date) -> Melding:
    rows = asked["details"]
    return Melding(
        berichtnummer=text(asked, "berichtnummer") or "",
        day=day,
        details=tuple(
            Detail(
                rubrieknummer=text(one, "rubrieknummer"),
                original=text(one, "origineleWaardeGBAV"),
                proposed=text(one, "voorgesteldeWaarde"),
            )
            for one in (rows if isinstance(rows, list) else [])
        ),
        melder=text(asked, "melderId"),
        toelichting=text(asked, "toelichting"),
    )
