"""`fields`: which paths may be asked for, and what of an answer they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulators.brp.problems import Invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from simulators.brp.wire import Json

AUTOMATIC: Final = frozenset(
    {"geheimhoudingPersoonsgegevens", "inOnderzoek", "opschortingBijhouding", "rni", "verificatie"}
    | {"indicatieVastgesteldVerblijftNietOpAdres"}
)
"""They come by themselves, and may not be asked for."""
_ALWAYS: Final = AUTOMATIC | {"type"}
_NAME: Final = (
    *("adellijkeTitelPredicaat", "geslachtsnaam", "voorletters", "voornamen", "voorvoegsel"),
)
_BIRTH: Final = ("datum", "land", "plaats")
_INLAND: Final = (
    *("aanduidingBijHuisnummer", "huisletter", "huisnummer", "huisnummertoevoeging"),
    *("korteStraatnaam", "officieleStraatnaam", "postcode", "woonplaats", "locatiebeschrijving"),
)
_HOUSE: Final = (
    *("datumVan", "adresseerbaarObjectIdentificatie"),
    *("functieAdres", "nummeraanduidingIdentificatie"),
)


def _below(prefix: str, names: Sequence[str]) -> set[str]:
    return {prefix, *(f"{prefix}.{name}" for name in names)}


def _relative(prefix: str) -> set[str]:
    return (
        _below(prefix, ("burgerservicenummer",))
        | _below(f"{prefix}.naam", _NAME)
        | _below(f"{prefix}.geboorte", _BIRTH)
    )


def _house(prefix: str) -> set[str]:
    return _below(prefix, _HOUSE) | _below(f"{prefix}.verblijfadres", _INLAND)


FOUND: Final = frozenset(
    {"burgerservicenummer", "geslacht", "leeftijd", "geboorte", "geboorte.datum"}
    | _below("naam", (*_NAME, "volledigeNaam"))
    | _below("adressering", ("adresregel1", "adresregel2", "adresregel3", "land"))
    | _below("adresseringBinnenland", ("adresregel1", "adresregel2"))
)
"""Of somebody whom a search finds."""

PERSON: Final = frozenset(
    FOUND
    | {"aNummer", "datumEersteInschrijvingGBA", "datumInschrijvingInGemeente", "gezag"}
    | {"gemeenteVanInschrijving", "indicatieCurateleRegister", "naam.aanduidingNaamgebruik"}
    | {"adressering.aanhef", "adressering.gebruikInLopendeTekst"}
    | _below("adressering.aanschrijfwijze", ("naam", "aanspreekvorm"))
    | _below("geboorte", _BIRTH)
    | _below("overlijden", _BIRTH)
    | _below("nationaliteiten", ("nationaliteit", "redenOpname", "datumIngangGeldigheid"))
    | _below("europeesKiesrecht", ("aanduiding", "einddatumUitsluiting"))
    | _below("uitsluitingKiesrecht", ("einddatum", "uitgeslotenVanKiesrecht"))
    | _below("verblijfstitel", ("aanduiding", "datumEinde", "datumIngang"))
    | _below(
        "immigratie",
        (
            *("datumVestigingInNederland", "indicatieVestigingVanuitBuitenland"),
            *("landVanwaarIngeschreven", "vanuitVerblijfplaatsOnbekend"),
        ),
    )
    | _house("verblijfplaats")
    | _below("verblijfplaats.verblijfadres", ("land", "regel1", "regel2", "regel3"))
    | _house("verblijfplaatsBinnenland")
    | {"verblijfplaatsBinnenland.datumIngangGeldigheid"}
    | _relative("kinderen")
    | _relative("ouders")
    | _below("ouders", ("datumIngangFamilierechtelijkeBetrekking", "geslacht", "ouderAanduiding"))
    | _relative("partners")
    | _below("partners", ("geslacht", "soortVerbintenis"))
    | _below("partners.aangaanHuwelijkPartnerschap", _BIRTH)
    | _below("partners.ontbindingHuwelijkPartnerschap", ("datum",))
)
"""Of somebody who is asked for by burgerservicenummer."""

DOCUMENT: Final = frozenset(
    {"reisdocumentnummer", "soort", "datumEindeGeldigheid"}
    | _below("inhoudingOfVermissing", ("datum", "aanduiding"))
    | _below("houder", ("burgerservicenummer",))
)
"""Of a travel document."""

_ALIASES: Final = {"verblijfplaatsBinnenland": "verblijfplaats"}
_INLAND_ONLY: Final = "adresseringBinnenland"
_DATES: Final = frozenset({"Datum", "JaarDatum", "JaarMaandDatum", "DatumOnbekend"})


def wrong_fields(asked: Any, allowed: Collection[str], most: int) -> list[Invalid]:
    """Say what is wrong with `fields`; nothing of what it held is repeated."""
    if asked is None:
        return [Invalid("fields", "required", "Parameter is verplicht.")]
    if not isinstance(asked, list):
        return [Invalid("fields", "array", "Parameter is geen array.")]
    if not asked:
        return [Invalid("fields", "minItems", "Array bevat minder dan 1 items.")]
    if len(asked) > most:
        return [Invalid("fields", "maxItems", f"Array bevat meer dan {most} items.")]
    return [
        Invalid(
            f"fields[{place}]",
            "fields",
            "Parameter bevat een niet bestaande of niet toegestane veldnaam.",
        )
        for place, one in enumerate(asked)
        if one not in allowed
    ]


def keep(document: Json, asked: Sequence[str]) -> Json:
    """Return what was asked for, and what comes by itself beside it."""
    paths = {_real(one) for one in asked}
    kept = _kept(document, paths, "")
    only_inland = {one for one in asked if one.startswith(_INLAND_ONLY)}
    if only_inland and "land" in document.get("adressering", {}):
        kept.pop("adressering", None)
    return kept


def _real(path: str) -> str:
    first, dot, rest = path.partition(".")
    if first == _INLAND_ONLY:
        return f"adressering{dot}{rest}"
    return f"{_ALIASES.get(first, first)}{dot}{rest}"


def _kept(document: Json, paths: set[str], prefix: str) -> Json:
    kept: Json = {}
    for name, value in document.items():
        path = f"{prefix}{name}"
        if path in paths or name in _ALWAYS:
            kept[name] = value
        elif any(one.startswith(f"{path}.") for one in paths):
            kept[name] = _part(value, paths, f"{path}.")
    return {name: value for name, value in kept.items() if value not in ({}, [])}


def _part(value: Any, paths: set[str], prefix: str) -> Any:
    if isinstance(value, list):
        return [_kept(one, paths, prefix) for one in value]
    if isinstance(value, dict) and value.get("type") not in _DATES:
        return _kept(value, paths, prefix)
    return value
