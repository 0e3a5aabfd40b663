"""The table fits the fields that it fills."""

from adapters._kit.stuf.codes import CODES
from adapters._kit.stuf.settings import StufSettings


def test_descriptions_and_codes_fit_their_elements() -> None:
    for code, meaning in CODES.items():
        assert len(code) == 7
        assert 0 < len(meaning.words) <= 200
        assert meaning.words.isascii()


def test_a_configuration_fault_names_a_setting_that_exists() -> None:
    for meaning in CODES.values():
        named = meaning.setting in StufSettings.model_fields
        assert named == (meaning.consequence == "configuration")
