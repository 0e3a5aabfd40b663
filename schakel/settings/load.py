"""From files to `Settings`, or to the list of everything that is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from continuity.keyring import StoreKeys
from routing import (
    ANY_TENANT,
    Condition,
    InvalidCondition,
    InvalidRoutes,
    Route,
    RouteTable,
    Target,
)
from schakel.protocolling import ProtocolSettings
from schakel.purposes import Purposes
from schakel.settings import files, secrets, xmlsets
from schakel.settings.asks import Asks, read_asks
from schakel.settings.files import Piece, Pieces
from schakel.settings.kinds import AdapterKind
from schakel.settings.mistakes import ConfigurationMistakes, Mistake, nearest, problems_of
from schakel.settings.protocol import ProtocolSection, read_protocol
from schakel.settings.purposes import (
    PurposeSection,
    read_purposes,
    unknown_kept,
    unknown_purpose,
    without_purpose,
)
from schakel.settings.sections import (
    AmqpSection,
    AskSection,
    DestinationSection,
    DocumentsSection,
    HubSection,
    ReconciliationSection,
    ReplaySection,
    RetentionSection,
    RouteSection,
    SchemasSection,
    Section,
    SecuritySection,
    StoreSection,
    TenantSection,
)
from schakel.settings.settings import DestinationSettings, Settings
from schakel.settings.shelves import DocumentSettings, read_where
from schakel.settings.storage import StoreAddress, read_address
from schakel.settings.storekeys import read_store_keys
from schemas import MESSAGE_TYPES
from schemas.messagetypes import FROM_HUB

_S = TypeVar("_S", bound=Section)
_ANYTHING: Final = frozenset(MESSAGE_TYPES)


def load(
    path: Path | None = None,
    *,
    adapters: Mapping[str, AdapterKind] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Reads and checks everything; raises `ConfigurationMistakes` with all that is wrong.

    May be called again while the hub runs: it changes nothing. `path` None: SCHAKEL_CONFIG, or
    schakel.toml in the working directory. `adapters` None: all that the hub has.
    """
    if adapters is None:
        from schakel.compose import ADAPTERS  # noqa: PLC0415 - compose builds on the settings

        adapters = ADAPTERS
    pieces = files.read(files.find(path, environ))
    return _Check(pieces, adapters, environ).settings()


