"""What one zaaksysteem does otherwise than another: switches, and presets by name.

A preset named `habit-...` is inspired by what integrators reported about a kind of product; it is
no description of that product. Its text in `PRESETS` says what is invented.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from simulators.kit import ControlProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """The defaults are by the book."""

    profiles: tuple[str, ...] = ("1.1", "1.2")
    own_name: str = "ZAAKSYSTEEM"
    own_organisation: str = "0392"
    known_receivers: tuple[str, ...] = ()  # empty: any ontvanger is taken (else StUF010)
    known_senders: tuple[str, ...] = ()  # empty: any zender is taken (else StUF013)
    soap11_only: bool = False
    content_type_matches: bool = True  # another content type than the envelope's is a 415
    strict_order: bool = True
    strict_fields: bool = True  # mandatory elements, lengths, dates, unknown elements
    needs_two_objects: bool = False  # on a change, in profile 1.2
    increasing_time: bool = False  # StUF019
    whole_seconds: bool = False  # own times, and those compared for StUF019
    repeats_answer: bool = True  # same number, same content: the earlier answer; else done again
    existing_case: str = "refuse"  # or "late": Bv03, and nothing is done
    not_found: str = "empty"  # or "refuse": Fo02 with StUF064
    refuses_add_as_update: bool = True  # updateZaak with mutatiesoort T
    refuses_empty_scope: bool = False  # StUF058 on a scope that names nothing
    only_own_numbers: bool = False  # a case must have a number that was handed out here
    closing_needs_result: bool = False
    closes_on: str = "both"  # "einddatum", "status" or "both"
    end_statuses: tuple[str, ...] = ("Afgehandeld",)
    processes_after: float = 0.0  # seconds on the settable clock between Bv03 and processing
    wrapped_answers: bool = False  # Bv03 and Fo03 in a foreign element, status 200, empty zender
    code_is_message_code: bool = False  # `Fo03` where a StUF code belongs
    long_references: bool = False  # 64 characters
    charset: str = "utf-8"
    empty_faults: bool = False  # an empty Body instead of a fault
    bare_faults: bool = False  # a fault with a faultstring and nothing else
    case_number: str = "{organisation}{year}{number:06d}"
    document_number: str = "{organisation}D{year}{number:06d}"
    decision_number: str = "{organisation}B{year}{number:06d}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


_CHOICES = {
    "existing_case": ("refuse", "late"),
    "not_found": ("empty", "refuse"),
    "closes_on": ("einddatum", "status", "both"),
    "charset": ("utf-8", "iso-8859-1", "windows-1252"),
}

STANDAARD = Habits()

PRESETS: dict[str, tuple[Habits, str]] = {
    "standaard": (STANDAARD, "By the book of StUF 3.01 and both ZDS versions."),
    "habit-djuma": (
        replace(STANDAARD, profiles=("1.1",), refuses_add_as_update=True, soap11_only=True),
        (
            "Only 1.1 and SOAP 1.1; refuses updateZaak with mutatiesoort T (reported by "
            "integrators). Invented: the combination, and everything else."
        ),
    ),
    "habit-openzaakbrug": (
        replace(
            STANDAARD,
            long_references=True,
            strict_order=False,
            strict_fields=False,
            repeats_answer=False,
            not_found="refuse",
            refuses_add_as_update=False,
        ),
        (
            "64-character referentienummer in answers (seen in samples). Invented: that it is "
            "lenient on order, does a repeated message again and refuses a question about an "
            "unknown case."
        ),
    ),
    "habit-sigmax": (
        replace(
            STANDAARD,
            profiles=("1.1",),
            strict_order=False,
            strict_fields=False,
            wrapped_answers=True,
            code_is_message_code=True,
            case_number="SIA-{number}.01",
        ),
        (
            "Bv03 and Fo03 wrapped, with empty zender and `Fo03` as code (seen in samples). "
            "Invented: that it also answers questions, and its own numbers."
        ),
    ),
    "habit-esuite": (
        replace(
            STANDAARD,
            profiles=("1.1",),
            charset="iso-8859-1",
            whole_seconds=True,
            closing_needs_result=True,
            closes_on="status",
        ),
        (
            "Invented altogether, after quirks that integrators report of suites: ISO-8859-1 "
            "answers, times in whole seconds, closing by the end status, only after a resultaat."
        ),
    ),
    "habit-laat": (
        replace(STANDAARD, processes_after=5.0, existing_case="late"),
        (
            "Invented: takes everything with Bv03, processes it five seconds later, and says "
            "nothing when that fails."
        ),
    ),
    "habit-zwijgzaam": (
        replace(STANDAARD, empty_faults=True, repeats_answer=False, increasing_time=True),
        "Invented: empty answers instead of faults, and times must increase.",
    ),
}
"""Name -> habits, and what of it is invented."""


def read_habits(document: Any, now: Habits) -> Habits:
    """Read `{"as": preset, switch: value, ...}`; raises ControlProblem naming what is known."""
    if not isinstance(document, dict):
        raise ControlProblem('Expected {"as": "a preset", "switch": value, ...}.')
    if "as" in document:
        now = preset(document["as"])
    switches = {field.name: field for field in fields(Habits)}
    changes = {name: value for name, value in document.items() if name != "as"}
    unknown = sorted(set(changes) - set(switches))
    if unknown:
        raise ControlProblem(f"Unknown habit {unknown}; known are {', '.join(switches)}.")
    return replace(now, **{name: _read(name, value) for name, value in changes.items()})


def preset(name: Any) -> Habits:
    if name not in PRESETS:
        raise ControlProblem(f"Unknown preset {name!r}; known are {', '.join(PRESETS)}.")
    return PRESETS[str(name)][0]


def _read(name: str, value: Any) -> Any:
    usual = getattr(STANDAARD, name)
    if isinstance(usual, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ControlProblem(f"{name} must be a list of texts.")
        return tuple(value)
    numbers = (int, float) if isinstance(usual, float) else type(usual)
    if not isinstance(value, numbers) or isinstance(value, bool) != isinstance(usual, bool):
        raise ControlProblem(f"{name} must be of the kind of {usual!r}, not {value!r}.")
    if value not in _CHOICES.get(name, (value,)):
        raise ControlProblem(f"{name} must be one of {', '.join(_CHOICES[name])}.")
    return value
