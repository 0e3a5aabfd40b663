"""Ways to break a message that was right: each changes one thing, and says which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from lxml import etree

Mutation = Callable[[etree._Element, Random], bool]
"""Changes the tree and says whether it could; a tree that it cannot change is left alone."""


def _elements(root: etree._Element) -> Sequence[etree._Element]:
    return list(root.iter())


def swapped(root: etree._Element, random: Random) -> bool:
    """Two neighbours with different names change places: the commonest fault there is."""
    parents = [one for one in _elements(root) if len({child.tag for child in one}) > 1]
    if not parents:
        return False
    parent = random.choice(parents)
    pairs = [i for i in range(len(parent) - 1) if parent[i].tag != parent[i + 1].tag]
    at = random.choice(pairs)
    parent.insert(at, parent[at + 1])
    return True


def too_long(root: etree._Element, random: Random) -> bool:
    leaves = [one for one in _elements(root) if len(one) == 0 and one.text]
    if not leaves:
        return False
    leaf = random.choice(leaves)
    leaf.text = (leaf.text or "") + "9" * 1001
    return True


def strange_value(root: etree._Element, random: Random) -> bool:
    leaves = [one for one in _elements(root) if len(one) == 0 and one.text]
    if not leaves:
        return False
    random.choice(leaves).text = random.choice(("?", "-1", "2026-11-23", "x y"))
    return True


def strange_element(root: etree._Element, random: Random) -> bool:
    parent = random.choice(_elements(root))
    name = random.choice(("onbekend", "{http://www.egem.nl/StUF/sector/zkn/0310}onbekend"))
    parent.insert(random.randint(0, len(parent)), etree.Element(name))
    return True


def strange_attribute(root: etree._Element, random: Random) -> bool:
    random.choice(_elements(root)).set("onbekend", "x")
    return True


def left_out(root: etree._Element, random: Random) -> bool:
    inner = [one for one in _elements(root) if one.getparent() is not None]
    if not inner:
        return False
    gone = random.choice(inner)
    parent = gone.getparent()
    assert parent is not None
    parent.remove(gone)
    return True


def without_attribute(root: etree._Element, random: Random) -> bool:
    carrying = [one for one in _elements(root) if one.attrib]
    if not carrying:
        return False
    element = random.choice(carrying)
    del element.attrib[random.choice(list(element.attrib))]
    return True


def other_attribute_value(root: etree._Element, random: Random) -> bool:
    carrying = [one for one in _elements(root) if one.attrib]
    if not carrying:
        return False
    element = random.choice(carrying)
    element.set(random.choice([str(name) for name in element.attrib]), "ONBEKEND")
    return True


def doubled(root: etree._Element, random: Random) -> bool:
    inner = [one for one in _elements(root) if one.getparent() is not None]
    if not inner:
        return False
    one = random.choice(inner)
    copy = etree.fromstring(etree.tostring(one, with_tail=False))
    one.addnext(copy)
    return True


MUTATIONS: Final[Sequence[Mutation]] = (
    swapped,
    too_long,
    strange_value,
    strange_element,
    strange_attribute,
    left_out,
    without_attribute,
    other_attribute_value,
    doubled,
)
