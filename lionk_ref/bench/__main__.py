"""``python -m lionk_ref.bench docs`` writes the pages of ``docs/benchmarks`` from its reports."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from lionk_ref.bench.page import pages
from lionk_ref.files import write_all


def main(arguments: Sequence[str]) -> int:
    """Write the pages; the exit status, 2 after a line that says what was wrong."""
    if len(arguments) != 1:
        return _complain("usage: python -m lionk_ref.bench DOCS, which has benchmarks/ in it.")
    folder = Path(arguments[0]) / "benchmarks"
    try:
        for name, text in pages(folder).items():
            write_all((folder / name).parent, {Path(name).name: text})
    except (ValueError, OSError) as error:
        return _complain(str(error))
    return 0


def _complain(line: str) -> int:
    print(line, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
