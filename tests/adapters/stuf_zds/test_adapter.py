"""What the adapter does at zaaksystemen of several habits, and what it makes of refusals."""

from __future__ import annotations

import pytest

from adapters._kit.stuf.reading import at
from adapters.contract import (
    CannotTell,
    ConfigurationError,
    NotThere,
    Receipt,
    RejectedError,
    TransientError,
)
from adapters.stuf_zds.steps import GENERATIONS
from simulators.kit import FaultRule, Match
from simulators.stuf_zds.habits import PRESETS
from simulators.stuf_zds.switches import Switch
from tests.adapters.stuf_zds.messages import (
    BSN,
    OTHER_BSN,
    STORY_11,
    ZAAK,
    message,
    transfer_answered,
)
from tests.adapters.stuf_zds.partner import talking
from tests.conformance.memory_steps import MemorySteps

GESTART = message("gestart")
STATUS = message("status-gezet")


@pytest.mark.parametrize(
    "habit", ["standaard", "habit-djuma", "habit-sigmax", "habit-esuite", "habit-openzaakbrug"]
)
async def test_the_whole_story_goes_to_zaaksystemen_of_every_habit(habit: str) -> None:
    rule = {"door": "beide", "eindstatus": "Afgehandeld", "resultaat_eerst": True}
    async with talking(PRESETS[habit][0], sluiten={"*": rule}) as talk:
        for one in STORY_11:
            await talk.worker.deliver(one)
        case = talk.case()
        assert talk.worker.errors == []
        assert case.value("omschrijving") == "Verhuizing met vier personen"
        assert [one.name for one in case.statuses][:2] == ["Ontvangen", "In behandeling"]
        assert case.persons() == {BSN}  # the partner has gone
        assert set(case.documents) == {"DOC-2026-0001", "DOC-2026-0002"}
        assert talk.effects("zaak") == 1


@pytest.mark.parametrize("profile", ["1.1", "1.2"])
async def test_what_every_delivery_leaves_behind_for_later(profile: str) -> None:
    async with talking(profile=profile) as talk:
        first = await talk.worker.deliver(GESTART)
        assert first.references == {
            "zaak": ZAAK,
            "identificatie": ZAAK,
            "zaaktype": "B0237",
            "status:20261102080000": "Ontvangen",
        }
        later = await talk.worker.deliver(STATUS)
        assert later.references == {"zaak": ZAAK, "status:20261102091500": "In behandeling"}
        document = await talk.worker.deliver(message("document-toegevoegd"))
        assert document.references == {"zaak": ZAAK, "document:DOC-2026-0001": "1"}
        decision = await talk.worker.deliver(message("besluit-vastgesteld"))
        assert decision.references == {"zaak": ZAAK, "besluit:BSL-2026-0001": "1"}


async def test_the_case_of_somebody_else_is_never_taken_for_ours() -> None:
    """Seen failing with a look-up that goes by the number alone."""
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        other = message("gestart", event="een-ander")
        with pytest.raises(RejectedError) as caught:
            await talk.worker.deliver(other)
        assert caught.value.code == "stuf:zaak-bestaat"
        assert talk.effects("zaak") == 1


async def test_a_time_that_is_not_later_is_made_anew_once() -> None:
    """Seen failing without a second generation of the step."""
    async with talking() as talk:
        talk.simulator.refuse(Switch(code="StUF019", operation="creeerZaak"))
        steps = MemorySteps()
        await talk.worker.deliver(GESTART, steps)
        assert talk.worker.errors == []
        first, second = steps.requests["zaak"], steps.requests["zaak-2"]
        assert first != second
        assert steps.result("zaak") == "Bv03"
        assert talk.effects("zaak") == 1


async def test_a_time_that_is_refused_again_and_again_is_parked() -> None:
    async with talking() as talk:
        talk.simulator.refuse(Switch(code="StUF019", operation="creeerZaak", times=None))
        steps = MemorySteps()
        with pytest.raises(RejectedError) as caught:
            await talk.worker.deliver(GESTART, steps)
        assert caught.value.code == "stuf:opnieuw"
        assert [name for name in steps.requests if name.startswith("zaak")] == ["zaak", "zaak-2"]


