"""``python -m lionk_ref.paper docs`` writes `PAGES` into the folder ``docs``."""

from __future__ import annotations

import sys
from pathlib import Path

from lionk_ref.paper.pages import PAGES

if __name__ == "__main__":
    for name, make in PAGES.items():
        (Path(sys.argv[1]) / name).write_text(make(), encoding="utf-8")
