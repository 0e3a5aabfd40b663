"""`[schemas]`: the folder with official XML schemas, and whether it holds what is needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from schakel.settings import ConfigurationMistakes, Mistake, load
from schakel.settings.xmlsets import VARIABLE, named_folder
from schemas.xsdset import ENTRY
from tests.schakel.settings.configs import ADAPTERS, GOOD, write

KINDS = {
    **ADAPTERS,
    "plain": replace(ADAPTERS["plain"], xml_sets=lambda _settings: frozenset({"zds-1.1"})),
}
SECTION = '[schemas]\ndir = "xsd"\n'


def filled(folder: Path, *names: str) -> Path:
    for name in names:
        entry = folder / name / ENTRY
        entry.parent.mkdir(parents=True)
        entry.write_text("<schema/>", encoding="utf-8")
    return folder


def wrong(path: Path, **environ: str) -> Mistake:
    with pytest.raises(ConfigurationMistakes) as caught:
        load(path, adapters=KINDS, environ=environ)
    (found,) = caught.value.mistakes
    return found


def test_without_the_setting_only_our_own_schemas_count(tmp_path: Path) -> None:
    assert load(write(tmp_path), adapters=KINDS, environ={}).schemas_dir is None


def test_the_folder_starts_from_that_of_the_configuration(tmp_path: Path) -> None:
    filled(tmp_path / "xsd", "zds-1.1")
    found = load(write(tmp_path, SECTION + GOOD), adapters=KINDS, environ={})
    assert found.schemas_dir == tmp_path / "xsd"


def test_the_environment_goes_before_the_configuration(tmp_path: Path) -> None:
    elsewhere = filled(tmp_path / "elsewhere", "zds-1.1")
    environ = {VARIABLE: str(elsewhere)}
    found = load(write(tmp_path, SECTION + GOOD), adapters=KINDS, environ=environ)
    assert found.schemas_dir == elsewhere


@pytest.mark.parametrize("names", [(), ("zds-1.2", "bg-3.10")])
def test_a_folder_without_a_set_that_is_needed_is_refused(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    filled(tmp_path / "xsd", *names)
    found = wrong(write(tmp_path, SECTION + GOOD))
    assert found.key == "schemas.dir"
    for said in ("zds-1.1", "zaaksysteem", ", ".join(names) or "none", "schemas install"):
        assert said in found.detail


def test_the_same_for_the_folder_that_the_environment_names(tmp_path: Path) -> None:
    found = wrong(write(tmp_path), **{VARIABLE: str(tmp_path / "nowhere")})
    assert (found.key, found.file) == (VARIABLE, str(tmp_path / "schakel.toml"))
    assert "zds-1.1" in found.detail


def test_a_hub_that_speaks_no_stuf_needs_no_set(tmp_path: Path) -> None:
    """That there is nothing at all in the folder is found when the hub starts."""
    found = load(write(tmp_path, SECTION + GOOD), adapters=ADAPTERS, environ={})
    assert found.schemas_dir == tmp_path / "xsd"


def test_commands_find_the_folder_without_the_rest_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = write(tmp_path, SECTION)
    assert named_folder(named, {}) == tmp_path / "xsd"
    assert named_folder(None, {"SCHAKEL_CONFIG": str(named)}) == tmp_path / "xsd"
    assert named_folder(named, {VARIABLE: "/elsewhere"}) == Path("/elsewhere")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert named_folder(None, {}) is None
    with pytest.raises(ConfigurationMistakes, match="no such file"):
        named_folder(tmp_path / "absent.toml", {})
