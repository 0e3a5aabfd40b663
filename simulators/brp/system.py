"""The simulated BRP: from a request to an answer."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from simulators.brp import documents, queries
from simulators.brp.fields import DOCUMENT, FOUND, PERSON, keep, wrong_fields
from simulators.brp.gateway import Gateway
from simulators.brp.options import Options
from simulators.brp.problems import Invalid, Problem, problem_answer, wrong
from simulators.brp.queries import BY_NUMBER, DOCUMENTS, HISTORY, RESIDENTS, SEARCHES
from simulators.brp.times import age_on, next_day, stays_of, within
from simulators.kadaster import changed_options
from simulators.kit import Answer, ControlCall, SettableClock, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulators.brp.queries import Kind, Values
    from simulators.brp.wire import Json
    from simulators.kit import Incoming, Surroundings
    from simulators.town import Person, Town

TOKEN: Final = "/token"  # noqa: S105 - a path
_AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
_BY_NUMBER: Final = "RaadpleegMetBurgerservicenummer"
_MOST_FIELDS: Final = 130
_MOST_DOCUMENT_FIELDS: Final = 25
_MOST_RESIDENTS: Final = 100
_MEDIA: Final = frozenset({"application/json", "*/*", "application/*", "application/problem+json"})


class BrpSystem:
    """The lists of a town in memory; questions change nothing. `reset` keeps the options."""

    name = "BRP"

    def __init__(self, *, town: Town, options: Options | None = None) -> None:
        self.town = town
        self.options = options or Options()
        self.gateway = Gateway()
        self._clock = SettableClock()
        self._asked = 0
        self._asks: Mapping[str, Callable[[Mapping[str, Any]], Json]] = {
            "/personen": self._persons,
            "/bewoningen": self._residents,
            "/verblijfplaatshistorie": self._history,
            "/reisdocumenten": self._documents,
        }

    async def start(self, surroundings: Surroundings) -> None:
        self._clock = surroundings.clock

    async def stop(self) -> None:
        """Nothing runs beside the answers."""

    def reset(self) -> None:
        self.gateway = Gateway()
        self._asked = 0

    async def answer(self, incoming: Incoming) -> Answer:
        headers = {name.lower(): value for name, value in incoming.headers.items()}
        if incoming.path == TOKEN:
            return self.gateway.token(self.options, incoming.body, self._clock.now())
        try:
            self.gateway.admit(self.options, headers, self._clock.now())
            answered = self._answered(incoming, headers)
        except Problem as problem:
            return problem_answer(problem, incoming.path)
        self._asked += 1
        return Answer(
            status=200,
            body=json.dumps(answered, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8", "api-version": "2.7.0"},
        )

    def tables(self) -> Sequence[Table]:
        rows = [
            (one.bsn, one.geslachtsnaam, one.geboren) for one in list(self.town.persons.values())
        ]
        columns = ("BSN (invented)", "Geslachtsnaam", "Born")
        return (
            Table(title="Questions", columns=("Answered",), rows=[(str(self._asked),)]),
            Table(title="The last persons made: the edges", columns=columns, rows=rows[:-21:-1]),
        )

    def control_calls(self) -> Sequence[ControlCall]:
        return (ControlCall(method="PUT", path="/options", run=self._put_options),)

    def _put_options(self, given: Any) -> dict[str, Any]:
        self.options = changed_options(self.options, given)
        return {"gateway": self.options.gateway, "unavailable": self.options.unavailable}

    def _answered(self, incoming: Incoming, headers: Mapping[str, str]) -> Json:
        ask = self._asks.get(incoming.path)
        if ask is None:
            raise Problem("notFound")
        if incoming.method != "POST":
            raise Problem("methodNotAllowed")
        _check_media(headers)
        if self.options.unavailable:
            raise Problem("notAvailable")
        return ask(_body(incoming.body))

    def _persons(self, asked: Mapping[str, Any]) -> Json:
        kinds = {**SEARCHES, _BY_NUMBER: BY_NUMBER}
        kind = _kind(asked, kinds)
        by_number = asked["type"] == _BY_NUMBER
        extra = wrong_fields(asked.get("fields"), PERSON if by_number else FOUND, _MOST_FIELDS)
        lists = frozenset({"burgerservicenummer"})
        values = queries.read_values(asked, kind, extra, lists=lists)
        if self.options.refused_field in asked["fields"]:
            raise Problem("autorisation", "U vraagt een veld dat niet in uw autorisatie staat.")
        found = self._numbered(values) if by_number else self._searched(values, kind)
        return {"type": asked["type"], "personen": [keep(one, asked["fields"]) for one in found]}

    def _numbered(self, values: Values) -> list[Json]:
        people = (self.town.persons.get(bsn) for bsn in values["burgerservicenummer"])
        known = [one for one in people if one is not None]
        return [documents.person(one, self.town, age=self._age(one)) for one in known]

    def _searched(self, values: Values, kind: Kind) -> list[Json]:
        people = [one for one in self.town.persons.values() if queries.fits(one, values)]
        if len(people) > kind.most:
            detail = (
                f"Meer dan maximum van {kind.most} zoekresultaten gevonden. "
                "Verfijn de zoekopdracht."
            )
            raise Problem("tooManyResults", detail)
        return [documents.found_person(one, age=self._age(one)) for one in people]

    def _residents(self, asked: Mapping[str, Any]) -> Json:
        values = queries.read_values(asked, _kind(asked, RESIDENTS), [], lists=frozenset())
        first, end = _period(values)
        number = values["adresseerbaarObjectIdentificatie"]
        there = [
            (stay.van, until, one)
            for one in self.town.persons.values()
            for stay, until in stays_of(one)
            if stay.address is not None
            and stay.address.adresseerbaar_object == number
            and within(stay, until, first, end)
        ]
        days = {first, end}
        days |= {day for van, until, _ in there for day in (van, until or end) if first < day < end}
        edges = sorted(days)
        found = (self._occupation(number, begin, until, there) for begin, until in pairwise(edges))
        return {"bewoningen": [one for one in found if one is not None]}

    def _occupation(
        self, number: str, begin: str, end: str, there: Sequence[tuple[str, str | None, Person]]
    ) -> Json | None:
        living = [
            one for van, until, one in there if van <= begin and (until is None or until >= end)
        ]
        if not living:
            return None
        found: Json = {
            "adresseerbaarObjectIdentificatie": number,
            "periode": {"datumVan": begin, "datumTot": end},
        }
        if len(living) > _MOST_RESIDENTS:
            return {**found, "bewoners": [], "mogelijkeBewoners": [], "indicatieVeelBewoners": True}
        bewoners = [documents.resident(one) for one in living]
        return {**found, "bewoners": bewoners, "mogelijkeBewoners": []}

    def _history(self, asked: Mapping[str, Any]) -> Json:
        values = queries.read_values(asked, _kind(asked, HISTORY), [], lists=frozenset())
        first, end = _period(values)
        one = self.town.persons.get(values["burgerservicenummer"])
        if one is None:
            return {"verblijfplaatsen": []}
        stays = [
            documents.occurrence(stay, until, one)
            for stay, until in stays_of(one)
            if within(stay, until, first, end)
        ]
        found: Json = {"verblijfplaatsen": stays[::-1], **documents.suspension(one)}
        if one.geheim:
            found["geheimhoudingPersoonsgegevens"] = True
        return found

    def _documents(self, asked: Mapping[str, Any]) -> Json:
        extra = wrong_fields(asked.get("fields"), DOCUMENT, _MOST_DOCUMENT_FIELDS)
        lists = frozenset({"reisdocumentnummer"})
        values = queries.read_values(asked, _kind(asked, DOCUMENTS), extra, lists=lists)
        numbers = values.get("reisdocumentnummer", ())
        found = [
            documents.travel_document(document, one)
            for one in self.town.persons.values()
            for document in one.documents
            if document.nummer in numbers or one.bsn == values.get("burgerservicenummer")
        ]
        kept = [keep(each, asked["fields"]) for each in found]
        return {"type": asked["type"], "reisdocumenten": kept}

    def _age(self, one: Person) -> int | None:
        return age_on(one.geboren, self._clock.now().astimezone(_AMSTERDAM).date())


def _kind(asked: Mapping[str, Any], kinds: Mapping[str, Kind]) -> Kind:
    named = asked.get("type")
    if named is None:
        raise wrong([Invalid("type", "required", "Parameter is verplicht.")])
    kind = kinds.get(named) if isinstance(named, str) else None
    if kind is None:
        raise wrong([Invalid("type", "value", "Waarde is geen geldig zoek type.")])
    return kind


def _period(values: Values) -> tuple[str, str]:
    if "peildatum" in values:
        return values["peildatum"], next_day(values["peildatum"])
    if values["datumTot"] <= values["datumVan"]:
        reason = "datumTot moet na datumVan liggen."
        raise wrong([Invalid("datumTot", "date", reason)])
    return values["datumVan"], values["datumTot"]


def _check_media(headers: Mapping[str, str]) -> None:
    wanted = {one.partition(";")[0].strip() for one in headers.get("accept", "*/*").split(",")}
    if not wanted & _MEDIA:
        raise Problem("notAcceptable")
    media, _, rest = headers.get("content-type", "").partition(";")
    charset = rest.partition("charset=")[2].strip().lower() or "utf-8"
    if media.strip() != "application/json" or charset != "utf-8":
        raise Problem("unsupportedMediaType")


def _body(raw: bytes) -> Mapping[str, Any]:
    try:
        asked = json.loads(raw)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise Problem("paramsValidation", "Request body is geen geldige JSON.")
    return asked
