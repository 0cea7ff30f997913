"""Implementations in any language: one JSON object a line, on standard input and output.

``lionk conform --cmd PROGRAM`` starts the program and speaks first, always::

    > {"cmd":"start","protocol":1}
    < {"name":"mine","version":"1.0","K":["l1"],"schemes":["explicit"],"dtypes":["binary32"]}
    > {"cmd":"case","id":"...","K":"l1","scheme":"explicit","dtype":"binary32","shape":[2],
       "lr":"...","beta1":"...","beta2":"...","lam":"...","x0":["3f800000","bf800000"]}
    < {"ok":true}                                  or {"skip":"why"}
    > {"cmd":"step","lr":"...","g":["40800000","c0800000"]}
    < {"x":["...","..."],"m":["...","..."]}        m may be null
    > {"cmd":"stop"}

(each on one line, keys in this order, no spaces). Arrays are bit patterns of the case's dtype, the
other numbers of binary64. x and m are in the paper's sign; m starts at 0. A program that dies,
babbles or is late fails the case, and is started anew for the next.
"""

from __future__ import annotations

import contextlib
import json
import queue
import shlex
import subprocess
import threading
from typing import Any, NoReturn

import numpy as np

from lionk_ref.golden.formats import FORMATS, decode, encode
from lionk_ref.peers import Peer, Setting, Stepper, Unsupported
from lionk_ref.peers.claims import claims
from lionk_ref.processes import kill_all

Array = Any
LONGEST_LINE = 1 << 20


class ProgramError(Exception):
    """The program died, babbled or was late."""


class Program:
    """A running program, started when it is first needed and again after a failure."""

    def __init__(self, command: str, seconds: float) -> None:
        self.command, self.seconds = shlex.split(command), seconds
        self.process: subprocess.Popen[bytes] | None = None
        self.lines: queue.Queue[bytes] = queue.Queue()

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """Send one line and read one."""
        process = self.process or self.begin()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
            process.stdin.flush()
        except OSError:
            self._fail(self._epitaph(process))
        return self._answer(process)

    def begin(self) -> subprocess.Popen[bytes]:
        """Start the program and a thread that reads from it."""
        try:
            process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise ProgramError(f"cannot start {self.command[0]}: {error.strerror}") from None
        self.process, self.lines = process, queue.Queue()
        self.reader = threading.Thread(target=_pump, args=(process, self.lines), daemon=True)
        self.reader.start()
        return process

    def end(self) -> None:
        """Stop the program: by the word, else by force."""
        if self.process is None:
            return
        assert self.process.stdin is not None
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            self.process.stdin.write(b'{"cmd":"stop"}\n')
            self.process.stdin.flush()
            self.process.wait(1)
        self._kill()

    def _kill(self) -> None:
        """End the process, whatever it does, and close its pipes."""
        process, self.process = self.process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        kill_all(process)
        self.reader.join(1)
        process.stdout.close()
        with contextlib.suppress(OSError):
            process.stdin.close()

    def _answer(self, process: subprocess.Popen[bytes]) -> dict[str, Any]:
        try:
            line = self.lines.get(timeout=self.seconds)
        except queue.Empty:
            self._fail(f"no answer within {self.seconds:g} s")
        if not line:
            self._fail(self._epitaph(process))
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            self._fail(f"no JSON object: {line[:60].decode('utf-8', 'replace')!r}")
        found: dict[str, Any] = answer
        return found

    def _epitaph(self, process: subprocess.Popen[bytes]) -> str:
        try:
            status = process.wait(1)
        except subprocess.TimeoutExpired:
            return "closed its output"
        return f"killed by signal {-status}" if status < 0 else f"ended with status {status}"

    def _fail(self, why: str) -> NoReturn:
        self._kill()
        raise ProgramError(why)


def _pump(process: subprocess.Popen[bytes], lines: queue.Queue[bytes]) -> None:
    """Lines from the program, each of bounded length and few of them waiting; b"" at its end."""
    assert process.stdout is not None
    while line := process.stdout.readline(LONGEST_LINE):
        if lines.qsize() < 16:
            lines.put(line)
    lines.put(b"")


def program_peer(command: str, seconds: float = 10.0) -> tuple[Peer, Program]:
    """The peer that a program is, by its own account, and the program to be ended.

    Raises
    ------
    ProgramError
        If it does not start, or does not answer in time.
    ValueError
        If it claims what nobody can be.
    """
    program = Program(command, seconds)
    try:
        about = program.ask({"cmd": "start", "protocol": 1})
        named = [n for n in ("K", "schemes", "dtypes", "nan") if n in about]
        claimed = claims(command, **{n: about[n] for n in named})
    except BaseException:
        program.end()
        raise

    def start(x0: Array, s: Setting) -> Stepper:
        if program.process is None:
            program.ask({"cmd": "start", "protocol": 1})
        return _begin(program, x0, s)

    name, version = (str(about.get(n, ""))[:80] for n in ("name", "version"))
    return Peer(name or command, start, version, **claimed), program


def _begin(program: Program, x0: Array, s: Setting) -> Stepper:
    numbers = {n: encode(getattr(s, n), "binary64") for n in ("lr", "beta1", "beta2", "lam")}
    case = {"cmd": "case", "id": "", "K": s.K, "scheme": s.scheme, "dtype": s.dtype}
    answer = program.ask({**case, "shape": list(x0.shape), **numbers, "x0": _bits(x0, s.dtype)})
    if "skip" in answer:
        raise Unsupported(str(answer["skip"])[:200])

    def step(g: Array, lr: float) -> tuple[Array, Array | None]:
        line = {"cmd": "step", "lr": encode(lr, "binary64"), "g": _bits(g, s.dtype)}
        got = program.ask(line)
        m = got.get("m")
        return _array(got.get("x"), x0, s.dtype), None if m is None else _array(m, x0, s.dtype)

    return step


def _bits(a: Array, dtype: str) -> list[str]:
    return [encode(float(v), dtype) for v in a.reshape(-1)]


def _array(bits: Any, like: Array, dtype: str) -> Array:
    """The array that a program answered."""
    digits = FORMATS[dtype].digits
    if not isinstance(bits, list) or len(bits) != like.size:
        raise ProgramError(f"expected {like.size} bit patterns, got {str(bits)[:60]}")
    try:
        values = [decode(b, dtype) for b in bits]
        return np.array(values, dtype=like.dtype).reshape(like.shape)
    except (TypeError, ValueError):
        raise ProgramError(f"expected bit patterns of {digits} digits, got {bits[:2]}") from None
