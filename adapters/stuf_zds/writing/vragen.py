"""Questions: Lv01 messages, with every element that is asked for named in their scope.

A scope that names nothing is refused by some systems (Q10), and `scope="alles"` is not known by
all, so the elements are written out; the lists hold what our readers read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from adapters.stuf_zds.writing.build import Markup, Part, element, element_with, entity, text
from adapters.stuf_zds.writing.values import RELATIONS

_ZAAK: Final = (
    "identificatie omschrijving toelichting kenmerk(kenmerk,bron) "
    "anderZaakObject(omschrijving,aanduiding,registratie) "
    "resultaat(omschrijving,toelichting) startdatum registratiedatum einddatumGepland "
    "uiterlijkeEinddatum einddatum opschorting(indicatie,reden) verlenging(duur,reden) "
    "betalingsIndicatie laatsteBetaaldatum archiefnominatie datumVernietigingDossier"
)
_DOCUMENT: Final = (
    "identificatie dct.omschrijving creatiedatum ontvangstdatum titel beschrijving formaat taal "
    "versie status verzenddatum vertrouwelijkAanduiding auteur link"
)
_BESLUIT: Final = (
    "identificatie bst.omschrijving datumBeslissing toelichting ingangsdatumWerking "
    "einddatumWerking vervalreden"
)
_ROLES: Final = (
    "belanghebbende",
    "gemachtigde",
    "initiator",
    "uitvoerende",
    "verantwoordelijke",
    "overig",
)
_NPS_IN_BTR: Final = "11"
"""In front of a burgerservicenummer, where a party is asked for by number alone."""


def case_parts(number: str) -> Sequence[Part]:
    """Ask for a case with all that belongs to it, besides documents."""
    return (*_asked("ZAK", text("ZKN:identificatie", number)), _scope("ZAK", _case_scope()))


def status_parts(number: str) -> Sequence[Part]:
    """Ask for the last status of a case."""
    last = entity("ZKN:heeft", "ZAKSTT", None, text("ZKN:indicatieLaatsteStatus", "J"))
    scope = [_open("ZKN:identificatie"), _status_scope()]
    return (*_asked("ZAK", text("ZKN:identificatie", number), last), _scope("ZAK", scope))


def documents_parts(number: str) -> Sequence[Part]:
    """Ask for the documents of a case."""
    edc = entity("ZKN:gerelateerde", "EDC", None, *_opened(_DOCUMENT))
    relation = entity(
        "ZKN:heeftRelevant", "ZAKEDC", None, edc, *_opened("titel beschrijving registratiedatum")
    )
    scope = [_open("ZKN:identificatie"), relation]
    return (*_asked("ZAK", text("ZKN:identificatie", number)), _scope("ZAK", scope))


def document_parts(number: str) -> Sequence[Part]:
    """Ask for a document with its content."""
    zaak = entity("ZKN:gerelateerde", "ZAK", None, _open("ZKN:identificatie"))
    relation = entity("ZKN:isRelevantVoor", "EDCZAK", None, zaak)
    scope = [*_opened(_DOCUMENT), element("ZKN:inhoud"), relation]
    return (*_asked("EDC", text("ZKN:identificatie", number)), _scope("EDC", scope))


def decision_parts(number: str) -> Sequence[Part]:
    """Ask for a decision and the case that it was taken in; 1.2 only."""
    zaak = entity("ZKN:gerelateerde", "ZAK", None, _open("ZKN:identificatie"))
    scope = [*_opened(_BESLUIT), entity("ZKN:isUitkomstVan", "BSLZAK", None, zaak)]
    return (*_asked("BSL", text("ZKN:identificatie", number)), _scope("BSL", scope))


def decisions_parts(number: str) -> Sequence[Part]:
    """Ask for the decisions in a case; 1.2 only."""
    bsl = entity("ZKN:gerelateerde", "BSL", None, *_opened(_BESLUIT))
    scope = [_open("ZKN:identificatie"), entity("ZKN:leidtTot", "ZAKBSL", None, bsl)]
    return (*_asked("ZAK", text("ZKN:identificatie", number)), _scope("ZAK", scope))


def cases_of_person_parts(bsn: str, most: int) -> Sequence[Part]:
    """Ask for the cases that somebody started: StUF-ZKN itself, also in 1.2."""
    number = text("ZKN:identificatie", _NPS_IN_BTR + bsn)
    btr = entity("ZKN:gerelateerde", "BTR", None, number)
    initiator = entity("ZKN:heeftAlsInitiator", "ZAKBTRINI", None, btr)
    return (*_asked("ZAK", initiator, most=most), _scope("ZAK", _case_scope()))


def _asked(entiteittype: str, *selected: Part, most: int | None = None) -> tuple[Part, Part]:
    parameters = element(
        "ZKN:parameters",
        text("StUF:sortering", 0),
        text("StUF:indicatorVervolgvraag", "false"),
        text("StUF:maximumAantal", most),
    )
    return parameters, entity("ZKN:gelijk", entiteittype, None, *selected)


def _scope(entiteittype: str, parts: Iterable[Part]) -> Part:
    return element("ZKN:scope", entity("ZKN:object", entiteittype, None, *parts))


def _case_scope() -> list[Part]:
    zaaktype = entity("ZKN:gerelateerde", "ZKT", None, *_opened("omschrijving code"))
    relations = (RELATIONS[name] for name in _ROLES)
    return [
        *_opened(_ZAAK),
        entity("ZKN:isVan", "ZAKZKT", None, zaaktype),
        entity("ZKN:heeftBetrekkingOp", "ZAKOBJ", None, element("ZKN:gerelateerde")),
        *(
            entity(f"ZKN:{one.element}", one.entiteittype, None, element("ZKN:gerelateerde"))
            for one in relations
        ),
        _other_cases("ZKN:heeftAlsDeelzaak", "ZAKZAKDEL"),
        _other_cases("ZKN:heeftBetrekkingOpAndere", "ZAKZAKBTR"),
        _status_scope(),
        entity(
            "ZKN:leidtTot",
            "ZAKBSL",
            None,
            entity("ZKN:gerelateerde", "BSL", None, *_opened(_BESLUIT)),
        ),
    ]


def _other_cases(name: str, entiteittype: str) -> Markup:
    zaak = entity("ZKN:gerelateerde", "ZAK", None, _open("ZKN:identificatie"))
    return entity(name, entiteittype, None, zaak)


def _status_scope() -> Markup:
    kind = entity("ZKN:gerelateerde", "STT", None, *_opened("volgnummer code omschrijving"))
    rest = _opened("toelichting datumStatusGezet indicatieLaatsteStatus")
    return entity("ZKN:heeft", "ZAKSTT", None, kind, *rest)


def _opened(names: str) -> list[Part]:
    return [_open(f"ZKN:{name}") for name in names.split()]


def _open(name: str) -> Markup:
    """An element that is asked for; `group(part,part)` asks for the parts of a group."""
    own, _, inner = name.rstrip(")").partition("(")
    if inner:
        return element(own, *(_open(f"ZKN:{part}") for part in inner.split(",")))
    return element_with(own, {"xsi:nil": "true"})
