"""Settings: what is refused at start, and what becomes of the maps."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from adapters._kit import HttpSettings
from adapters._kit.stuf.settings import PartijSettings
from adapters.contract import RejectedError
from adapters.stuf_zds.plans import plan_for
from adapters.stuf_zds.settings import (
    Relatie,
    SluitenSettings,
    StatustypeSettings,
    StufZdsSettings,
    ZaaktypeSettings,
)
from adapters.stuf_zds.vocabulary import Closing, Statustype
from adapters.stuf_zds.writing.values import RELATIONS
from schemas.zaakdelen import Rolsoort
from tests.adapters.stuf_zds.messages import message, settings_for

URL = "https://zaken.example.nl"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"plain_zkn": True, "profile": "1.2"}, "plain_zkn"),
        ({"update_objects": 1, "profile": "1.2"}, "update_objects"),
        ({"sluiten": {"*": {"door": "eindstatus"}}}, "sluiten.*.eindstatus"),
        ({"zaaktypen": {"A": {"code": "X" * 11}}}, "zaaktypen.A.code"),
        ({"rollen": {"behandelaar": "chef"}}, "rollen.behandelaar"),
        ({"extra_elementen": {"onbekend": "x"}}, "extra_elementen.onbekend.[key]"),
        ({"onbekend": 1}, "onbekend"),
        ({"beantwoord_vraag_url": "ftp://zaken.example.nl"}, "beantwoord_vraag_url"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        settings_for(URL, **changes)
    assert [".".join(map(str, one["loc"])) for one in caught.value.errors()] == [field]


def test_the_password_shows_nowhere() -> None:
    assert "geheim" not in repr(settings_for(URL))


def test_a_statustype_of_one_zaaktype_goes_before_that_of_all() -> None:
    vocabulary = settings_for(
        URL,
        statustypen={
            "Klaar": {"volgnummer": 4},
            "B0237/Klaar": {"omschrijving": "Afgehandeld", "volgnummer": 3, "code": "AFG"},
        },
    ).vocabulary
    assert vocabulary.statustype("B0237", "Klaar") == Statustype("Afgehandeld", 3, "AFG")
    assert vocabulary.statustype("B0300", "Klaar") == Statustype("Klaar", 4)
    assert vocabulary.statustype(None, "Anders") == Statustype("Anders")


def test_a_closing_rule_of_a_zaaktype_goes_before_that_of_all_others() -> None:
    vocabulary = settings_for(
        URL, sluiten={"*": {"door": "beide", "eindstatus": "Klaar"}, "B0237": {}}
    ).vocabulary
    assert vocabulary.closing("B0237") == Closing()
    assert vocabulary.closing("B0300") == vocabulary.closing(None) == Closing("beide", "Klaar")
    assert settings_for(URL).vocabulary.closing("B0300") == Closing("einddatum")


def test_a_role_that_the_settings_do_not_name_goes_as_the_table_says() -> None:
    rollen = settings_for(URL, rollen={"beslisser": "verantwoordelijke"}).vocabulary.rollen
    assert rollen[Rolsoort.BESLISSER] == "verantwoordelijke"
    assert rollen[Rolsoort.BEHANDELAAR] == "uitvoerende"
    assert set(rollen) == set(Rolsoort)


def test_every_setting_has_a_description() -> None:
    bare = [name for name, field in StufZdsSettings.model_fields.items() if not field.description]
    assert bare == []


def test_stuf_zkn_itself_knows_no_check_out() -> None:
    target = settings_for(URL, plain_zkn=True).target
    (step,) = plan_for(message("document-bijgewerkt"), target, None)
    assert step.operation.action == "http://www.egem.nl/StUF/sector/zkn/0310/edcLk01"
    with pytest.raises(RejectedError):
        plan_for(message("besluit-bijgewerkt"), target, None)


def test_the_docs_page_has_every_setting_with_its_meaning() -> None:
    page = (Path(__file__).parents[3] / "docs" / "adapters" / "stuf_zds.md").read_text("utf-8")
    models: dict[str, type[BaseModel]] = {
        "": StufZdsSettings,
        "zender.": PartijSettings,
        "http.": HttpSettings,
        "zaaktypen.*.": ZaaktypeSettings,
        "statustypen.*.": StatustypeSettings,
        "sluiten.*.": SluitenSettings,
    }
    for prefix, model in models.items():
        for name, field in model.model_fields.items():
            if f"| `{name}." not in page:  # a section is described by its keys
                assert f"| `{prefix}{name}` | {field.description} |" in page


def test_every_relation_that_the_settings_may_name_is_one_of_stuf() -> None:
    assert set(get_args(Relatie)) == set(RELATIONS)
