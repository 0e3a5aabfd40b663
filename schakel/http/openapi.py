"""The OpenAPI document: generated from the code, kept in docs/reference, checked for drift.

`python -m schakel.http.openapi > docs/reference/openapi.json` writes it anew.
"""

from __future__ import annotations

import json
import sys

from schakel.http.app import bare_app


def openapi_text() -> str:
    """The document as the file has it."""
    return json.dumps(bare_app().openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(openapi_text())