async def test_a_message_that_was_changed_after_it_was_sent_gets_a_number_of_its_own() -> None:
    async with talking() as talk:
        steps = MemorySteps()
        await talk.worker.deliver(GESTART, MemorySteps())
        change = message("bijgewerkt", rollenToegevoegd=None, rollenVerwijderd=None)
        lost = Switch(code="StUF058", operation="updateZaak", late=True)
        talk.simulator.refuse(lost)  # confirmed, and never processed
        await talk.worker.deliver(change, MemorySteps())
        edited = message(
            "bijgewerkt", rollenToegevoegd=None, rollenVerwijderd=None, omschrijving="Verbeterd"
        )
        await talk.worker.deliver(edited, steps)
        assert talk.case().value("omschrijving") == "Verbeterd"
        assert {"wijziging", "wijziging-2"} <= set(steps.requests)
        assert len(steps.requests) <= GENERATIONS


async def test_a_resend_is_the_same_byte_for_byte() -> None:
    async with talking(PRESETS["habit-openzaakbrug"][0]) as talk:
        await talk.simulator.script(
            [FaultRule(kind="status", settings={"status": 503}, match=Match(method="POST"))]
        )
        steps = MemorySteps()
        await talk.worker.deliver(GESTART, steps, between=talk.simulator.clear_faults)
        sent = [
            body for body in talk.bodies("OntvangAsynchroon") if b"T</StUF:mutatiesoort" in body
        ]
        assert len(sent) >= 2
        assert len(set(sent)) == 1


async def test_an_overloaded_zaaksysteem_is_transient() -> None:
    async with talking() as talk:
        talk.simulator.refuse(Switch(code="StUF046"))
        with pytest.raises(TransientError):
            await talk.adapter.deliver(GESTART, talk.worker.context(MemorySteps()))
        assert talk.effects("zaak") == 0


async def test_a_case_that_is_not_there_yet_is_waited_for_and_then_parked() -> None:
    async with talking() as talk:
        with pytest.raises(TransientError):
            await talk.adapter.deliver(STATUS, talk.worker.context(MemorySteps(), attempt=1))
        with pytest.raises(RejectedError) as caught:
            await talk.adapter.deliver(STATUS, talk.worker.context(MemorySteps(), attempt=9))
        assert caught.value.code == "stuf:StUF064"


@pytest.mark.parametrize("code", ["StUF010", "StUF013", "StUF052"])
async def test_a_refusal_of_who_we_are_names_the_setting(code: str) -> None:
    async with talking() as talk:
        talk.simulator.refuse(Switch(code=code))
        with pytest.raises(ConfigurationError) as caught:
            await talk.adapter.deliver(GESTART, talk.worker.context(MemorySteps()))
        assert caught.value.setting in {"zender", "ontvanger", "user"}


async def test_an_address_that_is_missing_names_its_setting() -> None:
    async with talking(ontvang_asynchroon_url=None) as talk:
        with pytest.raises(ConfigurationError) as caught:
            await talk.adapter.deliver(GESTART, talk.worker.context(MemorySteps()))
        assert caught.value.setting == "ontvang_asynchroon_url"


async def test_what_cannot_be_looked_up_is_for_a_person_unless_the_system_dedupes() -> None:
    answer = transfer_answered()
    for dedupes, wanted in ((False, CannotTell), (True, NotThere)):
        async with talking(profile="1.2", dedupes=dedupes) as talk:
            steps = MemorySteps()
            await talk.simulator.script([FaultRule(kind="reset", phase="after")])
            with pytest.raises(Exception, match="may have been"):
                await talk.adapter.deliver(answer, talk.worker.context(steps))
            found = await talk.adapter.look_up(answer, talk.worker.context(steps))
            assert isinstance(found, wanted)


