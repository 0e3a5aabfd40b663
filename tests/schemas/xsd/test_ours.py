"""What holds for our own schemas by themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Final

import pytest
from lxml import etree

from adapters._kit.stuf.names import OPERATIONS
from schemas.xsdset import SETS, XSD_DIRECTORY
from tests.schemas.xsd.model import XS, Model

_FILES: Final = sorted(XSD_DIRECTORY.rglob("*.xsd"))
_COMPILE_ALL: Final = """
import time
from schemas import xsdset
start = time.process_time()
for name in xsdset.SETS:
    xsdset.compiled(name)
print(time.process_time() - start)
"""


def _names(name: str) -> set[str]:
    return {etree.QName(one.name).localname for one in Model(name).messages()}


def test_all_sets_compile_within_a_second_in_a_fresh_process() -> None:
    measured = subprocess.run(
        [sys.executable, "-c", _COMPILE_ALL], capture_output=True, check=True, text=True
    )
    assert float(measured.stdout) < 1


@pytest.mark.parametrize("profile", ["1.1", "1.2"])
def test_every_operation_of_a_profile_can_be_said_and_answered(profile: str) -> None:
    known = _names("zds-1.1") | _names("bg-3.10") if profile == "1.1" else _names("zds-1.2")
    # What a profile has no message of its own for is said in StUF-ZKN or StUF-BG.
    known |= _names("bg-3.10") | {"zakLv01", "zakLa01"}
    wanted = [one for one in OPERATIONS.values() if one.profile == profile]
    assert wanted
    for operation in wanted:
        assert etree.QName(operation.element).localname in known, operation.name


def test_nothing_but_the_details_of_a_fault_is_open() -> None:
    open_places = [
        (path.name, node.getparent())
        for path in _FILES
        for node in etree.parse(path).iter(f"{XS}any", f"{XS}anyAttribute")
    ]
    assert [name for name, _ in open_places] == ["stuf.xsd"]


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_a_schema_refers_to_neighbours_only(path: object) -> None:
    for place in _references(str(path)):
        assert "://" not in place
        assert not place.startswith("/")


def _references(path: str) -> Iterator[str]:
    for node in etree.parse(path).iter(f"{XS}import", f"{XS}include"):
        yield str(node.attrib["schemaLocation"])


@pytest.mark.parametrize("name", SETS)
def test_every_file_below_a_set_is_reached_from_an_entry_point(name: str) -> None:
    assert (XSD_DIRECTORY / f"{name}.xsd").is_file()
    assert _names(name)
