"""Two woonplaatsen with a few addresses; invented."""

from simulators.bag import Address, Register, Street

TOWN = "3295"
OTHER_TOWN = "3296"
LINDELAAN = "0344300000000001"
KERKSTRAAT = "0344300000000002"
FAR_AWAY = "0344300000000003"


def address(number: int, *, street: str = LINDELAAN, **values: object) -> Address:
    """An address; `number` is its house number and the end of all its numbers."""
    base: dict[str, object] = {
        "nummeraanduiding": f"034420{number:010}",
        "object": f"034401{number:010}",
        "pand": f"034410{number:010}",
        "street": street,
        "huisnummer": number,
        "postcode": "3511AB",
    }
    return Address(**{**base, **values})  # type: ignore[arg-type]  # the names say their kinds


ONE = address(21)
LETTERED = address(22, huisnummer=21, huisletter="A", toevoeging="2")
DOUBTED = address(23, in_onderzoek=True)
MANY = [address(number, street=KERKSTRAAT, postcode="3512CD") for number in range(100, 225)]


def register() -> Register:
    streets = [
        Street(identificatie=LINDELAAN, naam="Lindelaan", woonplaats=TOWN),
        Street(identificatie=KERKSTRAAT, naam="Kerkstraat", woonplaats=TOWN),
        Street(identificatie=FAR_AWAY, naam="Verreweg", woonplaats=OTHER_TOWN),
    ]
    towns = {TOWN: "Utrecht", OTHER_TOWN: "Vleuten"}
    return Register.of(towns, streets, [ONE, LETTERED, DOUBTED, *MANY])
