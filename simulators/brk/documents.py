"""From parcels, rights and persons to the BRK's documents; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulators.kadaster import Json, known, link

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from simulators.brk.register import Parcel, Party, Place, Register, Right

OBJECTS: Final = "kadastraalonroerendezaken"
NATURAL: Final = "kadasternatuurlijkpersonen"
OTHER: Final = "kadasternietnatuurlijkpersonen"
_DOMAIN: Final = "NL.IMKAD.KadastraalObject"
PARCEL_FIELDS: Final = frozenset(
    {
        "identificatie", "domein", "kadastraleAanduiding", "type", "adressen", "kadastraleGrootte",
        "zakelijkGerechtigdeIdentificaties", "koopsom", "toelichtingBewaarder",
        "aardCultuurBebouwd", "aardCultuurOnbebouwd", "begrenzingPerceel",
        "plaatscoordinaten", "perceelnummerRotatie",
        "perceelnummerVerschuiving", "hypotheekIdentificaties", "beslagIdentificaties",
        "privaatrechtelijkeBeperkingIdentificaties", "stukIdentificaties", "isOntstaanUit",
        "isOvergegaanIn", "bijbehorendeGrondpercelen", "bijbehorendeAppartementsrechten",
        "gesplitstZakelijkRecht", "indicatieVervallen", "indicatieSluimerend",
        "isVermeldInStukdeelIdentificaties",
    }
)  # fmt: skip
RIGHT_FIELDS: Final = frozenset(
    {"identificatie", "type", "aanvangsdatum", "persoon", "tenaamstelling", "zakelijkRecht",
     "erfpachtCanon"}
)  # fmt: skip
PERSON_FIELDS: Final = frozenset(
    {"identificatie", "omschrijving", "domein", "beschikkingsbevoegdheid", "woonadres", "postadres",
     "indicatieNietToonbareDiakriet", "kadastraalOnroerendeZaakIdentificaties", "geboorte",
     "geslachtsaanduiding", "heeftPartnerschap", "landWaarnaarVertrokken", "naam", "overlijden",
     "kvkNummer", "rechtsvorm", "rsin", "statutaireNaam", "statutaireZetel"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """Writes them; `root` begins every link."""

    register: Register
    root: str

    def parcel(self, one: Parcel) -> Json:
        """KadastraalOnroerendeZaakHal."""
        own = f"{self.root}/{OBJECTS}/{one.identificatie}"
        rights = [right.identificatie for right in one.rights]
        links = {
            "self": link(own),
            "zakelijkGerechtigden": [link(f"{own}/zakelijkgerechtigden/{n}") for n in rights],
        }
        return known(
            {
                "identificatie": one.identificatie,
                "domein": _DOMAIN,
                "kadastraleAanduiding": one.aanduiding,
                "type": one.type,
                "kadastraleGrootte": {
                    "soortGrootte": _value("1", "Vastgesteld"),
                    "waarde": one.size,
                }
                if one.type == "perceel"
                else None,
                "adressen": [_place(place) for place in one.places],
                "zakelijkGerechtigdeIdentificaties": rights,
                "_links": known(links),
            }
        )

    def right(self, parcel: Parcel, one: Right) -> Json:
        """ZakelijkGerechtigdeHal."""
        own = f"{self.root}/{OBJECTS}/{parcel.identificatie}/zakelijkgerechtigden"
        person = {
            "identificatie": one.party.identificatie,
            "omschrijving": one.party.described,
            "type": one.party.kind,
        }
        resource = NATURAL if one.party.natural else OTHER
        links: Json = {"self": link(f"{own}/{one.identificatie}")}
        if one.party.kind != "ingeschreven_natuurlijk_persoon":
            links["persoon"] = link(f"{self.root}/{resource}/{one.party.identificatie}")
        return {
            "identificatie": one.identificatie,
            "type": one.type,
            "aanvangsdatum": one.since.isoformat(),
            "persoon": person,
            "tenaamstelling": {"aandeel": {"teller": one.teller, "noemer": one.noemer}},
            "_links": links,
        }

    def person(self, one: Party) -> Json:
        """KadasterNatuurlijkPersoonHal or KadasterNietNatuurlijkPersoonHal."""
        resource = NATURAL if one.natural else OTHER
        owned = [parcel.identificatie for parcel in self.register.owned_by(one.identificatie)]
        links = {
            "self": link(f"{self.root}/{resource}/{one.identificatie}"),
            "kadastraalOnroerendeZaken": [link(f"{self.root}/{OBJECTS}/{n}") for n in owned],
        }
        return known(
            {
                "identificatie": one.identificatie,
                "omschrijving": one.described,
                "domein": "NL.IMKAD.Persoon",
                "kadastraalOnroerendeZaakIdentificaties": owned,
                **(_natural(one) if one.natural else _legal(one)),
                "_links": links,
            }
        )


def _natural(one: Party) -> Mapping[str, Any]:
    name = {"geslachtsnaam": one.name, "voornamen": one.given_names, "voorvoegsel": one.prefix}
    return {
        "naam": known(name),
        "geboorte": _on(one.born),
        "overlijden": _on(one.died),
    }


def _legal(one: Party) -> Mapping[str, Any]:
    return {
        "statutaireNaam": one.name,
        "statutaireZetel": one.seat,
        "rsin": one.rsin,
        "kvkNummer": one.kvk,
    }


def _on(day: date | None) -> Json | None:
    if day is None:
        return None
    date_of = {"datum": day.isoformat(), "jaar": day.year, "maand": day.month, "dag": day.day}
    return {"datum": date_of}


def _size(one: Parcel) -> Json | None:
    """An appartementsrecht has none."""
    if one.type != "perceel":
        return None
    return {"soortGrootte": _value("1", "Vastgesteld"), "waarde": one.size}


def _place(one: Place) -> Json:
    return known(
        {
            "straat": one.street,
            "huisnummer": one.huisnummer,
            "huisletter": one.huisletter,
            "huisnummertoevoeging": one.toevoeging,
            "postcode": one.postcode,
            "woonplaats": one.woonplaats,
            "nummeraanduidingIdentificatie": one.nummeraanduiding,
            "adresseerbaarObjectIdentificatie": one.object,
            "koppelingswijze": _value("1", "Administratief"),
        }
    )


def _value(code: str, words: str) -> Json:
    return {"code": code, "waarde": words}
