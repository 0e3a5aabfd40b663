"""Case numbers from one file, drawn by more than one process."""

from __future__ import annotations

from pathlib import Path

import pytest

from continuity.store.sqlite import SqliteStore, migrate
from tests.conformance._store.given import NOW
from tests.conformance._store.identities import new_identity
from tests.conformance._store.upkeep import purge, renumbered
from tests.continuity.store.drawing import EACH, draw_in_two_processes


@pytest.mark.slow
def test_two_processes_never_draw_the_same_number(tmp_path: Path) -> None:
    """Seen failing with a number that was read first and written then, outside a transaction."""
    migrate(tmp_path / "hub.db")

    drawn = draw_in_two_processes(str(tmp_path / "hub.db"))

    assert sorted(drawn) == list(range(1, 2 * EACH + 1))
    assert set(drawn.values()) == {1}


def in_files(folder: Path) -> bytes:
    """All bytes of the database, its log included."""
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


async def test_the_numbers_of_a_purged_case_are_not_in_the_files(tmp_path: Path) -> None:
    """I11, where nothing is encrypted. Seen failing without the removal of identities."""
    migrate(tmp_path / "hub.db")
    store = SqliteStore(tmp_path / "hub.db")
    await store.open()
    await store.add_identity(new_identity("ZAAK-1"), now=NOW)
    await store.add_identity(new_identity("ZAAK-2", key=b"2" * 32), now=NOW)
    await renumbered(store)

    await purge(store)
    await store.wipe()
    await store.close()

    found = in_files(tmp_path)
    assert (b"ZAAK-1" in found, b"ZS-9" in found) == (False, False)
    assert b"ZAAK-2" in found, "its case is not opened yet"
