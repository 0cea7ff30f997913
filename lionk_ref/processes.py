"""Section 5. Cores, and processes that are started for a while and must be gone afterwards."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess


def cores() -> int:
    """How many cores this process may use, such as for the runs of Section 5.

    Examples
    --------
    >>> cores() >= 1
    True
    """
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started in a session of its own, and whatever it has started.

    Examples
    --------
    >>> import sys
    >>> endless = subprocess.Popen([sys.executable, "-c", "while 1: 0"], start_new_session=True)
    >>> kill_all(endless)
    >>> endless.returncode != 0
    True
    """
    with contextlib.suppress(OSError, AttributeError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
