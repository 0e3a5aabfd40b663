from __future__ import annotations

from pathlib import Path

import pytest

from schakel.settings.shelves import Bucket, Folder, check_where, read_where


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("folder:documents", Folder(Path("/etc/schakel/documents"))),
        ("folder:/var/lib/schakel", Folder(Path("/var/lib/schakel"))),
        ("s3:documenten", Bucket("documenten", "")),
        ("s3:documenten/", Bucket("documenten", "")),
        ("s3:gemeente-0344/hub/documents/", Bucket("gemeente-0344", "hub/documents")),
    ],
)
def test_documents_lie_in_a_folder_or_a_bucket(url: str, where: Folder | Bucket) -> None:
    assert read_where(url, base=Path("/etc/schakel")) == where
    assert check_where(url) == url


@pytest.mark.parametrize("url", ["", "folder:", "documents", "s3:", "s3:A B", "s3://documenten"])
def test_anything_else_is_told_how_to_write_it(url: str) -> None:
    with pytest.raises(ValueError, match="folder:"):
        check_where(url)
