"""The machines of the backend ``cupy``: its kernels on the CPU, and a GPU where there is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from cuda_kernels import EVERY
from cuda_on_host import Host

import lionk_cupy.backend
from lionk_cupy import Backend


class Machine(NamedTuple):
    """A backend, and the way of an array of NumPy to its device and back."""

    backend: Backend
    put: Callable[[Any], Any]
    get: Callable[[Any], Any]


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Every kernel that these tests use, compiled for the CPU in one piece."""
    return Host(tmp_path_factory.mktemp("kernels"), EVERY)


@pytest.fixture(scope="session", params=["host", pytest.param("gpu", marks=pytest.mark.gpu)])
def machine(request: pytest.FixtureRequest) -> Machine:
    """Where a step runs."""
    if request.param == "host":
        return Machine(Backend(request.getfixturevalue("host")), lambda a: a, lambda a: a)
    if reason := lionk_cupy.backend.why_not():
        pytest.skip(f"no usable CUDA device: {reason}")
    import cupy

    return Machine(Backend(), cupy.asarray, cupy.asnumpy)
