"""The object BSL: a decision in a case."""

from __future__ import annotations

from adapters.stuf_zds.vocabulary import Vocabulary
from adapters.stuf_zds.writing.build import (
    Markup,
    Part,
    element,
    entity,
    extra_elementen,
    text,
    told,
)
from adapters.stuf_zds.writing.values import VERVALREDEN
from schemas.zaak import ZaakBesluitBijgewerkt, ZaakBesluitVastgesteld


def besluit(data: ZaakBesluitVastgesteld, vocabulary: Vocabulary) -> Markup:
    """Return the object of voegBesluitToe (1.2): the decision, and its case."""
    made = entity(
        "ZKN:besluit",
        "BSL",
        "T",
        text("ZKN:identificatie", data.besluitidentificatie),
        text("ZKN:bst.omschrijving", _soort(data, vocabulary)),
        text("ZKN:datumBeslissing", data.datum),
        text("ZKN:toelichting", data.toelichting),
        text("ZKN:ingangsdatumWerking", data.ingangsdatum),
        text("ZKN:einddatumWerking", data.vervaldatum),
        *(_vastgelegd_in(number) for number in data.documentidentificaties),
    )
    zaak = entity("ZKN:zaak", "ZAK", "I", text("ZKN:identificatie", data.zaakidentificatie))
    return element("ZKN:object", made, zaak)


def leidt_tot(data: ZaakBesluitVastgesteld, vocabulary: Vocabulary) -> Markup:
    """Return the relation that says it in 1.1, in an updateZaak.

    A relation knows of a decision only number, kind and date; the rest goes as extraElementen.
    """
    documents = " ".join(data.documentidentificaties)
    return entity(
        "ZKN:leidtTot",
        "ZAKBSL",
        "T",
        entity(
            "ZKN:gerelateerde",
            "BSL",
            "T",
            text("ZKN:identificatie", data.besluitidentificatie),
            text("ZKN:bst.omschrijving", _soort(data, vocabulary)),
            text("ZKN:datumBeslissing", data.datum),
        ),
        extra_elementen(
            {
                "ingangsdatum": f"{data.ingangsdatum:%Y%m%d}",
                "vervaldatum": f"{data.vervaldatum:%Y%m%d}" if data.vervaldatum else None,
                "toelichting": data.toelichting or None,
                "documentidentificaties": documents or None,
            }
        ),
    )


def besluit_changed(data: ZaakBesluitBijgewerkt) -> list[Markup]:
    """Return the old and the new object of updateBesluit (1.2)."""
    number = data.besluitidentificatie
    reason = VERVALREDEN[data.vervalreden] if data.vervalreden else None
    parts: tuple[Part, ...] = (
        told("ZKN:toelichting", data.toelichting),
        text("ZKN:ingangsdatumWerking", data.ingangsdatum),
        text("ZKN:einddatumWerking", data.vervaldatum),
        text("ZKN:vervalreden", reason),
    )
    return [
        entity("ZKN:object", "BSL", "W", text("ZKN:identificatie", number)),
        entity("ZKN:object", "BSL", "W", text("ZKN:identificatie", number), *parts),
    ]


def _soort(data: ZaakBesluitVastgesteld, vocabulary: Vocabulary) -> str:
    return vocabulary.besluittypen.get(data.besluittype, data.besluittype)


def _vastgelegd_in(documentidentificatie: str) -> Markup:
    number = text("ZKN:identificatie", documentidentificatie)
    document = entity("ZKN:gerelateerde", "EDC", "I", number)
    return entity("ZKN:isVastgelegdIn", "BSLEDC", "T", document)
