from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import (
    MESSAGE_TYPES,
    Bsn,
    Gemeentecode,
    Message,
    Rsin,
    Zaakidentificatie,
    canonical_json,
    parse_message,
)
from schemas.zaak import ZaakBijgewerkt, ZaakStatusGezet
from tests.schemas.events import ABSENT, DOCUMENT, GESTART, STATUS, event, problems, rules


@pytest.mark.parametrize("name", MESSAGE_TYPES)
def test_a_message_is_read_again_from_its_stored_form(name: str) -> None:
    raw = event(name)
    message = parse_message(raw)
    assert parse_message(canonical_json(raw)) == message
    assert parse_message(canonical_json(message)) == message
    assert type(message.data) is MESSAGE_TYPES[name].payload


def test_attributes_have_their_types() -> None:
    message = parse_message(event(deliverfrom="2026-11-23T10:00:00+01:00"))
    assert message.tenant == "0344"
    assert isinstance(message.tenant, Gemeentecode)
    assert message.time == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert message.deliverfrom == message.time
    assert message.data.zaakidentificatie == message.subject  # type: ignore[attr-defined]  # a zaak
    assert message.data.initiator.bsn == Bsn("999993653")  # type: ignore[attr-defined]  # as above


def test_a_message_made_in_python_obeys_the_same_rules() -> None:
    data = ZaakStatusGezet(
        zaakidentificatie=Zaakidentificatie("Z1"),
        bronorganisatie=Rsin("002220647"),
        statustype="Ontvangen",
        datum_status_gezet=datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=1))),
    )
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": "1",
        "source": "urn:nld:oin:00000099000000001000:systeem:test",
        "type": STATUS,
        "time": datetime(2026, 11, 23, 9, tzinfo=UTC),
        "tenant": "0344",
        "data": data,
    }
    message = Message(subject="Z1", **attributes)
    assert parse_message(canonical_json(message)) == message
    assert message.dataschema == MESSAGE_TYPES[STATUS].dataschema
    with pytest.raises(ValidationError, match="subject_mismatch"):
        Message(subject="Z2", **attributes)
    with pytest.raises(ValidationError, match="payload of another message type"):
        Message(subject="Z1", **attributes | {"type": GESTART})
    with pytest.raises(ValidationError, match="time zone"):
        Message(subject="Z1", **attributes | {"time": datetime(2026, 11, 23, 9)})  # noqa: DTZ001 - naive on purpose


def test_the_order_is_kept_by_the_subject_unless_an_ordering_key_says_otherwise() -> None:
    assert parse_message(event()).ordering_key == "0344-2026-000001"
    assert parse_message(event(orderingkey="household-7")).ordering_key == "household-7"


