"""The key ring: what it hides, what it finds, and what it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.keyring import (
    BYTES_MARK,
    HEADER_LENGTH,
    Damaged,
    DataKeyRing,
    IndexKey,
    MissingKey,
    Secret,
    is_sealed,
    key_of,
    new_key,
    read_key,
)
from continuity.store.tokens import END, MARK

OLD = Secret(id="2026a", value=bytes(range(32)))
NEW = Secret(id="2026b", value=bytes(range(32, 64)))
RING = DataKeyRing([OLD, NEW])
INDEX = IndexKey(bytes(range(64, 96)))
CANARY = "999990019"


@given(st.binary())
def test_bytes_come_back_as_they_went_in(plain: bytes) -> None:
    sealed = RING.seal(plain, "body")

    assert RING.unseal(sealed, "body") == plain
    assert is_sealed(sealed)
    assert key_of(sealed) == "2026b"


@given(st.text(st.characters(exclude_categories=[])))
def test_texts_come_back_as_they_went_in(plain: str) -> None:
    sealed = RING.seal_text(plain, "result")

    assert RING.unseal_text(sealed, "result") == plain
    assert is_sealed(sealed)
    assert key_of(sealed) == "2026b"
    assert INDEX.unseal_text(INDEX.seal_text(plain, "subject"), "subject") == plain


def test_nothing_of_the_plain_value_is_left_in_what_is_stored() -> None:
    assert CANARY.encode() not in RING.seal(CANARY.encode(), "body")
    assert CANARY not in RING.seal_text(CANARY, "result")
    assert CANARY not in INDEX.seal_text(CANARY, "subject")


def test_the_same_value_is_stored_in_another_form_each_time() -> None:
    assert RING.seal(b"1", "body") != RING.seal(b"1", "body")


def test_a_value_of_an_older_key_is_still_read() -> None:
    sealed = DataKeyRing([OLD]).seal(b"{}", "body")

    assert RING.unseal(sealed, "body") == b"{}"
    assert key_of(sealed) == "2026a"


def test_a_value_that_was_never_encrypted_is_read_as_it_is() -> None:
    assert RING.unseal(b'{"id":"1"}', "body") == b'{"id":"1"}'
    assert RING.unseal_text("https://zaken", "result") == "https://zaken"
    assert INDEX.unseal_text("ZAAK-1", "subject") == "ZAAK-1"
    assert INDEX.unseal(bytes(range(1, 33)), "digest") == bytes(range(1, 33))


def test_a_missing_key_is_named() -> None:
    sealed = RING.seal(b"{}", "body")

    with pytest.raises(MissingKey, match="encrypted under key '2026b', which is not configured"):
        DataKeyRing([OLD]).unseal(sealed, "body")


def test_another_key_under_the_same_id_is_noticed() -> None:
    sealed = RING.seal(b"{}", "body")
    other = DataKeyRing([Secret(id="2026b", value=bytes(32))])

    with pytest.raises(Damaged, match="under key '2026b'"):
        other.unseal(sealed, "body")
    assert other.fingerprints["2026b"] != RING.fingerprints["2026b"]


def test_a_value_cannot_take_the_place_of_another_kind() -> None:
    """Seen failing with the associated data left out."""
    with pytest.raises(Damaged):
        RING.unseal(RING.seal(b"{}", "body"), "request")
    with pytest.raises(Damaged):
        INDEX.unseal_text(INDEX.seal_text("ZAAK-1", "subject"), "lane")


@given(st.integers(min_value=HEADER_LENGTH, max_value=60), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place: int, flip: int) -> None:
    sealed = bytearray(RING.seal(b"a body of some length", "body"))
    sealed[place] ^= flip

    with pytest.raises(Damaged):
        RING.unseal(bytes(sealed), "body")


@given(st.binary(max_size=60))
def test_any_bytes_after_the_mark_are_refused_with_a_sentence(rest: bytes) -> None:
    with pytest.raises((Damaged, MissingKey)):
        RING.unseal(BYTES_MARK + rest, "body")


@given(st.text(max_size=60))
def test_any_text_after_the_mark_is_refused_or_a_bare_token(rest: str) -> None:
    try:
        assert INDEX.unseal_text(MARK + rest, "subject") == ""
    except Damaged:
        assert END in rest


def test_equal_texts_are_found_and_different_ones_are_not() -> None:
    assert INDEX.seal_text("ZAAK-1", "subject") == INDEX.seal_text("ZAAK-1", "subject")
    assert INDEX.seal_text("ZAAK-1", "subject") != INDEX.seal_text("ZAAK-2", "subject")


def test_the_token_alone_never_gives_the_text_back() -> None:
    token = INDEX.seal_text("ZAAK-1", "subject").partition(END)[0]

    assert INDEX.unseal_text(token, "subject") == ""


def test_sealing_twice_or_nothing_changes_nothing() -> None:
    sealed = INDEX.seal_text("ZAAK-1", "lane")

    assert INDEX.seal_text(sealed, "lane") == sealed
    assert INDEX.seal_text("", "lane") == ""


def test_a_made_key_can_be_read() -> None:
    assert len(read_key(new_key() + "\n")) == 32
    assert new_key() != new_key()


@pytest.mark.parametrize("text", ["", "short", "é", "QUJD"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no key of 32 bytes"):
        read_key(text)


def test_a_key_never_shows_in_a_repr() -> None:
    assert repr(OLD) == "Secret(id='2026a')"


def test_a_ring_has_keys_with_ids_of_their_own() -> None:
    with pytest.raises(ValueError, match="at least one key"):
        DataKeyRing([])
    with pytest.raises(ValueError, match="same id"):
        DataKeyRing([OLD, OLD])
    with pytest.raises(ValueError, match="1 to 16 small letters"):
        Secret(id="2026 A", value=bytes(32))
    with pytest.raises(ValueError, match="32 bytes"):
        Secret(id="a", value=b"")
    with pytest.raises(ValueError, match="32 bytes"):
        IndexKey(b"")
