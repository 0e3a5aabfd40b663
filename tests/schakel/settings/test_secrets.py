"""Secrets come by reference, and never show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.schakel.settings.configs import GOOD, PlainSettings, loaded, mistakes, write

SECRET = "s3cr3t-of-the-test"


def with_settings(folder: Path, lines: str) -> Path:
    return write(folder, GOOD.replace("[[route]]", f"{lines}\n[[route]]"))


def settings(path: Path, **environ: str) -> PlainSettings:
    found = loaded(path, **environ).destinations["zaaksysteem"].settings
    assert isinstance(found, PlainSettings)
    return found


def test_a_secret_comes_from_the_environment(tmp_path: Path) -> None:
    found = settings(with_settings(tmp_path, 'token = "env:TOKEN"'), TOKEN=SECRET)
    assert found.token is not None
    assert found.token.get_secret_value() == SECRET


def test_a_secret_comes_from_a_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(SECRET + "\n", encoding="utf-8")
    found = settings(with_settings(tmp_path, 'token = "file:token"'))
    assert found.token is not None
    assert found.token.get_secret_value() == SECRET


def test_a_secret_is_found_wherever_a_model_has_one(tmp_path: Path) -> None:
    path = with_settings(
        tmp_path,
        """
api = {root = "a", secret = "env:A"}
apis.zaken = {root = "b", secret = "env:B"}
spare = [{root = "c", secret = "env:C"}]
""",
    )
    found = settings(path, A="1", B="2", C="3")
    models = [found.api, found.apis["zaken"], found.spare[0]]
    assert [m.secret.get_secret_value() for m in models if m and m.secret] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("line", "key", "text"),
    [
        (f'token = "{SECRET}"', "token", "may not stand in this file"),
        (f"token = {{literal = '{SECRET}'}}", "token", "may not stand in this file"),
        ('token = "env:"', "token", "is not set"),
        ('token = "env:NOT_THERE"', "token", "environment variable NOT_THERE is not set"),
        ('token = "env:EMPTY"', "token", "environment variable EMPTY is empty"),
        ('token = "file:not-there"', "token", "The file not-there cannot be read: No such file"),
        ('token = "file:empty"', "token", "file empty is empty"),
        ('token = "file:binary"', "token", "not a text in UTF-8"),
        (f'api = {{root = "a", secret = "{SECRET}"}}', "api.secret", "may not stand"),
        (f'spare = [{{root = "a", secret = "{SECRET}"}}]', "spare[1].secret", "may not stand"),
        (f'tokn = "{SECRET}"', "tokn", "Did you mean 'token'?"),
        ('token = "env:BAD"', "token", "The token *** is bad."),
    ],
)
def test_a_secret_that_cannot_be_used_is_a_mistake_that_never_shows_it(
    tmp_path: Path, line: str, key: str, text: str
) -> None:
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    (tmp_path / "binary").write_bytes(b"\xff")
    [mistake] = mistakes(with_settings(tmp_path, line), EMPTY="", BAD=f"bad-{SECRET}")
    assert f"destination[1].settings.{key} (zaaksysteem)" in mistake
    assert text in mistake
    assert SECRET not in mistake


def test_settings_never_show_a_secret(tmp_path: Path) -> None:
    found = loaded(with_settings(tmp_path, 'token = "env:TOKEN"'), TOKEN=SECRET)
    assert SECRET not in repr(found)
    assert SECRET not in str(found.destinations["zaaksysteem"].settings)


def test_relative_paths_start_from_the_folder_of_the_configuration(tmp_path: Path) -> None:
    found = settings(with_settings(tmp_path, 'certificate = "tls/client.pem"'))
    assert found.certificate == tmp_path / "tls" / "client.pem"
