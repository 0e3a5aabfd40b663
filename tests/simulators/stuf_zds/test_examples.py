"""Every real request among the examples, sent over HTTP; its outcome is stated in examples.toml."""

import pytest

from tests.simulators.stuf_zds.conftest import official
from tests.simulators.stuf_zds.examples import example, files, outcomes, prepare
from tests.simulators.stuf_zds.helpers import Reply, Zaaksysteem
from tests.standards import standards_dir

pytestmark = pytest.mark.standards


async def _sent(zs: Zaaksysteem, file: str, *, known: bool) -> Reply:
    wanted = example(file)
    if known:
        prepare(zs.simulator, wanted)
    reply = await zs.post(wanted.port, wanted.data, wanted.action, wanted.soap)
    version = wanted.version if wanted.version in {"1.1", "1.2"} else "1.1"
    assert reply.body is not None
    official(version).assertValid(reply.body)
    return reply


@pytest.mark.parametrize("file", files())
async def test_an_example_is_understood_or_refused_as_stated(zs: Zaaksysteem, file: str) -> None:
    reply = await _sent(zs, file, known=True)
    stated = outcomes()[file]
    assert f"{reply.code} {reply.fault}".strip() == stated["known"]
    assert reply.text("details") == stated.get("why", "")
    assert reply.http.status_code == (500 if reply.fault else 200)
    if reply.code == "La01" and not file.startswith("stufzkn"):
        assert reply.texts("antwoord")
    made = example(file).operation
    if made == "creeerZaak" and reply.code == "Bv03":
        assert len(zs.simulator.world.state.cases) == 1
    if made in {"voegZaakdocumentToe", "maakZaakdocument"} and reply.code == "Bv03":
        assert len(zs.simulator.world.state.documents) == 1


@pytest.mark.parametrize("file", files())
async def test_where_nothing_is_known_an_example_has_its_own_outcome(
    zs: Zaaksysteem, file: str
) -> None:
    reply = await _sent(zs, file, known=False)
    assert f"{reply.code} {reply.fault}".strip() == outcomes()[file]["empty"]
    assert not reply.texts("antwoord")


def test_the_table_names_every_request_once_and_nothing_else() -> None:
    assert standards_dir().is_dir()
    assert set(outcomes()) == set(files())
