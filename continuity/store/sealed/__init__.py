"""A store around any other store, in which everything personal is encrypted.

The store within knows nothing of keys: what it gets is opaque to it, and what is searched by value
(case numbers, lanes) reaches it in a form in which equal texts stay equal.
"""

from continuity.store.sealed.marker import refuse_sealed
from continuity.store.sealed.store import sealed_store

__all__ = ["refuse_sealed", "sealed_store"]
