"""The simulated BRK: from a request to an answer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from simulators.brk.documents import (
    NATURAL,
    OBJECTS,
    OTHER,
    PARCEL_FIELDS,
    PERSON_FIELDS,
    RIGHT_FIELDS,
    Documents,
)
from simulators.brk.options import Options
from simulators.brk.searching import found
from simulators.kadaster import (
    Asked,
    Dialect,
    Invalid,
    Json,
    Problem,
    changed_options,
    hal,
    link,
    only,
    problem_answer,
)
from simulators.kit import Answer, ControlCall, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.brk.register import Parcel, Register
    from simulators.kit import Incoming, Surroundings

ROOT: Final = "/esd/bevragen/v2"
_VERSION: Final = {"api-version": "2.0.0"}
_CRS: Final = {**_VERSION, "Content-Crs": "epsg:28992"}
_BSN: Final = r"[0-9]{1,9}"
_SHOWN: Final = 20


def _type_of(status: int) -> str:
    return f"https://docs.microsoft.com/en-us/dotnet/api/system.net.httpstatuscode#{status}"


_DIALECT: Final = Dialect(type_of=_type_of, list_name="invalidParams", headers=_VERSION)


class BrkSystem:
    """A register in memory that does not change. `reset` keeps the options."""

    name = "BRK"

    def __init__(self, *, register: Register, options: Options | None = None) -> None:
        self.register = register
        self.options = options or Options()
        self._root = ROOT
        self._calls = 0

    async def start(self, surroundings: Surroundings) -> None:
        self._root = f"{surroundings.base_url}{ROOT}"

    async def stop(self) -> None:
        """Nothing runs beside the answers."""

    def reset(self) -> None:
        self._calls = 0

    async def answer(self, incoming: Incoming) -> Answer:
        try:
            asked = Asked.read(incoming, ROOT)
            self._admit(asked)
            asked.check_headers()
            return self._answered(asked)
        except Problem as problem:
            base = self._root.removesuffix(ROOT)
            return problem_answer(problem, _DIALECT, f"{base}{incoming.path}")

    def tables(self) -> Sequence[Table]:
        rows = [
            (one.identificatie, one.aanduiding, one.type, str(len(one.rights)))
            for one in list(self.register.parcels.values())[:_SHOWN]
        ]
        columns = ("Identificatie", "Aanduiding", "Kind", "Rights")
        count = f"Parcels (invented), {_SHOWN} of {len(self.register.parcels)}"
        return (Table(title=count, columns=columns, rows=rows),)

    def control_calls(self) -> Sequence[ControlCall]:
        return (ControlCall(method="PUT", path="/options", run=self._put_options),)

    def _put_options(self, given: Any) -> dict[str, Any]:
        self.options = changed_options(self.options, given)
        return {"expiredKey": self.options.expired_key, "withoutData": self.options.without_data}

    def _admit(self, asked: Asked) -> None:
        """Raise Problem for a key that is not ours, and when it is time to misbehave."""
        self._calls += 1
        if self.options.expired_key:
            raise Problem("serverError")
        if asked.headers.get("x-api-key") != self.options.api_key:
            raise Problem("authentication")
        every = self.options.no_content_every
        if every and self._calls % every == 0:
            raise Problem("noContent")

    def _answered(self, asked: Asked) -> Answer:
        if asked.method == "POST" and asked.path == (OBJECTS,):
            return self._owned_by_bsn(asked)
        if asked.method != "GET":
            raise Problem("methodNotAllowed")
        documents = Documents(register=self.register, root=self._root)
        match asked.path:
            case ("kadastraalonroerendezaken",):
                fields, expand = self._wishes(asked)
                parcels = found(self.register, asked.values, self._owned_by_number)
                return self._objects(parcels, documents, fields, expand=expand)
            case ("kadastraalonroerendezaken", number):
                fields, expand = self._wishes(asked)
                asked.values.done()
                parcel = self._parcel(number)
                return hal(self._written(parcel, documents, fields, expand=expand), _CRS)
            case ("kadastraalonroerendezaken", number, "zakelijkgerechtigden"):
                return self._rights(asked, self._parcel(number), documents)
            case ("kadastraalonroerendezaken", number, "zakelijkgerechtigden", right):
                return self._right(asked, self._parcel(number), right, documents)
            case (
                ("kadasternatuurlijkpersonen" | "kadasternietnatuurlijkpersonen") as kind,
                number,
            ):
                return self._person(asked, kind, number, documents)
            case _:
                raise Problem("notFound")

    def _owned_by_bsn(self, asked: Asked) -> Answer:
        if not asked.headers.get("content-type", "").startswith("application/json"):
            raise Problem("unsupported")
        asked.values.done()
        try:
            body = json.loads(asked.body)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise Problem("paramsValidation", "De body is geen JSON-object.")
        number = body.get("burgerservicenummer")
        if not isinstance(number, str) or not re.fullmatch(_BSN, number, re.ASCII):
            wrong = Invalid(
                name="burgerservicenummer",
                code="pattern",
                reason=f"Waarde voldoet niet aan patroon {_BSN}.",
            )
            raise Problem("paramsValidation", invalid=[wrong])
        fields = body.get("fields")
        if not isinstance(fields, str | None):
            wrong = Invalid(name="fields", code="fields", reason="Waarde is geen tekst.")
            raise Problem("paramsValidation", invalid=[wrong])
        documents = Documents(register=self.register, root=self._root)
        return self._objects(self._owned(number), documents, fields, expand=False)

    def _owned_by_number(self, number: str) -> Sequence[Parcel]:
        """By a number of the Kadaster; a burgerservicenummer finds nothing in an address."""
        party = self.register.parties.get(number)
        if party is None or party.kind == "ingeschreven_natuurlijk_persoon":
            return ()
        return self._owned(number)

    def _owned(self, number: str) -> Sequence[Parcel]:
        parcels = self.register.owned_by(number)
        if len(parcels) > self.options.most_parcels:
            raise Problem("serverError")
        return parcels

    def _wishes(self, asked: Asked) -> tuple[str | None, bool]:
        """`fields`, and whether the rights are wanted inside."""
        expand = asked.values.text("expand")
        if expand not in {None, "zakelijkGerechtigden", "true"}:
            wrong = Invalid(name="expand", code="expand", reason="Deel van de waarde onjuist.")
            raise Problem("paramsValidation", invalid=[wrong])
        return asked.values.text("fields", r".{1,1000}"), expand is not None

    def _written(
        self, one: Parcel, documents: Documents, fields: str | None, *, expand: bool
    ) -> Json:
        made = only(documents.parcel(one), fields, PARCEL_FIELDS)
        if not expand:
            return made
        rights = [documents.right(one, right) for right in one.rights]
        return {**made, "_embedded": {"zakelijkGerechtigden": rights}}

    def _objects(
        self, parcels: Sequence[Parcel], documents: Documents, fields: str | None, *, expand: bool
    ) -> Answer:
        made = [self._written(one, documents, fields, expand=expand) for one in parcels]
        return self._collection(OBJECTS, "kadastraalOnroerendeZaken", made)

    def _rights(self, asked: Asked, parcel: Parcel, documents: Documents) -> Answer:
        kind, fields = asked.values.text("type"), asked.values.text("fields", r".{1,1000}")
        asked.values.done()
        made = [
            only(documents.right(parcel, one), fields, RIGHT_FIELDS)
            for one in parcel.rights
            if kind in {None, one.type}
        ]
        path = f"{OBJECTS}/{parcel.identificatie}/zakelijkgerechtigden"
        return self._collection(path, "zakelijkGerechtigden", made)

    def _right(self, asked: Asked, parcel: Parcel, number: str, documents: Documents) -> Answer:
        fields = asked.values.text("fields", r".{1,1000}")
        asked.values.done()
        for one in parcel.rights:
            if one.identificatie == number:
                return hal(only(documents.right(parcel, one), fields, RIGHT_FIELDS), _CRS)
        raise Problem("notFound")

    def _person(self, asked: Asked, kind: str, number: str, documents: Documents) -> Answer:
        fields = asked.values.text("fields", r".{1,1000}")
        asked.values.done()
        party = self.register.parties.get(number)
        resource = None if party is None else NATURAL if party.natural else OTHER
        if party is None or party.kind == "ingeschreven_natuurlijk_persoon" or resource != kind:
            raise Problem("notFound")
        return hal(only(documents.person(party), fields, PERSON_FIELDS), _VERSION)

    def _parcel(self, number: str) -> Parcel:
        parcel = self.register.parcels.get(number)
        if parcel is None:
            raise Problem("notFound")
        return parcel

    def _collection(self, path: str, name: str, made: Sequence[Json]) -> Answer:
        links = {"self": link(f"{self._root}/{path}")}
        there = bool(made) and not self.options.without_data
        return hal({"_links": links, **({"_embedded": {name: list(made)}} if there else {})}, _CRS)
