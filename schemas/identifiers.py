"""The numbers by which Dutch government knows people, organisations, municipalities and cases.

Each class is an immutable value that can be the type of a pydantic field; its JSON form is a plain
string. Making one checks it: `InvalidIdentifier` says which rule is broken and never the value.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final, Self, final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

_BSN_MASK: Final = "*" * 9
_ELFPROEF_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_NINE_DIGITS: Final = re.compile(r"[0-9]{9}", re.ASCII)


class InvalidIdentifier(ValueError):
    """A text is not the identifier it was given as; `rule` is the code, `detail` says the rule."""

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(detail)
        self.rule = rule
        self.detail = detail


def passes_elfproef(digits: str) -> bool:
    """Say whether nine digits pass the eleven test of BSN and RSIN: weights 9 to 2, then -1.

    Nine zeros would pass and were never issued: they are refused.
    """
    if not _NINE_DIGITS.fullmatch(digits) or digits == "0" * 9:
        return False
    total = sum(
        weight * int(digit) for weight, digit in zip(_ELFPROEF_WEIGHTS, digits, strict=True)
    )
    return total % 11 == 0


class _TextIdentifier(str):
    """An identifier that may be shown: a `str` that has passed its class's check."""

    __slots__ = ()

    pattern: ClassVar[str]
    rule: ClassVar[str]
    detail: ClassVar[str]
    label: ClassVar[str]
    example: ClassVar[str]
    _compiled: ClassVar[re.Pattern[str]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._compiled = re.compile(cls.pattern.removeprefix("^").removesuffix("$"), re.ASCII)

    def __new__(cls, value: str) -> Self:
        if type(value) is cls:
            return value
        if not cls._compiled.fullmatch(value):
            raise InvalidIdentifier(cls.rule, cls.detail)
        cls._check(value)
        return super().__new__(cls, value)

    @classmethod
    def _check(cls, value: str) -> None:
        """Raise `InvalidIdentifier` for what a pattern cannot say."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._from_json, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "string",
            "title": cls.label,
            "description": cls.detail,
            "pattern": cls.pattern,
            "examples": [cls.example],
        }

    @classmethod
    def _from_json(cls, value: object) -> Self:
        if not isinstance(value, str):
            raise PydanticCustomError("wrong_type", "This must be a JSON string.")
        try:
            return cls(value)
        except InvalidIdentifier as error:
            raise _as_pydantic(error) from None


@final
class Rsin(_TextIdentifier):
    """Rechtspersonen- en samenwerkingsverbandeninformatienummer: nine digits, elfproef."""

    __slots__ = ()
    pattern = "^[0-9]{9}$"
    rule = "elfproef"
    detail = "An RSIN has nine digits that pass the elfproef, and is not all zeros."
    label = "RSIN"
    example = "002220647"

    @classmethod
    def _check(cls, value: str) -> None:
        if not passes_elfproef(value):
            raise InvalidIdentifier(cls.rule, cls.detail)


@final
class KvkNummer(_TextIdentifier):
    """Number in the Handelsregister: eight digits, without a check digit."""

    __slots__ = ()
    pattern = "^[0-9]{8}$"
    rule = "kvk_nummer"
    detail = "A KvK-nummer has eight digits."
    label = "KvK-nummer"
    example = "90000021"


@final
class Vestigingsnummer(_TextIdentifier):
    """Number of one branch in the Handelsregister: twelve digits."""

    __slots__ = ()
    pattern = "^[0-9]{12}$"
    rule = "vestigingsnummer"
    detail = "A vestigingsnummer has twelve digits."
    label = "Vestigingsnummer"
    example = "000090000021"


@final
class Gemeentecode(_TextIdentifier):
    """Code of a municipality as CBS and BRP use it: four digits with leading zeros."""

    __slots__ = ()
    pattern = "^[0-9]{4}$"
    rule = "gemeentecode"
    detail = "A gemeentecode has four digits, with leading zeros (0344)."
    label = "Gemeentecode"
    example = "0344"


@final
class Oin(_TextIdentifier):
    """Organisatie-identificatienummer (Digikoppeling, OIN-stelsel): 8 prefix, 12 number and zeros.

    The prefix names the register of the number. 00000001 carries an RSIN and three zeros,
    00000003 a KvK-nummer and four zeros; both are checked. 00000004 (sub-OIN), 00000006 (given out
    by Logius) and 00000099 (test, free for anyone) carry a number without a public rule; nor have
    the rarer registers one, so any other prefix that starts with six zeros is taken as well.
    """

    __slots__ = ()
    pattern = "^000000[0-9]{14}$"
    rule = "oin"
    detail = (
        "An OIN has twenty digits: a prefix of eight (00000001 with an RSIN and three zeros, "
        "00000003 with a KvK-nummer and four zeros, 00000099 for tests) and the number."
    )
    label = "OIN"
    example = "00000001002220647000"

    @property
    def prefix(self) -> str:
        """The register that the number comes from: the first eight digits."""
        return self[:8]

    @classmethod
    def _check(cls, value: str) -> None:
        prefix, number = value[:8], value[8:]
        if prefix == "00000001":
            sound = passes_elfproef(number[:9]) and number.endswith("000")
        elif prefix == "00000003":
            sound = number.endswith("0000") and int(number) > 0
        else:
            sound = int(prefix) > 0 and int(number) > 0
        if not sound:
            raise InvalidIdentifier(cls.rule, cls.detail)


@final
class Zaakidentificatie(_TextIdentifier):
    """A case's number, given out by the municipality: unique with its bronorganisatie.

    The character set is what all targets take: ZGW allows anything of 40 characters, but StUF-ZDS
    refuses what document systems cannot have in a folder's name, and products differ on spaces
    and slashes. Case counts: ZGW compares exactly.
    """

    __slots__ = ()
    pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"
    rule = "zaakidentificatie"
    detail = (
        "A zaakidentificatie has at most 40 letters, digits, '-', '_' or '.', "
        "and starts with a letter or digit."
    )
    label = "Zaakidentificatie"
    example = "0344-2026-000001"

    @property
    def gemeentecode(self) -> Gemeentecode | None:
        """The municipality that the first four digits name under RGBZ's rule, if they are digits.

        A convention and no proof: many systems give out numbers without it, and `2026-1` reads as
        municipality 2026.
        """
        return Gemeentecode(self[:4]) if re.match(r"[0-9]{4}", self) else None


@final
class Bsn:
    """Burgerservicenummer: nine digits, elfproef. It masks itself wherever it is shown.

    The digits come out in two ways only: `reveal()`, and the JSON of the message that holds it.
    It is not a `str`, so that it cannot slip into a log, a URL or a text unseen.
    """

    __slots__ = ("_digits",)

    _digits: str
    rule: ClassVar[str] = "elfproef"
    detail: ClassVar[str] = "A BSN has nine digits that pass the elfproef, and is not all zeros."

    def __init__(self, digits: str) -> None:
        if not passes_elfproef(digits):
            raise InvalidIdentifier(self.rule, self.detail)
        object.__setattr__(self, "_digits", digits)

    def reveal(self) -> str:
        """Return the nine digits. Every use needs a ground to process the number."""
        return self._digits

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("A Bsn does not change; make another one.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("A Bsn does not change; make another one.")

    def __eq__(self, other: object) -> bool:
        return self._digits == other._digits if isinstance(other, Bsn) else NotImplemented

    def __hash__(self) -> int:
        return hash((Bsn, self._digits))

    def __str__(self) -> str:
        return _BSN_MASK

    def __repr__(self) -> str:
        return f"Bsn({_BSN_MASK})"

    def __format__(self, format_spec: str) -> str:
        return format(_BSN_MASK, format_spec)

    def __copy__(self) -> Bsn:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Bsn:
        return self

    def __reduce__(self) -> str:
        raise TypeError("A Bsn is not pickled; store the message that holds it.")

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._from_json,
            serialization=core_schema.plain_serializer_function_ser_schema(
                cls.reveal, when_used="json", return_schema=core_schema.str_schema()
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "string",
            "title": "Burgerservicenummer",
            "description": cls.detail,
            "pattern": "^[0-9]{9}$",
        }

    @classmethod
    def _from_json(cls, value: object) -> Bsn:
        if isinstance(value, Bsn):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("wrong_type", "This must be a JSON string of nine digits.")
        try:
            return cls(value)
        except InvalidIdentifier as error:
            raise _as_pydantic(error) from None


def _as_pydantic(error: InvalidIdentifier) -> PydanticCustomError:
    # pydantic formats braces in the message; ours have none.
    return PydanticCustomError(error.rule, error.detail)
