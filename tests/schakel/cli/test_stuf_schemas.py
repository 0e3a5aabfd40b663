"""`schakel schemas install` and `explain`, as a user meets them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from schakel.cli import stuf_schemas
from schakel.cli.failure import WRONG_USE, Failure
from schakel.settings.xmlsets import VARIABLE
from schemas import xsdset
from tests.schakel.cli.running import schakel_here

_STUF: Final = "http://www.egem.nl/StUF/StUF0301"
_SECRET: Final = "999993653"


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(VARIABLE, raising=False)
    yield
    xsdset.use_official(None)


def _download(folder: Path, element: str = "Bv02Bericht") -> Path:
    place = folder / "download" / "0301"
    place.mkdir(parents=True)
    head = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{_STUF}">'
    (place / "stuf0301.xsd").write_text(
        f'{head}<xs:element name="{element}" type="xs:string"/></xs:schema>', encoding="utf-8"
    )
    (place / "stuf0301mtom.xsd").write_text(
        f'{head}<xs:include schemaLocation="stuf0301.xsd"/></xs:schema>', encoding="utf-8"
    )
    return folder / "download"


def _message(folder: Path, melding: str = "") -> Path:
    path = folder / "bericht.xml"
    path.write_text(
        f'<s:Bv02Bericht xmlns:s="{_STUF}"><s:stuurgegevens><s:berichtcode>Bv02</s:berichtcode>'
        f"</s:stuurgegevens>{melding}</s:Bv02Bericht>",
        encoding="utf-8",
    )
    return path


def _run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return schakel_here("schemas", *arguments, folder=folder, **variables)


def test_what_is_installed_is_used_by_explain(tmp_path: Path) -> None:
    target = str(tmp_path / "to")
    done = _run(tmp_path, "install", str(_download(tmp_path)), "--to", target)
    assert done.returncode == 0, done.stderr
    assert "stuf-3.01" in done.stdout
    assert f"SCHAKEL_SCHEMAS_DIR={target}" in done.stdout
    # The stand-in wants text where our own schema wants elements.
    said = _run(tmp_path, "explain", str(_message(tmp_path)), SCHAKEL_SCHEMAS_DIR=target)
    assert said.returncode == 1, said.stderr
    assert "our own schema and the official one" in said.stdout
    assert ", official)" in said.stdout
    assert ", ours)" not in said.stdout


def test_a_right_message_ends_with_0(tmp_path: Path) -> None:
    said = _run(tmp_path, "explain", str(_message(tmp_path)))
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == "Bv02Bericht is right by our own schema of stuf-3.01.\n"


def test_a_wrong_message_ends_with_1_and_shows_no_value(tmp_path: Path) -> None:
    twice = f"<s:melding>a</s:melding><s:melding>{_SECRET * 40}</s:melding>"
    said = _run(tmp_path, "explain", str(_message(tmp_path, twice)))
    assert said.returncode == 1
    assert "Bv02Bericht/melding[2] (length, ours): At most 250 characters." in said.stdout
    assert _SECRET not in said.stdout + said.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("explain", "absent.xml"), 2, "cannot be read"),
        (("explain", "message", "--set", "zds-9"), 2, "zds-1.1"),
        (("explain", "html"), 1, "no StUF message"),
        (("explain", "torn"), 1, "not_well_formed"),
        (("install", "absent", "--to", "to"), 2, "no folder"),
        (("install", "empty", "--to", "to"), 1, "no official set"),
        (("install", "empty"), 2, "SCHAKEL_SCHEMAS_DIR"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_a_code(
    tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "html").write_text("<html/>", encoding="utf-8")
    (tmp_path / "torn").write_text("<html>", encoding="utf-8")
    _message(tmp_path).rename(tmp_path / "message")
    here = {"absent.xml", "message", "html", "torn", "absent", "to", "empty"}
    done = _run(tmp_path, *(str(tmp_path / one) if one in here else one for one in arguments))
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_explain_uses_what_the_configuration_names(tmp_path: Path) -> None:
    """The rest of the file need not be right: there is no tenant in it."""
    stuf_schemas.install_schemas(_download(tmp_path), tmp_path / "to", None)
    (tmp_path / "schakel.toml").write_text('[schemas]\ndir = "to"\n', encoding="utf-8")
    said = _run(tmp_path, "explain", str(_message(tmp_path)))
    assert "our own schema and the official one" in said.stdout, said.stderr


def test_a_hub_uses_the_folder_that_it_is_given(tmp_path: Path) -> None:
    stuf_schemas.install_schemas(_download(tmp_path), tmp_path / "to", None)
    stuf_schemas.use_folder(tmp_path / "to")
    assert xsdset.official("stuf-3.01") is not None
    stuf_schemas.use_folder(None)
    assert xsdset.official("stuf-3.01") is None


@pytest.mark.parametrize("broken", [False, True])
def test_a_hub_does_not_start_with_a_folder_that_is_of_no_use(
    tmp_path: Path, *, broken: bool
) -> None:
    """While it runs, a reload with such a folder leaves it with what it had."""
    if broken:
        entry = tmp_path / "zds-1.1" / xsdset.ENTRY
        entry.parent.mkdir(parents=True)
        entry.write_text("<kapot", encoding="utf-8")
    stuf_schemas.install_schemas(_download(tmp_path / "good"), tmp_path / "to", None)
    stuf_schemas.use_folder(tmp_path / "to")
    with pytest.raises(Failure, match=r"[Ii]nstall") as caught:
        stuf_schemas.use_folder(tmp_path)
    assert caught.value.code == WRONG_USE
    assert xsdset.official_folder() == tmp_path / "to"
