"""The BRP adapter against a register on a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from adapters.brp import BrpAdapter, BrpSettings
from adapters.contract import (
    ConfigurationError,
    NotOffered,
    RejectedError,
    TransientError,
)
from tests.adapters._kit.haalcentraal.register import (
    CLOCK,
    CONTEXT,
    KEY,
    Body,
    Register,
    question,
    register,
)

BSN = "999990019"
OTHER = "999990408"


def brp(path: str, body: Body) -> Body | None:
    if body.get("burgerservicenummer") == ["schakel"]:
        raise AssertionError("a probe is refused before anybody looks")
    if path == "/personen":
        found = [{"burgerservicenummer": BSN, "naam": {"geslachtsnaam": "Meer"}}]
        known = body.get("burgerservicenummer") in ([BSN], None)
        return {"type": body["type"], "personen": found if known else []}
    if path == "/bewoningen":
        return {"bewoningen": [{"bewoners": [{"burgerservicenummer": BSN}]}]}
    return None


@asynccontextmanager
async def asking(**others: Any) -> AsyncIterator[tuple[BrpAdapter, Register]]:
    async with register(brp) as server:
        chosen: dict[str, Any] = {"personen_url": "{url}/personen", "api_key": KEY, **others}
        made: dict[str, Any] = {
            name: value.format(url=server.url) if isinstance(value, str) else value
            for name, value in chosen.items()
        }
        if "oauth" in made:
            made["oauth"] = {**made["oauth"], "token_url": f"{server.url}/token"}
        adapter = BrpAdapter(BrpSettings(**made), clock=CLOCK)
        try:
            yield adapter, server
        finally:
            await adapter.aclose()


async def test_a_person_is_asked_for_and_told_with_the_reason_in_the_headers() -> None:
    async with asking(gateway="open-formulieren", oin="00000001002220647000") as (adapter, server):
        answer = await adapter.ask(question("persoon.raadplegen", {"bsn": BSN}), CONTEXT)
    (person,) = answer.data["personen"]
    assert (person["bsn"], person["geslachtsnaam"]) == (BSN, "Meer")
    (asked,) = server.asked
    assert asked.headers["x-doelbinding"] == "verhuizing"
    assert asked.headers["x-gebruiker"] == "m.dewit"
    assert asked.headers["x-verwerking"] == "Verhuizen@Intake"
    assert asked.headers["content-type"] == "application/json; charset=utf-8"
    assert BSN not in asked.target


async def test_only_what_the_purpose_allows_is_asked_for() -> None:
    async with asking() as (adapter, server):
        fields = frozenset({"personen.geslachtsnaam"})
        asked = question("persoon.raadplegen", {"bsn": BSN}, fields=fields)
        await adapter.ask(asked, CONTEXT)
    assert server.asked[0].body["fields"] == ["burgerservicenummer", "naam.geslachtsnaam"]


async def test_nobody_is_an_empty_answer() -> None:
    async with asking() as (adapter, _):
        answer = await adapter.ask(question("persoon.raadplegen", {"bsn": OTHER}), CONTEXT)
    assert answer.data["personen"] == []


async def test_somebody_else_is_never_shown() -> None:
    async with asking() as (adapter, server):
        server.handler = lambda _path, _body: {"personen": [{"burgerservicenummer": OTHER}]}
        with pytest.raises(RejectedError) as caught:
            await adapter.ask(question("persoon.raadplegen", {"bsn": BSN}), CONTEXT)
    assert caught.value.code == "brp:other-person"
    assert OTHER not in str(caught.value)


async def test_an_operation_without_an_address_is_not_offered() -> None:
    async with asking() as (adapter, _):
        asked = {"adresseerbaarObject": "0344010000000021", "peildatum": "2026-11-24"}
        with pytest.raises(NotOffered):
            await adapter.ask(question("adres.bewoning", asked), CONTEXT)


async def test_who_lives_somewhere_is_asked_at_its_own_address() -> None:
    async with asking(bewoning_url="{url}/bewoningen") as (adapter, server):
        asked = {"adresseerbaarObject": "0344010000000021", "peildatum": "2026-11-24"}
        answer = await adapter.ask(question("adres.bewoning", asked), CONTEXT)
    assert answer.data["bewoningen"][0]["bewoners"][0]["bsn"] == BSN
    assert server.asked[0].target == "/bewoningen"


OAUTH: dict[str, Any] = {
    "api_key": None,
    "oauth": {"client_id": "schakel", "client_secret": "geheim", "scope": "1-2"},
}


async def test_a_token_is_fetched_once_and_used_again() -> None:
    async with asking(**OAUTH) as (adapter, server):
        for _ in range(3):
            await adapter.ask(question("persoon.raadplegen", {"bsn": BSN}), CONTEXT)
        assert server.tokens_given == 1


async def test_a_token_that_expired_early_is_replaced_once() -> None:
    async with asking(**OAUTH) as (adapter, server):
        await adapter.ask(question("persoon.raadplegen", {"bsn": BSN}), CONTEXT)
        server.token = "tweede"
        answer = await adapter.ask(question("persoon.raadplegen", {"bsn": BSN}), CONTEXT)
        assert answer.data["personen"]
        assert server.tokens_given == 2


async def test_a_credential_that_stays_refused_is_our_configuration() -> None:
    async with asking(api_key="verkeerd") as (adapter, server):
        with pytest.raises(ConfigurationError):
            await adapter.ask(question("persoon.raadplegen", {"bsn": BSN}), CONTEXT)
        assert len(server.asked) == 1  # without a token there is nothing to replace


async def test_a_wrong_client_secret_is_our_configuration() -> None:
    wrong = {**OAUTH["oauth"], "client_secret": "anders"}
    async with asking(api_key=None, oauth=wrong) as (adapter, _):
        with pytest.raises(ConfigurationError) as caught:
            await adapter.ask(question("persoon.raadplegen", {"bsn": BSN}), CONTEXT)
    assert caught.value.setting == "oauth"


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_what_may_pass_leaves_the_next_question_alone(status: int) -> None:
    async with asking() as (adapter, server):
        server.failing.append((status, {"code": "notAvailable"}, {"Retry-After": "1"}))
        with pytest.raises(TransientError):
            await adapter.ask(question("persoon.raadplegen", {"bsn": BSN}), CONTEXT)
        assert (await adapter.ask(question("persoon.raadplegen", {"bsn": BSN}), CONTEXT)).data


async def test_a_login_page_is_no_answer() -> None:
    async with asking() as (adapter, server):
        server.failing.append((200, [], {}))  # type: ignore[arg-type]  # no object at all
        with pytest.raises(TransientError, match="without the promised JSON"):
            await adapter.ask(question("persoon.raadplegen", {"bsn": BSN}), CONTEXT)


async def test_a_deadline_that_has_passed_asks_nothing() -> None:
    async with asking() as (adapter, server):
        late = question("persoon.raadplegen", {"bsn": BSN}, seconds=-1)
        with pytest.raises(TransientError, match="deadline"):
            await adapter.ask(late, CONTEXT)
        assert server.asked == []


async def test_nobody_there_is_a_passing_fault() -> None:
    settings = BrpSettings(personen_url="http://127.0.0.1:9/personen")
    adapter = BrpAdapter(settings, clock=CLOCK)
    with pytest.raises(TransientError):
        await adapter.ask(question("persoon.raadplegen", {"bsn": BSN}), CONTEXT)
    assert not (await adapter.check()).ok
    await adapter.aclose()


async def test_a_search_that_the_brp_does_not_have_is_refused_before_it_leaves() -> None:
    async with asking() as (adapter, server):
        odd = {"postcode": "3511AB", "huisnummer": 3, "voornamen": "Jan"}
        with pytest.raises(RejectedError) as caught:
            await adapter.ask(question("persoon.zoeken", odd), CONTEXT)
        assert caught.value.code == "brp:search"
        assert server.asked == []


async def test_the_check_asks_for_nobody() -> None:
    async with asking() as (adapter, server):
        server.failing.append((400, {"code": "paramsValidation"}, {}))
        health = await adapter.check()
        assert health.ok
        assert server.asked[0].body["burgerservicenummer"] == ["schakel"]
        server.failing.append((401, {"code": "authentication"}, {}))
        assert not (await adapter.check()).ok
