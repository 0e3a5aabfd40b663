"""Nobody found is one thing; a system or gateway that is lost is another."""

import pytest

from adapters._kit.stuf.faults import Fout
from adapters.contract import ConfigurationError, TransientError
from adapters.stuf_bg.errors import consequence, finds_nobody


@pytest.mark.parametrize(
    "fout",
    [
        Fout("StUF064", "server", "wat dan ook"),
        Fout("", None, "Object niet gevonden"),
        Fout("", None, " object NIET gevonden. "),
        Fout("", None, "De persoon is niet gevonden"),
        Fout("", None, "Geen personen gevonden"),
    ],
)
def test_faults_that_say_that_nobody_was_found(fout: Fout) -> None:
    assert finds_nobody(fout)


@pytest.mark.parametrize(
    "fout",
    [
        Fout("", None, "Service niet gevonden"),
        Fout("", None, "Policy Falsified"),
        Fout("", None, "Object niet gevonden in cache, backend onbereikbaar"),
        Fout("", None, "De persoon gevonden"),
        Fout("", None, ""),
        Fout("StUF058", "server", "Object niet gevonden"),
        Fout("StUF067", "server"),
    ],
)
def test_faults_that_say_something_else(fout: Fout) -> None:
    assert not finds_nobody(fout)


def test_a_question_that_failed_can_be_asked_again() -> None:
    assert type(consequence(Fout("StUF960", "server"), attempt=1)) is TransientError
    assert type(consequence(Fout("", None, "Policy Falsified"), attempt=1)) is TransientError
    assert type(consequence(Fout("StUF052", "client"), attempt=1)) is ConfigurationError
