"""Faults of StUF: reading them, what each code means for a message, and making our own.

Success is an expected berichtcode in the body and never an HTTP status; so is failure. A fault
with a StUF code is a definite no: the message was not taken. One without (Q9, a gateway's) says
nothing about that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from adapters._kit.masking import mask_numbers
from adapters._kit.stuf.answering import bv_bericht, fo_bericht
from adapters._kit.stuf.codes import CODES, Consequence, Plek
from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    RejectedError,
    TransientError,
    UncertainError,
)

__all__ = [
    "CODES",
    "ORDINARY",
    "Circumstances",
    "Consequence",
    "Fout",
    "NumberTakenError",
    "Plek",
    "StaleMomentError",
    "bv_bericht",
    "consequence_of",
    "error_for",
    "fo_bericht",
    "read_fault",
    "to_error",
]

_CODE: Final = re.compile(r"StUF\d{3,4}", re.ASCII)
_LONGEST_WORDS: Final = 200
LIMITED_TRIES: Final = 5
"""Attempts after which a StUF058, used for passing and for lasting trouble alike, is parked."""


@dataclass(frozen=True, slots=True)
class Fout:
    """A fault as it came. The texts are the sender's and may quote our message: not for logs."""

    code: str
    """`StUF058`; empty when there is none (a bare SOAP fault, or Q3: the message code again)."""
    plek: Plek | None
    omschrijving: str = field(default="", repr=False)
    details: str = field(default="", repr=False)

    @property
    def words(self) -> str:
        """The description as one line that may be shown; nothing of `details`, nor of any XML."""
        line = " ".join(self.omschrijving.split())
        if "<" in line:
            return "no explanation that can be shown"
        return mask_numbers(line)[:_LONGEST_WORDS] or "no explanation"


_NOT_FOUND: Final = "StUF064"
_CATCH_ALL: Final = "StUF058"
_NOT_IN_TIME: Final = "StUF960"
"""A synchronous message may be carried out after it all the same."""


class StaleMomentError(TransientError):
    """StUF019: render the message again, once, with a new time and number, as a step of its own.

    Surely not taken. An adapter that cannot render again lets it pass.
    """


class NumberTakenError(UncertainError):
    """StUF016: our number came before with other content, or the system only thinks so.

    After a lost answer it usually means that the message is there: look it up.
    """


def read_fault(element: etree._Element) -> Fout:
    """Read a Fo0xBericht or a bare SOAP fault, whatever is missing in it."""
    body = _part(element, "body")
    if body is None:
        return _bare(element)
    code = _text(body, "code")
    plek = _text(body, "plek")
    return Fout(
        code=code if _CODE.fullmatch(code) else "",
        plek="client" if plek == "client" else "server" if plek == "server" else None,
        omschrijving=_text(body, "omschrijving"),
        details=_text(body, "details"),
    )


def consequence_of(fout: Fout) -> Consequence:
    """Return what the code means in general; `to_error` knows the circumstances."""
    if fout.code:
        meaning = CODES.get(fout.code)
        return "park" if meaning is None else meaning.consequence
    return "park" if fout.plek == "client" else "retry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What besides the code decides what a fault means."""

    after_create: bool = False
    """The case or document was created only just now: "not found" may be over soon."""
    changes: bool = False
    """A synchronous message that changes something, such as a check-in.

    The client sets it for the operations of which it is known (Operation.changes).
    """
    sent_before: bool = False
    """These bytes went out before: a StUF058 may mean that it is there."""
    attempt: int = 1
    """From 1; a StUF058 is parked after LIMITED_TRIES."""


ORDINARY: Final = Circumstances()


def to_error(
    fout: Fout,
    *,
    asynchronous: bool,
    after_create: bool = False,
    changes: bool = False,
    sent_before: bool = False,
    attempt: int = 1,
) -> DeliveryError:
    """Return (not raise) the error for a fault; `asynchronous`: it answers an Lk01 or Di01."""
    when = Circumstances(
        after_create=after_create, changes=changes, sent_before=sent_before, attempt=attempt
    )
    return error_for(fout, when, asynchronous=asynchronous)


def error_for(fout: Fout, when: Circumstances, *, asynchronous: bool) -> DeliveryError:
    """As `to_error`, with the circumstances in one value."""
    said = f"The system answered {fout.code or 'a fault without StUF code'}: {fout.words}"
    if _is_in_doubt(fout, when, asynchronous=asynchronous):
        return UncertainError(f"{said}. It may have been carried out.")
    match _in_circumstances(fout, when):
        case "retry":
            return TransientError(said)
        case "look_up":
            return NumberTakenError(said)
        case "rebuild":
            return StaleMomentError(said)
        case "configuration":
            return ConfigurationError(CODES[fout.code].setting, said)
        case "park":
            return RejectedError(f"stuf:{fout.code or 'fault'}", fout.words)


def _is_in_doubt(fout: Fout, when: Circumstances, *, asynchronous: bool) -> bool:
    changing = asynchronous or when.changes
    if not fout.code and fout.plek is None:
        return changing  # a gateway's own fault, perhaps
    if fout.code == _CATCH_ALL and when.sent_before:
        return True
    return fout.code == _NOT_IN_TIME and when.changes and not asynchronous


def _in_circumstances(fout: Fout, when: Circumstances) -> Consequence:
    if fout.code == _NOT_FOUND and when.after_create:
        return "retry"
    consequence = consequence_of(fout)
    unclear = fout.code in {"", _CATCH_ALL}
    if unclear and consequence == "retry" and when.attempt > LIMITED_TRIES:
        return "park"
    return consequence


def _bare(element: etree._Element) -> Fout:
    """A SOAP fault without StUF in it: SOAP 1.1 has faultstring, 1.2 Reason/Text."""
    words = _text(element, "faultstring")
    reason = _part(element, "Reason")
    if reason is not None:
        words = words or _text(reason, "Text")
    return Fout(code="", plek=None, omschrijving=words)


def _part(element: etree._Element, name: str) -> etree._Element | None:
    return next((p for p in element if etree.QName(p).localname == name), None)


def _text(element: etree._Element, name: str) -> str:
    part = _part(element, name)
    return "" if part is None else "".join(str(piece) for piece in part.itertext()).strip()
