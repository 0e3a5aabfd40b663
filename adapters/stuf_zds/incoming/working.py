"""Role `zaaksysteem`: what comes of what was kept, in the lane of the case. Pure.

By then everything that we sent about the case is done, and the references tell what was ours: that
does not come back to the core as news (docs/adapters/stuf_zds-inbound.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from adapters._kit import facts
from adapters._kit.stuf.stuurgegevens import TOWN_HALL
from adapters.contract import CASE_NUMBER, News
from adapters.stuf_zds.inbound_settings import InboundSettings
from adapters.stuf_zds.incoming.postroom import (
    DOCUMENT_SOORT,
    OVERDRACHT_SOORT,
    STATUS_SOORT,
    WIJZIGING_SOORT,
    ZAAK_SOORT,
)
from adapters.stuf_zds.incoming.result import ZAAK, made_id
from schemas.messagetypes import ONTVANGST

TOLD: Final = "ontvangen"
"""Reference that the core has been told of a case: it is theirs, and known."""
_STATUS: Final = "status:"
_SECOND: Final = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uitgewerkt:
    news: Sequence[News]
    references: Mapping[str, str]
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known while a message is worked out."""

    references: Mapping[str, str]
    destination: str
    now: datetime
    sent: datetime
    """When the message was sent."""
    dataref: str | None
    settings: InboundSettings

    @property
    def told(self) -> bool:
        return TOLD in self.references

    @property
    def ours(self) -> bool:
        """The core started the case: we have delivered it there."""
        return not self.told and (CASE_NUMBER in self.references or "zaak" in self.references)


def uitgewerkt(soort: str, inhoud: Mapping[str, Any], known: Known) -> Uitgewerkt:
    """What the core is to hear; nothing of what it did itself."""
    return _WORKERS[soort](inhoud, known)


def _zaak(inhoud: Mapping[str, Any], known: Known) -> Uitgewerkt:
    number = inhoud["zaakidentificatie"]
    if known.ours or inhoud.get("eigen"):
        return Uitgewerkt(news=(), references={CASE_NUMBER: number}, detail="linked: our own case")
    news = _to_core("ontvangen", inhoud["zaak"], inhoud, known, number)
    references = {TOLD: "zaak"}
    if facts.BEELD not in known.references:  # sent again, it says nothing of later changes
        references[facts.BEELD] = facts.written(facts.facts_of(inhoud["zaak"]))
    return Uitgewerkt(news=(news,), references=references, detail="a case of theirs")


def _wijziging(inhoud: Mapping[str, Any], known: Known) -> Uitgewerkt:
    """What is new of it; a change of our own case is for the core to make."""
    if (later := _later(WIJZIGING_SOORT, inhoud, known)) is not None:
        return later
    if known.ours or inhoud.get("eigen"):
        return Uitgewerkt(news=(), references={}, detail="a change of our own case: not told")
    found = inhoud["wijziging"]
    told = facts.read(known.references.get(facts.BEELD, ""))
    new, now = facts.untold(found, told)
    references = {facts.BEELD: facts.written(now)} if known.told else {}
    if not new:
        return Uitgewerkt(news=(), references=references, detail="nothing that was not told")
    if "zaaktype" in new and "zaaktypeOmschrijving" in found:
        new["zaaktypeOmschrijving"] = found["zaaktypeOmschrijving"]
    parts = (inhoud["zaakidentificatie"], inhoud["bericht"])
    news = _to_core("wijziging-ontvangen", {**new, "volledig": False}, inhoud, known, *parts)
    return Uitgewerkt(news=(news,), references=references, detail="a change of theirs")


def _statussen(inhoud: Mapping[str, Any], known: Known) -> Uitgewerkt:
    if (later := _later(STATUS_SOORT, inhoud, known)) is not None:
        return later
    number, news = inhoud["zaakidentificatie"], []
    for status in inhoud["statussen"]:
        if not _is_our_status(status, known):
            parts = (number, status["datumStatusGezet"], status["statustype"])
            news.append(_to_core("status-ontvangen", {"status": status}, inhoud, known, *parts))
    left = len(inhoud["statussen"]) - len(news)
    detail = f"{len(news)} told, {left} ours"
    return Uitgewerkt(news=news, references={}, detail=detail)


