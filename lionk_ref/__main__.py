"""``python -m lionk_ref``: the command line."""

import sys

from lionk_ref.cli import main

if __name__ == "__main__":
    sys.exit(main())