async def test_an_answer_to_a_transfer_that_was_asked_for_arrives() -> None:
    async with talking(profile="1.2") as talk:
        await talk.worker.deliver(GESTART)
        talk.simulator.world.state.handovers["ref-77"] = ZAAK
        await talk.worker.deliver(transfer_answered())
        assert talk.case().handover == "Overdracht geaccepteerd"


async def test_an_answer_to_a_transfer_that_nobody_asked_for_is_refused() -> None:
    async with talking(profile="1.2") as talk:
        with pytest.raises(RejectedError) as caught:
            await talk.worker.deliver(transfer_answered())
        assert caught.value.code == "stuf:StUF043"


async def test_who_goes_makes_room_for_who_comes() -> None:
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        new = {
            "rolsoort": "initiator",
            "betrokkene": {"soort": "natuurlijk_persoon", "bsn": OTHER_BSN},
        }
        old = {"rolsoort": "initiator", "betrokkene": {"soort": "natuurlijk_persoon", "bsn": BSN}}
        change = message("bijgewerkt", rollenVerwijderd=[old], rollenToegevoegd=[new])
        await talk.worker.deliver(change)
        (initiator,) = talk.case().parts["heeftAlsInitiator"]
        found = at(initiator, "gerelateerde/natuurlijkPersoon/inp.bsn")
        assert found is not None
        assert found.text == OTHER_BSN


async def test_one_object_in_a_change_for_a_system_that_wants_one() -> None:
    async with talking(update_objects=1) as talk:
        await talk.worker.deliver(GESTART)
        await talk.worker.deliver(STATUS)
        (*_, last) = talk.bodies("OntvangAsynchroon")
        assert last.count(b"<ZKN:object ") == 1
        assert len(talk.case().statuses) == 2


async def test_looking_up_a_change_that_arrived_finds_it() -> None:
    """Seen failing with a comparison that looks at roles by name."""
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        steps = MemorySteps()
        change = message("bijgewerkt")
        await talk.adapter.deliver(change, talk.worker.context(steps))
        forgotten = MemorySteps(requests=dict(steps.requests))
        found = await talk.adapter.look_up(change, talk.worker.context(forgotten))
        assert isinstance(found, Receipt)


async def test_looking_up_a_change_that_never_arrived_does_not_find_it() -> None:
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        talk.simulator.refuse(Switch(operation="updateZaak", late=True, times=None))
        steps = MemorySteps()
        change = message("bijgewerkt")
        await talk.adapter.deliver(change, talk.worker.context(steps))
        forgotten = MemorySteps(requests=dict(steps.requests))
        found = await talk.adapter.look_up(change, talk.worker.context(forgotten))
        assert found == NotThere()


async def test_what_is_delivered_once_more_is_looked_for_first() -> None:
    async with talking() as talk:
        for name in ("gestart", "status-gezet", "document-toegevoegd"):
            await talk.worker.deliver(message(name))
        before = len(talk.simulator.journal.effects)
        talk.worker.again = True
        for name in ("gestart", "status-gezet", "document-toegevoegd"):
            await talk.worker.deliver(message(name))
        assert len(talk.simulator.journal.effects) == before


async def test_an_application_gets_nothing_from_us() -> None:
    async with talking(role="application") as talk:
        with pytest.raises(ConfigurationError, match="role") as caught:
            await talk.adapter.deliver(GESTART, talk.worker.context(MemorySteps()))
        assert caught.value.setting == "role"
        assert (await talk.adapter.check()).ok
        assert talk.simulator.journal.received == 0


async def test_the_check_says_when_there_is_nothing_to_ask() -> None:
    async with talking(beantwoord_vraag_url=None) as talk:
        health = await talk.adapter.check()
        assert health.ok
        assert "beantwoord_vraag_url" in health.detail


async def test_a_zaaksysteem_that_refuses_the_question_of_the_check_is_there() -> None:
    async with talking() as talk:
        talk.simulator.refuse(Switch(code="StUF055", operation="geefZaakdetails"))
        health = await talk.adapter.check()
        assert health.ok
        assert "refuses our question" in health.detail
