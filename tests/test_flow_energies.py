"""Section 3's Lyapunov functions and decompositions, over every differentiable K."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import flow_energies as checks
import flows
from helpers import Library, to_numpy
from lionk_ref.continuous import Phase, Rates, delta, local, lyapunov
from lionk_ref.continuous import decompositions as split
from lionk_ref.continuous import special_energies as special
from lionk_ref.continuous.lyapunov import penalty
from lionk_ref.convex import L1, ConvexFunction, HalfSquare, Huber, PseudoHuber
from lionk_ref.problems import Quadratic


def test_in_numbers() -> None:
    """Eq. (4) and (6) at one point, by hand."""
    checks.check_objective()


EVERY_K = (
    checks.check_minimum,
    checks.check_gradient,
    checks.check_deltas,
    checks.check_implicit_hamiltonian,
    checks.check_without_decay_split,
    checks.check_without_enhancement_split,
    checks.check_special_energies,
    checks.check_second_energy,
)


@pytest.mark.parametrize("check", EVERY_K, ids=lambda check: check.__name__.removeprefix("check_"))
@pytest.mark.parametrize("K", flows.SMOOTH, ids=repr)
def test_every_k(K: ConvexFunction, check: Callable[[ConvexFunction], None]) -> None:
    """What each check says, at random points with random coefficients."""
    check(K)


def test_on_every_library(library: Library) -> None:
    """H, Delta and the decomposition are those of NumPy."""
    r = Rates(1.5, 0.5, 0.75, 0.4)
    for K in (PseudoHuber(e=0.5), Huber(e=2.0)):
        values = [("x", [0.5, -1.0, 0.2]), ("m", [1.0, 0.3, -2.0]), ("g", [0.4, -0.1, 3.0])]
        ours = {name: library.make(v) for name, v in values}
        plain = {name: np.array(v) for name, v in values}
        found, expected = (local(K, Phase(a["x"], a["m"]), a["g"], r) for a in (ours, plain))
        assert flows.close(to_numpy(delta(found, r)), delta(expected, r))
        for a, b in zip(
            split.implicit_hamiltonian(found, r).descent,
            split.implicit_hamiltonian(expected, r).descent,
            strict=True,
        ):
            assert flows.close(to_numpy(a), b)
        Q = np.diag([1.0, 2.0, 3.0])
        problem = Quadratic(Q, np.ones(3), np.zeros(3))
        moved = problem.to(library.xp, ours["x"].dtype, library.device)
        H = lyapunov(K, moved, Phase(ours["x"], ours["m"]), r)
        assert flows.close(to_numpy(H), lyapunov(K, problem, Phase(plain["x"], plain["m"]), r))


def test_outside_the_domain() -> None:
    """H is infinite there, as eq. (4) says."""
    assert float(penalty(L1(), np.array([1.1]), 1.0)) == np.inf
    assert float(penalty(L1(), np.array([1.1]), 0.9)) == 0.0


def test_the_printed_form_without_damping_rises() -> None:
    """Erratum 8: at lam = 2, x = m = 3, K = z^2/2, f = x, dH/dt is +9 as printed and -18 right."""

    class Line:
        def f(self, x: np.ndarray) -> np.ndarray:
            return np.sum(x)

        def gradient(self, x: np.ndarray) -> np.ndarray:
            return np.ones_like(x)

    K, r, s = HalfSquare(), Rates(1.0, 0.0, 2.0, 0.0), Phase(np.array([3.0]), np.array([3.0]))
    scene = flows.Scene(K, Line(), s, r)  # type: ignore[arg-type]
    assert [float(a[0]) for a in scene.v] == [-3.0, -1.0]
    assert float(delta(scene.p, r)) == 18.0
    for h in (1e-3, 1e-4):
        after = Phase(s.x - 3 * h, s.m - h)
        slopes = [
            float(form(K, Line(), after, r) - form(K, Line(), s, r)) / h
            for form in (special.without_damping_printed, special.without_damping)
        ]
        assert np.allclose(slopes, [9.0, -18.0], atol=40 * h)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: special.remainder(Rates(1.0, 2.0, 0.0, 0.5)), "vareps gamma < 1"),
        (lambda p: split.without_decay_split(Huber(), p, Rates(1, 1, 1, 0)), "lam = 0, got lam=1"),
        (lambda p: split.without_enhancement_split(p, Rates(1, 1, 1, 0.5)), "vareps = 0, got"),
    ],
)
def test_errors(call: Callable[[object], object], message: str) -> None:
    """A form outside its case says so."""
    scene = next(flows.scenes(Huber()))
    with pytest.raises(ValueError, match=message):
        call(scene.p)
