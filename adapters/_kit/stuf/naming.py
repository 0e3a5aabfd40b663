"""Which operation a body element means, and with which code it is refused when it means none.

In 1.1 several operations share one element: SOAPAction tells them apart, and without a usable one
what the message holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from lxml import etree

from adapters._kit.stuf.names import BG, OPERATIONS, STUF, ZDS, ZKN, Operation, Profile, q
from adapters._kit.stuf.stuurgegevens import Stuurgegevens


class NietLeesbaar(ValueError):
    """The message means nothing to us. `code` is the StUF code to refuse it with.

    `detail` is a sentence without anything of the content.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Named:
    berichtcode: str
    operation: str | None
    profile: Profile | None


BERICHTCODES: Final = frozenset(
    f"{kind}{number:02d}"
    for kind, numbers in {
        "Lk": range(1, 7), "Lv": range(1, 15), "La": range(1, 15), "Sa": range(1, 15),
        "Sh": range(1, 7), "Di": range(1, 3), "Du": range(1, 3), "Bv": range(1, 5),
        "Fo": range(1, 4), "Tr": range(1, 2),
    }.items()
    for number in numbers
)  # fmt: skip

_SECTOR: Final = re.compile(r"http://www\.egem\.nl/StUF/sector/([a-z]+)/(\d{4})", re.ASCII)
_STUF: Final = re.compile(r"http://www\.egem\.nl/StUF/StUF\d{4}", re.ASCII)
_ZDS: Final = re.compile(r"http://www\.stufstandaarden\.nl/koppelvlak/zds\d{4}", re.ASCII)
_ENTITY: Final = re.compile(r"([a-z]{3})((?:Lk|Lv|La|Sa|Sh)\d\d)", re.ASCII)
_FREE: Final = re.compile(r"\w+_((?:Di|Du)\d\d)", re.ASCII)
_CODE_IN_NAME: Final = re.compile(r"([A-Z][a-z]\d\d)(?:Bericht)?$", re.ASCII)
_ENTITIES: Final = frozenset({"zak", "edc", "bsl", "nps", "nnp", "ves", "adr", "mdw", "oeh", "stt"})
_PROFILES: Final[Mapping[str, Profile]] = MappingProxyType({ZKN: "1.1", ZDS: "1.2"})

_BY_ELEMENT: Final[Mapping[str, tuple[Operation, ...]]] = MappingProxyType(
    {
        element: tuple(
            {one.name: one for one in OPERATIONS.values() if one.element == element}.values()
        )
        for element in {one.element for one in OPERATIONS.values()}
    }
)
_SPELLED: Final[Mapping[str, str]] = MappingProxyType(
    {
        q(ZDS, "geefZaakdocumentbewerken_Di02"): q(ZDS, "geefZaakdocumentBewerken_Di02"),
        q(ZKN, "geefZaakdocumentBewerken_Di02"): q(ZKN, "geefZaakdocumentbewerken_Di02"),
    }
)
"""Specification and schema differ on one capital."""

_ANSWER_CODES: Final = frozenset({"La01", "Du02"})


def name_of(element: etree._Element, head: Stuurgegevens, action: str | None) -> Named:
    """Return what the body element `element` is; raises NietLeesbaar when that is not known."""
    name = etree.QName(element)
    ns, local = name.namespace or "", name.localname
    code = _code(head, local)
    candidates = _BY_ELEMENT.get(_SPELLED.get(element.tag, element.tag), ())
    profile = _PROFILES.get(ns)
    if len(candidates) == 1:
        return Named(code, candidates[0].name, profile)
    if candidates:
        return Named(code, _by_action(candidates, action) or _by_content(element), profile)
    if ns == STUF and code in {"Bv02", "Bv04", "Fo02"}:
        return Named(code, None, None)
    if code in _ANSWER_CODES and ns in {ZKN, ZDS, BG}:
        return Named(code, _answered(local), profile)
    raise _refusal(ns, local, code)


def _code(head: Stuurgegevens, local: str) -> str:
    """The berichtcode: what the element is called counts for more than what stuurgegevens say."""
    in_name = _CODE_IN_NAME.search(local)
    if in_name and in_name[1] in BERICHTCODES:
        return in_name[1]
    if head.berichtcode in BERICHTCODES:
        return head.berichtcode
    raise NietLeesbaar("StUF022", "Neither stuurgegevens nor the body element has a berichtcode.")


