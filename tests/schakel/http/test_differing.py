from __future__ import annotations

import json
from typing import Any

import pytest

from schakel.http.differing import event_diff


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [{"op": "replace", "path": "/a", "old": 1, "new": 2}]),
        ({"a": 1}, {"a": True}, [{"op": "replace", "path": "/a", "old": 1, "new": True}]),
        ({"a": 1}, {}, [{"op": "remove", "path": "/a", "old": 1}]),
        ({}, {"a/b~": [1]}, [{"op": "add", "path": "/a~1b~0", "new": [1]}]),
        (
            {"d": {"list": [{"x": 1}, {"x": 2}]}},
            {"d": {"list": [{"x": 1}, {"x": 3}]}},
            [{"op": "replace", "path": "/d/list/1/x", "old": 2, "new": 3}],
        ),
        ({"l": [1]}, {"l": [1, 2]}, [{"op": "replace", "path": "/l", "old": [1], "new": [1, 2]}]),
    ],
)
def test_a_diff_says_what_changed_and_where(old: Any, new: Any, changes: list[Any]) -> None:
    assert json.loads(event_diff(json.dumps(old).encode(), json.dumps(new).encode())) == changes