def test_null_is_the_same_as_absent() -> None:
    without = event(correlationid=ABSENT, traceparent=ABSENT, dataschema=ABSENT)
    with_null = event(correlationid=None, traceparent=None, dataschema=None, dataref=None)
    assert parse_message(with_null) == parse_message(without)
    assert ("id", "required") in rules(event(id=None))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"specversion": "0.3"}, ("specversion", "not_allowed")),
        ({"specversion": ABSENT}, ("specversion", "required")),
        ({"id": ""}, ("id", "pattern")),
        ({"id": "a\nb"}, ("id", "pattern")),
        ({"id": "x" * 256}, ("id", "too_long")),
        ({"id": 7}, ("id", "wrong_type")),
        ({"source": "burgerzaken"}, ("source", "pattern")),
        ({"source": "urn:nld:oin:00000001002220648000:systeem:a"}, ("source", "oin")),
        ({"source": "urn:nld:oin:00000001002220647000:systeem:a b"}, ("source", "pattern")),
        ({"type": ABSENT}, ("type", "required")),
        ({"type": "nl.burgerzaken.zaak.gestrat"}, ("type", "unknown_type")),
        ({"type": 5}, ("type", "wrong_type")),
        ({"subject": ABSENT}, ("subject", "required")),
        ({"subject": "0344-2026-000002"}, ("subject", "subject_mismatch")),
        ({"time": ABSENT}, ("time", "required")),
        ({"time": "2026-11-23T10:00:00"}, ("time", "timezone_required")),
        ({"time": "2026-02-31T10:00:00Z"}, ("time", "date_time")),
        ({"time": "0001-01-01T00:00:00+14:00"}, ("time", "date_time")),
        ({"time": "1700000000"}, ("time", "date_time")),
        ({"time": 1700000000}, ("time", "wrong_type")),
        ({"datacontenttype": "application/xml"}, ("datacontenttype", "not_allowed")),
        ({"dataschema": ""}, ("dataschema", "dataschema")),
        ({"dataschema": 7}, ("dataschema", "wrong_type")),
        ({"dataschema": "urn:other"}, ("dataschema", "dataschema")),
        (
            {"dataschema": f"urn:nld:schakel:schema:{GESTART}:9"},
            ("dataschema", "unknown_version"),
        ),
        ({"dataschema": f"urn:nld:schakel:schema:{STATUS}:1"}, ("dataschema", "dataschema")),
        ({"tenant": ABSENT}, ("tenant", "required")),
        ({"tenant": "344"}, ("tenant", "gemeentecode")),
        ({"dependson": ["a"]}, ("dependson", "wrong_type")),
        ({"orderingKey": "a"}, ("orderingKey", "unknown_field")),
        ({"dataref": "/v1/documents/x"}, ("dataref", "not_allowed")),
        ({"dataref": "has space"}, ("dataref", "pattern")),
        ({"data_base64": "AAAA"}, ("data_base64", "not_allowed")),
        ({"traceparent": "00-abc-def-01"}, ("traceparent", "pattern")),
        ({"traceparent": f"00-{'0' * 32}-{'1' * 16}-01"}, ("traceparent", "traceparent")),
        ({"traceparent": f"ff-{'1' * 32}-{'1' * 16}-01"}, ("traceparent", "traceparent")),
        ({"data": ABSENT}, ("data", "required")),
        ({"data": []}, ("data", "wrong_type")),
        ({"data": "text"}, ("data", "wrong_type")),
    ],
)
def test_a_broken_envelope_rule_is_named(
    changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert rules(event(GESTART, **changes)) == {expected}


def test_a_window_has_to_have_a_length() -> None:
    moment = "2026-11-23T10:00:00Z"
    raw = event(deliverfrom=moment, deliveruntil="2026-11-23T11:00:00+01:00")
    assert rules(raw) == {("deliveruntil", "window_empty")}
    window = parse_message(event(deliverfrom=moment, deliveruntil="2026-11-23T11:00:00Z"))
    assert window.deliveruntil == datetime(2026, 11, 23, 11, tzinfo=UTC)


def test_an_unknown_type_or_field_comes_with_the_nearest_known_name() -> None:
    (unknown_type,) = problems(event(type="nl.burgerzaken.zaak.Gestart"))
    assert "nl.burgerzaken.zaak.gestart?" in unknown_type.detail
    (unknown_field,) = problems(event(orderingKey="a"))
    assert "orderingkey?" in unknown_field.detail
    (in_data,) = problems(event(data__initiator__geslachtnaam="X"))
    assert in_data.field == "data.initiator.geslachtnaam"
    assert "geslachtsnaam?" in in_data.detail


def test_all_problems_are_reported_at_once() -> None:
    raw = event(
        id="",
        time="2026-11-23T10:00:00",
        data__initiator__bsn="123456780",
        data__bronorganisatie=ABSENT,
        data__eigenschappen=[{"naam": "x" * 21, "waarde": "1"}],
    )
    assert rules(raw) == {
        ("id", "pattern"),
        ("time", "timezone_required"),
        ("data.initiator.bsn", "elfproef"),
        ("data.bronorganisatie", "required"),
        ("data.eigenschappen.0.naam", "too_long"),
    }


def test_python_names_are_not_known_in_json() -> None:
    raw = event(STATUS, data__datum_status_gezet="2026-11-23T10:00:00Z")
    assert ("data.datum_status_gezet", "unknown_field") in rules(raw)


def test_neither_message_nor_payload_show_their_content() -> None:
    message = parse_message(event())
    shown = f"{message} {message!r} {message.data} {message.data!r} {[message.data]}"
    assert not any(text in shown for text in ("999993653", "Duinrade", "Verhuizing"))
    assert message.id in repr(message)


@given(st.text(min_size=3, max_size=40).filter(lambda text: text not in "elfproef BSN RSIN"))
def test_a_refused_value_is_never_repeated(text: str) -> None:
    secret = f"§{text}§"
    raw = event(
        data__initiator__bsn=secret,
        data__initiator__soort="natuurlijk_persoon",
        data__bronorganisatie=secret,
        data__startdatum=secret,
        data__vertrouwelijkheidaanduiding=secret,
        data__zaaktype=secret,
    )
    raw["data"][secret] = secret
    refused = problems(raw)
    assert len(refused) == 6
    assert secret not in str(refused)


def test_a_name_that_may_be_personal_is_not_shown_in_a_path() -> None:
    raw = event()
    raw["data"]["999993653"] = 1
    assert rules(raw) == {("data.?", "unknown_field")}


@pytest.mark.parametrize("raw", [b"[]", b'"text"', b"null", b"7", b"[[1,2]]"])
def test_what_is_no_object_is_no_message(raw: bytes) -> None:
    assert rules(raw) == {("", "wrong_type")}


def test_names_that_are_no_text_are_refused() -> None:
    assert rules({**event(), 7: "x"})


@given(
    st.dictionaries(
        st.sampled_from([*Message.model_fields, "extra"]),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=2),
    ),
    st.sampled_from(list(MESSAGE_TYPES)),
)
def test_anything_is_a_message_or_refused_with_a_rule(changes: dict[str, Any], name: str) -> None:
    raw = {**event(name), **changes, "extra": 1}
    assert ("extra", "unknown_field") in rules(raw)


def test_a_lone_surrogate_is_refused() -> None:
    raw = canonical_json(event(data__toelichting="@@")).replace(b"@@", rb"\ud800")
    assert rules(raw) == {("data.toelichting", "invalid_unicode")}


def test_the_document_travels_inside_the_message_or_by_reference() -> None:
    inhoud = event(DOCUMENT)["data"]["inhoud"]
    reference = "/v1/documents/abc"
    assert parse_message(event(DOCUMENT, data__inhoud=ABSENT, dataref=reference)).dataref
    assert rules(event(DOCUMENT, data__inhoud=inhoud, dataref=reference)) == {
        ("data.inhoud", "content_twice")
    }
    assert rules(event(DOCUMENT, data__inhoud=ABSENT)) == {("data.inhoud", "content_required")}


def test_a_frozen_message_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        parse_message(event()).id = "other"  # type: ignore[misc]  # that is the point


def test_a_change_has_to_change_something() -> None:
    with pytest.raises(ValidationError, match="no_change"):
        ZaakBijgewerkt(zaakidentificatie=Zaakidentificatie("Z1"), bronorganisatie=Rsin("002220647"))
