"""Putting together what answers questions, from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from adapters.contract import Asker, Clock
from continuity.store.contract import Store
from schakel.asking import Asking, Disclosures
from schakel.askline import AskLine, DocumentsOf, no_documents
from schakel.casenumbers import CaseNumbers, IssuingRule
from schakel.settings import Settings
from schemas.questions import CASE_NUMBER_QUESTION


def create_asking(
    settings: Settings,
    adapters: Mapping[str, object],
    *,
    store: Store,
    clock: Clock,
    random: Random,
    disclosures: Disclosures,
    documents: DocumentsOf = no_documents,
) -> Asking:
    """`adapters` by destination; those that some `[[ask]]` names are asked, the others never.

    `documents` keep what is too large to stand in an answer.
    """
    named = {rule.destination for rule in settings.asks.values()}
    lines = {}
    for name in named:
        adapter = adapters[name]
        if not isinstance(adapter, Asker):
            raise TypeError(f"the adapter of {name} says that it answers, and does not")
        destination = settings.destinations[name]
        lines[name] = AskLine(
            destination=name,
            asker=adapter,
            concurrency=destination.ask_concurrency,
            breaker=destination.policy.breaker,
            store=store,
            clock=clock,
            random=random,
            documents=documents,
        )
    rules = {
        code: IssuingRule(
            numbers=tenant.identificatie.rule(), patience=tenant.identificatie.patience
        )
        for code, tenant in settings.tenants.items()
        if tenant.identificatie is not None
    }
    numbers = CaseNumbers(store=store, rules=rules, clock=clock)
    return Asking(
        rules=settings.asks,
        lines=lines,
        desks={CASE_NUMBER_QUESTION: numbers},
        tenants=frozenset(settings.tenants),
        clock=clock,
        purposes=settings.purposes,
        disclosures=disclosures,
    )
