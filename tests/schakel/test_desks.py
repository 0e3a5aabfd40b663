"""From the settings to something that answers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from continuity.store.memory import MemoryStore
from schakel.desks import create_asking
from schakel.unanswered import UnknownQuestion
from tests.conformance.documents import MemoryDocuments
from tests.schakel.asking_kit import RSIN, START, Books, ScriptedAsker, SettableClock
from tests.schakel.settings.test_asks import TYPE, ask, loaded

RULE = '[tenant.identificatie]\npattern = "H{volgnummer:04}"\n'


async def test_a_municipality_with_a_rule_gets_its_numbers_and_another_gets_none(
    tmp_path: Path,
) -> None:
    settings = loaded(tmp_path, identificatie=RULE)
    asking = create_asking(
        settings,
        {},
        store=MemoryStore(),
        clock=SettableClock(),
        disclosures=Books(),
        random=Random(1),
    )
    until = START + timedelta(seconds=5)
    question = {"bronorganisatie": RSIN}

    answer = await asking.ask(TYPE, question, tenant="0344", deadline=until, caller="balie")

    assert (answer["identificatie"], answer["voorlopig"]) == ("H0001", False)
    with pytest.raises(UnknownQuestion):
        await asking.ask(TYPE, question, tenant="0363", deadline=until, caller="balie")


async def test_an_adapter_may_keep_documents_of_the_tenant_that_asks(tmp_path: Path) -> None:
    kept = {"0344": MemoryDocuments(), "0363": MemoryDocuments()}
    asker = ScriptedAsker({"identificatie": "ZAAK-1"})
    asking = create_asking(
        loaded(tmp_path, ask(), RULE),
        {"gedeeld": asker},
        store=MemoryStore(),
        clock=SettableClock(),
        disclosures=Books(),
        random=Random(1),
        documents=kept.__getitem__,
    )
    until = START + timedelta(seconds=5)
    await asking.ask(TYPE, {"bronorganisatie": RSIN}, tenant="0363", deadline=until, caller="balie")
    ((_, context),) = asker.asked
    assert context.documents is kept["0363"]


async def test_the_destination_of_a_rule_is_asked(tmp_path: Path) -> None:
    settings = loaded(tmp_path, ask(), RULE)
    asker = ScriptedAsker({"identificatie": "ZAAK-1"})
    asking = create_asking(
        settings,
        {"gedeeld": asker},
        store=MemoryStore(),
        clock=SettableClock(),
        disclosures=Books(),
        random=Random(1),
    )

    answer = await asking.ask(
        TYPE,
        {"bronorganisatie": RSIN},
        tenant="0363",
        deadline=START + timedelta(seconds=5),
        caller="balie",
    )

    assert (answer["identificatie"], answer["bestemming"]) == ("ZAAK-1", "gedeeld")


def test_an_adapter_that_only_says_that_it_answers_is_a_bug_of_ours(tmp_path: Path) -> None:
    settings = loaded(tmp_path, ask())
    with pytest.raises(TypeError, match="gedeeld"):
        create_asking(
            settings,
            {"gedeeld": object()},
            store=MemoryStore(),
            clock=SettableClock(),
            disclosures=Books(),
            random=Random(1),
        )
