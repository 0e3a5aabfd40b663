"""Our schemas against the official ones: never looser for what we can say, never blind to a breach.

Documents are made from our own schemas, at random and with lengths at their limits.
"""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.xsdset import SETS, compiled
from tests.schemas.xsd.documents import document
from tests.schemas.xsd.model import Element, Model
from tests.schemas.xsd.mutations import MUTATIONS, Mutation
from tests.schemas.xsd.official import DRIVERS, official_schema

pytestmark = pytest.mark.standards

_EXAMPLES = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_SEEDS = st.integers(0, 2**48)


@cache
def _model(name: str) -> tuple[Model, list[Element]]:
    model = Model(name)
    return model, model.messages()


def _made(name: str, seed: int) -> etree._Element:
    """Return a document as it would arrive: written, and read again."""
    random = Random(seed)
    model, messages = _model(name)
    written = etree.tostring(document(model, random.choice(messages), random))
    return etree.fromstring(written)


def _complaint(schema: etree.XMLSchema, root: etree._Element) -> str:
    return f"{root.tag}: {schema.error_log}\n{etree.tostring(root, pretty_print=True).decode()}"


@pytest.mark.parametrize("name", SETS)
@_EXAMPLES
@given(seed=_SEEDS)
def test_what_our_schema_accepts_the_official_one_accepts(name: str, seed: int) -> None:
    root = _made(name, seed)
    ours, theirs = compiled(name), official_schema(name)
    assert ours.validate(root), _complaint(ours, root)
    assert theirs.validate(root), _complaint(theirs, root)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.__name__)
@_EXAMPLES
@given(seed=_SEEDS)
def test_what_the_official_schema_refuses_ours_refuses(
    name: str, mutation: Mutation, seed: int
) -> None:
    root = _made(name, seed)
    changed = mutation(root, Random(seed))
    if changed and not official_schema(name).validate(root):
        assert not compiled(name).validate(root), _complaint(official_schema(name), root)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.__name__)
def test_each_mutation_does_break_messages(mutation: Mutation) -> None:
    refused = 0
    for seed in range(60):
        root = _made("zds-1.1", seed)
        mutation(root, Random(seed))
        refused += not official_schema("zds-1.1").validate(root)
    assert refused > 3


@pytest.mark.parametrize("name", SETS)
def test_every_message_of_a_set_is_made_and_accepted_by_both(name: str) -> None:
    model, messages = _model(name)
    for message in messages:
        for seed in range(4):
            root = etree.fromstring(etree.tostring(document(model, message, Random(seed))))
            assert compiled(name).validate(root), _complaint(compiled(name), root)
            theirs = official_schema(name)
            assert theirs.validate(root), _complaint(theirs, root)


def test_every_set_has_its_official_counterpart() -> None:
    assert set(DRIVERS) == set(SETS)
