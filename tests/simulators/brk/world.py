"""A few parcels and owners; invented. The BSNs are published test numbers."""

from datetime import date

from simulators.brk import Parcel, Party, Place, Register, Right

SINCE = date(2012, 5, 1)
OWNER = Party(
    kind="ingeschreven_natuurlijk_persoon",
    identificatie="999990019",
    given_names="Anna",
    prefix="van",
    name="Dam",
)
NOBODY = "999990408"
HOUSING = Party(
    kind="kadaster_niet_natuurlijk_persoon",
    identificatie="220000077",
    name="Stichting Wonen",
    rsin="002220647",
    kvk="12345678",
    seat="Utrecht",
)
ABROAD = Party(
    kind="kadaster_natuurlijk_persoon",
    identificatie="220000078",
    given_names="Émile",
    prefix="de la",
    name="Tour",
    born=date(1951, 2, 3),
    died=date(2020, 1, 2),
)


def right(number: int, party: Party, **values: object) -> Right:
    base: dict[str, object] = {"identificatie": f"80{number:08}", "party": party, "since": SINCE}
    return Right(**{**base, **values})  # type: ignore[arg-type]  # the names say their kinds


def place(number: int) -> Place:
    return Place(
        nummeraanduiding=f"034420{number:010}",
        street="Lindelaan",
        huisnummer=number,
        postcode="3511AB",
        woonplaats="Utrecht",
        object=f"034401{number:010}",
    )


SHARED = Parcel(
    identificatie="22310000170000",
    aanduiding="Utrecht B 1700",
    places=(place(21),),
    rights=(
        right(1, OWNER, teller=1, noemer=2),
        right(2, ABROAD, teller=1, noemer=2),
        right(3, HOUSING, type="erfpachter"),
    ),
)
FLAT = Parcel(
    identificatie="22310000180002",
    aanduiding="Utrecht B 1800 A2",
    places=(place(23),),
    rights=(right(4, HOUSING),),
    type="appartementsrecht",
)
FIELD = Parcel(
    identificatie="22310000190000", aanduiding="Utrecht B 1900", rights=(right(5, OWNER),)
)


def register() -> Register:
    return Register([SHARED, FLAT, FIELD])
