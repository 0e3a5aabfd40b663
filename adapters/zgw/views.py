"""From what the ZGW APIs show to the answers to questions. Pure, and as lenient as `inbound.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from adapters.contract import RejectedError
from adapters.zgw.inbound import (
    Statusbeeld,
    Unfit,
    Zaakbeeld,
    zaak_document_ontvangen,
    zaak_ontvangen,
    zaak_status_ontvangen,
)
from adapters.zgw.lenient import Remarks, line, settled, text
from schemas.payload import CanonicalModel
from schemas.zaakvragen import BesluitBeeld, DocumentBeeld, ZaakBeeld

Data = dict[str, Any]
Shown = Mapping[str, Any]

_NOWHERE: Final = "zgw"
"""Stands for the destination's name, which an answer does not have."""
_NUMBER: Final = 1000
"""Numbers are never cut: one that is too long is left out."""
_NO_CASE: Final[Shown] = {"identificatie": "-"}


def zaak(beeld: Zaakbeeld) -> Data:
    try:
        data = zaak_ontvangen(beeld, _NOWHERE)
    except Unfit as err:
        raise _unreadable("case") from err
    if initiator := data.get("initiator"):
        data["rollen"] = [{"rolsoort": "initiator", "betrokkene": initiator}, *data["rollen"]]
    data["archiefnominatie"] = line(beeld.zaak.get("archiefnominatie"), 80)
    return _only(ZaakBeeld, data, "case")


def statussen(found: Iterable[Statusbeeld], zaak: Shown) -> list[Data]:
    """The statuses that have a moment, in the order in which they come."""
    shown = (zaak_status_ontvangen(one, zaak, _NOWHERE) for one in found)
    return [data["status"] for data in shown if data is not None]


def document(shown: Shown, soort: str) -> Data:
    try:
        data = zaak_document_ontvangen(shown, soort, _NO_CASE, _NOWHERE, content=False)
    except Unfit as err:
        raise _unreadable("document") from err
    owner = {"bronorganisatie": shown.get("bronorganisatie") or None}
    return _only(DocumentBeeld, {**data, **owner}, "document")


def besluit(shown: Shown, besluittype: str, zaak: Shown) -> Data:
    data = {
        "besluitidentificatie": line(shown.get("identificatie"), _NUMBER),
        "besluittype": line(besluittype, 255),
        "zaakidentificatie": line(zaak.get("identificatie"), _NUMBER),
        **{name: shown.get(name) or None for name in ("datum", "ingangsdatum", "vervaldatum")},
        "vervalreden": line(shown.get("vervalreden"), 200),
        "toelichting": text(shown.get("toelichting"), 2000) or None,
    }
    return _only(BesluitBeeld, data, "decision")


def _only(model: type[CanonicalModel], data: Data, what: str) -> Data:
    """The fields that the answer has, with values that it takes."""
    names = {field.alias or name for name, field in model.model_fields.items()}
    found = settled(model, {k: v for k, v in data.items() if k in names}, Remarks(), "")
    if found is None:
        raise _unreadable(what)
    return found


def _unreadable(what: str) -> RejectedError:
    return RejectedError(
        "zgw:onleesbaar", f"The zaaksysteem has this {what} in a form that no answer can carry."
    )
