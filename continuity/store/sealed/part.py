"""What all parts of the sealed store have."""

from __future__ import annotations

from continuity.store.contract import Store
from continuity.store.sealed.codec import Codec


class Part:
    _inner: Store
    _codec: Codec
