"""A message with its documents in parts beside it reads as one with them inside."""

import base64

import pytest

from adapters._kit.stuf.contents import Cut, content_of
from adapters._kit.stuf.mtom import opened
from adapters._kit.stuf.naming import NietLeesbaar
from schemas.xml import parse_xml

CONTENT = b"%PDF\r\n\x00\xff\rbinair\n"
KIND = (
    'multipart/related; boundary="grens"; start="<root>"; type="application/xop+xml"; '
    'start-info="application/soap+xml"; action="urn:doe"'
)
XOP = '<a><x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:een%40x"/></a>'


def message(
    root: str = XOP, content_id: str = "een@x", encoding: str = "binary", content: bytes = CONTENT
) -> bytes:
    return b"".join(
        (
            b"--grens\r\nContent-Type: application/xop+xml\r\nContent-ID: <root>\r\n\r\n",
            root.encode(),
            b"\r\n--grens\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: "
            + encoding.encode()
            + b"\r\nContent-ID: <"
            + content_id.encode()
            + b">\r\n\r\n",
            content,
            b"\r\n--grens--\r\n",
        )
    )


@pytest.mark.parametrize(
    ("encoding", "content"), [("binary", CONTENT), ("base64", base64.encodebytes(CONTENT))]
)
def test_a_part_is_a_content_of_the_message_byte_for_byte(encoding: str, content: bytes) -> None:
    cut, kind = opened(message(encoding=encoding, content=content), KIND)

    assert b"".join(content_of(parse_xml(cut.body), cut).decoded()) == CONTENT
    assert kind == 'application/soap+xml; action="urn:doe"'


def test_what_goes_before_the_first_boundary_is_no_part() -> None:
    cut, _ = opened(b"This is a message.\r\n" + message(), KIND)

    assert len(cut.contents) == 1


def test_a_root_with_its_content_in_it_has_it_cut_out() -> None:
    text = base64.b64encode(b"x" * 99_999).decode()
    cut, _ = opened(message(f"<a><inhoud>{text}</inhoud>{XOP[3:]}"), KIND)

    document = parse_xml(cut.body)
    assert b"".join(content_of(document, cut).decoded()) == CONTENT
    assert b"".join(content_of(document[0], cut).decoded()) == b"x" * 99_999


def test_a_plain_message_stays_as_it_is() -> None:
    assert opened(b"<a/>", "text/xml") == (Cut(b"<a/>", ()), "text/xml")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"--grens--",
        b"--grens\r\n--grens--",
        message(content_id="ander"),
        message(root=XOP[:-1]),
        message(encoding="uuencode"),
        message().replace(b"--grens--", b"--grens") * 60,
    ],
)
def test_what_does_not_hang_together_is_refused(data: bytes) -> None:
    with pytest.raises(NietLeesbaar) as refused:
        opened(data, KIND)

    assert refused.value.code == "StUF055"


def test_without_a_boundary_there_are_no_parts() -> None:
    with pytest.raises(NietLeesbaar):
        opened(message(), "multipart/related")
