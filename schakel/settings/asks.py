"""From the `[[ask]]` sections to who answers what for whom, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from routing import ANY_TENANT
from schakel.askrule import AskRule
from schakel.settings.files import Piece
from schakel.settings.kinds import AdapterKind
from schakel.settings.mistakes import Mistake, nearest
from schakel.settings.sections import AskSection
from schakel.settings.settings import DestinationSettings
from schemas.questions import QUESTION_TYPES, QuestionType

_TWICE: Final = "Another [[ask]] answers {type} for {code} already: keep one."

Asks = dict[tuple[str, str], AskRule]
"""By question type and tenant."""


def read_asks(
    sections: Sequence[tuple[Piece, AskSection]],
    *,
    tenants: Collection[str],
    destinations: Mapping[str, DestinationSettings],
    named: Collection[str],
    adapters: Mapping[str, AdapterKind],
) -> tuple[Asks, list[Mistake]]:
    """`destinations` are the sound ones, `named` all: what is wrong with one is told once."""
    asks: Asks = {}
    mistakes: list[Mistake] = []
    for piece, section in sections:
        found = destinations.get(section.to)
        problems = list(_problems(section, found, named, adapters))
        if found is not None and not problems:
            codes = list(_codes(section, found, tenants))
            keys = [(type_, code) for type_ in dict.fromkeys(section.type) for code in codes]
            problems += [
                ("tenant", _TWICE.format(type=type_, code=code))
                for type_, code in keys
                if (type_, code) in asks
            ]
            rule = AskRule(
                destination=section.to,
                timeout=section.timeout,
                keep=section.keep,
                keep_for=frozenset(section.keep_for),
            )
            asks |= dict.fromkeys(keys, rule)
        mistakes += [piece.mistake(key, detail) for key, detail in problems]
    return asks, mistakes


def _problems(
    section: AskSection,
    found: DestinationSettings | None,
    named: Collection[str],
    adapters: Mapping[str, AdapterKind],
) -> Iterator[tuple[str, str]]:
    for type_ in section.type:
        if type_ not in QUESTION_TYPES:
            detail = f"There is no question type '{type_}'."
            yield "type", detail + nearest(type_, QUESTION_TYPES)
        elif section.keep is not None:
            yield from _unkeepable(section, QUESTION_TYPES[type_])
    if section.keep_for and section.keep is None:
        yield "keep_for", "Nothing is kept: say with keep how long, or take this out."
    if section.to not in named:
        detail = f"There is no destination '{section.to}'."
        yield "to", detail + nearest(section.to, named)
    if found is None:
        return
    for type_ in section.type:
        if type_ in QUESTION_TYPES and type_ not in adapters[found.adapter].answers:
            yield "to", f"The adapter {found.adapter} of '{section.to}' does not answer {type_}."
    strangers = [code for code in section.tenant if found.tenant not in {None, ANY_TENANT, code}]
    if strangers and section.tenant != (ANY_TENANT,):
        yield "tenant", f"'{section.to}' serves {found.tenant} only."


def _unkeepable(section: AskSection, kind: QuestionType) -> Iterator[tuple[str, str]]:
    if not kind.repeatable:
        yield "keep", f"The answer to {kind.name} counts once: it cannot be kept."
    if kind.personal and not section.keep_for:
        yield "keep_for", f"{kind.name} is about persons: say for which purposes it is kept."


def _codes(
    section: AskSection, found: DestinationSettings, tenants: Collection[str]
) -> Iterator[str]:
    """The municipalities that it is about; `"*"` means those that the destination serves."""
    if ANY_TENANT not in section.tenant:
        yield from dict.fromkeys(section.tenant)
    elif found.tenant is not None:
        yield found.tenant
    else:
        yield from tenants
