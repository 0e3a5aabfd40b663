"""What became of each real example in ../shared/standards, told by the tests that exercise it.

`make standards` names a file in SCHAKEL_STANDARDS_REPORT and counts afterwards (`__main__`).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

REPORT_VARIABLE: Final = "SCHAKEL_STANDARDS_REPORT"
UNDERSTOOD: Final = "understood"


def record(path: str, outcome: str, stated: str) -> None:
    """Tell what became of a file, and what its table states; does nothing outside `make standards`.

    `path` counts from ../shared/standards: stuf/examples/creeerZaak/....xml. Both others are
    `understood` or `refused:CODE`, such as `refused:StUF055`. Call it before asserting.
    """
    report = os.environ.get(REPORT_VARIABLE)
    if not report:
        return
    line = json.dumps({"path": path, "outcome": outcome, "stated": stated}) + "\n"
    # One short write at the end of the file: processes that write at once do not mix.
    with Path(report).open("a", encoding="utf-8") as lines:
        lines.write(line)
