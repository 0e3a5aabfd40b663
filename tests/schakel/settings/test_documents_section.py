"""`[documents]`: a folder by default, a bucket with its keys from elsewhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from schakel.settings.shelves import Bucket, Folder
from tests.schakel.settings.configs import GOOD, loaded, mistakes, write

BUCKET = """
[documents]
url = "s3:documenten/hub"
endpoint = "https://s3.example.nl"
access_key_id = "env:S3_ID"
secret_access_key = "env:S3_KEY"
limit = "8GiB"
keep = "7d"
"""


def test_without_the_section_documents_lie_beside_the_configuration(tmp_path: Path) -> None:
    documents = loaded(write(tmp_path)).documents

    assert documents.where == Folder(tmp_path / "documents")
    assert (documents.limit, documents.keep) == (4 << 30, timedelta(hours=48))


def test_a_bucket_has_its_keys_from_the_environment(tmp_path: Path) -> None:
    documents = loaded(write(tmp_path, GOOD + BUCKET), S3_ID="id", S3_KEY="geheim").documents

    assert documents.where == Bucket("documenten", "hub")
    assert documents.secret_access_key is not None
    assert documents.secret_access_key.get_secret_value() == "geheim"
    assert "geheim" not in repr(documents)
    assert documents.keep == timedelta(days=7)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("documents.url", '[documents]\nurl = "ftp:x"'),
        ("documents.limit", '[documents]\nlimit = "1KiB"'),
        ("documents.keep", '[documents]\nkeep = "5m"'),
        ("documents.secret_access_key", BUCKET.replace("env:S3_KEY", "geheim")),
        ("documents.endpont", '[documents]\nendpont = "https://x"'),
        ("documents", BUCKET.replace('secret_access_key = "env:S3_KEY"\n', "")),
    ],
)
def test_a_mistake_is_told_by_its_key(tmp_path: Path, key: str, text: str) -> None:
    found = mistakes(write(tmp_path, GOOD + text), S3_ID="id", S3_KEY="k")

    assert len(found) == 1, found
    assert key in found[0]
    assert "geheim" not in found[0]
