import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from schemas.xml import XmlLimits, XmlReader, XmlRefused, parse_xml

BOMB = (
    b'<!DOCTYPE b [<!ENTITY a0 "x">'
    + b"".join(b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 12))
    + b"]><b>&a11;</b>"
)


def reason(data: bytes | Iterator[bytes], limits: XmlLimits | None = None) -> str:
    with pytest.raises(XmlRefused) as refused:
        parse_xml(data, limits)
    return refused.value.reason


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        b"<!DOCTYPE a><a/>",
        b'<?xml version="1.0"?>\n<!-- c --><?p?>\n<!DOCTYPE a SYSTEM "http://localhost/x"><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://localhost/x.dtd"> %p;]><a/>',
        b'<!DOCTYPE a [<!ENTITY x "y">]><a b="&x;"/>',
        '<!DOCTYPE a [<!ENTITY x "y">]><a/>'.encode("utf-16"),
        b"\xef\xbb\xbf<!DOCTYPE a><a/>",
    ],
)
def test_a_document_type_is_refused_before_it_is_read(data: bytes) -> None:
    assert reason(data) == "document_type"
    assert reason(data[i : i + 1] for i in range(len(data))) == "document_type"


def test_an_endless_document_type_is_refused_at_its_first_bytes() -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        yield b"<!DOCTYPE a ["
        while True:
            taken += 1
            yield b'<!ENTITY x "y">' * 100

    assert reason(endless()) == "document_type"
    assert taken < 5


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"text",
        b"<a>",
        b"<a></b>",
        b"<a/><b/>",
        b"<a/>text",
        b"<a/><!DOCTYPE a>",
        b"<a>&undefined;</a>",
        b"<a>&#0;</a>",
        b"<a>\x01</a>",
        b"<a b='1' b='2'/>",
        b"<x:a/>",
        b"<a",
        b"<!-- <a/>",
        b"<?p <a/>",
        b"<!doctype a><a/>",
        b"<a/>\x00",
        b'<?xml version="1.1"?><a/>',
        b'<?xml encoding="utf-8"?><a/>',
        b'<?xml version="1.0"' + b" " * 2000 + b"?><a/>",
        b' <?xml version="1.0"?><a/>',
    ],
)
def test_what_is_not_well_formed_is_refused(data: bytes) -> None:
    assert reason(data) == "not_well_formed"


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0" encoding="utf-16"?><a/>',
        b'<?xml version="1.0" encoding="ebcdic-cp-us"?><a/>',
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        b'<?xml version="1.0" encoding=""?><a/>',
        b"\xef\xbb\xbf" + b'<?xml version="1.0" encoding="iso-8859-1"?><a/>',
        '<?xml version="1.0" encoding="utf-8"?><a/>'.encode("utf-16"),
        '<?xml version="1.0" encoding="utf-8"?><a>é</a>'.encode("latin-1"),
        '<?xml version="1.0" encoding="us-ascii"?><a>é</a>'.encode(),
        "<a>é</a>".encode("latin-1"),
        "<a/>".encode("utf-32"),
        "<a>𝄞</a>".encode("utf-16")[:-9],
    ],
)
def test_a_wrong_or_unknown_encoding_is_refused(data: bytes) -> None:
    assert reason(data) == "encoding"


@pytest.mark.parametrize(
    "data",
    [
        "<a>é€</a>".encode(),
        b"\xef\xbb\xbf" + "<a>é€</a>".encode(),
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<a>é€</a>'.encode(),
        "<a>é€</a>".encode("utf-16"),
        b"\xfe\xff" + '<?xml version="1.0" encoding="UTF-16"?><a>é€</a>'.encode("utf-16-be"),
        "<?xml version='1.0' encoding='windows-1252'?><a>é€</a>".encode("cp1252"),
        "<?xml version='1.0' encoding='ISO-8859-15'?><a>é€</a>".encode("iso-8859-15"),
    ],
)
def test_the_usual_encodings_are_read(data: bytes) -> None:
    assert parse_xml(data).text == "é€"
    assert parse_xml(data[i : i + 1] for i in range(len(data))).text == "é€"


def test_text_is_whole_whatever_stood_between() -> None:
    root = parse_xml(b"<?x y?><a>admin<!-- -->@x<?p?>.nl<![CDATA[<!DOCTYPE a>]]>&amp;</a><!-- -->")
    assert root.text == "admin@x.nl<!DOCTYPE a>&"
    assert len(root) == 0


def test_an_inclusion_stays_an_element_like_any_other() -> None:
    root = parse_xml(
        b'<a xmlns:xi="http://www.w3.org/2001/XInclude">'
        b'<xi:include href="file:///etc/passwd" parse="text"/></a>'
    )
    assert [child.tag for child in root] == ["{http://www.w3.org/2001/XInclude}include"]


