"""A breach is told by place and rule, and never by value."""

import pytest
from lxml import etree

from adapters._kit.stuf.answering import bv_bericht
from adapters._kit.stuf.names import STUF, q
from adapters._kit.stuf.stuurgegevens import Stuurgegevens
from adapters._kit.stuf.validation import Rules, check
from adapters.contract import RejectedError


def test_a_sound_message_passes() -> None:
    check(bv_bericht(Stuurgegevens("Bv02")), "stuf-3.01")

    assert Rules("stuf-3.01").breaches(bv_bericht(Stuurgegevens("Bv02"))) == []


def test_what_is_wrong_is_said_without_the_value() -> None:
    message = bv_bericht(Stuurgegevens("Bv02"))
    etree.SubElement(message, q(STUF, "melding")).text = "999993653 " * 500
    etree.SubElement(message, q(STUF, "onbekend")).text = "999993653"

    with pytest.raises(RejectedError) as refused:
        Rules("stuf-3.01").check(message)

    assert refused.value.code == "stuf:invalid"
    assert "Bv02Bericht" in refused.value.detail
    assert "999993653" not in refused.value.detail
    assert "line" not in refused.value.detail
