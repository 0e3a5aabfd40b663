"""The data of the simulated zaaksysteem: collections of JSON resources, in memory, indexed."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ZAKEN = "/zaken/api/v1/"
DOCUMENTEN = "/documenten/api/v1/"
CATALOGI = "/catalogi/api/v1/"
BESLUITEN = "/besluiten/api/v1/"
AUTORISATIES = "/autorisaties/api/v1/"
NOTIFICATIES = "/api/v1/"


@dataclass(slots=True, eq=False)
class Record:
    """One resource: its JSON `body` as the API shows it, and `own` facts that it does not show."""

    uuid: str
    url: str
    body: dict[str, Any]
    own: dict[str, Any] = field(default_factory=dict)


class Collection:
    """Resources of one kind in order of creation, found quickly by their indexed fields."""

    def __init__(self, path: str, indexed: Iterable[str]) -> None:
        self.path = path
        self._records: dict[str, Record] = {}
        self._index: dict[str, dict[Any, dict[str, Record]]] = {name: {} for name in indexed}

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records.values())

    def __len__(self) -> int:
        return len(self._records)

    @property
    def indexed(self) -> Mapping[str, object]:
        return self._index

    def newest_first(self) -> Iterator[Record]:
        return reversed(self._records.values())

    def get(self, key: str) -> Record | None:
        return self._records.get(key)

    def find(self, name: str, value: Any) -> Iterable[Record]:
        """Records whose indexed field `name` has this value, in order of creation."""
        return self._index[name].get(value, {}).values()

    def one(self, **values: Any) -> Record | None:
        """Find by several fields, of which the first is indexed."""
        (first, value), *rest = values.items()
        for record in self.find(first, value):
            if all(record.body[name] == wanted for name, wanted in rest):
                return record
        return None

    def add(self, record: Record) -> Record:
        self._records[record.uuid] = record
        for name, index in self._index.items():
            index.setdefault(record.body[name], {})[record.uuid] = record
        return record

    def update(self, record: Record, changes: Mapping[str, Any]) -> None:
        for name, index in self._index.items():
            if name in changes:
                index[record.body[name]].pop(record.uuid, None)
                index.setdefault(changes[name], {})[record.uuid] = record
        record.body.update(changes)

    def remove(self, record: Record) -> None:
        del self._records[record.uuid]
        for name, index in self._index.items():
            index[record.body[name]].pop(record.uuid, None)


_INDEXES: dict[str, tuple[str, ...]] = {
    CATALOGI + "catalogussen": ("domein",),
    CATALOGI + "zaaktypen": ("identificatie",),
    CATALOGI + "statustypen": ("zaaktype",),
    CATALOGI + "roltypen": ("zaaktype",),
    CATALOGI + "resultaattypen": ("zaaktype",),
    CATALOGI + "eigenschappen": ("zaaktype",),
    CATALOGI + "informatieobjecttypen": ("catalogus",),
    CATALOGI + "zaaktype-informatieobjecttypen": ("zaaktype",),
    CATALOGI + "besluittypen": ("catalogus",),
    ZAKEN + "zaken": ("identificatie",),
    ZAKEN + "statussen": ("zaak",),
    ZAKEN + "rollen": ("zaak",),
    ZAKEN + "resultaten": ("zaak",),
    ZAKEN + "zaakobjecten": ("zaak",),
    ZAKEN + "zaakeigenschappen": ("zaak",),
    ZAKEN + "zaakinformatieobjecten": ("zaak", "informatieobject"),
    DOCUMENTEN + "enkelvoudiginformatieobjecten": ("identificatie",),
    DOCUMENTEN + "bestandsdelen": ("url",),
    DOCUMENTEN + "gebruiksrechten": ("informatieobject",),
    DOCUMENTEN + "objectinformatieobjecten": ("object", "informatieobject"),
    BESLUITEN + "besluiten": ("identificatie", "zaak"),
    BESLUITEN + "besluitinformatieobjecten": ("besluit",),
    AUTORISATIES + "applicaties": ("label",),
    NOTIFICATIES + "kanaal": ("naam",),
    NOTIFICATIES + "abonnement": ("callbackUrl",),
}


class Store:
    """All collections of one zaaksysteem; ids are drawn from `seed` and so are repeatable."""

    def __init__(self, base_url: str, seed: int) -> None:
        self.base_url = base_url
        self._dice = random.Random(seed)  # noqa: S311 - repeatable ids are wanted here
        self._collections = {path: Collection(path, names) for path, names in _INDEXES.items()}
        self._numbers: dict[str, int] = {}
        self._added: list[tuple[Collection, Record]] | None = None

    def __getitem__(self, path: str) -> Collection:
        return self._collections[path]

    def new_id(self) -> str:
        return str(uuid.UUID(int=self._dice.getrandbits(128), version=4))

    def new_hex(self) -> str:
        return f"{self._dice.getrandbits(128):032x}"

    def next_number(self, prefix: str, year: int) -> str:
        """Give out the next generated identificatie, such as ZAAK-2026-0000000001."""
        start = f"{prefix}-{year}-"
        self._numbers[start] = self._numbers.get(start, 0) + 1
        return f"{start}{self._numbers[start]:010d}"

    def new_url(self, path: str) -> tuple[str, str]:
        """Draw an id and make the absolute URL of a new resource in a collection."""
        key = self.new_id()
        return key, f"{self.base_url}{path}/{key}"

    def make(self, path: str, body: Mapping[str, Any], **own: Any) -> Record:
        """Make and add a resource; its URL, and its uuid where the body has one, are put first."""
        key, url = self.new_url(path)
        full = {"url": url, **body}
        if "uuid" in full:
            full["uuid"] = key
        return self.add(path, Record(key, url, full, own))

    def add(self, path: str, record: Record) -> Record:
        collection = self[path]
        if self._added is not None:
            self._added.append((collection, record))
        return collection.add(record)

    def begin(self) -> None:
        """Remember what is added from here, until `keep` or `roll_back`."""
        self._added = []

    def keep(self) -> None:
        self._added = None

    def roll_back(self) -> None:
        """Remove what was added since `begin`; records that existed before are not restored."""
        added, self._added = self._added or [], None
        for collection, record in reversed(added):
            collection.remove(record)

    def at(self, url: str, path: str) -> Record | None:
        """Return the resource behind an absolute URL when it lives in this collection."""
        start = self.base_url + path + "/"
        if not url.startswith(start):
            return None
        return self[path].get(url[len(start) :])

    def holds(self, url: str) -> bool:
        """Tell whether the URL is that of any resource here."""
        start, _, key = url.rpartition("/")
        collection = self._collections.get(start.removeprefix(self.base_url))
        return collection is not None and collection.get(key) is not None
