"""The end of `make standards`: names what is unexplained; the last line counts."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.standards import standards_dir
from tests.standards_report.summary import examples, read_records, summarise


def main(report: Path) -> int:
    found = summarise(examples(standards_dir()), read_records(report))
    for sentence in found.unexplained:
        print(f"unexplained: {sentence}")  # noqa: T201 - this is a program
    print(found)  # noqa: T201 - this is a program
    return 1 if found.unexplained else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
