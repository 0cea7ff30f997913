"""NVIDIA's run-time compiler without CuPy and without a GPU: the shared library of a wheel."""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from typing import Any

WHEELS = ("nvidia-cuda-nvrtc", "nvidia-cuda-nvrtc-cu12")


@cache
def compiler() -> Any:
    """The compiler, or None where no wheel is installed."""
    for wheel in WHEELS:
        try:
            found = [f for f in files(wheel) or () if f.name.startswith("libnvrtc.so")]
        except PackageNotFoundError:
            continue
        if found:
            return ctypes.CDLL(str(found[0].locate()))
    return None


def ptx(source: str, *options: str) -> str:
    """A translation unit as text, for compute capability 9.0."""
    return _compile(source, "PTX", "--gpu-architecture=compute_90", *options).decode()


def cubin(source: str, capability: str, *options: str) -> bytes:
    """A translation unit as machine code."""
    return _compile(source, "CUBIN", f"--gpu-architecture=sm_{capability}", *options)


def report(source: str, capability: str, *options: str) -> str:
    """What the assembler says of each kernel: its registers, its spills, its shared memory."""
    architecture = f"--gpu-architecture=sm_{capability}"
    return _compile(source, "ProgramLog", architecture, "--ptxas-options=-v", *options).decode()


def _compile(source: str, kind: str, *options: str) -> bytes:
    program, text = ctypes.c_void_p(), source.encode()
    create = compiler().nvrtcCreateProgram
    assert create(ctypes.byref(program), text, b"lionk.cu", 0, None, None) == 0
    try:
        flags = (ctypes.c_char_p * len(options))(*(option.encode() for option in options))
        status = compiler().nvrtcCompileProgram(program, len(options), flags)
        assert status == 0, _read(program, "ProgramLog").decode()
        return _read(program, kind)
    finally:
        compiler().nvrtcDestroyProgram(ctypes.byref(program))


def _read(program: Any, what: str) -> bytes:
    size = ctypes.c_size_t()
    assert getattr(compiler(), f"nvrtcGet{what}Size")(program, ctypes.byref(size)) == 0
    buffer = ctypes.create_string_buffer(size.value)
    assert getattr(compiler(), f"nvrtcGet{what}")(program, buffer) == 0
    return buffer.raw.rstrip(b"\0") if what != "CUBIN" else buffer.raw
