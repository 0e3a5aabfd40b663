"""Finding and reading the configuration files, remembering what came from where."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from schakel.settings.mistakes import ConfigurationMistakes, Mistake, nearest

VARIABLE: Final = "SCHAKEL_CONFIG"
FILE: Final = "schakel.toml"
FOLDER: Final = "conf.d"

TABLES: Final = (
    *("hub", "store", "documents", "security", "amqp", "replay", "reconciliation", "schemas"),
    "protocol",
)
LISTS: Final = ("tenant", "destination", "route", "ask", "purpose", "retention")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One section or item of a list, and where it stands."""

    file: str
    key: str
    """`hub`, or `destination[2]` for the second [[destination]] of the file."""
    value: Mapping[str, Any]

    @property
    def item(self) -> str:
        name = self.value.get("name") or self.value.get("code")
        return name if isinstance(name, str) else ""

    def mistake(self, key: str, detail: str) -> Mistake:
        dotted = f"{self.key}.{key}" if key else self.key
        return Mistake(file=self.file, key=dotted, detail=detail, item=self.item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """All files together. Lists are in the order of the files; tables are merged."""

    files: tuple[Path, ...]
    by_section: Mapping[str, list[Piece]]
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def base(self) -> Path:
        """The folder that relative paths start from."""
        return self.files[0].parent

    def __getitem__(self, section: str) -> list[Piece]:
        return self.by_section[section]


def find(path: Path | None, environ: Mapping[str, str]) -> Path:
    """The first configuration file: as given, from SCHAKEL_CONFIG, or ./schakel.toml."""
    if path is not None:
        return path
    named = environ.get(VARIABLE)
    return Path(named) if named else Path(FILE)


def read(main: Path) -> Pieces:
    """Reads `main` and `conf.d/*.toml` beside it, by name.

    Raises `ConfigurationMistakes` when one of them cannot be read or is no TOML: what the others
    lack would only be guessed then.
    """
    files = [main, *sorted((main.parent / FOLDER).glob("*.toml"))]
    documents: list[tuple[Path, dict[str, Any]]] = []
    mistakes: list[Mistake] = []
    for file in files:
        try:
            documents.append((file, tomllib.loads(file.read_text(encoding="utf-8"))))
        except FileNotFoundError:
            detail = f"There is no such file: name yours with --config or in {VARIABLE}."
            mistakes.append(Mistake(file=str(file), detail=detail))
        except UnicodeDecodeError:
            detail = "The file is not UTF-8: save it as UTF-8."
            mistakes.append(Mistake(file=str(file), detail=detail))
        except OSError as error:
            detail = f"The file cannot be read: {error.strerror}."
            mistakes.append(Mistake(file=str(file), detail=detail))
        except tomllib.TOMLDecodeError as error:
            mistakes.append(Mistake(file=str(file), detail=f"This is not TOML: {error}."))
    if mistakes:
        raise ConfigurationMistakes(mistakes)
    return _merge(files, documents)


def _merge(files: list[Path], documents: list[tuple[Path, dict[str, Any]]]) -> Pieces:
    pieces = Pieces(files=tuple(files), by_section={name: [] for name in (*TABLES, *LISTS)})
    for file, document in documents:
        for section, value in document.items():
            _sort_in(pieces, str(file), section, value)
    for table in TABLES:
        _check_once(pieces, table)
    return pieces


def _sort_in(pieces: Pieces, file: str, section: str, value: Any) -> None:
    if section in TABLES:
        if isinstance(value, dict):
            pieces[section].append(Piece(file=file, key=section, value=value))
            return
        detail = f"Write it as a section of its own: [{section}]."
    elif section in LISTS:
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            pieces[section].extend(
                Piece(file=file, key=f"{section}[{number}]", value=item)
                for number, item in enumerate(value, start=1)
            )
            return
        detail = f"There can be more than one: write [[{section}]] with two brackets."
    else:
        detail = f"This section is not known.{nearest(section, (*TABLES, *LISTS))}"
    pieces.mistakes.append(Mistake(file=file, key=section, detail=detail))


def _check_once(pieces: Pieces, table: str) -> None:
    """A key of a table may stand in one file only: which one would win is a guess."""
    seen: dict[str, Piece] = {}
    for piece in pieces[table]:
        for key in piece.value:
            if key in seen:
                detail = f"It stands in {seen[key].file} too: keep one."
                pieces.mistakes.append(piece.mistake(key, detail))
            seen.setdefault(key, piece)
