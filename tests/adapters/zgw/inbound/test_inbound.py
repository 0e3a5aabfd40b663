"""From resources of the APIs to messages for the core: whole, lenient, and without guesses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.zgw.inbound import (
    Statusbeeld,
    Unfit,
    Zaakbeeld,
    our_mark,
    status_mark,
    zaak_document_ontvangen,
    zaak_ontvangen,
    zaak_status_ontvangen,
)
from adapters.zgw.inbound_parties import object_van
from adapters.zgw.lenient import Remarks, line, settled
from schemas.postroom import (
    RolOntvangen,
    ZaakDocumentOntvangen,
    ZaakOntvangen,
    ZaakStatusOntvangen,
)
from tests.standards import standards_dir

BSN = "999993653"
ZAAK: dict[str, Any] = {
    "url": "https://zaken.example/zaken/1",
    "identificatie": "ZAAK-2026-1",
    "bronorganisatie": "002220647",
    "zaaktype": "https://catalogi.example/zaaktypen/1",
    "startdatum": "2026-11-23",
    "registratiedatum": "2026-11-23",
    "einddatum": None,
    "omschrijving": "Aanvraag",
    "toelichting": "",
    "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
    "kenmerken": [{"kenmerk": "P-1", "bron": "portaal"}],
}


def rol(soort: str, facts: Any, generic: str = "belanghebbende", **more: Any) -> dict[str, Any]:
    return {
        "betrokkeneType": soort,
        "omschrijving": "Rol",
        "omschrijvingGeneriek": generic,
        "betrokkeneIdentificatie": facts,
        **more,
    }


def told(zaak: dict[str, Any] = ZAAK, **parts: Any) -> dict[str, Any]:
    beeld = Zaakbeeld(zaak=zaak, zaaktype="B0237", zaaktype_omschrijving="Verhuizing", **parts)
    data = zaak_ontvangen(beeld, "zaaksysteem")
    ZaakOntvangen.model_validate(data, by_alias=True, by_name=False)
    return data


def betrokkene(soort: str, facts: Any, **more: Any) -> dict[str, Any]:
    (found,) = told(rollen=(rol(soort, facts, **more),))["rollen"]
    who: dict[str, Any] = found["betrokkene"]
    return who


def test_a_person_with_address_contact_and_partial_date() -> None:
    who = betrokkene(
        "natuurlijk_persoon",
        {
            "inpBsn": BSN,
            "voornamen": "Anna",
            "geslachtsnaam": "Proef",
            "voorvoegselGeslachtsnaam": "van",
            "geboortedatum": "19800000",
            "verblijfsadres": {
                "gorOpenbareRuimteNaam": "Dam",
                "aoaHuisnummer": 1,
                "aoaHuisletter": "",
                "aoaHuisnummertoevoeging": "II",
                "aoaPostcode": "1012JS",
                "wplWoonplaatsNaam": "Amsterdam",
            },
        },
        contactpersoonRol={"emailadres": "anna@example.nl", "telefoonnummer": "0612345678"},
    )
    assert who == {
        "soort": "natuurlijk_persoon",
        "bsn": BSN,
        "voornamen": "Anna",
        "voorvoegselGeslachtsnaam": "van",
        "geslachtsnaam": "Proef",
        "geboortedatum": "1980",
        "emailadres": "anna@example.nl",
        "telefoonnummer": "0612345678",
        "adres": "Dam 1-II, 1012JS Amsterdam",
    }


@pytest.mark.parametrize(
    ("soort", "facts", "expected"),
    [
        (
            "niet_natuurlijk_persoon",
            {"innNnpId": "002220647", "statutaireNaam": "Stichting Test", "kvkNummer": ""},
            {"rsin": "002220647", "naam": "Stichting Test"},
        ),
        (
            "vestiging",
            {"vestigingsNummer": "000012345678", "handelsnaam": ["Een", "Twee"]},
            {"vestigingsnummer": "000012345678", "naam": "Een, Twee"},
        ),
        (
            "medewerker",
            {"identificatie": "mw1", "voorletters": "A.", "achternaam": "Bakker"},
            {"identificatie": "mw1", "naam": "A. Bakker"},
        ),
        (
            "organisatorische_eenheid",
            {"identificatie": "BZ", "naam": "Burgerzaken"},
            {"identificatie": "BZ", "naam": "Burgerzaken"},
        ),
    ],
)
def test_every_other_kind_of_betrokkene(
    soort: str, facts: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert betrokkene(soort, facts) == {"soort": soort, **expected}


@pytest.mark.parametrize(
    "facts",
    [
        {"inpBsn": "123456789"},
        {"inpBsn": f"{BSN}0"},
        {"inpBsn": {"a": 1}, "geboortedatum": "29-02-1980"},
    ],
)
def test_a_wrong_number_or_date_is_left_out_and_never_shown(facts: dict[str, Any]) -> None:
    data = told(rollen=(rol("natuurlijk_persoon", {**facts, "geslachtsnaam": "Proef"}),))
    who = data["rollen"][0]["betrokkene"]
    assert who == {"soort": "natuurlijk_persoon", "geslachtsnaam": "Proef"}
    remarks = " ".join(data.get("opmerkingen", ()))
    assert "123456789" not in remarks
    assert BSN not in remarks
    if isinstance(facts["inpBsn"], str):
        assert "rollen.1.betrokkene.bsn: not taken over" in remarks


@pytest.mark.parametrize(
    ("given", "told_as"),
    [
        ("19800229", "1980-02-29"),
        ("1980-02-29", "1980-02-29"),
        ("19800200", "1980-02"),
        ("19800000", "1980"),
        ("198002", "1980-02"),
        ("1980", "1980"),
        ("00000000", None),
        ("19801340", None),
        ("ergens in 1980", None),
        (19800229, "1980-02-29"),
    ],
)
def test_a_date_of_birth_is_told_as_far_as_it_is_known(given: Any, told_as: str | None) -> None:
    who = betrokkene("natuurlijk_persoon", {"geboortedatum": given})
    assert who.get("geboortedatum") == told_as


def test_the_first_initiator_has_a_place_of_its_own() -> None:
    facts = {"inpBsn": BSN}
    data = told(
        rollen=(
            rol("natuurlijk_persoon", facts, "belanghebbende"),
            rol("natuurlijk_persoon", facts, "initiator"),
            rol("natuurlijk_persoon", facts, "iets-eigens"),
        )
    )
    assert data["initiator"]["bsn"] == BSN
    assert [one.get("rolsoort") for one in data["rollen"]] == ["belanghebbende", None]


def test_a_betrokkene_elsewhere_or_of_an_unknown_kind_gets_a_remark() -> None:
    data = told(
        rollen=(
            rol("ruimtereiziger", {}),
            rol("natuurlijk_persoon", None, betrokkene="https://brp.example/1"),
        )
    )
    assert len(data["rollen"]) == 1
    assert len(data["opmerkingen"]) == 2
    assert "brp.example" not in " ".join(data["opmerkingen"])


def test_objects_keep_their_facts_by_path() -> None:
    data = object_van(
        {
            "objectType": "overige",
            "objectTypeOverige": "graf",
            "relatieomschrijving": "gaat over",
            "objectIdentificatie": {
                "overigeData": {"vak": "A", "plaats": {"rij": 3, "leeg": ""}, "namen": ["x", "y"]}
            },
        }
    )
    assert (data["soort"], data["omschrijving"]) == ("graf", "gaat over")
    assert data["gegevens"] == {"vak": "A", "plaats.rij": 3, "namen": "x, y"}


def test_a_text_of_any_shape_is_made_to_fit() -> None:
    data = told({**ZAAK, "omschrijving": "a\tb\n\x00c" * 200, "toelichting": "\x0b" * 5000})
    assert len(data["omschrijving"]) <= 255
    assert "\n" not in data["omschrijving"]
    assert line(" \n ", 10) is None


def test_a_day_that_does_not_exist_is_left_out_with_a_remark() -> None:
    data = told({**ZAAK, "startdatum": "2026-02-31", "vertrouwelijkheidaanduiding": "top_secret"})
    assert "startdatum" not in data
    assert [one.split(":")[0] for one in data["opmerkingen"]] == [
        "startdatum",
        "vertrouwelijkheidaanduiding",
    ]


def test_a_case_with_hundreds_of_parts_fits_in_one_message() -> None:
    facts = {"inpBsn": BSN, "voornamen": "A", "geslachtsnaam": "B", "geboortedatum": "1980"}
    data = told(
        rollen=tuple(rol("natuurlijk_persoon", facts) for _ in range(150)),
        eigenschappen=tuple({"naam": f"e{n}", "waarde": "1"} for n in range(300)),
        objecten=tuple(
            {"objectType": "pand", "object": f"https://x.example/{n}"} for n in range(200)
        ),
    )
    assert json.dumps(data).count('": ') < 1_000
    assert any("fit into one message" in one for one in data["opmerkingen"])
    assert data["rollen"]


def test_a_case_without_zaaktype_cannot_be_told() -> None:
    with pytest.raises(Unfit, match="zaaktype"):
        zaak_ontvangen(Zaakbeeld(zaak=ZAAK, zaaktype=""), "zaaksysteem")


def test_our_mark_is_the_kenmerk_of_the_hub_only() -> None:
    assert our_mark(ZAAK) == ""
    assert our_mark({"kenmerken": [{"bron": "schakel", "kenmerk": "evt-1"}]}) == "evt-1"
    assert our_mark({"kenmerken": "niets"}) == our_mark({}) == ""


@pytest.mark.parametrize("moment", ["2026-11-23T09:00:00+01:00", "2026-11-23T08:00:00.9Z"])
def test_a_status_of_ours_is_known_by_its_second_in_utc(moment: str) -> None:
    assert status_mark({"datumStatusGezet": moment}) == "status:20261123080000"
    assert status_mark({"datumStatusGezet": "gisteren"}) is None


def test_a_status_names_type_number_and_whether_it_ends_the_case() -> None:
    status = {"url": "https://x.example/1", "datumStatusGezet": "2026-11-23T08:00:00Z"}
    beeld = Statusbeeld(status=status, omschrijving="Klaar", volgnummer=3, eindstatus=True)
    data = zaak_status_ontvangen(beeld, ZAAK, "zaaksysteem")
    ZaakStatusOntvangen.model_validate(data, by_alias=True, by_name=False)
    assert data is not None
    assert data["status"]["eindstatus"] is True
    assert data["verwijzing"] == "https://x.example/1"


def test_a_document_without_number_is_refused_and_one_without_title_is_not() -> None:
    shown = {"url": "https://x.example/1", "identificatie": "D1", "titel": "", "versie": 3}
    data = zaak_document_ontvangen(shown, "", ZAAK, "zaaksysteem", content=False, unread="geen")
    ZaakDocumentOntvangen.model_validate(data, by_alias=True, by_name=False)
    assert (data["versie"], data["titel"], data["opmerkingen"]) == ("3", "Zonder titel", ["geen"])
    long = {**shown, "identificatie": "x" * 41}
    with pytest.raises(Unfit, match="documentidentificatie"):
        zaak_document_ontvangen(long, "", ZAAK, "zaaksysteem", content=False)


def test_remarks_are_bounded() -> None:
    remarks = Remarks()
    for number in range(80):
        remarks.add(f"veld{number}", "x" * 300)
    assert len(remarks.sentences) == 50
    assert max(map(len, remarks.sentences)) <= 200
    assert settled(RolOntvangen, {}, remarks, "rol") is None


@pytest.mark.standards
def test_every_recorded_rol_object_and_case_is_understood() -> None:
    folder = standards_dir() / "zgw" / "examples"

    def bodies(pattern: str) -> list[dict[str, Any]]:
        found = (json.loads(path.read_text())["response"] for path in folder.glob(pattern))
        return [one["body"] for one in found if one["status"] in {200, 201}]

    rollen = tuple(bodies("zrc-rol-create-*.json"))
    objecten = tuple(bodies("zrc-zaakobject-create-*.json"))
    assert len(rollen) >= 4
    assert len(objecten) >= 3
    for zaak in bodies("zrc-zaak-get.json"):
        data = told(zaak, rollen=rollen, objecten=objecten)
        assert len(data["rollen"]) + ("initiator" in data) == len(rollen)
        assert len(data["objecten"]) == len(objecten)
        assert "opmerkingen" not in data
