"""Polar factors: the exact one, and what its approximations make of a singular value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.linalg

from helpers import Library, to_numpy
from lionk_ref.convex import Nuclear, newton_schulz, polar_factor, qdwh
from lionk_ref.convex.newton_schulz import COEFFICIENTS, scalar_iteration
from lionk_ref.convex.qdwh import weights

U = 2.0**-52


def of_condition(condition: float, shape: tuple[int, int] = (12, 7), seed: int = 0) -> Any:
    """A matrix of this condition number, and its polar factor."""
    rng, (m, n) = np.random.default_rng(seed), shape
    left, right = (np.linalg.qr(rng.normal(size=(k, min(m, n))))[0] for k in (m, n))
    return (left * np.geomspace(1, 1 / condition, min(m, n))) @ right.T, left @ right.T


def check_polar() -> None:
    """Against the factors it was made of, SciPy's polar decomposition, and the K it belongs to."""
    for shape in ((12, 7), (7, 12), (5, 5)):
        z, exact = of_condition(10.0, shape)
        assert np.abs(polar_factor(z) - exact).max() <= 300 * U
        assert np.abs(polar_factor(z) - scipy.linalg.polar(z)[0]).max() <= 300 * U
        assert np.array_equal(polar_factor(z), Nuclear().subgradient(z))


def test_polar() -> None:
    """Tall, wide and square."""
    check_polar()


def test_polar_of_low_rank_and_batches(library: Library) -> None:
    """U_r V_r', one matrix after another."""
    z = np.zeros((2, 3, 2))
    z[1, 2, 0] = -5.0
    expected = np.sign(z)
    assert np.allclose(to_numpy(polar_factor(library.make(z))), expected, atol=8 * U)


def check_newton_schulz(name: str, library: Library) -> None:
    """Each singular value goes its own way: the scalar iteration, on floats, is the slow twin."""
    rng = np.random.default_rng(1)
    for shape in ((4, 6), (6, 4), (2, 5, 3)):
        z = rng.normal(size=shape)
        out = to_numpy(newton_schulz(library.make(z), name, steps=4))
        for a, b in zip(z.reshape(-1, *shape[-2:]), out.reshape(-1, *shape[-2:]), strict=True):
            left, s, right = np.linalg.svd(a, full_matrices=False)
            t = [scalar_iteration(x, name, 4) for x in s / np.linalg.norm(a)]
            assert np.abs(b - (left * t) @ right).max() <= 1000 * U


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_newton_schulz(name: str, library: Library) -> None:
    """An odd polynomial of a matrix is that polynomial of its singular values."""
    check_newton_schulz(name, library)


def check_published_ranges() -> None:
    """Where five steps take the singular values: what is said of each set of coefficients."""
    s = np.geomspace(0.005, 1, 2000)
    jordan = np.array([scalar_iteration(x, "jordan", 5) for x in s])
    assert 0.68 < jordan.min() < jordan.max() < 1.21
    express = np.array(
        [scalar_iteration(x, "polar_express", 8) for x in np.geomspace(1e-3, 1, 2000)]
    )
    assert np.abs(express - 1).max() < 1e-12
    taylor = np.array([scalar_iteration(x, "taylor", 25) for x in s])
    assert np.abs(taylor - 1).max() < 1e-12


def test_published_ranges() -> None:
    """Jordan's never settles; the others reach 1."""
    check_published_ranges()
    assert abs(scalar_iteration(0.5, "jordan", 50) - scalar_iteration(0.5, "jordan", 51)) > 0.01


@pytest.mark.parametrize("condition", [1.0, 1e3, 1e6, 1e12])
def test_qdwh(condition: float) -> None:
    """Backward stable: the error of the factor is a few u times the condition number."""
    for shape in ((12, 7), (7, 12)):
        z, exact = of_condition(condition, shape)
        assert np.linalg.norm(qdwh(z) - exact) <= 30 * U * condition
        q = qdwh(z)
        gram = q.T @ q if shape[0] > shape[1] else q @ q.T
        assert np.abs(gram - np.eye(7)).max() <= 30 * U


def test_qdwh_on_libraries_and_batches(library: Library) -> None:
    """A stack of matrices at once, in float32 too."""
    z, exact = of_condition(3.0)
    for dtype, u in (("float64", U), ("float32", 2.0**-23)):
        q = to_numpy(qdwh(library.make([z, 2 * z], dtype)))
        assert np.abs(q - exact).max() <= 100 * u


def test_qdwh_weights() -> None:
    """Six steps take [u, 1] to 1; each weight makes x (a + b x^2)/(1 + c x^2) a map of [0, 1]."""
    steps = list(weights(2.0**-53))
    assert len(steps) == 6
    for x in (2.0**-53, 1e-9, 0.3, 1.0):
        for a, b, c in steps:
            x = x * (a + b * x * x) / (1 + c * x * x)
            assert x <= 1 + 4 * U
        assert abs(x - 1) <= 8 * U


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: newton_schulz(np.ones(3)), "needs a matrix"),
        (lambda: newton_schulz(np.eye(2), steps=0), "steps >= 1"),
        (lambda: newton_schulz(np.eye(2), "muon"), "Unknown coefficients 'muon'; known: taylor"),
        (lambda: qdwh(np.ones(3)), "needs a matrix"),
        (lambda: qdwh(np.eye(2), least=0.0), "0 < least <= 1"),
    ],
)
def test_errors(call: Any, text: str) -> None:
    """In one line."""
    with pytest.raises(ValueError, match=text):
        call()
