"""What a K says of itself is so, in both directions, and its claims imply each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convex_probe import SIZE, Probe, constants, each_probe, instances, label
from lionk_ref.convex import CATALOGUE, DeadZone, Scaled
from test_convex_fenchel_young import TINY, C, domain_points
from test_convex_projection import magnitude

KINK, STEEP = 1e-12, 1e5
"""Across a kink of this width the difference quotient of a gradient exceeds STEEP."""

ROUNDING = 1 + 1e-3
"""Of a quotient across KINK, whose numerator is a difference of numbers near 1."""


def near(a: float, b: float, u: float) -> bool:
    """Equal up to rounding."""
    return abs(a - b) <= C * u * (abs(a) + abs(b)) + TINY


def check_homogeneous(probe: Probe) -> None:
    """positively_homogeneous <=> K(c z) = c K(z) <=> K* takes only the values 0 and inf."""
    zs, K = probe.moderate, probe.K
    k = probe.values("value", zs)
    grown = [probe.values("value", [c * z for z in zs]) / c for c in (0.25, 3.0)]
    assert np.allclose(grown, k, rtol=C * probe.u, atol=0) == K.positively_homogeneous
    ys = [*domain_points(probe), *(s * z for z in zs for s in (0.1, 0.8))]
    assert set(probe.values("conjugate", ys)) <= {0.0, np.inf} or not K.positively_homogeneous
    assert probe.values("projected_conjugate", ys).any() != K.positively_homogeneous


def quotients(probe: Probe) -> Any:
    """|dK(a) - dK(b)| / |a - b| for pairs near and far, across kinks and along the axes."""
    rng = np.random.default_rng(21)
    axes = np.eye(SIZE)[[0, SIZE - 1]]
    middles = [*probe.moderate, 30 * axes[0]]
    steps = [s * d for s in (KINK, 1e-6, 0.01) for d in (*axes, rng.normal(size=SIZE))]
    pairs = [(m - d, m + d) for m in middles for d in steps[:3]]
    pairs += [(m - d, m + d) for m in middles[::4] for d in steps[3:]]
    pairs += [(low * d, high * d) for d in axes for low, high in ((-1e-300, 1e-300), (1e6, 2e6))]
    ends = [(probe.vector("subgradient", a), probe.vector("subgradient", b)) for a, b in pairs]
    return np.array(
        [magnitude(v - u) / magnitude(b - a) for (a, b), (u, v) in zip(pairs, ends, strict=True)]
    )


def check_smoothness(probe: Probe) -> None:
    """The gradient is L-Lipschitz and not 0.9 L-Lipschitz; if L is inf, it is steep somewhere."""
    with np.errstate(invalid="ignore"):
        largest, L = np.nanmax(quotients(probe)), probe.K.smoothness
    steep = 0.9 * L < largest <= L * ROUNDING if np.isfinite(L) else largest > STEEP
    assert steep, f"smoothness {L}, but a quotient is {largest}"


def check_differentiable(probe: Probe) -> None:
    """K says that it is differentiable exactly if its subgradient has no jump."""
    zs, shift = probe.moderate, 1e-12 * np.ones(SIZE)
    jumps = [probe.vector("subgradient", z + s) for z in zs for s in (shift, -shift)]
    rests = [probe.vector("subgradient", z) for z in zs for _ in (0, 1)]
    assert (np.abs(np.array(jumps) - rests).max() < 1e-3) == probe.K.differentiable


def check_strictly_convex(probe: Probe) -> None:
    """K((a + b)/2) < (K(a) + K(b))/2 for all a != b, or there are two with equality.

    Rounding hides the curvature of some strictly convex K far beyond their thresholds.
    """
    units = [z / np.abs(z).max() for z in probe.moderate if np.any(z)]
    others = [np.roll(z, 1) for z in units] + units[1:] + units[:1] + [2 * z for z in units]
    pairs = [(a, b) for a, b in zip(units * 3, others, strict=True) if np.abs(a - b).max() > 0.1]
    width = min([1.0, *constants(probe.K)])
    bends = []
    for s in [0.01 * width, 1.5 * width, *([] if probe.K.strictly_convex else [1.0, 100.0])]:
        k = [probe.values("value", [s * z for z in zs]) for zs in zip(*pairs, strict=True)]
        middle = probe.values("value", [s * (a + b) / 2 for a, b in pairs])
        bends.append((k[0] + k[1]) / 2 - middle > 1e-9 * middle)
    assert np.all(bends) == probe.K.strictly_convex


def splits(probe: Probe) -> bool:
    """Whether K(z) = sum_i K(z_i e_i)."""
    zs = probe.moderate
    parts = [probe.values("value", list(np.diag(z))).sum() for z in zs]
    return all(map(near, probe.values("value", zs), parts, [probe.u] * len(zs)))


def check_separable(probe: Probe) -> None:
    """A separable K is the sum of itself over single coordinates, and so is its subgradient."""
    if probe.K.separable:
        assert splits(probe)
        for z in probe.moderate:
            alone = [probe.vector("subgradient", d)[i] for i, d in enumerate(np.diag(z))]
            assert np.allclose(probe.vector("subgradient", z), alone, rtol=C * probe.u, atol=0)


def check_implications(probe: Probe) -> None:
    """What one claim says of another."""
    K = probe.K
    assert K.differentiable or K.smoothness == np.inf
    assert not (K.positively_homogeneous and (K.differentiable or K.strictly_convex))
    for z in probe.moderate:
        u = probe.vector("subgradient", z)
        if K.positively_homogeneous and np.any(z):
            assert not probe.vector("conjugate_subgradient", 0.5 * u).any()
            assert np.allclose(probe.vector("subgradient", 4 * z), u, rtol=0, atol=C * probe.u)


def check_argmin_support(probe: Probe) -> None:
    """argmin_support(x) = lim K*(lam x)/lam as lam -> 0, and K*(lam x)/lam is never less."""
    for y in domain_points(probe):
        limit = probe.scalar("argmin_support", y)
        for lam in (1e-2, 1e-6, 1e-10):
            quotient = probe.scalar("conjugate", lam * y) / lam
            assert quotient >= limit * (1 - C * probe.u) - TINY
        assert quotient - limit <= 1e-4 * (1 + y @ y), f"{quotient} and {limit} at {y}"


@each_probe
def test_homogeneous(probe: Probe) -> None:
    """And nobody else."""
    check_homogeneous(probe)


@each_probe
def test_smoothness(probe: Probe) -> None:
    """The constant is the best one."""
    check_smoothness(probe)


@each_probe
def test_differentiable(probe: Probe) -> None:
    """Looked for at the points where kinks are."""
    check_differentiable(probe)


@each_probe
def test_strictly_convex(probe: Probe) -> None:
    """Along rays."""
    check_strictly_convex(probe)


@each_probe
def test_separable(probe: Probe) -> None:
    """One coordinate at a time."""
    check_separable(probe)


@pytest.mark.parametrize("cls", CATALOGUE.values(), ids=list(CATALOGUE))
def test_separable_is_not_forgotten(cls: Any) -> None:
    """A class that does not say so has an example that does not split."""
    assert cls.separable == all(splits(Probe(K)) for K in cls.examples((SIZE,)))


@each_probe
def test_implications(probe: Probe) -> None:
    """No contradictions."""
    check_implications(probe)


@each_probe
def test_argmin_support(probe: Probe) -> None:
    """The decay's share of the Lyapunov function where lam = 0."""
    check_argmin_support(probe)


def test_argmin_support_is_seen() -> None:
    """Only a K that is flat around 0 has one, and it scales: that of c K is that of K."""
    y = np.ones(SIZE)
    flat = [K for K in instances() if float(Probe(K).scalar("argmin_support", y))]
    assert DeadZone(e=1.0) in flat
    assert Scaled(DeadZone(e=0.5), 2.5) in flat
    assert "DeadZone" in "".join(map(label, flat))
