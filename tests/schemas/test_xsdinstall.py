from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from lxml import etree

from schemas import xsdset
from schemas.xml import parse_xml
from schemas.xsdinstall import NothingToInstall, install
from schemas.xsdset import SETS, UnusableSchemas
from tests.standards import standards_dir

_XS: Final = "http://www.w3.org/2001/XMLSchema"
_STUF: Final = "http://www.egem.nl/StUF/StUF0301"
_OF_VERSION: Final = {
    "1.1": "zds-1.1",
    "1.2": "zds-1.2",
    "bg-3.10": "bg-3.10",
    "stuf-3.01": "stuf-3.01",
}


def _schema(content: str, namespace: str = _STUF) -> str:
    return (
        f'<xs:schema xmlns:xs="{_XS}" xmlns:s="{_STUF}" targetNamespace="{namespace}" '
        f'elementFormDefault="qualified">{content}</xs:schema>'
    )


def _download(folder: Path, mtom: str = "", basis: str = "") -> Path:
    """A small stand-in for a download: its two documents share the namespace of StUF."""
    place = folder / "download" / "0301"
    place.mkdir(parents=True)
    (place / "stuf0301.xsd").write_text(
        _schema(basis or '<xs:element name="a" type="xs:string"/>'), encoding="utf-8"
    )
    (place / "stuf0301mtom.xsd").write_text(
        _schema(mtom or '<xs:include schemaLocation="stuf0301.xsd"/><xs:element name="b"/>'),
        encoding="utf-8",
    )
    return folder / "download"


def test_a_set_is_found_copied_and_usable(tmp_path: Path) -> None:
    done = install(_download(tmp_path), tmp_path / "to")
    assert (done.sets, done.files) == (("stuf-3.01",), 2)
    schema = xsdset.compile_entry(tmp_path / "to" / "stuf-3.01" / xsdset.ENTRY)
    for name in ("a", "b"):
        assert schema.validate(etree.Element(f"{{{_STUF}}}{name}"))


def test_a_set_that_was_there_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "to"
    download = _download(tmp_path)
    install(download, target)
    (target / "stuf-3.01" / "old.xsd").write_text("old", encoding="utf-8")
    install(download, target)
    assert [one.name for one in target.iterdir()] == ["stuf-3.01"]
    assert not (target / "stuf-3.01" / "old.xsd").exists()


def test_a_folder_without_a_set_is_refused_with_what_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(NothingToInstall, match=r"zkn0310_msg_zs-dms\.xsd"):
        install(tmp_path, tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_a_set_that_misses_a_file_is_refused_by_the_name_of_the_file(tmp_path: Path) -> None:
    download = _download(tmp_path, mtom='<xs:include schemaLocation="weg.xsd"/>')
    with pytest.raises(NothingToInstall, match=r"lacks 0301/weg\.xsd"):
        install(download, tmp_path / "to")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("../../buiten.xsd", "outside its set"),
        ("http://127.0.0.1:9/x.xsd", "network address"),
    ],
)
def test_a_reference_that_leaves_the_set_is_refused(tmp_path: Path, place: str, said: str) -> None:
    (tmp_path / "buiten.xsd").write_text(_schema(""), encoding="utf-8")
    download = _download(tmp_path, mtom=f'<xs:include schemaLocation="{place}"/>')
    with pytest.raises(UnusableSchemas, match=said):
        install(download, tmp_path / "to")


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ('<xs:element name="a" type="s:weg"/>', "does not compile"),
        ("<xs:element", "cannot be read"),
    ],
)
def test_a_broken_set_leaves_what_was_installed(tmp_path: Path, basis: str, said: str) -> None:
    target = tmp_path / "to"
    install(_download(tmp_path), target)
    before = sorted(target.rglob("*"))
    with pytest.raises(UnusableSchemas, match=said):
        install(_download(tmp_path / "second", basis=basis), target)
    assert sorted(target.rglob("*")) == before


def test_a_document_type_in_a_schema_is_refused(tmp_path: Path) -> None:
    download = _download(tmp_path)
    (download / "0301" / "stuf0301.xsd").write_text("<!DOCTYPE x><x/>", encoding="utf-8")
    with pytest.raises(UnusableSchemas, match="document_type"):
        install(download, tmp_path / "to")


def test_a_file_that_is_no_schema_is_refused(tmp_path: Path) -> None:
    download = _download(tmp_path)
    (download / "0301" / "stuf0301.xsd").write_text("<x/>", encoding="utf-8")
    with pytest.raises(UnusableSchemas, match="no XML schema"):
        install(download, tmp_path / "to")


def test_a_target_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "to").write_text("a file", encoding="utf-8")
    with pytest.raises(NothingToInstall, match="cannot be written"):
        install(_download(tmp_path), tmp_path / "to")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The official sets, without the drivers that lie beside them."""
    folder = tmp_path_factory.mktemp("official")
    source = standards_dir() / "stuf"
    for name in ("zds-1.1", "zds-1.2", "bg-3.10"):
        shutil.copytree(
            source / name, folder / "unpacked" / name, ignore=shutil.ignore_patterns("driver")
        )
    done = install(folder / "unpacked", folder / "to")
    assert done.sets == SETS
    yield folder / "to"
    xsdset.use_official(None)


@pytest.mark.standards
def test_the_installed_sets_judge_every_example_as_the_index_states(installed: Path) -> None:
    xsdset.use_official(installed)
    examples = standards_dir() / "stuf" / "examples"
    with (examples / "INDEX.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    judged = 0
    for row in rows:
        root = parse_xml((examples / row["path"]).read_bytes())
        message = next((one for one in root.iter() if _is_message(one)), None)
        if message is None:
            continue
        schema = xsdset.official(_OF_VERSION[row["version"]])
        assert schema is not None
        assert schema.validate(message) == (row["xsd_valid"] == "yes"), row["path"]
        judged += 1
    assert judged == len(rows) - 1  # one is a SOAP fault without any message


def _is_message(element: etree._Element) -> bool:
    namespace = etree.QName(element).namespace or ""
    return namespace.startswith(("http://www.egem.nl/", "http://www.stufstandaarden.nl/"))
