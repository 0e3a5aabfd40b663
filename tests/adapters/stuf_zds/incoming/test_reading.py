"""What real systems write for a value, and what is read of it."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from adapters.stuf_zds import reading
from adapters.stuf_zds.readers import nodes
from adapters.stuf_zds.readers.betrokkene import relation_of
from adapters.stuf_zds.readers.document import bestandsnaam_van, media_type_of, taal_van
from adapters.stuf_zds.readers.nodes import Opmerkingen, child

NS = (
    'xmlns:s="http://www.egem.nl/StUF/StUF0301" xmlns="http://www.egem.nl/StUF/sector/zkn/0310" '
    'xmlns:x="http://www.w3.org/2005/05/xmlmime" '
    'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
)


def parsed(parts: str) -> etree._Element:
    return etree.fromstring(f"<object {NS}>{parts}</object>")


def zaak(parts: str, notes: Opmerkingen | None = None) -> dict[str, Any]:
    found = reading.zaak_beeld(parsed(f"<identificatie>Z-1</identificatie>{parts}"), notes)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<startdatum>20261123</startdatum>", "2026-11-23"),
        ("<startdatum>2026-11-23</startdatum>", "2026-11-23"),
        ("<startdatum>20261123101500</startdatum>", "2026-11-23"),
        ('<startdatum s:noValue="geenWaarde">20261123</startdatum>', "2026-11-23"),
        ('<startdatum s:noValue="geenWaarde" i:nil="true"/>', None),
        ("<startdatum></startdatum>", None),
        ("<startdatum>00010101</startdatum>", None),
        ("<startdatum>00000000</startdatum>", None),
        ('<startdatum s:indOnvolledigeDatum="D">20261101</startdatum>', None),
        ("<startdatum>20260231</startdatum>", None),
        ("<startdatum>morgen</startdatum>", None),
    ],
)
def test_a_date_is_read_however_it_is_written(text: str, expected: str | None) -> None:
    assert zaak(text).get("startdatum") == expected


@pytest.mark.parametrize(
    ("text", "said", "wrong"),
    [
        ("<einddatum>morgen</einddatum>", True, True),
        ('<einddatum s:indOnvolledigeDatum="M">20260101</einddatum>', True, False),
        ("<einddatum>00010101</einddatum>", False, False),
        ("<einddatum/>", False, False),
    ],
)
def test_a_date_that_is_none_is_said_so(
    text: str,
    said: bool,  # noqa: FBT001 - a parameter
    wrong: bool,  # noqa: FBT001 - a parameter
) -> None:
    notes = Opmerkingen()
    zaak(text, notes)
    assert (bool(notes), bool(notes.wrong)) == (said, wrong)


@pytest.mark.parametrize(
    ("text", "indicator", "expected"),
    [
        ("19851206", "V", "1985-12-06"),
        ("19851200", "V", "1985-12"),
        ("19850000", "V", "1985"),
        ("19851201", "D", "1985-12"),
        ("19850101", "M", "1985"),
        ("19000101", "J", None),
        ("1985", "V", "1985"),
        ("198513", "D", "1985"),
    ],
)
def test_a_birthday_is_read_as_far_as_it_is_known(
    text: str, indicator: str, expected: str | None
) -> None:
    element = parsed(f'<d s:indOnvolledigeDatum="{indicator}">{text}</d>')[0]
    assert nodes.known_date(element) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20261123", "2026-11-23T00:00:00+01:00"),
        ("202611231015", "2026-11-23T10:15:00+01:00"),
        ("20260701101530", "2026-07-01T10:15:30+02:00"),
        ("2026112310153012", "2026-11-23T10:15:30.120000+01:00"),
        ("20261123101530123", "2026-11-23T10:15:30.123000+01:00"),
        ("2026-11-23T10:15:30", "2026-11-23T10:15:30+01:00"),
        ("20261123996060", None),
        ("2026", None),
        ("", None),
    ],
)
def test_a_moment_has_eight_to_seventeen_digits(text: str, expected: str | None) -> None:
    found = nodes.moment_of(parsed(f"<t>{text}</t>")[0])
    assert (found.isoformat() if found else None) == expected


def test_the_names_of_the_specification_text_are_understood_too() -> None:
    found = zaak(
        "<uiterlijkeEinddatumAfdoening>20261201</uiterlijkeEinddatumAfdoening>"
        "<heeftAlsBelanghebbenden><gerelateerde><medewerker>"
        "<medewerkeridentificatie>m1</medewerkeridentificatie></medewerker></gerelateerde>"
        "</heeftAlsBelanghebbenden>"
    )
    assert found["uiterlijkeEinddatumAfdoening"] == "2026-12-01"
    assert found["rollen"][0] == {
        "rolsoort": "belanghebbende",
        "betrokkene": {"soort": "medewerker", "identificatie": "m1"},
    }


def test_the_order_of_the_elements_does_not_matter() -> None:
    parts = ["<omschrijving>a</omschrijving>", "<startdatum>20261123</startdatum>"]
    assert zaak("".join(parts)) == zaak("".join(reversed(parts)))


def test_a_text_that_is_too_long_is_cut_and_said_so() -> None:
    notes = Opmerkingen()
    found = zaak(f"<omschrijving>{'x' * 300}</omschrijving>", notes)
    assert len(found["omschrijving"]) == 255
    assert notes == ["omschrijving: longer than 255 characters; the end was left out."]
    assert notes.wrong == []


def test_a_contact_person_adds_how_to_reach_somebody() -> None:
    found = zaak(
        "<heeftAlsInitiator><gerelateerde><medewerker><identificatie>m1</identificatie>"
        "</medewerker></gerelateerde><heeftAlsAanspreekpunt><gerelateerde>"
        "<telefoonnummer>030-1234567</telefoonnummer><emailadres>post@example.nl</emailadres>"
        "</gerelateerde></heeftAlsAanspreekpunt></heeftAlsInitiator>"
    )
    who = found["rollen"][0]["betrokkene"]
    assert (who["telefoonnummer"], who["emailadres"]) == ("030-1234567", "post@example.nl")


@pytest.mark.parametrize("soort", ["V", "E"])
def test_a_role_that_ended_is_not_there(soort: str) -> None:
    found = zaak(
        f'<heeftAlsInitiator s:verwerkingssoort="{soort}"><gerelateerde><medewerker>'
        "<identificatie>m1</identificatie></medewerker></gerelateerde></heeftAlsInitiator>"
    )
    assert "rollen" not in found


def test_a_relation_that_is_none_of_ours_is_no_role() -> None:
    assert relation_of(parsed("<heeftAlsDeelzaak/>")[0]) is None


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ('<inhoud x:contentType="image/PNG"/>', "image/png"),
        ('<inhoud x:contentType="jpg"/>', "image/jpeg"),
        ('<inhoud x:contentType="text/plain; charset=utf-8"/>', "text/plain"),
        ("<formaat>PDF</formaat>", "application/pdf"),
        ("<formaat>.docx</formaat>", ("application/vnd.openxmlformats-officedocument."
         "wordprocessingml.document")),
        ('<formaat i:nil="true"/><inhoud s:bestandsnaam="a.TXT"/>', "text/plain"),
        ("<formaat>iets</formaat>", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)  # fmt: skip
def test_a_media_type_is_recognised_in_all_its_forms(parts: str, expected: str) -> None:
    assert media_type_of(parsed(parts)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("nld", "nld"), ("dut", "nld"), ("NL", "nld"), ("nl-NL", "nld"), ("en", "eng"), ("", None)],
)
def test_a_language_is_recognised_in_all_its_forms(text: str, expected: str | None) -> None:
    assert taal_van(parsed(f"<taal>{text}</taal>")) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("brief.pdf", "brief.pdf"),
        (r"C:\temp\brief.pdf", "brief.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a:b?.pdf", "a_b_.pdf"),
        (" . ", None),
    ],
)
def test_a_file_name_has_no_path(name: str, expected: str | None) -> None:
    assert bestandsnaam_van(parsed(f'<inhoud s:bestandsnaam="{name}"/>')[0]) == expected


def test_content_is_found_behind_the_relations_and_not_where_it_is_nil() -> None:
    late = parsed("<isRelevantVoor/><inhoud>QUJD</inhoud>")
    assert reading.inhoud_van(late) is child(late, "inhoud")
    for parts in ('<inhoud i:nil="true"/>', "<inhoud> </inhoud>", ""):
        assert reading.inhoud_van(parsed(parts)) is None


def test_statuses_come_with_the_last_first_and_without_those_that_say_nothing() -> None:
    element = parsed(
        "<heeft><gerelateerde><omschrijving>een</omschrijving></gerelateerde>"
        "<datumStatusGezet>20261101</datumStatusGezet></heeft>"
        "<heeft><gerelateerde><volgnummer>0002</volgnummer></gerelateerde>"
        "<datumStatusGezet>20261102</datumStatusGezet></heeft>"
        "<heeft><gerelateerde/></heeft>"
        "<heeft><gerelateerde><omschrijving>nooit</omschrijving></gerelateerde></heeft>"
    )
    notes = Opmerkingen()
    found = reading.status_beelden(element, notes)
    assert [each["statustype"] for each in found] == ["2", "een"]
    assert len(notes) == 2


def test_remarks_are_held_to_fifty_of_two_hundred_characters() -> None:
    notes = Opmerkingen()
    for place in range(60):
        notes.add(f"element{place}", "x" * 300)
    notes.add("element0", "x" * 300)
    assert len(notes) == 50
    assert {len(each) for each in notes} == {200}
