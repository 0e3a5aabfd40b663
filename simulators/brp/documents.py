"""From a person to what the BRP says of one: everything; `fields` takes out what was not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulators.brp.wire import (
    Json,
    coded,
    date_of,
    full_name,
    lines_of,
    name_of,
    place_of,
    sex_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.town import Bond, Document, Person, Relative, Stay, Town

_SUSPENDED: Final[Mapping[str, str]] = {
    "O": "overlijden",
    "E": "emigratie",
    "M": "ministerieel besluit",
    "F": "fout",
    "R": "rni",
}
_BONDS: Final = {"H": "huwelijk", "P": "geregistreerd partnerschap"}
_DOCUMENTS: Final = {"PN": "Nationaal paspoort", "NI": "Nederlandse identiteitskaart"}
_LOST: Final = {"I": "ingehouden, ingeleverd", "V": "vermist"}
_LIVES: Final = {"code": "W", "omschrijving": "woonadres"}
_INVESTIGATED: Final = "2025-10-01"
_UNDER: Final = date_of(_INVESTIGATED)


def person(one: Person, town: Town, *, age: int | None) -> Json:
    """Return all of somebody's list."""
    found: Json = {
        "aNummer": one.a_nummer,
        "burgerservicenummer": one.bsn,
        "geslacht": sex_of(one.geslacht),
        "naam": {**name_of(one), "volledigeNaam": full_name(one)},
        "geboorte": {
            "datum": date_of(one.geboren),
            "plaats": coded(one.geboorteplaats),
            "land": coded(one.geboorteland),
        },
        "nationaliteiten": [
            {"type": "Nationaliteit", "nationaliteit": coded(pair)} for pair in one.nationaliteiten
        ]
        or [{"type": "Staatloos"}],
        "verblijfplaats": residence(one.stay),
        "adressering": {
            **lines_of(one.stay),
            "aanschrijfwijze": {"naam": full_name(one)},
        },
        "ouders": [_parent(each, town, place) for place, each in enumerate(one.ouders, start=1)],
        "kinderen": [_related(_known(each, town)) for each in one.kinderen],
        "partners": [_partner(bond, town) for bond in one.bonds],
    }
    if age is not None and not one.overleden:
        found["leeftijd"] = age
    if one.opgeschort is None or one.opgeschort[0] == "O":
        found["gemeenteVanInschrijving"] = coded(one.gemeente)
    if one.overleden:
        found["overlijden"] = {"datum": date_of(one.overleden)}
    if one.curatele:
        found["indicatieCurateleRegister"] = True
    return {name: value for name, value in {**found, **_automatic(one)}.items() if value != []}


def found_person(one: Person, *, age: int | None) -> Json:
    """Return what a search shows of somebody."""
    found: Json = {
        "burgerservicenummer": one.bsn,
        "geslacht": sex_of(one.geslacht),
        "naam": {**name_of(one), "volledigeNaam": full_name(one)},
        "geboorte": {"datum": date_of(one.geboren)},
        "adressering": lines_of(one.stay),
    }
    if age is not None and not one.overleden:
        found["leeftijd"] = age
    automatic = _automatic(one)
    if "inOnderzoek" in automatic:
        automatic["inOnderzoek"].pop("datumIngangOnderzoekGemeente", None)
    return {**found, **automatic}


def residence(stay: Stay) -> Json:
    """Return where somebody lives now."""
    kind, address = place_of(stay)
    found: Json = {"type": kind, "datumVan": date_of(stay.van)}
    if address:
        found["verblijfadres"] = address
    if stay.address is not None:
        found["adresseerbaarObjectIdentificatie"] = stay.address.adresseerbaar_object
        found["nummeraanduidingIdentificatie"] = stay.address.nummeraanduiding
    if stay.address is not None or stay.locatie:
        found["functieAdres"] = _LIVES
    if stay.onderzoek:
        found["inOnderzoek"] = {"type": True, "datumVan": True, "datumIngangOnderzoek": _UNDER}
    return found


def occurrence(stay: Stay, until: str | None, one: Person) -> Json:
    """Return where somebody lived, as history tells it."""
    found = residence(stay)
    if stay.address is not None or stay.locatie:
        found["gemeenteVanInschrijving"] = coded(one.gemeente)
    if until is not None:
        found["datumTot"] = date_of(until)
    return found


def resident(one: Person) -> Json:
    """Return somebody who lives in a building."""
    found: Json = {
        "burgerservicenummer": one.bsn,
        "naam": {"volledigeNaam": full_name(one)},
        "geboorte": {"datum": date_of(one.geboren)},
    }
    if one.geheim:
        found["geheimhoudingPersoonsgegevens"] = True
    if one.onderzoek or one.stay.onderzoek:
        found["inOnderzoek"] = True
    return found


def travel_document(document: Document, holder: Person) -> Json:
    """Return a passport or identity card."""
    found: Json = {
        "reisdocumentnummer": document.nummer,
        "soort": {"code": document.soort, "omschrijving": _DOCUMENTS[document.soort]},
        "datumEindeGeldigheid": date_of(document.geldig_tot),
        "houder": {"burgerservicenummer": holder.bsn, **suspension(holder)},
    }
    if holder.geheim:
        found["houder"]["geheimhoudingPersoonsgegevens"] = True
    if document.inhouding is not None:
        kind, since = document.inhouding
        found["inhoudingOfVermissing"] = {
            "datum": date_of(since),
            "aanduiding": {"code": kind, "omschrijving": _LOST[kind]},
        }
    return found


def suspension(one: Person) -> Json:
    """Return why the list is no longer kept up, in the member that has it; else nothing."""
    if one.opgeschort is None:
        return {}
    reason, since = one.opgeschort
    coded_reason = {"code": reason, "omschrijving": _SUSPENDED[reason]}
    return {"opschortingBijhouding": {"reden": coded_reason, "datum": date_of(since)}}


def _automatic(one: Person) -> dict[str, Any]:
    """What comes without being asked for."""
    found: dict[str, Any] = suspension(one)
    if one.geheim:
        found["geheimhoudingPersoonsgegevens"] = True
    if one.onderzoek:
        found["inOnderzoek"] = {"geslacht": True, "datumIngangOnderzoekPersoon": _UNDER}
    return found


def _parent(one: str | Relative, town: Town, place: int) -> Json:
    known = _known(one, town)
    return {
        **_related(known),
        "geslacht": sex_of(known.geslacht),
        "ouderAanduiding": str(place),
        "datumIngangFamilierechtelijkeBetrekking": date_of(""),
    }


def _partner(bond: Bond, town: Town) -> Json:
    other = _known(bond.other or bond.bsn, town)
    found = {
        **_related(other),
        "geslacht": sex_of(other.geslacht),
        "soortVerbintenis": {"code": bond.soort, "omschrijving": _BONDS[bond.soort]},
        "aangaanHuwelijkPartnerschap": {"datum": date_of(bond.aangegaan)},
    }
    if bond.ontbonden:
        found["ontbindingHuwelijkPartnerschap"] = {"datum": date_of(bond.ontbonden)}
    return found


def _related(one: Person | Relative) -> Json:
    found: Json = {"naam": name_of(one), "geboorte": {"datum": date_of(one.geboren)}}
    return {"burgerservicenummer": one.bsn, **found} if one.bsn else found


def _known(one: str | Relative, town: Town) -> Person | Relative:
    return town.persons[one] if isinstance(one, str) else one
