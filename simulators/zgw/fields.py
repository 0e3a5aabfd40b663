"""Field rules of a request body as data, checked the way Open Zaak checks and words them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulators.zgw.problems import Param, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulators.zgw.store import Record, Store

VERTROUWELIJKHEID = (
    "openbaar",
    "beperkt_openbaar",
    "intern",
    "zaakvertrouwelijk",
    "vertrouwelijk",
    "confidentieel",
    "geheim",
    "zeer_geheim",
)
_DURATION = re.compile(r"P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?")
_NINE = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a body; `ref` is the collection that a URL must point into.

    `past` refuses a date in the future, with that text as its code.
    """

    name: str
    kind: str = "text"
    required: bool = False
    nullable: bool = False
    blank: bool | None = None  # None: allowed when the field is not required
    longest: int | None = None
    shortest: int | None = None
    choices: tuple[str, ...] = ()
    ref: str = ""
    past: str = ""


@dataclass(slots=True)
class Checked:
    """Clean values by field name, and the resources that its URLs point to."""

    values: dict[str, Any]
    refs: dict[str, Record]


class _Bad(Exception):
    """A value breaks a rule of its field; becomes an entry of `invalidParams`."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason


def check(
    fields: Sequence[Field],
    body: Mapping[str, Any],
    *,
    store: Store,
    now: datetime,
    partial: bool = False,
    prefix: str = "",
) -> Checked:
    """Check a body; raises Refusal with all field problems. Unknown fields are ignored."""
    checked = Checked({}, {})
    problems: list[Param] = []
    for field in fields:
        if field.name not in body:
            if field.required and not partial:
                problems.append(Param(prefix + field.name, "required", "Dit veld is verplicht."))
            continue
        value = body[field.name]
        try:
            checked.values[field.name] = _read(field, value, now)
            if field.ref and checked.values[field.name]:
                checked.refs[field.name] = _resolve(field, checked.values[field.name], store)
        except _Bad as bad:
            problems.append(Param(prefix + field.name, bad.code, bad.reason))
    if problems:
        raise Refusal("ValidationError", problems)
    return checked


def read_datetime(text: str) -> datetime:
    """Read a date and time; without an offset it is taken as UTC, as Open Zaak does."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def show_datetime(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def eleven_test(text: str) -> bool:
    """The check on a BSN or RSIN: weights 9..2 and -1 for the last digit, divisible by eleven."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(d) for w, d in zip(weights, text, strict=True)) % 11 == 0


def _read(field: Field, value: Any, now: datetime) -> Any:
    if value is None:
        if not field.nullable:
            raise _Bad("null", "Dit veld mag niet leeg zijn.")
        return None
    clean = _READERS[field.kind](field, value)
    if field.past:
        _refuse_future(field, clean, now)
    return clean


def _resolve(field: Field, url: str, store: Store) -> Record:
    found = store.at(url, field.ref)
    if found is not None:
        return found
    if not url.startswith(store.base_url + "/"):
        # Open Zaak would fetch it; this simulator reaches no other host, so it never succeeds.
        raise _Bad("bad-url", f"De URL {url} kon niet opgehaald worden.")
    if store.holds(url) and "/catalogi/" in field.ref:
        raise Refusal("APIException")  # measured: a URL of another kind of resource is a 500
    raise _Bad("does_not_exist", "Ongeldige hyperlink - object bestaat niet.")


def _refuse_future(field: Field, value: Any, now: datetime) -> None:
    if field.kind == "date":
        late = date.fromisoformat(value) > now.date()
    else:
        late = read_datetime(value) > now
    if late:
        raise _Bad(field.past, "Deze datum mag niet in de toekomst zijn")


def _text(field: Field, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _Bad("invalid", "Dit is geen geldige tekst.")
    text = str(value).strip()
    allowed_blank = field.blank if field.blank is not None else not field.required
    if not text:
        if not allowed_blank:
            raise _Bad("blank", "Dit veld mag niet leeg zijn.")
        return text
    if field.longest is not None and len(text) > field.longest:
        raise _Bad(
            "max_length", f"Zorg ervoor dat dit veld niet meer dan {field.longest} karakters bevat."
        )
    if field.shortest is not None and len(text) < field.shortest:
        raise _Bad("min_length", f"Dit veld moet ten minste {field.shortest} karakters bevatten.")
    return text


def _rsin(field: Field, value: Any) -> str:
    return _nine_digits(_text(field, value), "RSIN")


def _bsn(field: Field, value: Any) -> str:
    return _nine_digits(_text(field, value), "BSN")


def _nine_digits(text: str, name: str) -> str:
    if not text:
        return text
    if len(text) != _NINE:
        raise _Bad("invalid-length", f"{name} moet 9 tekens lang zijn.")
    if not (text.isascii() and text.isdigit()):
        raise _Bad("only-digits", f"{name} mag alleen cijfers bevatten.")
    if not eleven_test(text):
        raise _Bad("invalid", f"Onjuist {name} nummer")
    return text


def _url(field: Field, value: Any) -> str:
    text = _text(field, value)
    if text and not is_url(text):
        raise _Bad("bad-url", "Voer een geldige URL in.")
    return text


def _date(_field: Field, value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise _Bad("invalid", "Datum heeft het verkeerde formaat, gebruik YYYY-MM-DD.") from None


def _datetime(_field: Field, value: Any) -> str:
    try:
        return show_datetime(read_datetime(value))
    except (TypeError, ValueError):
        raise _Bad("invalid", "Datetime heeft het verkeerde formaat.") from None


def _choice(field: Field, value: Any) -> str:
    allowed_blank = field.blank if field.blank is not None else not field.required
    if value == "" and allowed_blank:
        return ""
    if not isinstance(value, str) or value not in field.choices:
        raise _Bad("invalid_choice", f'"{value}" is een ongeldige keuze.')
    return value


def _bool(_field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Bad("invalid", "Moet een geldige booleaanse waarde zijn.")
    return value


def _int(_field: Field, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Bad("invalid", "Een geldig getal is verplicht.")
    if value < 0:
        raise _Bad("min_value", "Waarde moet groter zijn dan of gelijk zijn aan 0.")
    return value


def _object(_field: Field, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Bad("invalid", "Ongeldige data. Verwacht een object.")
    return dict(value)


def _list(_field: Field, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _Bad("not_a_list", "Verwachtte een lijst met items.")
    return list(value)


def _duration(_field: Field, value: Any) -> str:
    if not isinstance(value, str) or not _DURATION.fullmatch(value):
        raise _Bad("invalid", "Tijdsduur heeft een ongeldig formaat.")
    return value


_READERS: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "rsin": _rsin,
    "bsn": _bsn,
    "url": _url,
    "date": _date,
    "datetime": _datetime,
    "choice": _choice,
    "bool": _bool,
    "int": _int,
    "object": _object,
    "list": _list,
    "duration": _duration,
}
