"""What the configuration refers to outside itself: secrets, and files beside it.

Secrets come from the environment or a file; the configuration only says where from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, SecretBytes, SecretStr

_FILLER: Final = "(not found)"
_MAPPINGS: Final = (dict, Mapping)
_LISTS: Final = (list, tuple, set, frozenset, Sequence)
_HOW: Final = 'Write where it is: "env:NAME" (environment variable) or "file:PATH".'


@dataclass(slots=True)
class Resolved:
    """Settings with their secrets filled in. Its repr shows none."""

    values: dict[str, Any] = field(repr=False)
    problems: list[tuple[str, str]] = field(default_factory=list)
    """Dotted key and sentence of each secret that could not be found."""
    secrets: set[str] = field(default_factory=set, repr=False)


def resolve(
    values: Mapping[str, Any], model: type[BaseModel], *, base: Path, environ: Mapping[str, str]
) -> Resolved:
    """Replaces the reference in every secret field of `model` by the secret itself.

    Relative paths start from `base`, in path fields of the model too. A secret that stands in the
    configuration itself is a problem, and so is one that is not found; a filler takes its place,
    so that the rest of the settings can be checked. Values with problems must not be used.
    """
    resolved = Resolved(values={})
    resolved.values = _Resolver(resolved, base, environ).table(values, model, "")
    return resolved


@dataclass(frozen=True, slots=True)
class _Resolver:
    resolved: Resolved
    base: Path
    environ: Mapping[str, str]

    def table(self, values: Mapping[str, Any], model: type[BaseModel], path: str) -> dict[str, Any]:
        annotations = {
            key: info.annotation
            for name, info in model.model_fields.items()
            for key in {name, info.alias or name}
        }
        return {
            key: self.value(value, annotations.get(key), f"{path}.{key}" if path else key)
            for key, value in values.items()
        }

    def value(self, value: Any, annotation: Any, path: str) -> Any:
        """`value` with all secrets in it, read as the first alternative that its form fits."""
        for kind in _alternatives(annotation):
            if kind in (SecretStr, SecretBytes):
                return self.secret(value, path)
            if kind is Path and isinstance(value, str):
                return self.base / value
            if isinstance(value, Mapping) and _is_model(kind):
                return self.table(value, kind, path)
            if isinstance(value, Mapping) and get_origin(kind) in _MAPPINGS:
                inner = get_args(kind)[1]
                return {key: self.value(one, inner, f"{path}.{key}") for key, one in value.items()}
            if isinstance(value, list) and get_origin(kind) in _LISTS:
                inner = get_args(kind)[0]
                return [
                    self.value(one, inner, f"{path}[{number}]")
                    for number, one in enumerate(value, start=1)
                ]
        return value

    def secret(self, value: Any, path: str) -> str:
        how, _, name = value.partition(":") if isinstance(value, str) else ("", "", "")
        if how == "env":
            return self._found(self.environ.get(name), path, f"environment variable {name}")
        if how == "file":
            return self._found(self._read(name, path), path, f"file {name}")
        self.resolved.problems.append((path, f"A secret may not stand in this file. {_HOW}"))
        return _FILLER

    def _read(self, name: str, path: str) -> str | None:
        try:
            return (self.base / name).read_text(encoding="utf-8").strip("\r\n")
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is not a text in UTF-8"
            self.resolved.problems.append((path, f"The file {name} cannot be read: {why}."))
            return ""

    def _found(self, secret: str | None, path: str, where: str) -> str:
        if secret:
            self.resolved.secrets.add(secret)
            return secret
        if not any(key == path for key, _ in self.resolved.problems):
            state = "is not set" if secret is None else "is empty"
            detail = f"The {where} {state}: put the secret there."
            self.resolved.problems.append((path, detail))
        return _FILLER


def _alternatives(annotation: Any) -> Iterator[Any]:
    """What a field may be: the members of a union, else the annotation itself."""
    if get_origin(annotation) is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for one in get_args(annotation):
            yield from _alternatives(one)
    else:
        yield annotation


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
