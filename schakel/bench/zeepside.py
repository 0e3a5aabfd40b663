"""zeep, to be measured: its client of the official WSDL, and a message as it wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from itertools import cycle
from pathlib import Path
from typing import Any, Final

from lxml import etree

_XSI_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_WSDLS: Final[Mapping[str, tuple[str, str]]] = {
    "1.1": (
        "zds-1.1/zkn0310/zs-dms/zkn0310_ontvangAsynchroon_mutatie_zs-dms.wsdl",
        "creeerZaak_Lk01",
    ),
    "1.2": (
        "zds-1.2/zds0120/berichten/zds0120_ontvangAsynchroon_mutatie_zs-dms.wsdl",
        "creeerZaak_ZakLk01",
    ),
}


class NoZeep(Exception):
    """zeep cannot be measured here; the text says why."""


Side = Callable[[Iterable[etree._Element]], Callable[[], object]]  # noqa: SLF001 - lxml's only name for the class


def zeep_client(standards: Path, profile: str) -> Side:
    """Return what gives, for bodies, what makes zeep build the same in turns; raises NoZeep."""
    try:
        zeep: Any = import_module("zeep")  # for comparing only: no part of the hub
    except ImportError:
        raise NoZeep("the package zeep is not installed.") from None
    folder = standards / "stuf"
    if not folder.is_dir():
        raise NoZeep(f"the official WSDLs are not in {folder}.")
    place, operation = _WSDLS[profile]
    client = zeep.Client(str(folder / place), transport=_transport(zeep, folder))

    def writer(bodies: Iterable[etree._Element]) -> Callable[[], object]:
        turns = cycle([_as_arguments(body) for body in bodies])
        return lambda: client.create_message(client.service, operation, **next(turns))

    return writer


def _transport(zeep: Any, folder: Path) -> Any:
    """GML 3.1.1 as published breaks zeep; a flattened one lies beside the standards."""
    flat = folder / "gml-profile"

    class FlatGml(zeep.Transport):  # type: ignore[misc]  # zeep comes without types here
        def load(self, url: str) -> bytes:
            if url.endswith("gml/3.1.1/base/gml.xsd"):
                return (flat / "gml_resolved2017.xsd").read_bytes()
            if url.endswith("_resolved2017.xsd"):
                return (flat / Path(url).name).read_bytes()
            loaded: bytes = super().load(url)
            return loaded

    return FlatGml()


def _as_arguments(element: etree._Element) -> dict[str, Any]:
    """Return the content of an element in the form that zeep takes."""
    filled: dict[str, Any] = {}
    for child in element:
        name = etree.QName(child).localname
        value = _as_value(child)
        if name in filled:
            known = filled[name]
            filled[name] = [*known, value] if isinstance(known, list) else [known, value]
        else:
            filled[name] = value
    return filled


def _as_value(element: etree._Element) -> Any:
    attributes = {
        etree.QName(str(name)).localname: value
        for name, value in element.attrib.items()
        if name != _XSI_NIL
    }
    if len(element):
        return {**_as_arguments(element), **attributes}
    return {"_value_1": element.text, **attributes} if attributes else element.text
