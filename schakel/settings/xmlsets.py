"""Where the official XML schemas of StUF are installed, and whether those that are needed are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from schakel.settings import files
from schakel.settings.kinds import AdapterKind
from schakel.settings.settings import DestinationSettings

VARIABLE: Final = "SCHAKEL_SCHEMAS_DIR"


def folder_of(named: Path | None, *, base: Path, environ: Mapping[str, str]) -> Path | None:
    """The folder that the environment names, else the configuration; None: neither does.

    Relative to the working directory in the environment, to `base` in the configuration.
    """
    if given := environ.get(VARIABLE):
        return Path(given)
    return None if named is None else base / named


def named_folder(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The same without the rest of the configuration, which need not be right or even be there.

    Raises `ConfigurationMistakes` when a file is named and cannot be read, or is no TOML.
    """
    main = files.find(config, environ)
    is_named = config is not None or environ.get(files.VARIABLE)
    if environ.get(VARIABLE) or not (is_named or main.exists()):
        return folder_of(None, base=main.parent, environ=environ)
    pieces = files.read(main)
    named = [one.value.get("dir") for one in pieces["schemas"]]
    texts = [one for one in named if isinstance(one, str)]
    return folder_of(Path(texts[0]) if texts else None, base=pieces.base, environ=environ)


def lacking(
    folder: Path,
    destinations: Mapping[str, DestinationSettings],
    adapters: Mapping[str, AdapterKind],
) -> Iterator[str]:
    """A sentence for each set that a destination needs and that is not installed there."""
    needed: dict[str, str] = {}
    for name, one in destinations.items():
        for wanted in sorted(adapters[one.adapter].xml_sets(one.settings)):
            needed.setdefault(wanted, name)
    if not needed:
        return
    from schemas.xsdset import installed  # noqa: PLC0415 - a hub without StUF needs no XML

    there = installed(folder)
    for wanted, destination in needed.items():
        if wanted not in there:
            found = ", ".join(there) or "none"
            yield (
                f"The folder {folder} lacks the set {wanted}, which the destination "
                f"'{destination}' needs; there is {found}. Run 'schakel schemas install DOWNLOAD "
                f"--to {folder}', or leave the folder out."
            )
