"""An invented municipality: who lives where, with whom, since when. Nobody in it exists."""

from simulators.town.edges import EDGES
from simulators.town.model import Address, Bond, Document, Person, Relative, Stay, Town
from simulators.town.town import REFERENCE, town

__all__ = [
    "EDGES",
    "REFERENCE",
    "Address",
    "Bond",
    "Document",
    "Person",
    "Relative",
    "Stay",
    "Town",
    "town",
]
