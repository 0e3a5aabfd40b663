"""From streets and addresses to the BAG's documents; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulators.kadaster import Json, known, link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulators.bag.register import Address, Register, Street

_HEIGHT: Final = 0.0
_DOCUMENT: Final = "BESLUIT-1"
_DOMAIN: Final = "NL.IMBAG."
_SHORT: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """Writes them; `root` begins every link."""

    register: Register
    root: str

    def adres(self, one: Address) -> Json:
        """AdresIOHal."""
        return {**self._adres(one), "_links": self._links(one, "adressen")}

    def uitgebreid(self, one: Address) -> Json:
        """AdresUitgebreidHal."""
        return {
            **self._adres(one),
            "typeAdresseerbaarObject": "Verblijfsobject",
            "adresseerbaarObjectGeometrie": _point(one),
            "adresseerbaarObjectStatus": _object_status(one),
            "oppervlakte": one.oppervlakte,
            "gebruiksdoelen": [one.gebruiksdoel],
            "oorspronkelijkBouwjaar": [str(one.bouwjaar)],
            "_links": self._links(one, "adressenuitgebreid"),
        }

    def nummeraanduiding(self, one: Address) -> Json:
        """NummeraanduidingIOHal."""
        street = self.register.streets[one.street]
        inner = known(
            {
                **_recorded(one, "Nummeraanduiding"),
                "identificatie": one.nummeraanduiding,
                "huisnummer": one.huisnummer,
                "huisletter": one.huisletter,
                "huisnummertoevoeging": one.toevoeging,
                "postcode": one.postcode,
                "typeAdresseerbaarObject": "Verblijfsobject",
                "status": _naming_status(withdrawn=one.withdrawn),
                "ligtAan": one.street,
            }
        )
        links = {
            "self": self._link("nummeraanduidingen", one.nummeraanduiding),
            "ligtAanOpenbareRuimte": self._link("openbareruimten", one.street),
            "ligtInWoonplaats": self._link("woonplaatsen", street.woonplaats),
        }
        return known(
            {
                "nummeraanduiding": inner,
                "inonderzoek": [_doubt(one)] if one.in_onderzoek else None,
                "_links": links,
            }
        )

    def openbare_ruimte(self, one: Street) -> Json:
        """OpenbareRuimteIOHal."""
        return {
            "openbareRuimte": {
                **_recorded(None, "Openbareruimte"),
                "identificatie": one.identificatie,
                "naam": one.naam,
                "korteNaam": one.naam[:_SHORT],
                "type": "Weg",
                "status": _naming_status(withdrawn=False),
                "ligtIn": one.woonplaats,
            },
            "_links": {
                "self": self._link("openbareruimten", one.identificatie),
                "ligtInWoonplaats": self._link("woonplaatsen", one.woonplaats),
            },
        }

    def woonplaats(self, number: str) -> Json:
        """WoonplaatsIOHal, without its geometry."""
        return {
            "woonplaats": {
                **_recorded(None, "Woonplaats"),
                "identificatie": number,
                "naam": self.register.towns[number],
                "status": "Woonplaats aangewezen",
            },
            "_links": {"self": self._link("woonplaatsen", number)},
        }

    def object(self, one: Address) -> Json:
        """AdresseerbaarObjectIOHal; all of them are verblijfsobjecten."""
        own = self._link("adresseerbareobjecten", one.object)
        inner = {
            **_recorded(one, "Verblijfsobject"),
            "type": "Verblijfsobject",
            "heeftAlsHoofdAdres": one.nummeraanduiding,
            "identificatie": one.object,
            "geometrie": _point(one),
            "gebruiksdoelen": [one.gebruiksdoel],
            "oppervlakte": one.oppervlakte,
            "status": _object_status(one),
            "maaktDeelUitVan": [one.pand],
        }
        links = {
            "self": own,
            "heeftAlsHoofdAdres": self._link("nummeraanduidingen", one.nummeraanduiding),
            "maaktDeelUitVan": [self._link("panden", one.pand)],
        }
        return {
            "verblijfsobject": {"verblijfsobject": inner, "_links": links},
            "_links": {"self": own},
        }

    def hit(self, one: Address) -> Json:
        """ZoekResultaatHal."""
        number = one.nummeraanduiding
        href = f"{self.root}/adressen?zoekresultaatIdentificatie={number}"
        return {
            "identificatie": number,
            "omschrijving": self.register.line(one),
            "_links": {"adres": link(href)},
        }

    def parts(self, one: Address) -> Mapping[str, Callable[[], Json]]:
        """What `expand` can put into `_embedded`, by the names of an address."""
        street = self.register.streets[one.street]
        return {
            "nummeraanduiding": lambda: self.nummeraanduiding(one),
            "openbareRuimte": lambda: self.openbare_ruimte(street),
            "woonplaats": lambda: self.woonplaats(street.woonplaats),
            "ligtAanOpenbareRuimte": lambda: self.openbare_ruimte(street),
            "ligtInWoonplaats": lambda: self.woonplaats(street.woonplaats),
        }

    def _adres(self, one: Address) -> Json:
        street = self.register.streets[one.street]
        return known(
            {
                "openbareRuimteNaam": street.naam,
                "korteNaam": street.naam[:_SHORT],
                "huisnummer": one.huisnummer,
                "huisletter": one.huisletter,
                "huisnummertoevoeging": one.toevoeging,
                "postcode": one.postcode,
                "woonplaatsNaam": self.register.towns[street.woonplaats],
                "nummeraanduidingIdentificatie": one.nummeraanduiding,
                "openbareRuimteIdentificatie": one.street,
                "woonplaatsIdentificatie": street.woonplaats,
                "adresseerbaarObjectIdentificatie": one.object,
                "pandIdentificaties": [one.pand],
                "inonderzoek": {"huisnummer": True} if one.in_onderzoek else None,
            }
        )

    def _links(self, one: Address, resource: str) -> Json:
        street = self.register.streets[one.street]
        return {
            "self": self._link(resource, one.nummeraanduiding),
            "openbareRuimte": self._link("openbareruimten", one.street),
            "nummeraanduiding": self._link("nummeraanduidingen", one.nummeraanduiding),
            "woonplaats": self._link("woonplaatsen", street.woonplaats),
            "adresseerbaarObject": self._link("adresseerbareobjecten", one.object),
            "panden": [self._link("panden", one.pand)],
        }

    def _link(self, resource: str, number: str) -> Json:
        return link(f"{self.root}/{resource}/{number}")


def _recorded(one: Address | None, kind: str) -> Json:
    """What every object of the BAG has; None: it is as it was at the start."""
    begin = "1990-01-01" if one is None else one.begin.isoformat()
    registered = "2018-03-01T12:00:00Z" if one is None else one.registered.isoformat()
    withdrawn = one is not None and one.withdrawn
    return {
        "domein": f"{_DOMAIN}{kind}",
        "geconstateerd": "N",
        "documentdatum": begin,
        "documentnummer": _DOCUMENT,
        "voorkomen": {
            "tijdstipRegistratie": registered,
            "tijdstipRegistratieLV": registered,
            "versie": 1 if one is None else one.versie,
            "beginGeldigheid": begin,
            **({"eindGeldigheid": begin} if withdrawn else {}),
        },
    }


def _doubt(one: Address) -> Json:
    return {
        "kenmerk": "huisnummer",
        "identificatieVanNummeraanduiding": one.nummeraanduiding,
        "inOnderzoek": "J",
        "historie": {
            "tijdstipRegistratie": one.registered.isoformat(),
            "tijdstipRegistratieLV": one.registered.isoformat(),
            "beginGeldigheid": one.begin.isoformat(),
        },
    }


def _point(one: Address) -> dict[str, Any]:
    return {"punt": {"type": "Point", "coordinates": [*one.position, _HEIGHT]}}


def _naming_status(*, withdrawn: bool) -> str:
    return "Naamgeving ingetrokken" if withdrawn else "Naamgeving uitgegeven"


def _object_status(one: Address) -> str:
    return "Verblijfsobject ingetrokken" if one.withdrawn else "Verblijfsobject in gebruik"
