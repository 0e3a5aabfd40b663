"""From a question to its answer, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.contract import NotOffered, Question, Reason
from schakel.asking import (
    LONGEST,
    AskError,
    Asking,
    InvalidQuestion,
    PurposeRefused,
    Told,
    UnknownQuestion,
)
from schakel.askline import AskLine
from schakel.askrule import AskRule
from schakel.purposes import ALL, Purpose, Purposes
from schemas.questions import QUESTION_TYPES
from tests.schakel.asking_kit import (
    DESTINATION,
    RSIN,
    START,
    TENANT,
    TYPE,
    Books,
    ScriptedAsker,
    SettableClock,
    make_line,
    purposes,
)

GOOD = {"identificatie": "ZAAK-1"}
RULES = {(TYPE, TENANT): AskRule(destination=DESTINATION, timeout=timedelta(seconds=5))}
DATA: Mapping[str, Any] = {"bronorganisatie": RSIN}
PERSON = "persoon.raadplegen"
RULE = {(PERSON, TENANT): AskRule(destination=DESTINATION, timeout=timedelta(seconds=5))}
WHO = {"bsn": "999990019"}
REASON = Reason(doelbinding="verhuizing", gebruiker="m.dewit")
ANSWER = {
    "personen": [
        {
            "bsn": "999990019",
            "geslachtsnaam": "Bakker",
            "verblijfplaats": {"postcode": "3511ZZ"},
            "geheimhouding": True,
        }
    ]
}


class Echo:
    """A desk that answers with what it was asked."""

    def __init__(self) -> None:
        self.seen: list[tuple[Question, AskLine | None]] = []

    async def answer(self, question: Question, line: AskLine | None) -> Mapping[str, Any]:
        self.seen.append((question, line))
        return question.data


def make_asking(
    asker: ScriptedAsker | None = None, desk: Echo | None = None, **changes: Any
) -> Asking:
    clock = SettableClock()
    given: dict[str, Any] = {
        "rules": RULES,
        "lines": {DESTINATION: make_line(asker or ScriptedAsker(GOOD), clock=clock)},
        "desks": {TYPE: desk} if desk else {},
        "tenants": frozenset({TENANT, "0363"}),
        "clock": clock,
        "purposes": {},
        "disclosures": Books(),
    }
    return Asking(**given | changes)


async def ask(
    asking: Asking, data: bytes | Mapping[str, Any] = DATA, **changes: Any
) -> Mapping[str, Any]:
    given: dict[str, Any] = {
        "tenant": TENANT,
        "deadline": START + timedelta(seconds=3),
        "caller": "balie",
    }
    name = changes.pop("type", TYPE)
    return await asking.ask(name, data, **given | changes)


async def test_the_destination_of_the_rule_answers() -> None:
    asker = ScriptedAsker(GOOD)

    assert await ask(make_asking(asker)) == GOOD

    [(question, _)] = asker.asked
    assert (question.type, question.tenant, question.caller) == (TYPE, TENANT, "balie")
    assert question.data == DATA
    assert question.deadline == START + timedelta(seconds=3)


async def test_a_late_deadline_is_brought_forward_to_the_rule_s() -> None:
    asker = ScriptedAsker(GOOD)
    await ask(make_asking(asker), deadline=START + timedelta(hours=1))
    assert asker.asked[0][0].deadline == START + timedelta(seconds=5)


async def test_a_desk_answers_its_own_type_with_or_without_a_destination() -> None:
    desk = Echo()
    asking = make_asking(desk=desk)

    assert await ask(asking, b'{"bronorganisatie": "002220647"}') == DATA
    await ask(asking, tenant="0363", deadline=START + timedelta(hours=1))

    (_, line), (elsewhere, no_line) = desk.seen
    assert line is not None
    assert no_line is None
    assert elsewhere.deadline == START + LONGEST


@pytest.mark.parametrize(
    ("data", "field", "rule"),
    [
        ({}, "bronorganisatie", "required"),
        ({"bronorganisatie": "123456789"}, "bronorganisatie", "elfproef"),
        ({"bronorganisatie": RSIN, "sleutel": "kort"}, "sleutel", "pattern"),
        ({"bronorganisatie": RSIN, "sleutl": "x"}, "sleutl", "unknown_field"),
        (b"[]", "", "wrong_type"),
        (b"{", "", "invalid_json"),
    ],
)
async def test_a_wrong_question_is_refused_with_its_rule(
    data: bytes | Mapping[str, Any], field: str, rule: str
) -> None:
    with pytest.raises(InvalidQuestion) as caught:
        await ask(make_asking(), data)

    assert (field, rule) in {(one.field, one.rule) for one in caught.value.problems}


async def test_an_unknown_municipality_and_type_are_said_apart() -> None:
    with pytest.raises(InvalidQuestion) as caught:
        await ask(make_asking(), tenant="9999")
    assert caught.value.problems[0].rule == "unknown_tenant"
    with pytest.raises(UnknownQuestion, match=r"zaak\.identificati'.*Did you mean"):
        await ask(make_asking(), type="zaak.identificati")
    with pytest.raises(UnknownQuestion, match="type '\\?'"):
        await ask(make_asking(), type="\n")
    with pytest.raises(UnknownQuestion, match=r"\[\[ask\]\]"):
        await ask(make_asking(rules={}))


async def test_what_the_destination_does_not_offer_is_nobody_s_question() -> None:
    with pytest.raises(UnknownQuestion, match=DESTINATION):
        await ask(make_asking(ScriptedAsker(NotOffered())))
    with pytest.raises(UnknownQuestion, match="not by person"):
        await ask(make_asking(ScriptedAsker(NotOffered("It searches not by person."))))


def test_every_outcome_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in AskError.__subclasses__()]
    assert len(codes) == len(set(codes)) == 6


def test_every_question_type_is_named_as_it_is_found() -> None:
    assert all(kind.name == name for name, kind in QUESTION_TYPES.items())
    assert all(kind.summary for kind in QUESTION_TYPES.values())


async def test_nobody_asks_about_a_person_without_saying_why_and_who() -> None:
    asker = ScriptedAsker({"personen": []})
    kind, person = PERSON, WHO
    asking = make_asking(asker, rules=RULE, purposes=purposes("verhuizing", {PERSON: ALL}))
    with pytest.raises(InvalidQuestion) as caught:
        await ask(asking, person, type=kind)
    assert [(one.field, one.rule) for one in caught.value.problems] == [
        ("doelbinding", "required"),
        ("gebruiker", "required"),
    ]
    assert asker.asked == []
    reason = Reason(doelbinding="verhuizing", gebruiker="m.dewit")
    await ask(asking, person, type=kind, reason=reason)
    assert [one.reason for one, _ in asker.asked] == [reason]


async def test_a_purpose_decides_what_is_asked_and_what_is_given() -> None:
    asker = ScriptedAsker(ANSWER)
    books = Books()
    allowed = purposes(
        "verhuizing", {PERSON: frozenset({"personen.verblijfplaats"})}, "burgerzaken@verhuizen"
    )
    asking = make_asking(asker, rules=RULE, purposes=allowed, disclosures=books)

    answer = await ask(asking, WHO, type=PERSON, reason=REASON)

    assert answer == {
        "personen": [{"verblijfplaats": {"postcode": "3511ZZ"}, "geheimhouding": True}]
    }
    [(question, _)] = asker.asked
    assert question.fields == {"personen.verblijfplaats"}
    assert question.reason == replace(REASON, verwerking="burgerzaken@verhuizen")
    assert books.asked == [(question, DESTINATION)]
    assert books.persons == [{"999990019"}]  # also though the purpose shows no number


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "no such doelbinding"),
        (purposes("verhuizing", {"persoon.zoeken": ALL}), r"does not cover 'persoon\.raadplegen'"),
        ({("verhuizing", "0363"): Purpose(name="verhuizing", asks={PERSON: ALL})}, "no such"),
    ],
)
async def test_what_no_purpose_covers_is_neither_asked_nor_recorded(
    known: Purposes, words: str
) -> None:
    asker, books = ScriptedAsker(ANSWER), Books()
    asking = make_asking(asker, rules=RULE, purposes=known, disclosures=books)
    with pytest.raises(PurposeRefused, match=words):
        await ask(asking, WHO, type=PERSON, reason=REASON)
    assert asker.asked == []
    assert books.asked == []


async def test_an_answer_is_kept_for_its_own_purpose_and_for_a_while() -> None:
    asker, books, clock = ScriptedAsker(ANSWER), Books(), SettableClock()
    known = purposes("verhuizing", {PERSON: frozenset({"personen.verblijfplaats"})})
    known = {**known, **purposes("adresonderzoek", {PERSON: ALL})}
    rule = AskRule(
        destination=DESTINATION,
        timeout=timedelta(seconds=5),
        keep=timedelta(minutes=1),
        keep_for=frozenset({"verhuizing"}),
    )
    asking = make_asking(
        asker,
        rules={(PERSON, TENANT): rule},
        lines={DESTINATION: make_line(asker, clock=clock)},
        clock=clock,
        purposes=known,
        disclosures=books,
    )

    async def told(purpose: str) -> Told:
        reason = Reason(doelbinding=purpose, gebruiker="m.dewit")
        return await asking.answer(
            PERSON,
            WHO,
            tenant=TENANT,
            deadline=clock.now() + timedelta(seconds=3),
            caller="balie",
            reason=reason,
        )

    first = await told("verhuizing")
    clock.advance(seconds=40)
    again = await told("verhuizing")
    other = await told("adresonderzoek")

    assert (first.age, again.age, other.age) == (None, timedelta(seconds=40), None)
    assert again.data == first.data
    assert other.data == ANSWER
    assert len(asker.asked) == 2
    assert len(books.asked) == 3  # who looks is recorded, also when it comes from memory
    assert again.persons == {"999990019"}
    clock.advance(seconds=20)
    assert (await told("verhuizing")).age is None


def test_what_shows_a_person_is_personal() -> None:
    """Each type whose question or answer is about one person by nature."""
    personal = {name for name, kind in QUESTION_TYPES.items() if kind.personal}
    assert personal == {
        "adres.bewoning",
        "berichtenbox.abonnementen",
        "eigendom.van-adres",
        "identiteitsdocument.verifieren",
        "persoon.raadplegen",
        "persoon.verblijfplaatsen",
        "persoon.zoeken",
        "reisdocument.raadplegen",
        "terugmelding.inzien",
        "terugmelding.termijnen",
        "zaak.van-persoon",
    }
