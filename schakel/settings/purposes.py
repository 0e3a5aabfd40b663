"""From `[[purpose]]` to what may be asked about persons, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from pydantic import Field, field_validator

from routing import ANY_TENANT
from schakel.purposes import ALL, Purpose, Purposes
from schakel.settings.asks import Asks
from schakel.settings.files import Piece
from schakel.settings.mistakes import Mistake, nearest
from schakel.settings.sections import Section, TenantCodes
from schakel.settings.settings import DestinationSettings
from schemas.fieldpaths import paths_of
from schemas.questions import QUESTION_TYPES

EVERYTHING: Final = "*"
_NAME: Final = r"^[A-Za-z0-9](?:[A-Za-z0-9 ._/-]{0,78}[A-Za-z0-9])?$"
_VERWERKING: Final = r"^[ -?A-~]*@?[ -?A-~]*$"


class PurposeSection(Section):
    """`[[purpose]]`: what for, and how far, questions about persons may be asked.

    Who asks says the name as doelbinding. A question that none of them covers is refused.
    """

    name: str = Field(
        pattern=_NAME, description="How askers call it; gateways of registers are told it."
    )
    tenant: TenantCodes = Field(
        default=(ANY_TENANT,), description='Gemeentecode or a list of them; `"*"`: all tenants.'
    )
    verwerking: str = Field(
        default="",
        max_length=242,
        pattern=_VERWERKING,
        description="The processing in the municipality's register of them, `proces@activiteit`; "
        "it replaces what an asker says. Empty: the asker's counts.",
    )
    asks: dict[str, tuple[str, ...]] = Field(
        description="By question type the parts of the answer that are given, as dotted paths: "
        '`"persoon.raadplegen" = ["personen.bsn", "personen.verblijfplaats"]`; `["*"]`: all.'
    )
    reason: str = Field(default="", description="Why: the law or the decision.")

    @field_validator("asks")
    @classmethod
    def _something(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if not value:
            raise ValueError("name at least one question type.")
        return value

    def fields(self) -> Mapping[str, frozenset[str]]:
        """By question type."""
        return {
            kind: ALL if EVERYTHING in paths else frozenset(paths)
            for kind, paths in self.asks.items()
        }


def read_purposes(
    sections: Sequence[tuple[Piece, PurposeSection]], *, tenants: Collection[str]
) -> tuple[Purposes, list[Mistake]]:
    """Return every purpose for every municipality that it is of."""
    purposes: dict[tuple[str, str], Purpose] = {}
    mistakes: list[Mistake] = []
    for piece, section in sections:
        codes = tenants if ANY_TENANT in section.tenant else dict.fromkeys(section.tenant)
        purpose = Purpose(name=section.name, verwerking=section.verwerking, asks=section.fields())
        problems = list(_problems(section))
        for code in codes:
            if (section.name, code) in purposes:
                detail = f"Another [[purpose]] has this name for {code} already: keep one."
                problems.append(("name", detail))
            purposes.setdefault((section.name, code), purpose)
        mistakes += [piece.mistake(key, detail) for key, detail in problems]
    return purposes, mistakes


def without_purpose(asks: Asks, purposes: Purposes) -> Iterator[str]:
    """Say which questions about persons nobody could ever ask, a sentence each."""
    covered = {(kind, tenant) for (_, tenant), purpose in purposes.items() for kind in purpose.asks}
    lacking: dict[str, list[str]] = {}
    for kind, tenant in asks:
        if QUESTION_TYPES[kind].personal and (kind, tenant) not in covered:
            lacking.setdefault(kind, []).append(tenant)
    for kind, tenants in lacking.items():
        yield (
            f"Nobody could ask {kind} for {', '.join(sorted(tenants))}: it is about persons, and "
            "no [[purpose]] covers it. Add one, or take it out."
        )


def unknown_kept(asks: Asks, purposes: Purposes) -> Iterator[str]:
    """Say which purposes answers are kept for that do not exist, a sentence each."""
    known = {name for name, _ in purposes}
    for name in sorted({one for rule in asks.values() for one in rule.keep_for} - known):
        yield f"An [[ask]] keeps answers for '{name}': no [[purpose]] has it.{nearest(name, known)}"


def unknown_purpose(one: DestinationSettings, purposes: Purposes) -> str | None:
    """Say what is wrong with the purpose of a system that asks us; None: nothing."""
    if one.purpose is None:
        return None
    known = {name for name, tenant in purposes if one.tenant in {None, tenant}}
    if one.purpose in known:
        return None
    return f"There is no [[purpose]] '{one.purpose}' for it.{nearest(one.purpose, known)}"


def _problems(section: PurposeSection) -> Iterator[tuple[str, str]]:
    for name, paths in section.asks.items():
        kind = QUESTION_TYPES.get(name)
        if kind is None:
            yield "asks", f"There is no question type '{name}'.{nearest(name, QUESTION_TYPES)}"
            continue
        if not kind.personal:
            yield "asks", f"{name} is not about persons and needs no purpose: take it out."
            continue
        if not paths:
            yield "asks", f'Say what of the answer to {name} is given; ["*"]: all of it.'
        known = list(paths_of(kind.answer))
        for path in paths:
            if path != EVERYTHING and path not in known:
                detail = f"The answer to {name} has no '{path}'.{nearest(path, known)}"
                yield "asks", detail
