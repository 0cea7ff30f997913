"""Wrong K* and dK that the conic solver sees: of ellipsoids, squared norms, singular values."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import test_convex_conjugate_cvxpy as solver
from lionk_ref.convex import (
    L1,
    Ellipsoid,
    HalfSquaredNorm,
    Lp,
    NuclearHuber,
    NuclearLogCosh,
    Schatten,
)
from mutants import Mutant

ROOM = "lionk_ref.convex"


def unrooted(self: Ellipsoid, c: Any, w: Any, like: Any) -> Any:
    """|c/w| where |c/sqrt(w)| is due."""
    return np.asarray(np.linalg.norm(c / w), dtype=like.dtype)


def unturned(self: Ellipsoid, z: Any) -> Any:
    """z/|z|: the dK of the ball."""
    return z / np.linalg.norm(z)


def entropy(self: Any, y: Any) -> Any:
    """e/2 sum (1 + s) log(1 + s) + (1 - s) log(1 - s), with s cut off at 1."""
    s = np.clip(y, -1, 1)
    parts = [np.where(t > 0, t * np.log(np.where(t > 0, t, 1.0)), 0.0) for t in (1 + s, 1 - s)]
    return self.e / 2 * np.sum(parts)


MUTANTS = [
    Mutant("ellipsoid-gauge", "the squared semi-axes for the semi-axes",
           f"{ROOM}.ellipsoid.Ellipsoid._gauge", unrooted,
           partial(solver.check_conjugate, Ellipsoid.examples((6,))[1])),
    Mutant("ellipsoid-maximiser", "the direction of z for that of A z",
           f"{ROOM}.ellipsoid.Ellipsoid.subgradient", unturned,
           partial(solver.check_only_maximiser, Ellipsoid.examples((6,))[2])),
    Mutant("squared-dual", "the norm for its dual in K*",
           f"{ROOM}.half_squared_norm.HalfSquaredNorm._dual", L1(),
           partial(solver.check_conjugate, HalfSquaredNorm(L1()))),
    Mutant("schatten-q", "p in place of q on the singular values", f"{ROOM}.lp.Lp.q",
           property(lambda self: self.p), partial(solver.check_conjugate, Schatten(p=3.0))),
    Mutant("schatten-power", "the step of another p",
           f"{ROOM}.schatten.Schatten.vector", property(lambda self: Lp(2.0)),
           partial(solver.check_only_maximiser, Schatten(p=3.0))),
    Mutant("nuclear-huber-half", "e |Y|^2 without 1/2",
           f"{ROOM}.huber.Huber.conjugate", lambda self, y: self.e * np.sum(y * y),
           partial(solver.check_conjugate, NuclearHuber())),
    Mutant("nuclear-log-cosh-domain", "K* of the lift without its domain",
           f"{ROOM}.log_cosh.LogCosh.conjugate",
           entropy,
           partial(solver.check_conjugate, NuclearLogCosh())),
    Mutant("simplex-size", "the entropy without the number of entries",
           f"{ROOM}.log_sum_exp.LogSumExp._entropy",
           lambda self, y: self.e * np.sum(y * np.log(np.where(y > 0, y, 1.0))),
           solver.check_simplex),
]  # fmt: skip
"""Each entry tells what is wrong, and the check that fails."""