@pytest.mark.parametrize(
    ("data", "limits", "expected"),
    [
        (b"<a>" * 101 + b"</a>" * 101, XmlLimits(), "max_depth"),
        (b"<a>" * 5000, XmlLimits(), "max_depth"),
        (b"<a>" + b"<b/>" * 100_000 + b"</a>", XmlLimits(), "max_elements"),
        (
            b"<a " + b" ".join(b'b%d="1"' % i for i in range(65)) + b"/>",
            XmlLimits(),
            "max_attributes",
        ),
        (b'<a b="' + b"x" * 65_537 + b'"/>', XmlLimits(), "max_attribute_length"),
        (b" " * 20_000 + b"<a/>", XmlLimits(), "max_prolog"),
        (b"<!--" + b"x" * 20_000 + b"--><a/>", XmlLimits(), "max_prolog"),
        (b"<a>" + b"x" * 200 + b"</a>", XmlLimits(max_bytes=100), "max_bytes"),
        (
            b'<?xml version="1.0" encoding="iso-8859-1"?><a>' + b"\xe9" * 60 + b"</a>",
            XmlLimits(max_bytes=120),
            "max_bytes",
        ),
    ],
)
def test_each_limit_is_held(data: bytes, limits: XmlLimits, expected: str) -> None:
    assert reason(data, limits) == expected


def test_what_just_fits_is_taken() -> None:
    assert parse_xml(b"<a>" * 100 + b"</a>" * 100).tag == "a"
    assert len(parse_xml(b"<a>" + b"<b/>" * 99_999 + b"</a>")) == 99_999
    attributes = b" ".join(b'b%d="1"' % i for i in range(64))
    assert len(parse_xml(b"<a " + attributes + b"/>").attrib) == 64


def test_the_content_is_never_in_the_refusal() -> None:
    with pytest.raises(XmlRefused) as refused:
        parse_xml(b"<bsn999993653>999993653</bsn>")
    assert "999993653" not in f"{refused.value} {refused.value!r} {refused.value.detail}"
    assert "line 1" in refused.value.detail


def test_a_reader_reads_one_document() -> None:
    reader = XmlReader()
    reader.feed(b"<a/>")
    assert reader.close().tag == "a"
    with pytest.raises(ValueError, match="one document"):
        reader.feed(b"<b/>")


ENDLESS = {
    "white space before the root": ("b''", "b' ' * 65536"),
    "white space after the root": ("b'<a/>'", "b' ' * 65536"),
    "white space in the root": ("b'<a>'", "b'\\n' * 65536"),
    "text": ("b'<a>'", "b'x' * 65536"),
    "elements": ("b'<a>'", "b'<b/>' * 16384"),
    "one comment": ("b'<a><!--'", "b'x' * 65536"),
    "one start tag": ("b'<a '", "b' ' * 65536"),
    "one attribute": ("b'<a b=\"'", "b'x' * 65536"),
    "declarations of namespaces": (
        "b'<a '",
        "b''.join(b' xmlns:n%d=\"u\"' % i for i in range(4000))",
    ),
    "entities": ("b'<!DOCTYPE a ['", "b'<!ENTITY x \"y\">' * 4096"),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_200_megabytes_of_anything_end_early_in_little_memory(name: str) -> None:
    """Seen failing in seven of ten with max_bytes, max_prolog and max_elements raised to 1e9.

    The other three (white space and text in the root, entities) are held by libxml2's own limit on
    a text and by the refusal of a document type.
    """
    start, piece = ENDLESS[name]
    program = f"""
        import resource
        from schemas.xml import XmlRefused, parse_xml
        taken = 0
        def body():
            global taken
            yield {start}
            while taken < 200 * 1024 * 1024:
                piece = {piece}
                taken += len(piece)
                yield piece
        parse_xml(b"<warm/>")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            parse_xml(body())
        except XmlRefused as refused:
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            print(taken, grown * 1024, refused.reason)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    taken, grown, _ = done.stdout.split()
    assert int(taken) <= 11 * 1024 * 1024
    assert int(grown) <= 100 * 1024 * 1024


PIECES = st.sampled_from(
    [
        b"<a>", b"</a>", b"<a/>", b"<b x='1'>", b"</b>", b"<!--", b"-->", b"<![CDATA[", b"]]>",
        b"<?", b"?>", b"<!DOCTYPE", b"<!", b"&amp;", b"&x;", b"&#x41;", b" ", b"\n", b"'", b'"',
        b"=", b"xmlns:p='u'", b"<p:c>", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\xe9", b"text",
        b">", b"<?xml version='1.0'?>", b"<?xml version='1.0' encoding='utf-16'?>",
        b"<?xml version='1.0' encoding='windows-1252'?>",
    ]
)  # fmt: skip


@given(st.binary(max_size=300) | st.lists(PIECES, max_size=30).map(b"".join), st.integers(1, 50))
@example(b"<a>" * 300, 7)
@example(BOMB, 3)
def test_any_bytes_are_an_element_or_refused_however_they_are_cut(data: bytes, size: int) -> None:
    assert outcome(data) == outcome(data[i : i + size] for i in range(0, len(data), size))


def outcome(data: bytes | Iterator[bytes]) -> str:
    try:
        root = parse_xml(data)
    except XmlRefused:
        return "refused"
    assert root.getroottree().docinfo.internalDTD is None
    return etree.tostring(root).decode()
