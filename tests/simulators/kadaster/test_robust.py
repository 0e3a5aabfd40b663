"""Whatever is asked, the registers answer with JSON, and never with an error of their own."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.bag import ROOT as BAG
from simulators.bag import BagSystem
from simulators.brk import ROOT as BRK
from simulators.brk import BrkSystem
from simulators.kit import Answer, Incoming
from tests.simulators.bag.world import LINDELAAN, ONE
from tests.simulators.bag.world import register as bag_register
from tests.simulators.brk.world import OWNER, SHARED
from tests.simulators.brk.world import register as brk_register

PATHS = [
    f"{BAG}/{path}"
    for path in (
        "adressen",
        "adressen/zoek",
        f"adressen/{ONE.nummeraanduiding}",
        "adressenuitgebreid",
        "nummeraanduidingen",
        "openbareruimten",
        f"openbareruimten/{LINDELAAN}",
        f"adresseerbareobjecten/{ONE.object}",
        "info",
    )
] + [
    f"{BRK}/{path}"
    for path in (
        "kadastraalonroerendezaken",
        f"kadastraalonroerendezaken/{SHARED.identificatie}",
        f"kadastraalonroerendezaken/{SHARED.identificatie}/zakelijkgerechtigden",
        "kadasternatuurlijkpersonen/220000078",
    )
]
VALUES: dict[str, st.SearchStrategy[str]] = {
    "postcode": st.sampled_from(["3511AB", "3511ab", "0000AA"]),
    "huisnummer": st.sampled_from(["21", "0", "-1", "٢١", "1" * 20]),
    "openbareRuimteIdentificatie": st.just(LINDELAAN),
    "woonplaatsIdentificatie": st.just("3295"),
    "page": st.sampled_from(["1", "2", "9999"]),
    "pageSize": st.sampled_from(["10", "100", "101"]),
    "expand": st.sampled_from(["true", "nummeraanduiding", "zakelijkGerechtigden", ","]),
    "fields": st.sampled_from(["identificatie", "persoon.type", ".", ",", "adressen.a"]),
    "exacteMatch": st.sampled_from(["true", "false", "misschien"]),
    "zoek": st.sampled_from(["linde", "-", " ", "(", "21"]),
    "persoon__identificatie": st.just("220000078"),
    "kadastraleAanduiding": st.just(SHARED.aanduiding),
}
QUERIES = st.lists(
    st.sampled_from(sorted(VALUES)).flatmap(
        lambda name: st.tuples(st.just(name), VALUES[name] | st.text(max_size=5))
    ),
    max_size=4,
)


def answered(method: str, path: str, query: str = "", body: bytes = b"") -> Answer:
    system: Any = (
        BagSystem(register=bag_register())
        if path.startswith(BAG)
        else BrkSystem(register=brk_register())
    )
    incoming = Incoming(
        number=1,
        method=method,
        path=path,
        query=query,
        headers={"X-Api-Key": "schakel-demo", "Content-Type": "application/json"},
        body=body,
    )
    answer: Answer = asyncio.run(system.answer(incoming))
    return answer


@settings(deadline=None, max_examples=200)
@given(path=st.sampled_from(PATHS), query=QUERIES)
def test_no_question_breaks_a_register(path: str, query: list[tuple[str, str]]) -> None:
    answer = answered("GET", path, urlencode(query))

    assert answer.status in {200, 400, 404}
    assert isinstance(json.loads(answer.body), dict)


@settings(deadline=None)
@given(
    body=st.recursive(
        st.none() | st.integers() | st.text(max_size=9) | st.just(OWNER.identificatie),
        lambda inner: st.dictionaries(
            st.sampled_from(["burgerservicenummer", "fields"]), inner, max_size=2
        ),
        max_leaves=4,
    )
)
def test_no_body_breaks_the_search_by_owner(body: object) -> None:
    answer = answered("POST", f"{BRK}/kadastraalonroerendezaken", body=json.dumps(body).encode())

    assert answer.status in {200, 400}