def _is_our_status(status: Mapping[str, Any], known: Known) -> bool:
    """The same second and the same name: what we set comes back to us."""
    theirs = {status["statustype"], str(status.get("volgnummer", ""))}
    mapped = {known.settings.statustypen.get(each, each) for each in theirs}
    names = {each.casefold() for each in theirs | mapped}
    moment = datetime.fromisoformat(status["datumStatusGezet"]).astimezone(TOWN_HALL)
    return any(
        name.casefold() in names and _is_at(reference.removeprefix(_STATUS), moment)
        for reference, name in known.references.items()
        if reference.startswith(_STATUS)
    )


def _is_at(second: str, moment: datetime) -> bool:
    """`second`: as our receipts write it, in UTC. A day without a time is that whole day."""
    try:
        ours = datetime.strptime(second, _SECOND).replace(tzinfo=UTC).astimezone(TOWN_HALL)
    except ValueError:
        return False  # not written by us
    if moment.time() == time.min:
        return ours.date() == moment.date()
    # We send midnight as one second later: receivers take it for a day without a time (Q16).
    return abs(ours - moment) < timedelta(seconds=1 if ours.time() != time.min else 2)


def _document(inhoud: Mapping[str, Any], known: Known) -> Uitgewerkt:
    if (later := _later(DOCUMENT_SOORT, inhoud, known)) is not None:
        return later
    document = inhoud["document"]
    number, versie = document["documentidentificatie"], document.get("versie")
    ours = known.references.get(f"document:{number}")
    if ours is not None and versie in (None, "", ours):
        return Uitgewerkt(news=(), references={}, detail="our own document")
    parts = (inhoud["zaakidentificatie"], number, versie or "1", known.dataref or "")
    news = _to_core("document-ontvangen", document, inhoud, known, *parts, dataref=known.dataref)
    return Uitgewerkt(news=(news,), references={}, detail="a document of theirs")


def _overdracht(inhoud: Mapping[str, Any], known: Known) -> Uitgewerkt:
    overdracht = inhoud["overdracht"]
    parts = (inhoud["zaakidentificatie"], overdracht["kenmerk"])
    news = _to_core("overdracht-gevraagd", overdracht, inhoud, known, *parts)
    return Uitgewerkt(news=(news,), references={}, detail="a handover is asked")


_WORKERS: Final = {
    ZAAK_SOORT: _zaak,
    WIJZIGING_SOORT: _wijziging,
    STATUS_SOORT: _statussen,
    DOCUMENT_SOORT: _document,
    OVERDRACHT_SOORT: _overdracht,
}


def _later(soort: str, inhoud: Mapping[str, Any], known: Known) -> Uitgewerkt | None:
    """It overtook its case: work it out once more, after some time, and then whatever is known.

    In a lane of its own, so that the case itself does not wait behind it.
    """
    wait = known.settings.wait_for_case
    if known.told or known.ours or inhoud.get("eigen") or inhoud.get("gewacht") or not wait:
        return None
    number = inhoud["zaakidentificatie"]
    shape = repr(sorted(inhoud.items(), key=lambda each: each[0]))
    again = News(
        id=made_id("gewacht", soort, number, shape, known.dataref or ""),
        type=ONTVANGST,
        data={"soort": soort, "inhoud": {**inhoud, "gewacht": True}},
        time=known.sent,
        subject=number,
        ordering_key=f"wacht:{number}",
        dataref=known.dataref,
        not_before=known.now + timedelta(seconds=wait),
    )
    return Uitgewerkt(news=(again,), references={}, detail="waits for its case")


def _to_core(
    what: str,
    data: Mapping[str, Any],
    inhoud: Mapping[str, Any],
    known: Known,
    *parts: str,
    dataref: str | None = None,
) -> News:
    number = inhoud["zaakidentificatie"]
    opmerkingen = list(inhoud.get("opmerkingen", ()))
    if inhoud.get("gewacht") and not (known.told or known.ours):
        opmerkingen.append("The case itself did not come in, or came after this.")
    whole = {
        **data,
        "zaakidentificatie": number,
        "bestemming": known.destination,
        **({"opmerkingen": opmerkingen[:50]} if opmerkingen else {}),
    }
    owner = known.settings.bronorganisatie
    if owner is not None:
        whole.setdefault("bronorganisatie", str(owner))
    return News(
        id=made_id(what, *parts),
        type=ZAAK + what,
        data=whole,
        time=known.sent,
        subject=number,
        dataref=dataref,
    )
