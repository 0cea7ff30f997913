"""The machines of the backend ``cupy``: its kernels on the CPU, and a GPU where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Every kernel that these tests use, compiled for the CPU in one piece."""
    machine = Host(tmp_path_factory.mktemp("kernels"), EVERY)
    yield machine
    assert machine.count("misaligned") == 0, "16 bytes at an address that is no multiple of 16"
    assert machine.count("stuck") == 0, "a barrier that some threads never reach"


@pytest.fixture(scope="session")
def gpu() -> Machine:
    """A GPU, where there is one."""
    if reason := lionk_cupy.backend.why_not():
        pytest.skip(f"no usable CUDA device: {reason}")
    import cupy

    return Machine(Backend(), cupy.asarray, cupy.asnumpy)


@pytest.fixture(scope="session", params=["host", pytest.param("gpu", marks=pytest.mark.gpu)])
def machine(request: pytest.FixtureRequest) -> Machine:
    """Where a step runs."""
    if request.param == "gpu":
        return request.getfixturevalue("gpu")
    return Machine(Backend(request.getfixturevalue("host")), lambda a: a, lambda a: a)


@pytest.fixture(params=["forward", "backward"])
def order(request: pytest.FixtureRequest, host: Any) -> Iterator[None]:
    """The threads of a block one way and the other: a missing barrier shows in one of them."""
    host.backwards(request.param == "backward")
    yield
    host.backwards(False)
