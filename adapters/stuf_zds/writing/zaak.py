"""The object ZAK: of a case that is opened, that changes, that gets a status.

A change carries two objects, old first; the old one holds what tells the case, and nothing of what
was there: we do not know it. A relation that comes is absent from the old object, one that goes is
empty in the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from adapters._kit.stuf.names import Profile
from adapters.stuf_zds.vocabulary import Vocabulary, Zaaktype
from adapters.stuf_zds.writing.betrokkene import (
    Rolmap,
    nobody,
    relation_of,
    role,
    role_of,
    role_removed,
)
from adapters.stuf_zds.writing.build import (
    Markup,
    Part,
    Verwerkingssoort,
    element,
    entity,
    extra_elementen,
    group,
    in_order,
    positions,
    text,
    told,
)
from adapters.stuf_zds.writing.objecten import related_case, zaakobject
from adapters.stuf_zds.writing.values import (
    ARCHIEFNOMINATIE,
    BETALING,
    RELATIONS,
    indicatie,
)
from schemas.zaak import Eigenschap, ZaakBijgewerkt, ZaakGestart
from schemas.zaakdelen import (
    Betaling,
    OverigObject,
    Rol,
    Rolsoort,
)

ORDER: Final = positions(
    "identificatie omschrijving toelichting kenmerk anderZaakObject resultaat startdatum "
    "registratiedatum publicatiedatum einddatumGepland uiterlijkeEinddatum einddatum opschorting "
    "verlenging betalingsIndicatie laatsteBetaaldatum archiefnominatie datumVernietigingDossier "
    "zaakniveau deelzakenIndicatie tijdvakGeldigheid tijdstipRegistratie extraElementen isVan "
    "heeftBetrekkingOp heeftAlsBelanghebbende heeftAlsGemachtigde heeftAlsInitiator "
    "heeftAlsUitvoerende heeftAlsVerantwoordelijke heeftAlsOverigBetrokkene heeftAlsDeelzaak "
    "heeftBetrekkingOpAndere heeft leidtTot"
)

_OF_ITS_OWN: Final = Markup(
    "<ZKN:zaakniveau>1</ZKN:zaakniveau><ZKN:deelzakenIndicatie>N</ZKN:deelzakenIndicatie>"
)
_PART_OF_ANOTHER: Final = Markup(
    "<ZKN:zaakniveau>2</ZKN:zaakniveau><ZKN:deelzakenIndicatie>N</ZKN:deelzakenIndicatie>"
)
_INITIATOR: Final = RELATIONS["initiator"]
_INITIATES: Final = "Initiator"
_LINE: Final = 80
_REGISTRATION: Final = 50


def zaak_object(soort: Verwerkingssoort, parts: Iterable[Part]) -> Markup:
    """Return the object with its parts in the order of the schema."""
    return entity("ZKN:object", "ZAK", soort, *in_order(parts, ORDER))


def opened(
    data: ZaakGestart,
    *,
    kenmerk: tuple[str, str],
    today: date,
    vocabulary: Vocabulary,
    profile: Profile,
) -> Markup:
    """Return the object of a new case; `kenmerk` is ours, with who gave it: we know it again."""
    parts: tuple[Part, ...] = (  # in the order of the schema
        text("ZKN:identificatie", data.zaakidentificatie),
        text("ZKN:omschrijving", data.omschrijving),
        text("ZKN:toelichting", data.toelichting),
        _kenmerk(*kenmerk),
        *[_kenmerk(one.kenmerk, one.bron) for one in data.kenmerken],
        *[zaakobject(one) for one in data.objecten if isinstance(one, OverigObject)],
        text("ZKN:startdatum", data.startdatum),
        text("ZKN:registratiedatum", data.registratiedatum or today),
        text("ZKN:einddatumGepland", data.einddatum_gepland),
        text("ZKN:uiterlijkeEinddatum", data.uiterlijke_einddatum_afdoening),
        *_betaling(data.betaling),
        _OF_ITS_OWN if data.hoofdzaak is None else _PART_OF_ANOTHER,
        extra_elementen(
            {
                **vocabulary.named_extra(
                    {
                        "bronorganisatie": data.bronorganisatie,
                        "verantwoordelijkeOrganisatie": data.verantwoordelijke_organisatie
                        or data.bronorganisatie,
                        "vertrouwelijkheidaanduiding": data.vertrouwelijkheidaanduiding,
                    }
                ),
                **_eigenschappen(data.eigenschappen),
            }
        ),
        is_van("T", vocabulary.zaaktype(data.zaaktype.identificatie)),
        *[zaakobject(one) for one in data.objecten if not isinstance(one, OverigObject)],
        *_roles(data, vocabulary.rollen, profile),
        *[
            related_case("ZKN:heeftBetrekkingOpAndere", "ZAKZAKBTR", str(one.zaakidentificatie))
            for one in data.relevante_zaken
        ],
    )
    return entity("ZKN:object", "ZAK", "T", *parts)


def change(keys: Sequence[Part], new: Iterable[Part], old: Iterable[Part] = ()) -> _Pair:
    """Return the old and the new object of a change; `keys` are parts of both."""
    return (
        zaak_object("W", [*keys, *old]),
        zaak_object("W", [*keys, *new]),
    )


_Pair = tuple[Markup, Markup]


def keys(zaakidentificatie: str, zaaktype: Zaaktype | None = None) -> Sequence[Part]:
    """Return the parts that tell which case it is."""
    number = text("ZKN:identificatie", zaakidentificatie)
    return (number, None if zaaktype is None else is_van("I", zaaktype))


def changed_parts(data: ZaakBijgewerkt, vocabulary: Vocabulary, profile: Profile) -> list[Part]:
    """Return what changed, without the roles that go."""
    archief = data.archivering
    opschorting, verlenging = data.opschorting, data.verlenging
    return [
        told("ZKN:omschrijving", data.omschrijving),
        told("ZKN:toelichting", data.toelichting),
        text("ZKN:einddatumGepland", data.einddatum_gepland),
        text("ZKN:uiterlijkeEinddatum", data.uiterlijke_einddatum_afdoening),
        opschorting
        and group(
            "ZKN:opschorting",
            text("ZKN:indicatie", indicatie(opschorting.indicatie)),
            told("ZKN:reden", opschorting.reden),
        ),
        verlenging
        and group(
            "ZKN:verlenging",
            text("ZKN:duur", verlenging.duur_in_dagen),
            told("ZKN:reden", verlenging.reden),
        ),
        *_betaling(data.betaling),
        *(
            ()
            if archief is None
            else (
                text("ZKN:archiefnominatie", ARCHIEFNOMINATIE.get(archief.archiefnominatie or "")),
                text("ZKN:datumVernietigingDossier", archief.archiefactiedatum),
            )
        ),
        extra_elementen(
            {
                **vocabulary.named_extra(_without_element(data)),
                **_eigenschappen(data.eigenschappen or ()),
            }
        ),
        *(zaakobject(one, complete=profile == "1.2") for one in data.objecten_toegevoegd or ()),
        *(role(one, vocabulary.rollen) for one in data.rollen_toegevoegd or ()),
    ]


def removed_roles(rollen: Iterable[Rol], vocabulary: Vocabulary) -> tuple[list[Part], list[Part]]:
    """Return the parts of the old and of the new object, of everybody who leaves."""
    pairs = [role_removed(one, vocabulary.rollen) for one in rollen]
    return [old for old, _ in pairs], [new for _, new in pairs]


def deelzaak(zaakidentificatie: str) -> Part:
    """Return the relation that a main case gets to a part of it."""
    return related_case("ZKN:heeftAlsDeelzaak", "ZAKZAKDEL", zaakidentificatie)


def resultaat(omschrijving: str, toelichting: str) -> Part:
    parts = text("ZKN:omschrijving", omschrijving), text("ZKN:toelichting", toelichting)
    return group("ZKN:resultaat", *parts)


@lru_cache(maxsize=1024)
def is_van(soort: Verwerkingssoort, zaaktype: Zaaktype) -> Markup:
    """Return the relation to the zaaktype, which the receiver surely knows."""
    return entity(
        "ZKN:isVan",
        "ZAKZKT",
        soort,
        entity(
            "ZKN:gerelateerde",
            "ZKT",
            "I",
            text("ZKN:omschrijving", zaaktype.omschrijving),
            text("ZKN:code", zaaktype.code),
        ),
    )


def _roles(data: ZaakGestart, rolmap: Rolmap, profile: Profile) -> list[Markup]:
    """Return who has a part in a new case, in the order of the schema; in 1.2 also that nobody is.

    The sort keeps the order of those with the same relation.
    """
    made = [(relation_of(one.rolsoort, rolmap), role(one, rolmap)) for one in data.rollen]
    if data.initiator is not None:
        first = relation_of(Rolsoort.INITIATOR, rolmap)
        made.insert(0, (first, role_of(data.initiator, first, _INITIATES)))
    elif profile == "1.2":
        made.insert(0, (_INITIATOR, nobody(_INITIATOR)))
    if len(made) > 1:
        made.sort(key=lambda pair: ORDER[pair[0].element])
    return [part for _, part in made]


def _without_element(data: ZaakBijgewerkt) -> dict[str, str | None]:
    status = data.archivering.archiefstatus if data.archivering else None
    values = {
        "vertrouwelijkheidaanduiding": data.vertrouwelijkheidaanduiding,
        "archiefstatus": status,
    }
    return {name: value for name, value in values.items() if value is not None}


def _kenmerk(kenmerk: str, bron: str) -> Markup:
    return element("ZKN:kenmerk", text("ZKN:kenmerk", kenmerk), text("ZKN:bron", bron))


def _betaling(betaling: Betaling | None) -> tuple[Part, ...]:
    if betaling is None:
        return ()
    return (
        text("ZKN:betalingsIndicatie", BETALING[betaling.indicatie]),
        text("ZKN:laatsteBetaaldatum", betaling.laatste_betaaldatum),
    )


def _eigenschappen(eigenschappen: Iterable[Eigenschap]) -> dict[str, str | None]:
    return {one.naam: one.waarde for one in eigenschappen}
