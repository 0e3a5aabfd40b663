"""Two workers never share a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from schakel.nodelock import NodeInUse, node_lock


def test_a_name_is_held_by_one_and_free_afterwards(tmp_path: Path) -> None:
    store = tmp_path / "schakel.sqlite3"
    with node_lock(store, "a"):
        with pytest.raises(NodeInUse, match=r"hub\.node"), node_lock(store, "a"):
            pass
        with node_lock(store, "b"), node_lock(tmp_path / "other.sqlite3", "a"):
            pass
    with node_lock(store, "a"):
        pass


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    with node_lock(tmp_path / "store", "../../x"):
        assert [path.parent for path in tmp_path.iterdir()] == [tmp_path]
