from __future__ import annotations

import pytest

from schemas.dataref import document_hash, document_ref

SHA = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "dataref",
    [
        document_ref(SHA),
        f"urn:sha256:{SHA.upper()}",
        f"/v1/documents/{SHA}",
        f"https://hub.example.nl/v1/documents/{SHA}",
        f"http://127.0.0.1:8080/v1/documents/{SHA}",
    ],
)
def test_a_document_is_meant_by_its_hash(dataref: str) -> None:
    assert document_hash(dataref) == SHA


@pytest.mark.parametrize(
    "dataref",
    [
        f"urn:sha256:{SHA[1:]}",
        f"urn:sha256:{SHA}0",
        f"urn:sha512:{SHA}",
        f"/v1/documents/{SHA}/",
        f"/v1/documents/{SHA}?tenant=0344",
        f"https://elsewhere.example.nl/documents/{SHA}",
        "https://documenten.example/1",
        SHA,
        "",
    ],
)
def test_anything_else_is_a_reference_elsewhere(dataref: str) -> None:
    assert document_hash(dataref) is None
