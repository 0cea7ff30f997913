"""Eq. (7)-(8): K(z) + K*(y) >= <z, y>, with equality exactly at the subgradients.

Rounding: each of the three terms is a sum of at most six products of a few rounded factors, so
its error is a small multiple C of u times the sum of the magnitudes. The gap is smallest at a
subgradient, so that the rounding of the subgradient itself counts no more than that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from convex_probe import SIZE, Probe, each_probe, every_probe, instances

C = 32
TINY = 1e-36
"""Products of two small numbers underflow; this is above all of float32's subnormals."""


def check_equality(probe: Probe) -> None:
    """K(z) + K*(u) = <z, u> at u = subgradient(z), and u is in dom K*."""
    for z in probe.points:
        u = probe.vector("subgradient", z)
        k, dual = probe.scalar("value", z), probe.scalar("projected_conjugate", u)
        if not np.isfinite([k, dual, *u]).all():
            overflow = k == np.inf and not probe.K.positively_homogeneous
            assert overflow, f"K{z} = {k}, K* = {dual}, u = {u}"
            continue
        gap, size = k + dual - z @ u, k + dual + np.abs(z) @ np.abs(u)
        assert abs(gap) <= C * probe.u * size + TINY, f"gap {gap:.3g} at z = {z}"
        assert probe.scalar("distance_to_domain", u) <= C * probe.u * np.abs(u).sum()


def domain_points(probe: Probe, shrink: float = 1.0) -> list[Any]:
    """Subgradients at the moderate points and halves of their sums: points of dom K*."""
    us = probe.vectors("subgradient", probe.moderate)
    halves = (us[::2] + np.roll(us, 1, axis=0)[::2]) / 2
    return [probe.round(shrink * y) for y in (*us, *halves)]


def check_dual_equality(probe: Probe) -> None:
    """K(z) + K*(y) = <z, y> at z = conjugate_subgradient(y), y inside dom K*."""
    for y in domain_points(probe, shrink=0.9375):
        z = probe.vector("conjugate_subgradient", y)
        k, dual = probe.scalar("value", z), probe.scalar("conjugate", y)
        size = k + dual + np.abs(z) @ np.abs(y)
        assert np.isfinite(size), f"K{z} = {k}, K*{y} = {dual}"
        assert abs(k + dual - z @ y) <= C * probe.u * size + TINY, f"at y = {y}"


def check_gap(probe: Probe) -> None:
    """fenchel_young_gap is that sum, and never negative beyond rounding."""
    zs = probe.points[::4]
    for y in domain_points(probe, shrink=0.9375)[::5]:
        dual = probe.scalar("conjugate", y)
        for z in zs:
            k = probe.scalar("value", z)
            gap, size = probe.scalar("fenchel_young_gap", z, y), k + dual + np.abs(z) @ np.abs(y)
            if np.isfinite(size):
                assert gap >= -C * probe.u * size - TINY
                assert abs(gap - (k + dual - z @ y)) <= C * probe.u * size + TINY


def check_normalised(probe: Probe) -> None:
    """K(0) = min K = 0 and K*(0) = 0, with subgradients 0 there."""
    zero = np.zeros(SIZE)
    for method in ("value", "conjugate", "projected_conjugate"):
        assert probe.scalar(method, zero) == 0
        assert probe.scalar(method, -zero) == 0
    for method in ("subgradient", "conjugate_subgradient", "project_domain"):
        assert np.array_equal(probe.vector(method, zero), zero)
    assert (probe.values("value", probe.points) >= 0).all()
    assert (probe.values("conjugate", domain_points(probe)) >= 0).all()


@every_probe
def test_equality(probe: Probe) -> None:
    """At subgradients of K."""
    check_equality(probe)


@every_probe
def test_dual_equality(probe: Probe) -> None:
    """At subgradients of K*."""
    check_dual_equality(probe)


@each_probe
def test_gap(probe: Probe) -> None:
    """Between points that have nothing to do with each other."""
    check_gap(probe)


@each_probe
def test_normalised(probe: Probe) -> None:
    """K and K* are least, and zero, at zero."""
    check_normalised(probe)


nasty = st.one_of(st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.1, 0.5]), st.floats(-1e6, 1e6))
vectors = st.lists(nasty, min_size=SIZE, max_size=SIZE).map(np.array)


@settings(max_examples=300)
@given(K=st.sampled_from(instances()), z=vectors, w=vectors)
def test_inequality_search(K: Any, z: Any, w: Any) -> None:
    """Hypothesis finds no z and no y in dom K* with K(z) + K*(y) < <z, y>."""
    probe = Probe(K)
    y = probe.vector("project_domain", w) * (1 - 1e-12)
    k, dual = probe.scalar("value", z), probe.scalar("conjugate", y)
    assert k + dual - z @ y >= -C * probe.u * (k + dual + np.abs(z) @ np.abs(y)) - TINY
