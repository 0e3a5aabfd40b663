"""The simulated BAG: from a request to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulators.bag import changes
from simulators.bag.documents import Documents
from simulators.bag.limits import Limits
from simulators.bag.options import Options
from simulators.bag.searching import found, searched
from simulators.kadaster import (
    Asked,
    Dialect,
    Json,
    Problem,
    changed_options,
    hal,
    link,
    problem_answer,
)
from simulators.kit import Answer, ControlCall, SettableClock, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from simulators.bag.register import Address, Register
    from simulators.kadaster import Values
    from simulators.kit import Incoming, Surroundings

ROOT: Final = "/lvbag/individuelebevragingen/v2"
_VERSION: Final = {"api-version": "2.9.2"}
_FIRST_PAGE: Final = 20
_EXTENDED: Final = "adressenuitgebreid"
_SECTIONS: Final[Mapping[int, str]] = {
    400: "4.1", 401: "4.2", 403: "4.4", 404: "4.5", 405: "4.6", 406: "4.7", 500: "5.1", 503: "5.4"
}  # fmt: skip
_KEY_REFUSALS: Final = {401: "authentication", 403: "autorisation"}
_SHOWN: Final = 20


def _type_of(status: int) -> str:
    section = _SECTIONS.get(status, "4")
    return f"https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10.{section}"


_DIALECT: Final = Dialect(type_of=_type_of, list_name="invalid-params", headers=_VERSION)


class BagSystem:
    """A register in memory that changes through its control port. `reset` keeps the options."""

    name = "BAG"

    def __init__(self, *, register: Register, options: Options | None = None) -> None:
        self._start = register
        self.register = register.copied()
        self.options = options or Options()
        self.limits = Limits()
        self._clock = SettableClock()
        self._root = ROOT

    async def start(self, surroundings: Surroundings) -> None:
        self._clock = surroundings.clock
        self._root = f"{surroundings.base_url}{ROOT}"

    async def stop(self) -> None:
        """Nothing runs beside the answers."""

    def reset(self) -> None:
        self.register = self._start.copied()
        self.limits.clear()

    async def answer(self, incoming: Incoming) -> Answer:
        counted: dict[str, str] = {}
        try:
            answer = self._judged(incoming, counted)
        except Problem as problem:
            base = self._root.removesuffix(ROOT)
            answer = problem_answer(problem, _DIALECT, f"{base}{incoming.path}")
        headers = {**counted, **answer.headers}
        return Answer(status=answer.status, body=answer.body, headers=headers)

    def _judged(self, incoming: Incoming, counted: dict[str, str]) -> Answer:
        """Answer a call that may be made; what its count says goes into `counted`."""
        asked = Asked.read(incoming, ROOT)
        self._admit(asked)
        counted |= self.limits.count(self.options, self._clock.now())
        if self.options.unavailable:
            raise Problem("sourceUnavailable")
        if asked.method != "GET":
            raise Problem("methodNotAllowed")
        asked.check_headers()
        return self._answered(asked)

    def tables(self) -> Sequence[Table]:
        latest = sorted(self.register.addresses.values(), key=lambda one: one.registered)
        rows = [
            (one.nummeraanduiding, self.register.line(one), str(one.versie), str(one.registered))
            for one in latest[: -_SHOWN - 1 : -1]
        ]
        columns = ("Nummeraanduiding", "Address", "Version", "Registered")
        spent = str(self.limits.spent_today(self._clock.now()))
        return (
            Table(title="Addresses (invented), latest first", columns=columns, rows=rows),
            Table(title="Calls", columns=("Counted today",), rows=[(spent,)]),
        )

    def control_calls(self) -> Sequence[ControlCall]:
        acts = {"add": changes.add, "change": changes.change, "withdraw": changes.withdraw}
        return (
            ControlCall(method="PUT", path="/options", run=self._put_options),
            *(
                ControlCall(method="POST", path=f"/addresses/{name}", run=self._act(act))
                for name, act in acts.items()
            ),
        )

    def _act(
        self, act: Callable[[Register, Any, datetime], Address]
    ) -> Callable[[Any], dict[str, Any]]:
        def run(given: Any) -> dict[str, Any]:
            made = act(self.register, given, self._clock.now())
            return {"nummeraanduiding": made.nummeraanduiding, "versie": made.versie}

        return run

    def _put_options(self, given: Any) -> dict[str, Any]:
        self.options = changed_options(self.options, given)
        return {"perSecond": self.options.per_second, "perDay": self.options.per_day}

    def _admit(self, asked: Asked) -> None:
        if asked.headers.get("x-api-key") != self.options.api_key:
            raise Problem(_KEY_REFUSALS[self.options.key_refusal])

    def _answered(self, asked: Asked) -> Answer:
        documents = Documents(register=self.register, root=self._root)
        match asked.path:
            case ("info",):
                asked.values.done()
                return _info()
            case ("adressen", "zoek"):
                return self._searched(asked.values, documents)
            case (("adressen" | "nummeraanduidingen") as resource,):
                return self._list(resource, asked.values, documents)
            case ("adressenuitgebreid",):
                return self._extended(asked.values, documents)
            case ("openbareruimten",):
                return self._streets(asked.values, documents)
            case (resource, number):
                return self._one(resource, number, asked.values, documents)
            case _:
                raise Problem("notFound")

    def _one(self, resource: str, number: str, values: Values, documents: Documents) -> Answer:
        address = self.register.addresses.get(number)
        current = address if address is not None and not address.withdrawn else None
        expand = values.text("expand") if resource in {"adressen", "nummeraanduidingen"} else None
        values.done()
        document: Json | None = None
        if resource == "adressen" and current is not None:
            document = _expanded(documents.adres(current), documents, current, expand)
        elif resource == "adressenuitgebreid" and current is not None:
            document = documents.uitgebreid(current)
        elif resource == "nummeraanduidingen" and address is not None:
            document = _expanded(documents.nummeraanduiding(address), documents, address, expand)
        elif resource == "adresseerbareobjecten":
            there = (one for one in self.register.addresses.values() if one.object == number)
            owner = next(there, None)
            document = None if owner is None else documents.object(owner)
        elif resource == "openbareruimten" and number in self.register.streets:
            document = documents.openbare_ruimte(self.register.streets[number])
        elif resource == "woonplaatsen" and number in self.register.towns:
            document = documents.woonplaats(number)
        if document is None:
            raise Problem("notFound")
        return hal(document, _VERSION)

    def _list(self, resource: str, values: Values, documents: Documents) -> Answer:
        page, size = _page(values)
        expand = values.text("expand")
        addresses = found(self.register, resource, values)
        write = documents.adres if resource == "adressen" else documents.nummeraanduiding
        made = [
            _expanded(write(one), documents, one, expand)
            for one in addresses[(page - 1) * size : page * size]
        ]
        return self._paged(resource, resource, made, len(addresses), page, size)

    def _extended(self, values: Values, documents: Documents) -> Answer:
        """All of them at once: this collection has no pages."""
        made = [documents.uitgebreid(one) for one in found(self.register, _EXTENDED, values)]
        links = {"self": link(f"{self._root}/{_EXTENDED}")}
        return hal(
            {"_links": links, **({"_embedded": {"adressen": made}} if made else {})}, _VERSION
        )

    def _searched(self, values: Values, documents: Documents) -> Answer:
        page, size = _page(values)
        words = values.text("zoek")
        values.done()
        if words is None:
            raise Problem("paramsRequired")
        hits = searched(self.register, words)
        made = [documents.hit(one) for one in hits[(page - 1) * size : page * size]]
        return self._paged("adressen/zoek", "zoekresultaten", made, len(hits), page, size)

    def _streets(self, values: Values, documents: Documents) -> Answer:
        page, size = _page(values)
        values.flag("huidig")  # all streets are
        number = values.text("woonplaatsIdentificatie", r"[0-9]{4}")
        town, name = values.text("woonplaatsNaam"), values.text("openbareRuimteNaam")
        values.done()
        if number is None and (town is None or name is None):
            raise Problem("paramsCombination" if town or name else "paramsRequired")
        streets = [
            one
            for one in self.register.streets.values()
            if number in {None, one.woonplaats}
            and town in {None, self.register.towns[one.woonplaats]}
            and name in {None, one.naam}
        ]
        made = [documents.openbare_ruimte(one) for one in streets[(page - 1) * size : page * size]]
        return self._paged("openbareruimten", "openbareruimten", made, len(streets), page, size)

    def _paged(  # noqa: PLR0917 - a page is all of these
        self, path: str, name: str, made: list[Json], count: int, page: int, size: int
    ) -> Answer:
        last = max(1, -(-count // size))
        pages = {"self": page, "first": 1, "last": last}
        pages |= {"next": page + 1} if page < last else {}
        pages |= {"previous": page - 1} if page > 1 else {}
        links = {
            rel: link(f"{self._root}/{path}?page={at}&pageSize={size}") for rel, at in pages.items()
        }
        headers = {**_VERSION, "X-Pagination-Page": str(page), "X-Pagination-Limit": str(size)}
        return hal({"_links": links, **({"_embedded": {name: made}} if made else {})}, headers)


def _page(values: Values) -> tuple[int, int]:
    page = values.number("page", least=1, most=10**6)
    size = values.number("pageSize", least=10, most=100)
    return page or 1, size or _FIRST_PAGE


def _expanded(document: Json, documents: Documents, one: Address, expand: str | None) -> Json:
    if expand is None:
        return document
    parts = {
        name: write
        for name, write in documents.parts(one).items()
        if name.startswith("ligt") == ("nummeraanduiding" in document)
    }
    names = list(parts) if expand == "true" else expand.split(",")
    if not set(names) <= set(parts):
        raise Problem("paramsValidation", "De foutieve parameter(s) zijn: expand.")
    return {**document, "_embedded": {name: parts[name]() for name in names}}


def _info() -> Answer:
    body = b'{"api-name": "Simulator BAG API Individuele Bevragingen", "api-version": "2.9.2"}'
    return Answer(status=200, body=body, headers={"Content-Type": "application/json", **_VERSION})