def _by_action(candidates: tuple[Operation, ...], action: str | None) -> str | None:
    """Compare the last part of the action, without regard to its first letter (Sigmax)."""
    if not action:
        return None
    wanted = _uncapitalised(action.rstrip("/").rpartition("/")[2])
    names = {_uncapitalised(one.action.rpartition("/")[2]): one.name for one in candidates}
    return names.get(wanted)


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]


def _by_content(element: etree._Element) -> str | None:
    return _READERS[_local(element)](element)


def _kind_of_zaklk(element: etree._Element) -> str:
    objects = list(element.iterchildren("{*}object"))
    if objects and _sets_a_status(objects[-1]):
        return "actualiseerZaakstatus"  # also where a sender calls it an addition (T)
    mutation = _first(element, "parameters", "mutatiesoort")
    adds = mutation is not None and (mutation.text or "").strip() == "T"
    return "creeerZaak" if adds else "updateZaak"


def _sets_a_status(zaak: etree._Element) -> bool:
    if next(zaak.iterchildren("{*}heeft"), None) is None:
        return False
    filled = _filled(zaak)
    return "heeft" in filled and filled <= _OF_A_STATUS


def _kind_of_edclk(element: etree._Element) -> str:
    content = _first(element, "object", "inhoud")
    return "maakZaakdocument" if content is None else "voegZaakdocumentToe"


def _kind_of_zaklv(element: etree._Element) -> str:
    asked = _first(element, "scope", "object")
    names = set() if asked is None else {_local(part) for part in asked}
    if "heeftRelevant" in names:
        return "geefLijstZaakdocumenten"
    keyed = _first(element, "gelijk", "identificatie") is not None
    if keyed and "heeft" in names and names <= _OF_A_STATUS:
        return "geefZaakstatus"
    return "geefZaakdetails" if keyed else "zakLv01"


_READERS: Final = MappingProxyType(
    {"zakLk01": _kind_of_zaklk, "edcLk01": _kind_of_edclk, "zakLv01": _kind_of_zaklv}
)
_OF_A_STATUS: Final = frozenset(
    {
        "heeft", "identificatie", "omschrijving", "isVan", "resultaat", "einddatum",
        "archiefnominatie", "tijdvakGeldigheid", "tijdstipRegistratie", "extraElementen",
    }
)  # fmt: skip
"""What may stand beside the status in a message that sets one: keys, and how the case ended."""


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _first(element: etree._Element, *path: str) -> etree._Element | None:
    found: etree._Element | None = element
    for name in path:
        found = next((p for p in (() if found is None else found) if _local(p) == name), None)
    return found


def _filled(element: etree._Element) -> set[str]:
    return {_local(part) for part in element if len(part) or (part.text or "").strip()}


def _answered(local: str) -> str | None:
    """The operation that an answer belongs to, where its element says so."""
    stem = local.rpartition("_")[0]
    names = {_uncapitalised(name).lower(): name for name, _ in OPERATIONS}
    if stem:
        return names.get(stem.lower())
    return "npsLv01" if local == "npsLa01" else None


def _refusal(ns: str, local: str, code: str) -> NietLeesbaar:
    return _of_namespace(ns) or _of_element(ns, local, code)


def _of_namespace(ns: str) -> NietLeesbaar | None:
    if ns in {STUF, ZKN, BG, ZDS}:
        return None
    if _STUF.fullmatch(ns):
        return NietLeesbaar("StUF001", "This version of StUF is not spoken here; send StUF 3.01.")
    sector = _SECTOR.fullmatch(ns)
    if _ZDS.fullmatch(ns) or (sector and sector[1] in {"zkn", "bg"}):
        detail = (
            "This version of the sector model is not spoken here; send zkn0310, bg0310, zds0120."
        )
        return NietLeesbaar("StUF007", detail)
    return NietLeesbaar("StUF004", "The body element is in no sector model that is spoken here.")


def _of_element(ns: str, local: str, code: str) -> NietLeesbaar:
    entity = _ENTITY.fullmatch(local)
    if entity and entity[1] not in _ENTITIES:
        return NietLeesbaar("StUF028", "No entiteittype of the sector model has such messages.")
    if entity and code[:2] in {"Lk", "Lv"}:
        return NietLeesbaar("StUF031", f"{code} messages of this entiteittype are not taken here.")
    if _FREE.fullmatch(local) or ns == ZDS:
        return NietLeesbaar("StUF034", "This function is not known here.")
    return NietLeesbaar("StUF025", f"{code} messages are not taken here.")
