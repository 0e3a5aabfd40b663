"""The official schemas beside the project, by the name of our own set."""

from __future__ import annotations

from functools import cache
from typing import Final

from lxml import etree

from tests.standards import standards_dir

DRIVERS: Final = {
    "zds-1.1": "zds-1.1/driver/zs-dms",
    "zds-1.2": "zds-1.2/driver/zds",
    "bg-3.10": "bg-3.10/driver/vraagAntwoord",
    "stuf-3.01": "zds-1.2/driver/zds",
}


def official_schema(name: str) -> etree.XMLSchema:
    """Return the official schema; without the folder of standards the test is skipped."""
    return _compiled(str(standards_dir() / "stuf" / DRIVERS[name] / "all.xsd"))


@cache
def _compiled(path: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))
