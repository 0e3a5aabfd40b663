"""The body decides; the HTTP status only where the body says nothing."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from adapters._kit.sending import Answer
from adapters._kit.stuf.answers import in_answer, judged
from adapters._kit.stuf.faults import Circumstances, NumberTakenError
from adapters._kit.stuf.names import SOAP11, STUF, operation
from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    RejectedError,
    TransientError,
    UncertainError,
)

NOW = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
CREATE = operation("creeerZaak", "1.1")
READ = operation("geefZaakdetails", "1.1")
CHECK_IN = operation("updateZaakdocument", "1.1")
PLAIN = Circumstances()


def bericht(code: str, fault: str = "") -> str:
    body = f"<body><code>{fault}</code><plek>server</plek></body>" if fault else ""
    return (
        f'<{code}Bericht xmlns="{STUF}"><stuurgegevens><berichtcode>{code}</berichtcode>'
        f"</stuurgegevens>{body}</{code}Bericht>"
    )


def soap(content: str) -> str:
    return f'<e:Envelope xmlns:e="{SOAP11}"><e:Body>{content}</e:Body></e:Envelope>'


BV03 = soap(bericht("Bv03"))
FO03 = soap(f"<e:Fault><detail>{bericht('Fo03', 'StUF016')}</detail></e:Fault>")
BARE = soap("<e:Fault><faultstring>Policy Falsified</faultstring></e:Fault>")
PAGE = "<html><head><title>Onderhoud</title></head></html>"


def answer(status: int, body: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer(
        method="POST",
        host="zaken.example.nl",
        status=status,
        headers=httpx.Headers({"Content-Type": "text/xml; charset=utf-8", **(headers or {})}),
        body=body.encode(),
    )


@pytest.mark.parametrize("status", [200, 202, 400, 500])
def test_the_promised_berichtcode_is_success_under_any_status(status: int) -> None:
    assert judged(answer(status, BV03), CREATE, PLAIN, now=NOW).berichtcode == "Bv03"


@pytest.mark.parametrize("status", [200, 403, 500, 503])
def test_a_stuf_fault_decides_under_any_status(status: int) -> None:
    with pytest.raises(NumberTakenError):
        judged(answer(status, FO03), CREATE, PLAIN, now=NOW)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, PAGE, UncertainError),
        (200, "", UncertainError),
        (200, BV03[:-30], UncertainError),
        (200, soap(bericht("Bv04")), UncertainError),
        (400, PAGE, UncertainError),
        (401, PAGE, ConfigurationError),
        (403, BARE, ConfigurationError),
        (404, PAGE, ConfigurationError),
        (302, "", ConfigurationError),
        (413, "", RejectedError),
        (415, "", ConfigurationError),
        (429, "", TransientError),
        (500, BARE, UncertainError),
        (502, PAGE, UncertainError),
        (503, PAGE, UncertainError),
    ],
)
def test_an_answer_without_the_promise_leaves_a_change_in_doubt(
    status: int, body: str, kind: type[DeliveryError]
) -> None:
    with pytest.raises(kind) as ended:
        judged(answer(status, body), CREATE, PLAIN, now=NOW)
    assert type(ended.value) is kind
    with pytest.raises(kind):
        judged(answer(status, body), CHECK_IN, PLAIN, now=NOW)


@pytest.mark.parametrize(
    ("status", "body"), [(200, PAGE), (500, BARE), (502, PAGE), (503, ""), (200, BV03)]
)
def test_a_question_that_got_no_answer_can_be_asked_again(status: int, body: str) -> None:
    with pytest.raises(TransientError):
        judged(answer(status, body), READ, PLAIN, now=NOW)


def test_who_is_overloaded_says_how_long() -> None:
    for status in (429, 503):
        with pytest.raises(TransientError) as ended:
            judged(answer(status, "", {"Retry-After": "30"}), CREATE, PLAIN, now=NOW)
        assert ended.value.retry_after == timedelta(seconds=30)


def test_a_wrong_address_names_the_setting_of_the_endpoint() -> None:
    with pytest.raises(ConfigurationError) as ended:
        judged(answer(404, ""), READ, PLAIN, now=NOW)

    assert ended.value.setting == "beantwoord_vraag_url"


def test_an_answer_without_message_reads_as_none() -> None:
    assert in_answer(answer(200, PAGE)) is None
