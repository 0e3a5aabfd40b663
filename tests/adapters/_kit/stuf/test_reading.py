"""Everything that real systems send is told apart; what means nothing gets its code."""

import csv

import pytest
from lxml import etree

from adapters._kit.stuf.names import BG, PREFIXES, SOAP11, STUF, XSI, ZDS, ZKN, q
from adapters._kit.stuf.reading import (
    Datum,
    NietLeesbaar,
    Waarde,
    child,
    children,
    read_bericht,
    read_datum,
    text,
    waarde,
)
from schemas.xml import XmlLimits
from tests.standards import standards_at_hand, standards_dir

_EXAMPLES = "stuf/examples"


def _rows() -> list[dict[str, str]]:
    if not standards_at_hand():
        return []
    index = standards_dir() / _EXAMPLES / "INDEX.tsv"
    with index.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


@pytest.mark.standards
@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["path"])
def test_every_recorded_message_is_understood(row: dict[str, str]) -> None:
    bericht = read_bericht((standards_dir() / _EXAMPLES / row["path"]).read_bytes())

    assert bericht.berichtcode == row["berichtcode"].removesuffix("Bericht").replace("Fault", "")
    assert (bericht.fault is not None) == (row["berichtcode"][:2] in {"Fo", "Fa"})
    if row["version"] in {"1.1", "1.2"}:
        assert bericht.profile == row["version"]
    if row["version"] == "1.2":
        antwoord = row["berichtcode"] == "Du01"
        assert bericht.operation == row["operation"] + ("Antwoord" if antwoord else "")


def lk01(filled: str, mutatiesoort: str = "W") -> bytes:
    return (
        f'<zakLk01 xmlns="{ZKN}" xmlns:s="{STUF}" xmlns:xsi="{XSI}"><stuurgegevens>'
        f"<s:berichtcode>Lk01</s:berichtcode></stuurgegevens><parameters>"
        f"<s:mutatiesoort>{mutatiesoort}</s:mutatiesoort></parameters>"
        f"<object><identificatie>1</identificatie></object>"
        f"<object><identificatie>1</identificatie>{filled}</object></zakLk01>"
    ).encode()


STATUS = "<heeft><gerelateerde><volgnummer>2</volgnummer></gerelateerde></heeft>"


@pytest.mark.parametrize(
    ("action", "operation"),
    [
        (f'"{ZKN}/actualiseerZaakstatus_Lk01"', "actualiseerZaakstatus"),
        (f"{ZKN}/CreeerZaak_Lk01", "creeerZaak"),
        (f" {ZKN}/updateZaak_Lk01 ", "updateZaak"),
    ],
)
def test_soapaction_tells_messages_of_one_element_apart(action: str, operation: str) -> None:
    assert read_bericht(lk01(STATUS), action).operation == operation


@pytest.mark.parametrize(
    ("filled", "mutatiesoort", "operation"),
    [
        ("<startdatum>20261123</startdatum>", "T", "creeerZaak"),
        ("<toelichting>nu</toelichting>", "W", "updateZaak"),
        (STATUS, "W", "actualiseerZaakstatus"),
        (STATUS + "<einddatum>20261123</einddatum>", "W", "actualiseerZaakstatus"),
        ('<heeft xsi:nil="true"/>', "W", "updateZaak"),
    ],
)
@pytest.mark.parametrize("action", [None, "", "urn:onbekend"])
def test_without_a_usable_action_the_content_tells(
    filled: str, mutatiesoort: str, operation: str, action: str | None
) -> None:
    assert read_bericht(lk01(filled, mutatiesoort), action).operation == operation


def test_the_action_of_soap_1_2_is_in_the_content_type() -> None:
    kind = f'application/soap+xml; charset=utf-8; action="{ZKN}/creeerZaak_Lk01"'

    assert read_bericht(lk01(STATUS), content_type=kind).operation == "creeerZaak"


def bare(ns: str, name: str, code: str = "") -> bytes:
    head = f"<s:berichtcode>{code}</s:berichtcode>" if code else ""
    return (
        f'<{name} xmlns="{ns}"><stuurgegevens xmlns:s="{STUF}">{head}</stuurgegevens></{name}>'
    ).encode()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "StUF055"),
        (b"<html><body>inloggen</body>", "StUF055"),
        (b"<html/>", "StUF022"),
        (f'<e:Envelope xmlns:e="{SOAP11}"><e:Body/></e:Envelope>'.encode(), "StUF022"),
        (bare("http://www.egem.nl/StUF/StUF0204", "Bv03Bericht", "Bv03"), "StUF001"),
        (bare("http://www.egem.nl/StUF/sector/woz/0312", "wozLk01", "Lk01"), "StUF004"),
        (bare("urn:anders", "zakLk01", "Lk01"), "StUF004"),
        (bare("http://www.egem.nl/StUF/sector/zkn/0320", "zakLk01", "Lk01"), "StUF007"),
        (bare("http://www.stufstandaarden.nl/koppelvlak/zds0200", "x_Di02", "Di02"), "StUF007"),
        (bare(ZKN, "zakXx99", "Xx99"), "StUF022"),
        (bare(STUF, "Tr01Bericht", "Tr01"), "StUF025"),
        (bare(ZKN, "xyzLk01", "Lk01"), "StUF028"),
        (bare(BG, "adrLv01", "Lv01"), "StUF031"),
        (bare(ZDS, "verzinZaak_ZakLk01", "Lk01"), "StUF034"),
        (bare(ZKN, "verzinZaak_Di02", "Di02"), "StUF034"),
    ],
)
def test_what_means_nothing_is_refused_with_the_code_for_it(data: bytes, code: str) -> None:
    with pytest.raises(NietLeesbaar) as refused:
        read_bericht(data)

    assert refused.value.code == code
    assert "inloggen" not in str(refused.value)


