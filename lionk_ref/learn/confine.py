"""What a process gives up, for good, before it runs other people's code.

Limits of time, memory, files and processes, as POSIX has them; and on Linux, by Landlock: no
writing outside its own folder, no reading outside Python, no TCP, no signals to others. A process
of root also becomes a user of its own, without a network. Each step is reported by a word, so that
the grader knows what holds on this machine.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DIE_WITH_PARENT, KEEP_CAPS, NO_NEW_PRIVS = 1, 8, 38
CREATE, ADD, RESTRICT = 444, 445, 446
READ = 1 << 0 | 1 << 2 | 1 << 3
"""Landlock: execute, read a file, list a folder."""
FILES_ONLY = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15
SYSTEM = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/fonts", "/dev/urandom", "/dev/null")
NEW_NETWORK = 0x40000000
READ_ANYTHING = 1 << 2
"""CAP_DAC_READ_SEARCH; where Landlock says what may be read, it only lets Python find its files."""


def confine(folder: str, seconds: int, memory: int, user: int | None) -> list[str]:
    """Give up what can be given up; the names of the steps that worked."""
    steps = list(_limits(seconds, memory))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0)
        version = libc.syscall(CREATE, None, ctypes.c_size_t(0), 1)
        if os.geteuid() == 0 and user is not None:
            steps += _become(libc, user, version > 0)
        libc.prctl(DIE_WITH_PARENT, 9, 0, 0, 0)
        steps += _landlock(libc, version, folder) if version > 0 else []
    return steps + list(_no_processes())


def _limits(seconds: int, memory: int) -> Iterator[str]:
    try:
        import resource
    except ImportError:
        return
    for name, most in (
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_AS", memory),
        ("RLIMIT_FSIZE", 1 << 24),
        ("RLIMIT_NOFILE", 64),
        ("RLIMIT_CORE", 0),
    ):
        resource.setrlimit(getattr(resource, name), (most, most))
    yield "limits"


def _no_processes() -> Iterator[str]:
    """Root is exempt from this limit, so that for root it is no step."""
    if os.name == "posix" and os.geteuid() != 0:
        import resource

        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        yield "processes"


def _become(libc: Any, user: int, landlock: bool) -> Iterator[str]:
    """Another user; with Landlock to say what may be read, one who may read Python's files."""
    if libc.unshare(NEW_NETWORK) == 0:
        yield "network"
    libc.prctl(KEEP_CAPS, int(landlock), 0, 0, 0)
    try:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    except OSError:
        return
    if landlock:
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        allowed = (ctypes.c_uint32 * 6)(READ_ANYTHING, READ_ANYTHING, 0, 0, 0, 0)
        libc.capset(header, allowed)
    yield "user"


def _landlock(libc: Any, version: int, folder: str) -> Iterator[str]:
    """Deny every kind of access that this kernel knows, but for the paths below."""
    every = (1 << 13) - 1 | (version >= 2) << 13 | (version >= 3) << 14 | (version >= 5) << 15
    network, scope = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    rules = (ctypes.c_uint64 * 3)(every, network, scope)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(CREATE, rules, ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return
    for path in {*SYSTEM, *_python()}:
        _allow(libc, ruleset, path, READ & every)
    _allow(libc, ruleset, "/dev/null", FILES_ONLY & every)
    _allow(libc, ruleset, folder, every)
    done = libc.syscall(RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    if done:
        yield from ("files", *["tcp"] * (version >= 4), *["signals"] * (version >= 6))


def _allow(libc: Any, ruleset: int, path: str, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    allowed = access if os.path.isdir(path) else access & FILES_ONLY
    rule = ctypes.create_string_buffer(
        allowed.to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder), 12
    )
    libc.syscall(ADD, ruleset, 1, rule, 0)
    os.close(place)


def _python() -> Iterator[str]:
    """Where the interpreter, its libraries and this package live."""
    yield from (sys.prefix, sys.base_prefix, sys.exec_prefix)
    yield from (path for path in sys.path if path.endswith("-packages"))
    yield str(Path(__file__).parents[1])
