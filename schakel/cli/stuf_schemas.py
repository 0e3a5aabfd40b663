"""`schakel schemas install` and `schakel schemas explain`: the XML schemas of StUF."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from schakel.cli.failure import FOUND_PROBLEMS, WRONG_USE, Failure
from schakel.cli.printing import print_line
from schemas.xml import XmlRefused
from schemas.xsdexplain import Explanation, NoStufMessage, explain
from schemas.xsdinstall import Installed, NothingToInstall, install
from schemas.xsdset import SETS, UnusableSchemas, official, use_official

DIRECTORY_VARIABLE: Final = "SCHAKEL_SCHEMAS_DIR"


def install_schemas(source: Path, target: Path | None) -> int:
    """Print what was installed; raises Failure when nothing was."""
    place = target or named_folder()
    if place is None:
        raise Failure(
            f"Say where the hub reads official schemas: name the folder with --to, or set "
            f"{DIRECTORY_VARIABLE}.",
            code=WRONG_USE,
        )
    if not source.is_dir():
        raise Failure(f"There is no folder {source}.", code=WRONG_USE)
    try:
        done = install(source, place)
    except (NothingToInstall, UnusableSchemas) as error:
        raise Failure(str(error), code=FOUND_PROBLEMS) from error
    _show_installed(done)
    return 0


def named_folder() -> Path | None:
    """Return the folder that the environment names."""
    named = os.environ.get(DIRECTORY_VARIABLE)
    return Path(named) if named else None


def use_named_folder() -> None:
    """Have traffic held to the official sets in the folder that the environment names.

    Compiles them, so that a broken installation is found before the first message. Raises Failure.
    """
    folder = named_folder()
    use_official(folder)
    if folder is None:
        return
    try:
        found = [name for name in SETS if official(name) is not None]
    except UnusableSchemas as error:
        raise Failure(str(error), code=WRONG_USE) from error
    if not found:
        raise Failure(
            f"{DIRECTORY_VARIABLE} names {folder}, but no official schemas are installed there: "
            f"run 'schakel schemas install FOLDER --to {folder}', or leave the variable out.",
            code=WRONG_USE,
        )


def explain_message(file: Path, name: str | None, folder: Path | None) -> int:
    """Print what is wrong with a message; the exit code says whether anything is."""
    if name is not None and name not in SETS:
        raise Failure(f"There is no set {name}; there are {', '.join(SETS)}.", code=WRONG_USE)
    use_official(folder or named_folder())
    try:
        found = explain(file.read_bytes(), name)
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.", code=WRONG_USE) from error
    except (XmlRefused, NoStufMessage, UnusableSchemas) as error:
        raise Failure(str(error), code=FOUND_PROBLEMS) from error
    _show(found)
    return FOUND_PROBLEMS if found.faults else 0


def _show_installed(done: Installed) -> None:
    print_line(f"Installed in {done.target}: {', '.join(done.sets)} ({done.files} files).")
    print_line(f"The hub reads them with {DIRECTORY_VARIABLE}={done.target} in its environment.")


def _show(found: Explanation) -> None:
    asked = "our own schema and the official one" if found.official else "our own schema"
    if not found.faults:
        print_line(f"{found.message} is right by {asked} of {found.set}.")
        return
    print_line(f"{found.message}, by {asked} of {found.set}:")
    for one in found.faults:
        by = "official" if one.official else "ours"
        print_line(f"  {one.path} ({one.rule}, {by}): {one.expected}")