class _Check:
    """One pass over all pieces; mistakes pile up in `mistakes`."""

    def __init__(
        self, pieces: Pieces, adapters: Mapping[str, AdapterKind], environ: Mapping[str, str]
    ) -> None:
        self.pieces = pieces
        self.adapters = adapters
        self.environ = environ
        self.mistakes = list(pieces.mistakes)
        self.index_key: SecretStr | None = None

    def settings(self) -> Settings:
        hub = self.table("hub", HubSection)
        address = self.store_address()
        replay = self.table("replay", ReplaySection)
        reconciliation = self.table("reconciliation", ReconciliationSection)
        store_keys = self.store_keys()
        protocol = self.protocol()
        amqp = self.amqp()
        documents = self.documents()
        tenants = self.tenants()
        retention = self.retention(tenants)
        destinations, targets = self.destinations(tenants)
        routes = self.routes(tenants, targets)
        self.own_name(hub, routes, destinations)
        asks = self.asks(tenants, destinations)
        purposes = self.purposes(tenants, destinations, asks)
        schemas_dir = self.schemas_dir(destinations)
        self.certificates(hub, destinations)
        if self.mistakes or documents is None or hub is None or address is None or routes is None:
            raise ConfigurationMistakes(sorted(self.mistakes, key=self.reading_order))
        return Settings(
            files=self.pieces.files,
            hub=hub,
            replay=replay or ReplaySection(),
            reconciliation=reconciliation or ReconciliationSection(),
            store=address,
            store_keys=store_keys,
            retention=retention,
            amqp=amqp,
            documents=documents,
            tenants=tenants,
            destinations=destinations,
            routes=routes,
            asks=asks,
            purposes=purposes,
            protocol=protocol,
            schemas_dir=schemas_dir,
        )

    def table(self, name: str, model: type[_S]) -> _S | None:
        """A section that may be spread over the files; each key's mistakes under its own file."""
        pieces = self.pieces[name]
        merged = {key: value for piece in reversed(pieces) for key, value in piece.value.items()}
        try:
            return model.model_validate(merged)
        except ValidationError as error:
            for key, detail in problems_of(error, model):
                root = key.partition(".")[0]
                owner = next((piece for piece in pieces if root in piece.value), pieces[0])
                self.mistakes.append(owner.mistake(key, detail))
            return None

    def store_address(self) -> StoreAddress | None:
        section = self.table("store", StoreSection)
        if section is None:
            return None
        try:
            return read_address(section.url, base=self.pieces.base, environ=self.environ)
        except ValueError as error:
            piece = next(piece for piece in self.pieces["store"] if "url" in piece.value)
            self.mistakes.append(piece.mistake("url", str(error)))
            return None

    def store_keys(self) -> StoreKeys | None:
        """None also when something is wrong with them: the mistakes then say so."""
        pieces = self.pieces["security"]
        merged = {key: value for piece in pieces for key, value in piece.value.items()}
        found = secrets.resolve(
            merged, SecuritySection, base=self.pieces.base, environ=self.environ
        )
        problems = list(found.problems)
        try:
            section = SecuritySection.model_validate(found.values)
        except ValidationError as error:
            problems += problems_of(error, SecuritySection, secrets=found.secrets)
            keys = None
        else:
            keys = read_store_keys(section, problems)
            self.index_key = section.index_key
        empty = Piece(file=str(self.pieces.files[0]), key="security", value={})
        for key, detail in dict(reversed(problems)).items():
            root = key.partition(".")[0].partition("[")[0]
            owner = next((piece for piece in pieces if root in piece.value), None)
            self.mistakes.append((owner or next(iter(pieces), empty)).mistake(key, detail))
        return keys

    def protocol(self) -> ProtocolSettings:
        """After `store_keys`: their index key serves where the log has no keys of its own."""
        pieces = self.pieces["protocol"]
        merged = {key: value for piece in pieces for key, value in piece.value.items()}
        found = secrets.resolve(
            merged, ProtocolSection, base=self.pieces.base, environ=self.environ
        )
        problems = list(found.problems)
        try:
            section = ProtocolSection.model_validate(found.values)
        except ValidationError as error:
            problems += problems_of(error, ProtocolSection, secrets=found.secrets)
            section = ProtocolSection()
        settings = read_protocol(section, self.index_key, problems)
        for key, detail in dict(reversed(problems)).items():
            root = key.partition(".")[0].partition("[")[0]
            owner = next((piece for piece in pieces if root in piece.value), pieces[0])
            self.mistakes.append(owner.mistake(key, detail))
        return settings

    def amqp(self) -> AmqpSection | None:
        """None when the section is absent, and when something is wrong with it."""
        pieces = self.pieces["amqp"]
        if not pieces:
            return None
        merged = {key: value for piece in pieces for key, value in piece.value.items()}
        found = secrets.resolve(merged, AmqpSection, base=self.pieces.base, environ=self.environ)
        problems = list(found.problems)
        section = None
        try:
            section = AmqpSection.model_validate(found.values)
        except ValidationError as error:
            problems += problems_of(error, AmqpSection, secrets=found.secrets)
        told: dict[str, str] = {}
        for key, detail in problems:  # an address that was not found is not wrong as well
            if key or not found.problems:
                told.setdefault(key or "url", detail)
        for key, detail in told.items():
            owner = next((piece for piece in pieces if key in piece.value), pieces[0])
            self.mistakes.append(owner.mistake(key, detail))
        return section

    def documents(self) -> DocumentSettings | None:
        """None when something is wrong with them."""
        pieces = self.pieces["documents"]
        merged = {key: value for piece in pieces for key, value in piece.value.items()}
        found = secrets.resolve(
            merged, DocumentsSection, base=self.pieces.base, environ=self.environ
        )
        problems = list(found.problems)
        try:
            section = DocumentsSection.model_validate(found.values)
        except ValidationError as error:
            problems += problems_of(error, DocumentsSection, secrets=found.secrets)
            section = None
        for key, detail in dict(reversed(problems)).items():
            owner = next((piece for piece in pieces if key in piece.value), pieces[0])
            self.mistakes.append(owner.mistake(key, detail))
        if section is None:
            return None
        return DocumentSettings(
            where=read_where(section.url, base=self.pieces.base),
            limit=section.limit,
            keep=section.keep,
            endpoint=section.endpoint,
            region=section.region,
            access_key_id=section.access_key_id,
            secret_access_key=section.secret_access_key,
        )

    def retention(self, tenants: Mapping[str, TenantSection]) -> tuple[RetentionSection, ...]:
        rules = self.items("retention", RetentionSection)
        for piece, rule in rules:
            self.known_tenants(piece, rule.tenant, tenants)
        return tuple(rule for _, rule in rules)

    def items(self, name: str, model: type[_S]) -> list[tuple[Piece, _S]]:
        """The items of a list, as far as they can be read.

        A mistake in one key must not hide what is wrong with the others: the item is checked
        without that key. It is never used then, because there are mistakes.
        """
        read = []
        for piece in self.pieces[name]:
            try:
                read.append((piece, model.model_validate(dict(piece.value))))
            except ValidationError as error:
                self.add(piece, problems_of(error, model))
                wrong = {str(one["loc"][0]) for one in error.errors() if one["loc"]}
                rest = {key: value for key, value in piece.value.items() if key not in wrong}
                if "name" in wrong:
                    rest["name"] = f"no-name-{len(read)}"  # only this can be made up safely
                with suppress(ValidationError):
                    read.append((piece, model.model_validate(rest)))
        return read

    def add(self, piece: Piece, problems: Iterable[tuple[str, str]]) -> None:
        self.mistakes.extend(piece.mistake(key, detail) for key, detail in problems)

    def once(self, section: str, key: str) -> None:
        """No two items of a list may have the same `key`, in whichever files they stand."""
        first: dict[str, Piece] = {}
        for piece in self.pieces[section]:
            value = piece.value.get(key)
            if not isinstance(value, str):
                continue
            if value in first:
                other = first[value]
                where = f"{other.key} of {other.file}"
                piece_detail = f"'{value}' is used already, by {where}: it must be unique."
                self.mistakes.append(piece.mistake(key, piece_detail))
            first.setdefault(value, piece)

    def tenants(self) -> dict[str, TenantSection]:
        self.once("tenant", "code")
        if not self.pieces["tenant"]:
            detail = "There is no [[tenant]]: without one the hub refuses every message."
            self.mistakes.append(
                Mistake(file=str(self.pieces.files[0]), key="tenant", detail=detail)
            )
        return {str(tenant.code): tenant for _, tenant in self.items("tenant", TenantSection)}

    def destinations(
        self, tenants: Mapping[str, TenantSection]
    ) -> tuple[dict[str, DestinationSettings], dict[str, Target]]:
        """The sound ones; and for routing all of them, so that one mistake is told once."""
        self.once("destination", "name")
        targets = {
            name: Target(handles=_ANYTHING)
            for piece in self.pieces["destination"]
            if isinstance(name := piece.value.get("name"), str)
        }
        sound: dict[str, DestinationSettings] = {}
        for piece, section in self.items("destination", DestinationSection):
            self.known_tenants(piece, (section.tenant,), tenants)
            kind = self.adapters.get(section.adapter)
            if kind is None:
                detail = f"There is no adapter '{section.adapter}'."
                self.add(piece, [("adapter", detail + nearest(section.adapter, self.adapters))])
                continue
            if section.name in targets:
                targets[section.name] = Target(handles=kind.handles, tenant=section.tenant)
            settings = self.adapter_settings(piece, section, kind)
            if settings is not None:
                sound[section.name] = DestinationSettings(
                    name=section.name,
                    adapter=section.adapter,
                    tenant=None if section.tenant == ANY_TENANT else section.tenant,
                    policy=section.policy(),
                    settings=settings,
                    ask_concurrency=section.ask_concurrency,
                    purpose=section.purpose,
                )
        return sound, targets

    def adapter_settings(
        self, piece: Piece, section: DestinationSection, kind: AdapterKind
    ) -> BaseModel | None:
        found = secrets.resolve(
            section.settings, kind.settings, base=self.pieces.base, environ=self.environ
        )
        problems = list(found.problems)
        settings = None
        try:
            settings = kind.settings.model_validate(found.values)
        except ValidationError as error:
            problems += problems_of(error, kind.settings, secrets=found.secrets)
        told: dict[str, str] = {}
        for key, detail in problems:  # a secret that was not found is not "missing" as well
            told.setdefault(key, detail)
        self.add(piece, ((f"settings.{key}".rstrip("."), told[key]) for key in told))
        return settings

    def known_tenants(
        self, piece: Piece, codes: Sequence[str], tenants: Mapping[str, TenantSection]
    ) -> None:
        listed = {piece.value.get("code") for piece in self.pieces["tenant"]} | set(tenants)
        for code in codes:
            if code != ANY_TENANT and code not in listed:
                advice = nearest(code, tenants)
                detail = f"There is no [[tenant]] with code '{code}'.{advice}"
                self.add(piece, [("tenant", detail)])

    def routes(
        self, tenants: Mapping[str, TenantSection], targets: Mapping[str, Target]
    ) -> RouteTable | None:
        self.once("route", "name")
        readable = []
        for piece, section in self.items("route", RouteSection):
            self.known_tenants(piece, section.tenant, tenants)
            if (route := self.route(piece, section)) is not None:
                readable.append((piece, route))
        try:
            return RouteTable([route for _, route in readable], destinations=targets)
        except InvalidRoutes as error:
            for one in error.mistakes:
                piece = readable[one.route][0]
                if one.key != "name" or "name" not in piece.value:  # told by `once` already
                    self.add(piece, [(one.key, one.detail)])
            return None

    def route(self, piece: Piece, section: RouteSection) -> Route | None:
        conditions, problems = [], []
        for path, wanted in section.when.items():
            try:
                conditions.append(Condition.parse(path, wanted))
            except InvalidCondition as error:
                problems.append((f'when."{path}"', str(error)))
        self.add(piece, problems)
        if problems:
            return None
        return Route(
            name=section.called(),
            types=section.type,
            tenants=section.tenant,
            when=tuple(conditions),
            to=section.to,
            on_parked=section.on_parked,
            reason=section.reason,
        )

    def asks(
        self,
        tenants: Mapping[str, TenantSection],
        destinations: Mapping[str, DestinationSettings],
    ) -> Asks:
        sections = self.items("ask", AskSection)
        for piece, section in sections:
            self.known_tenants(piece, section.tenant, tenants)
        names = (piece.value.get("name") for piece in self.pieces["destination"])
        asks, mistakes = read_asks(
            sections,
            tenants=tenants,
            destinations=destinations,
            named={name for name in names if isinstance(name, str)},
            adapters=self.adapters,
        )
        self.mistakes += mistakes
        return asks

    def purposes(
        self,
        tenants: Mapping[str, TenantSection],
        destinations: Mapping[str, DestinationSettings],
        asks: Asks,
    ) -> Purposes:
        sections = self.items("purpose", PurposeSection)
        for piece, section in sections:
            self.known_tenants(piece, section.tenant, tenants)
        purposes, mistakes = read_purposes(sections, tenants=tenants)
        self.mistakes += mistakes
        for piece in self.pieces["destination"]:
            one = destinations.get(str(piece.value.get("name")))
            wrong = None if one is None else unknown_purpose(one, purposes)
            if wrong is not None:
                self.add(piece, [("purpose", wrong)])
        if not mistakes:
            first = str(self.pieces.files[0])
            self.mistakes += [
                Mistake(file=first, key="purpose", detail=detail)
                for detail in (*without_purpose(asks, purposes), *unknown_kept(asks, purposes))
            ]
        return purposes

    def schemas_dir(self, destinations: Mapping[str, DestinationSettings]) -> Path | None:
        section = self.table("schemas", SchemasSection)
        named = None if section is None else section.dir
        folder = xmlsets.folder_of(named, base=self.pieces.base, environ=self.environ)
        if folder is None:
            return None
        piece = next((one for one in self.pieces["schemas"] if "dir" in one.value), None)
        for detail in xmlsets.lacking(folder, destinations, self.adapters):
            if piece is None or self.environ.get(xmlsets.VARIABLE):
                first = str(self.pieces.files[0])
                self.mistakes.append(Mistake(file=first, key=xmlsets.VARIABLE, detail=detail))
            else:
                self.add(piece, [("dir", detail)])
        return folder

    def certificates(
        self, hub: HubSection | None, destinations: Mapping[str, DestinationSettings]
    ) -> None:
        """A destination that lets in by certificate hears of one only from a proxy in front."""
        if hub is None or hub.client_certificate_header is not None:
            return
        for piece in self.pieces["destination"]:
            one = destinations.get(str(piece.value.get("name")))
            key = "" if one is None else self.adapters[one.adapter].certificates(one.settings)
            if key:
                detail = (
                    "Nobody tells the hub whose certificate it is: set client_certificate_header "
                    "and trusted_proxies under [hub]."
                )
                self.add(piece, [(f"settings.{key}", detail)])

    def own_name(
        self,
        hub: HubSection | None,
        routes: RouteTable | None,
        destinations: Mapping[str, DestinationSettings],
    ) -> None:
        """Where the hub itself says something, it needs a name to say it under."""
        if hub is None or hub.oin is not None or routes is None:
            return
        telling = [
            name
            for name, one in destinations.items()
            if self.adapters[one.adapter].tells(one.settings)
        ]
        if telling:
            detail = (
                f"The destination '{telling[0]}' tells the hub about cases: give the OIN that "
                "names the hub as the source of those messages."
            )
            self.lacks_oin(detail)
            return
        wanted = [
            route.name
            for route in routes.routes
            if route.to and any(route.takes_type(name) for name in FROM_HUB)
        ]
        if wanted:
            detail = (
                f"The route '{wanted[0]}' wants messages of the hub itself: give the OIN that "
                "names the hub as their source."
            )
            self.lacks_oin(detail)

    def lacks_oin(self, detail: str) -> None:
        pieces = self.pieces["hub"] or [Piece(file=str(self.pieces.files[0]), key="hub", value={})]
        self.mistakes.append(pieces[0].mistake("oin", detail))

    def reading_order(self, mistake: Mistake) -> int:
        return [str(file) for file in self.pieces.files].index(mistake.file)
