"""One worker per node name: two that share a name would take each other's leases for their own."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


class NodeInUse(Exception):
    """Another process delivers under this node's name: stop it, or rename this one."""


@contextmanager
def node_lock(store: Path, node: str) -> Iterator[None]:
    """Holds the name while the body runs. The system lets go of it when the process dies.

    The lock is a file beside the store; it stays there and holds nothing. Raises `NodeInUse`.
    """
    path = store.with_name(f"{store.name}.{quote(node, safe='')}.lock")
    with path.open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NodeInUse(
                f"Another process delivers from {store} as node '{node}': stop it, or give each "
                "process its own hub.node."
            ) from None
        yield
