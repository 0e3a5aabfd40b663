"""A message with its documents in parts beside it reads as one with them inside."""

import pytest

from adapters._kit.stuf.mtom import unpacked
from adapters._kit.stuf.naming import NietLeesbaar
from schemas.xml import parse_xml

CONTENT = b"%PDF\r\n\x00\xff\rbinair\n"
KIND = (
    'multipart/related; boundary="grens"; start="<root>"; type="application/xop+xml"; '
    'start-info="application/soap+xml"; action="urn:doe"'
)
XOP = '<a><x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:een%40x"/></a>'


def message(root: str = XOP, content_id: str = "een@x") -> bytes:
    return b"".join(
        (
            b"--grens\r\nContent-Type: application/xop+xml\r\nContent-ID: <root>\r\n\r\n",
            root.encode(),
            b"\r\n--grens\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: binary"
            b"\r\nContent-ID: <" + content_id.encode() + b">\r\n\r\n",
            CONTENT,
            b"\r\n--grens--\r\n",
        )
    )


def test_a_part_is_put_back_as_base64_byte_for_byte() -> None:
    data, kind = unpacked(message(), KIND)

    assert parse_xml(data).text == "JVBERg0KAP8NYmluYWlyCg=="
    assert kind == 'application/soap+xml; action="urn:doe"'


def test_a_plain_message_stays_as_it_is() -> None:
    assert unpacked(b"<a/>", "text/xml") == (b"<a/>", "text/xml")


@pytest.mark.parametrize(
    "data", [b"", b"--grens--", message(content_id="ander"), message(root="<a>")]
)
def test_what_does_not_hang_together_is_refused(data: bytes) -> None:
    with pytest.raises(NietLeesbaar) as refused:
        unpacked(data, KIND)

    assert refused.value.code == "StUF055"
