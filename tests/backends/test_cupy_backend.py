"""The plug-in as `lionk_ref.backend` sees it, with and without CuPy and a GPU."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import lionk_cupy.backend
from lionk_cupy import Backend
from lionk_ref.backend import find, names
from lionk_ref.convex import CATALOGUE, L1, Ellipsoid, HalfSquaredNorm, Huber, LogSumExp, Nuclear
from lionk_ref.discrete import LionK, State

BY_CORE = {
    *("ky_fan", "log_sum_exp", "moreau_envelope", "nuclear", "nuclear_huber"),
    *("nuclear_log_cosh", "schatten", "sorted_l1", "spectral_norm", "sum", "support_function"),
    "translated",
}
"""Keys of the K whose dK is the core's."""


class Error(Exception):
    """Stands for CuPy's own."""


def fake_cupy(**runtime: Any) -> ModuleType:
    """A CuPy with this ``cupy.cuda.runtime``, and nothing else."""
    module = ModuleType("cupy")
    module.cuda = SimpleNamespace(runtime=SimpleNamespace(CUDARuntimeError=Error, **runtime))  # type: ignore[attr-defined]
    return module


@pytest.fixture
def why(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``why_not`` afresh, with the CuPy that is given, or none."""

    def ask(cupy: ModuleType | None) -> str | None:
        monkeypatch.setitem(sys.modules, "cupy", cupy)
        monkeypatch.delitem(sys.modules, "lionk_cupy.cuda", raising=False)
        known = None if cupy is None else SimpleNamespace()
        monkeypatch.setattr(lionk_cupy.backend, "find_spec", lambda name: known)
        return lionk_cupy.backend.why_not.__wrapped__()

    yield ask
    sys.modules.pop("lionk_cupy.cuda", None)  # It is bound to a CuPy that was made up.


def fail(message: str) -> Any:
    """A function that raises."""

    def raise_it(*arguments: Any) -> None:
        raise Error(message)

    return raise_it


def test_why_not(why: Any) -> None:
    """The one reason: no CuPy, no driver, no device, or no launch."""
    assert why(None) == "CuPy is not installed"
    no_driver = fake_cupy(getDeviceCount=fail("cudaErrorInsufficientDriver: too old\nmore"))
    assert why(no_driver) == (
        "there is no CUDA driver for this CuPy (cudaErrorInsufficientDriver: too old)"
    )
    assert why(fake_cupy(getDeviceCount=lambda: 0)) == "there is no CUDA device"
    no_launch = fake_cupy(getDeviceCount=lambda: 1)
    no_launch.float32 = None  # type: ignore[attr-defined]
    no_launch.full = fail("cudaErrorMemoryAllocation: out of memory")  # type: ignore[attr-defined]
    assert why(no_launch) == (
        "no kernel can be launched (cudaErrorMemoryAllocation: out of memory)"
    )


@pytest.mark.skipif(find_spec("cupy") is not None, reason="CuPy is installed")
def test_asked_for_without_cupy() -> None:
    """An error that says why, and how to install it."""
    with pytest.raises(ValueError, match=r"'cupy' cannot be used: CuPy is not installed.*cupy12"):
        LionK(K=L1(), lr=0.1, beta1=0.9, beta2=0.99, lam=0.1, backend="cupy").step_(
            State(np.ones(3), np.zeros(3)), np.ones(3)
        )


def test_it_is_found() -> None:
    """By name, with a version, without a GPU."""
    assert "cupy" in names()
    assert isinstance(find("cupy"), Backend)
    assert find("cupy").name == "cupy"


def test_what_has_a_kernel() -> None:
    """Every K of the catalogue but these; a subclass may mean something else."""
    backend = Backend()
    support = {key: backend.support(K.examples()[0]) for key, K in CATALOGUE.items()}
    assert {key for key, answer in support.items() if answer == "core"} == BY_CORE & set(CATALOGUE)
    assert set(support.values()) == {"fused", "core"}
    assert backend.support(type("Other", (Huber,), {})()) == "core"
    others = LogSumExp(), HalfSquaredNorm(Nuclear()), Ellipsoid(((2.0, 0.5), (0.5, 2.0)))
    assert {backend.support(K) for K in others} == {"core"}
    assert backend.support("l1") == "none"


def test_only_its_own_arrays() -> None:
    """Those of NumPy go elsewhere."""
    assert not Backend().accepts(np.ones(3))
    assert Backend().accepts(type("ndarray", (), {"__module__": "cupy._core.core"})())


def test_import_needs_no_cupy() -> None:
    """The plug-in, its kinds and its source: data."""
    code = (
        "import lionk_cupy, lionk_cupy.run, lionk_cupy.source, sys;"
        "assert lionk_cupy.source.templates(); print('cupy' in sys.modules)"
    )
    root = Path(lionk_cupy.backend.__file__).parents[2]
    path = f"import sys; sys.path[:0] = [{str(root)!r}, {str(root / 'backends')!r}]; "
    done = subprocess.run([sys.executable, "-c", path + code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr
