"""`POST /v1/ask/{type}`: the answer, or a problem that a program can act on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from adapters.contract import RejectedError, TransientError, UncertainError
from schakel.asking import Asking
from schakel.askrule import AskRule
from schakel.purposes import ALL
from schakel.security import Scope
from schemas import questions
from schemas.questions import CASE_NUMBER_QUESTION, QuestionType
from tests.schakel.asking_kit import DESTINATION, RSIN, Books, ScriptedAsker, make_line, purposes
from tests.schakel.http.harness import START, Harness, problem, rules

PATH = f"/v1/ask/{CASE_NUMBER_QUESTION}"
QUESTION = {"bronorganisatie": RSIN}
GOOD = {"identificatie": "ZAAK-1"}


def asking_hub(*turns: Any) -> Harness:
    """A hub in which a scripted system answers for Utrecht, and nobody for Amsterdam."""
    hub = Harness()
    asker = ScriptedAsker(*turns)
    line = make_line(asker, clock=hub.clock, store=hub.store, threshold=1)  # type: ignore[arg-type]  # another clock with the same methods
    asking = Asking(
        rules={
            (CASE_NUMBER_QUESTION, "0344"): AskRule(
                destination=DESTINATION, timeout=timedelta(seconds=5)
            )
        },
        lines={DESTINATION: line},
        desks={},
        tenants=frozenset({"0344", "0363"}),
        clock=hub.clock,
        purposes=purposes("verhuizing", {"persoon.raadplegen": ALL}),
        disclosures=Books(),
    )
    return Harness(hub.store, asking=asking)


async def test_the_answer_is_plain_json() -> None:
    async with asking_hub(GOOD).client(Scope.ASK, tenant="0344") as client:
        answer = await client.post(PATH, json=QUESTION)

    assert (answer.status_code, answer.json()) == (200, GOOD)
    assert answer.headers["content-type"] == "application/json"


async def test_a_key_for_all_says_for_whom_it_asks() -> None:
    async with asking_hub(GOOD).client(Scope.ASK) as client:
        assert rules(problem(await client.post(PATH, json=QUESTION), 400, "invalid-request")) == {
            ("tenant", "required")
        }
        assert (await client.post(f"{PATH}?tenant=0344", json=QUESTION)).status_code == 200
        unknown = await client.post(f"{PATH}?tenant=9999", json=QUESTION)
        assert rules(problem(unknown, 422, "invalid-question")) == {("tenant", "unknown_tenant")}


async def test_a_bound_key_asks_for_nobody_else() -> None:
    async with asking_hub(GOOD).client(Scope.ASK, tenant="0344") as client:
        problem(await client.post(f"{PATH}?tenant=0363", json=QUESTION), 403, "other-tenant")


async def test_only_a_key_that_may_ask_is_answered() -> None:
    async with asking_hub(GOOD).client(Scope.PUBLISH, Scope.OPERATE) as client:
        problem(await client.post(PATH, json=QUESTION), 403, "scope-missing")


async def test_a_system_that_is_down_is_said_with_since_when_and_when_it_is_tried_again() -> None:
    async with asking_hub(TransientError("cannot be reached")).client(
        Scope.ASK, tenant="0344"
    ) as client:
        answer = await client.post(PATH, json=QUESTION)

    body = problem(answer, 503, "unavailable")
    assert body["detail"] == "cannot be reached"
    assert body["since"] == START.isoformat()
    assert body["expectedProbe"] == (START + timedelta(seconds=30)).isoformat()
    assert body["destination"] == DESTINATION
    assert answer.headers["retry-after"] == "30"


async def test_a_refusal_carries_the_system_s_own_code() -> None:
    async with asking_hub(RejectedError("zgw:invalid", "no")).client(
        Scope.ASK, tenant="0344"
    ) as client:
        body = problem(await client.post(PATH, json=QUESTION), 422, "question-refused")
    assert body["reason"] == "zgw:invalid"


async def test_an_unknown_outcome_is_not_called_unavailable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind = questions.QUESTION_TYPES[CASE_NUMBER_QUESTION]
    once: Mapping[str, QuestionType] = {
        kind.name: QuestionType(
            name=kind.name,
            question=kind.question,
            answer=kind.answer,
            repeatable=False,
            summary=kind.summary,
        )
    }
    monkeypatch.setattr("schakel.asking.QUESTION_TYPES", once)
    async with asking_hub(UncertainError("reset")).client(Scope.ASK, tenant="0344") as client:
        problem(await client.post(PATH, json=QUESTION), 504, "outcome-unknown")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"bsn": "999993653"}', b"\xff"])
async def test_a_wrong_body_is_a_problem_that_does_not_quote_it(content: bytes) -> None:
    async with asking_hub(GOOD).client(Scope.ASK, tenant="0344") as client:
        answer = await client.post(PATH, content=content)
    problem(answer, 422, "invalid-question")
    assert "999993653" not in answer.text


@pytest.mark.parametrize("seconds", ["0", "61", "x", "nan"])
async def test_the_time_to_wait_is_within_bounds(seconds: str) -> None:
    async with asking_hub(GOOD).client(Scope.ASK, tenant="0344") as client:
        answer = await client.post(f"{PATH}?seconds={seconds}", json=QUESTION)
    assert rules(problem(answer, 400, "invalid-request"))


async def test_what_nobody_answers_is_a_404() -> None:
    async with asking_hub(GOOD).client(Scope.ASK) as client:
        path = "/v1/ask/persoon.bevraagd?tenant=0344"
        problem(await client.post(path, json={}), 404, "unknown-question")
        problem(await client.post(f"{PATH}?tenant=0363", json=QUESTION), 404, "unknown-question")
    async with Harness().client(Scope.ASK) as client:
        problem(await client.post(f"{PATH}?tenant=0344", json=QUESTION), 404, "unknown-question")


async def test_why_and_who_come_in_headers_and_half_of_it_is_refused() -> None:
    async with asking_hub(GOOD).client(Scope.ASK, tenant="0344") as client:
        half = await client.post(PATH, json=QUESTION, headers={"X-Doelbinding": "verhuizing"})
        assert rules(problem(half, 422, "invalid-question")) == {("gebruiker", "required")}
        both = {"X-Doelbinding": "verhuizing", "X-Gebruiker": "m.dewit"}
        assert (await client.post(PATH, json=QUESTION, headers=both)).status_code == 200
        path = "/v1/ask/persoon.raadplegen"
        bare = await client.post(path, json={"bsn": "999990019"})
        assert rules(problem(bare, 422, "invalid-question")) == {
            ("doelbinding", "required"),
            ("gebruiker", "required"),
        }
        asked = await client.post(path, json={"bsn": "999990019"}, headers=both)
        problem(asked, 404, "unknown-question")  # it got past the reason: nobody answers it
        other = {**both, "X-Doelbinding": "nieuwsgierigheid"}
        asked = await client.post(path, json={"bsn": "999990019"}, headers=other)
        problem(asked, 403, "purpose-refused")