def test_limits_hold() -> None:
    with pytest.raises(NietLeesbaar, match="max_bytes"):
        read_bericht(lk01(STATUS), limits=XmlLimits(max_bytes=100))


def test_a_berichtcode_that_is_missing_is_taken_from_the_element() -> None:
    assert read_bericht(bare(ZKN, "zakLv01")).berichtcode == "Lv01"


def test_a_fault_that_calls_itself_a_bevestiging_stays_a_fault() -> None:
    fault = f"<d:Fault xmlns:d='{SOAP11}'><detail>{bare(STUF, 'Fo03Bericht', 'Bv03').decode()}"
    document = f"<e:Envelope xmlns:e='{SOAP11}'><e:Body>{fault}</detail></d:Fault></e:Body>"

    bericht = read_bericht(f"{document}</e:Envelope>".encode())

    assert bericht.berichtcode == "Fo03"
    assert bericht.fault is not None


@pytest.mark.parametrize("ns", [ZDS, ZKN])
@pytest.mark.parametrize("name", ["geefZaakdocumentbewerken_Di02", "geefZaakdocumentBewerken_Di02"])
def test_check_out_is_known_with_either_capital(ns: str, name: str) -> None:
    assert read_bericht(bare(ns, name, "Di02")).operation == "geefZaakdocumentbewerken"


def test_latin_letters_without_declaration_are_read_by_the_header() -> None:
    data = lk01("<toelichting>café</toelichting>").decode().encode("iso-8859-1")

    bericht = read_bericht(data, content_type="text/xml; charset=ISO-8859-1")

    assert text(children(bericht.element, "object")[1], "toelichting") == "café"


def test_no_content_is_in_the_repr_of_a_message() -> None:
    shown = repr(read_bericht(lk01("<toelichting>geheim</toelichting>")))

    assert "geheim" not in shown
    assert "Lk01" in shown


def element(content: str) -> etree._Element:
    spaces = " ".join(f'xmlns:{prefix}="{ns}"' for prefix, ns in PREFIXES.items())
    return etree.fromstring(f"<a {spaces}>{content}</a>")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", Waarde("absent")),
        ("<b> x </b>", Waarde("value", "x")),
        ("<b/>", Waarde("nil", None, "geenWaarde")),
        ('<b xsi:nil="true">x</b>', Waarde("nil", None, "geenWaarde")),
        ('<b StUF:noValue="waardeOnbekend"/>', Waarde("nil", None, "waardeOnbekend")),
        ('<b noValue="nietOndersteund"/>', Waarde("nil", None, "nietOndersteund")),
        ('<b StUF:noValue="verzonnen"/>', Waarde("nil", None, "geenWaarde")),
    ],
)
def test_absent_nil_and_value_are_three_things(content: str, expected: Waarde) -> None:
    assert waarde(element(content), "b") == expected
    assert bool(waarde(element(content), "b")) == (expected.staat == "value")


def test_paths_go_by_local_name_and_take_the_first() -> None:
    found = element("<ZKN:b><BG:c>1</BG:c><c>2</c></ZKN:b>")

    assert text(found, "b/c") == "1"
    assert text(found, "b/d/e") is None
    assert [one.tag for one in children(child(found, "b"), "c")] == [q(BG, "c"), "c"]
    assert child(None, "b") is None


@pytest.mark.parametrize(
    ("content", "datum"),
    [
        ("<b>19870412</b>", Datum(1987, 4, 12)),
        ("<b>19870400</b>", Datum(1987, 4, None)),
        ("<b>19870000</b>", Datum(1987, None, None)),
        ('<b StUF:indOnvolledigeDatum="V">19870412</b>', Datum(1987, 4, 12)),
        ('<b StUF:indOnvolledigeDatum="D">19870401</b>', Datum(1987, 4, None)),
        ('<b StUF:indOnvolledigeDatum="M">19600701</b>', Datum(1960, None, None)),
        ('<b StUF:indOnvolledigeDatum="J">00000000</b>', Datum(None, None, None)),
        ("<b>1987</b>", Datum(1987, None, None)),
        ("<b>19871399</b>", Datum(1987, None, None)),
        ("<b>00000000</b>", None),
        ('<b xsi:nil="true"/>', None),
        ("<b>12 april</b>", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_far_as_it_is_known(content: str, datum: Datum | None) -> None:
    assert read_datum(child(element(content), "b")) == datum


def test_only_a_complete_date_is_a_day() -> None:
    assert str(Datum(1987, 4, 12).compleet) == "1987-04-12"
    assert Datum(1987, 4, None).compleet is None
