"""Section 2: subgradients of K, and why the one of least norm is the one that is returned.

The element of least norm of a convex set is the u with <u, v - u> >= 0 for all v in the set. The
sets are known from outside: the subdifferential of K at z is the hull of the limits of gradients
at points that tend to z, and that of K* at u holds every z whose subgradient is u.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from convex_probe import SIZE, Probe, each_probe, every_probe, instances
from test_convex_fenchel_young import TINY, C, vectors

STEP, MODULUS = 1e-9, 1e-5
"""At this distance a continuous gradient, of exponent 1/2 or more, has changed by less."""

FAR = 2.0**20
"""The projection of FAR z is as near to its limit as a few diameters of the domain by FAR."""


def check_inequality(probe: Probe) -> None:
    """K(y) >= K(z) + <u, y - z> with u = subgradient(z): the definition."""
    zs = np.array(probe.points)
    k, us = probe.values("value", zs), probe.vectors("subgradient", zs)
    known = np.isfinite(k) & np.isfinite(us).all(axis=1)
    k, us, zs = k[known], us[known], zs[known]
    linear = us @ zs.T - (us * zs).sum(axis=1)[:, None]
    size = k + k[:, None] + np.abs(us) @ np.abs(zs.T) + (np.abs(us * zs)).sum(axis=1)[:, None]
    assert (k - k[:, None] - linear >= -C * probe.u * size - TINY).all()


def check_least_norm(probe: Probe) -> None:
    """<u, v - u> >= 0 for the gradients v at points next to z."""
    directions = np.random.default_rng(3).normal(size=(8, SIZE))
    directions[4:] *= np.random.default_rng(4).integers(0, 2, (4, SIZE))
    for z in probe.moderate:
        u = probe.vector("subgradient", z)
        rises = (probe.vectors("subgradient", z + STEP * directions) - u) @ u
        assert rises.min() >= -MODULUS * (1 + u @ u), f"{u} at {z} is not of least norm"


def check_dual_least_norm(probe: Probe) -> None:
    """<w, z - w> >= 0 for w = conjugate_subgradient(u) and the z whose subgradient is u."""
    if probe.K.strictly_convex:
        return
    for z in probe.moderate:
        u = probe.vector("subgradient", z)
        if np.isfinite(probe.scalar("conjugate", u)):
            w = probe.vector("conjugate_subgradient", u)
            assert w @ (z - w) >= -C * probe.u * (np.abs(w) @ np.abs(z) + w @ w) - TINY


def check_round_trip(probe: Probe) -> None:
    """Of a strictly convex K, conjugate_subgradient is the inverse of subgradient."""
    if not probe.K.strictly_convex:
        return
    for z in (probe.round(0.05 * z) for z in probe.moderate):
        back = probe.vector("conjugate_subgradient", probe.vector("subgradient", z))
        assert np.allclose(back, z, rtol=64 * probe.u, atol=64 * probe.u), f"at {z}"


def check_equivariance(probe: Probe) -> None:
    """A K that does not see the order or the signs has a subgradient that follows them."""
    rng = np.random.default_rng(5)
    order, flips = rng.permutation(SIZE), rng.choice([-1.0, 1.0], SIZE)
    zs, moves = probe.moderate, [lambda z: z[order], lambda z: flips * z, lambda z: -z]
    for move in moves:
        before, after = probe.values("value", zs), probe.values("value", [move(z) for z in zs])
        if np.allclose(before, after, rtol=C * probe.u, atol=TINY):
            for z in zs:
                moved = probe.vector("subgradient", move(z))
                u = move(probe.vector("subgradient", z))
                assert np.allclose(moved, u, rtol=C * probe.u, atol=C * probe.u), f"at {z}"


def check_far_projection(probe: Probe) -> None:
    """The projection of t z on dom K* tends to the subgradient, for a homogeneous K."""
    if not probe.K.positively_homogeneous:
        return
    for z in probe.moderate:
        far, u = probe.vector("project_domain", FAR * z), probe.vector("subgradient", z)
        assert np.allclose(far, u, rtol=0, atol=16 / FAR), f"{far} and {u} at {z}"


@every_probe
def test_inequality(probe: Probe) -> None:
    """Between all pairs of points, however different their scales."""
    check_inequality(probe)


@each_probe
def test_least_norm(probe: Probe) -> None:
    """Against the gradients all around."""
    check_least_norm(probe)


@each_probe
def test_dual_least_norm(probe: Probe) -> None:
    """Against all z that share a subgradient."""
    check_dual_least_norm(probe)


@each_probe
def test_round_trip(probe: Probe) -> None:
    """There and back."""
    check_round_trip(probe)


@each_probe
def test_equivariance(probe: Probe) -> None:
    """Permutations and flips of sign."""
    check_equivariance(probe)


@each_probe
def test_far_projection(probe: Probe) -> None:
    """The one comes from the projection, the other from a formula."""
    check_far_projection(probe)


@settings(max_examples=400)
@given(K=st.sampled_from(instances()), z=vectors, y=vectors)
def test_inequality_search(K: Any, z: Any, y: Any) -> None:
    """Hypothesis finds no pair either."""
    probe = Probe(K)
    (k, k_y), u = probe.values("value", [z, y]), probe.vector("subgradient", z)
    size = k + k_y + np.abs(u) @ (np.abs(z) + np.abs(y))
    if np.isfinite(size):
        assert k_y - k - u @ (y - z) >= -C * probe.u * size - TINY
