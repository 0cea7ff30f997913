"""Mistakes in the later rows of the catalogue, the lift to matrices, and the polar factors."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import test_calculus_more as calculus
import test_catalogue_twins as twins
import test_convex_coincidences as coincidences
import test_polar
import test_settled
import test_spectral as spectral
from convex_probe import Probe
from helpers import MAKERS
from lionk_ref.arrays import Array, array_namespace
from lionk_ref.convex import (
    L1,
    L2,
    AsymmetricBox,
    ElasticNet,
    Ellipsoid,
    HalfSquare,
    HalfSquaredNorm,
    LInf,
    Nuclear,
    Power,
    Relativistic,
    SpectralNorm,
    Sum,
    SupportFunction,
)
from lionk_ref.convex.singular_values import Decomposition
from mutants import Mutant
from test_convex_fenchel_young import check_dual_equality, check_equality

ROOM = "lionk_ref.convex"


def equal(K: Any) -> Any:
    """Fenchel-Young with equality at subgradients of K and of K*."""

    def check() -> None:
        check_equality(Probe(K))
        check_dual_equality(Probe(K))

    return check


def raw(d: Decomposition) -> Array:
    """Singular values as they come, ranks and ties unsettled."""
    return d.s


def settled_ranks_only(d: Decomposition) -> Array:
    """Values near 0 set to 0, ties left to rounding."""
    xp = array_namespace(d.s)
    return xp.where(d.s > 1e-14 * d.s[:, :1], d.s, xp.zeros_like(d.s))


def half_tied(d: Decomposition) -> Array:
    """Two singular values tied at most r apart, not 2 r."""
    s, reach = d.s, 2.0**-22 * d.s[:, :1]
    return np.where(s[:, :1] - s[:, 1:] <= reach, s.mean(axis=1, keepdims=True), s)


def wide_zero(d: Decomposition) -> Array:
    """Everything below 2 r counts as 0."""
    return np.where(d.s > 2.0**-21 * d.s[:, :1], d.s, 0.0)


def transposed(d: Decomposition, s: Array) -> Array:
    """U diag(s) U' where U diag(s) V' is due."""
    n = d.s.shape[1]
    product = (d.U * s[:, None, :]) @ np.swapaxes(d.U[:, :n, :], 1, 2)
    return np.resize(product, d.like.shape)


def first_order(v: Array) -> Array:
    """Neighbours pooled once, and not again."""
    v = np.array(v)
    for i in range(len(v) - 1):
        if v[i] < v[i + 1]:
            v[i] = v[i + 1] = (v[i] + v[i + 1]) / 2
    return v


def radial(c: Array, w: Array) -> Array:
    """The point of the ellipsoid in the direction of c, which is not the nearest."""
    return c / np.linalg.norm(c / np.sqrt(w))


def envelope_value(self: Any, z: Any) -> Any:
    """<u, z> - mu |u|^2, twice what is to be taken off."""
    u = self.subgradient(z)
    return u @ (z - self.mu * u)


def square_of_an_ellipsoid() -> None:
    """2 |z|^2 by either name."""
    K = HalfSquaredNorm(Ellipsoid(A=4.0), dual=Ellipsoid(A=0.25))
    coincidences.check_same_claims(K, HalfSquare(c=4.0))


LIBRARY = MAKERS["numpy"]()
jordan = partial(test_polar.check_newton_schulz, "jordan", LIBRARY)

MUTANTS = (
    Mutant("spectral-raw", "ranks and ties left to rounding", f"{ROOM}.spectral.settled", raw,
           partial(spectral.check_lift, Nuclear())),
    Mutant("spectral-ties", "ties left to rounding", f"{ROOM}.spectral.settled",
           settled_ranks_only, partial(spectral.check_lift, SpectralNorm())),
    Mutant("spectral-half-tied", str(half_tied.__doc__), f"{ROOM}.spectral.settled", half_tied,
           test_settled.check_ties),
    Mutant("spectral-wide-zero", str(wide_zero.__doc__), f"{ROOM}.spectral.settled", wide_zero,
           test_settled.check_zeros),
    Mutant("spectral-vectors", "U U' for U V'", f"{ROOM}.spectral.composed", transposed,
           partial(spectral.check_lift, Nuclear())),
    Mutant("polar-raw", "a noise direction of the polar factor", f"{ROOM}.polar.settled", raw,
           lambda: spectral.check_rank("float64")),
    Mutant("newton-schulz-frobenius", "no division by the Frobenius norm",
           f"{ROOM}.newton_schulz:nonzero", np.ones_like, jordan),
    Mutant("newton-schulz-schedule", "the coefficients of Polar Express without its safety factor",
           f"{ROOM}.newton_schulz:COEFFICIENTS",
           {"taylor": ((15 / 8, -10 / 8, 3 / 8),), "jordan": ((3.4445, -4.775, 2.0315),),
            "polar_express": ((3.4445, -4.775, 2.0315),)}, test_polar.check_published_ranges),
    Mutant("sorted-l1-pool", "neighbours pooled once only", f"{ROOM}.sorted_l1.decreasing_fit",
           first_order, twins.test_sorted_projection),
    Mutant("isotonic-merge", "no level is pooled", f"{ROOM}.isotonic._merge",
           lambda left, right: np.concatenate([left, right], axis=1), twins.check_fit),
    Mutant("sorted-l1-ties", "tied entries counted from the wrong end",
           f"{ROOM}.sorted_l1._sums", lambda w: np.cumsum([0.0, *w[::-1]]),
           twins.check_sorted_subgradient),
    Mutant("ellipsoid-radial", "the domain entered along the ray to 0",
           f"{ROOM}.ellipsoid._nearest", radial, twins.check_ellipsoid),
    Mutant("ellipsoid-inverse", "K* with A for its inverse", f"{ROOM}.Ellipsoid._gauge",
           lambda self, c, w, like: np.linalg.norm(c * np.sqrt(w)), equal(Ellipsoid(A=4.0))),
    Mutant("cosh-value", "cosh z for cosh z - 1", f"{ROOM}.Cosh.value",
           lambda self, z: np.cosh(z).sum(), twins.check_cosh),
    Mutant("cosh-conjugate", "K* of Cosh as it is written, where it cancels",
           f"{ROOM}.Cosh.conjugate",
           lambda self, y: (y * np.arcsinh(y) - np.sqrt(1 + y * y) + 1).sum(), twins.check_cosh),
    Mutant("power-exponent", "|z|^p for |z|^(p-1)", f"{ROOM}.Power.subgradient",
           lambda self, z: np.sign(z) * np.abs(z) ** self.p, twins.check_power),
    Mutant("power-dual", "K* of Power with p for q", f"{ROOM}.Power.q",
           property(lambda self: self.p), equal(Power(p=3.0))),
    Mutant("elastic-net-slope", "the l1 part of ElasticNet's K* left out",
           f"{ROOM}.elastic_net._excess", np.abs, equal(ElasticNet(c=0.25))),
    Mutant("asymmetric-box-sides", "the sides of the box exchanged",
           f"{ROOM}.AsymmetricBox.project_domain",
           lambda self, y: np.clip(y, -self.high, -self.low),
           lambda: check_inside(AsymmetricBox())),
    Mutant("relativistic-separable", "a square root for each coordinate",
           f"{ROOM}.Relativistic.subgradient", lambda self, z: z / np.sqrt(z * z + self.e**2),
           equal(Relativistic())),
    Mutant("half-squared-size", "the step of the norm without the size of the momentum",
           f"{ROOM}.half_squared_norm._enlarged", lambda norm, z: norm.subgradient(z),
           equal(HalfSquaredNorm(L1()))),
    Mutant("half-squared-dual", "L1 taken for its own dual", f"{ROOM}.half_squared_norm.dual_norm",
           lambda norm: norm, lambda: equal(HalfSquaredNorm(L1()))()),
    Mutant("half-squared-round", "an ellipsoid is not taken for a round ball",
           f"{ROOM}.half_squared_norm.Ellipsoid", L2, square_of_an_ellipsoid),
    Mutant("envelope-value", "mu for mu/2 in the envelope", f"{ROOM}.MoreauEnvelope.value",
           envelope_value, calculus.check_envelope_cvxpy),
    Mutant("envelope-scale", "the projection of z for that of z/mu",
           f"{ROOM}.MoreauEnvelope.subgradient", lambda self, z: self.K.project_domain(z),
           calculus.check_envelope_cvxpy),
    Mutant("sum-conjugate", "c for 1/c in the conjugate of a sum", f"{ROOM}.Sum.conjugate",
           lambda self, y: self.square.c / 2 * self._excess(y) @ self._excess(y),
           lambda: calculus.check_fenchel_young(Sum(LInf(), HalfSquare(c=0.5)))),
    Mutant("translated-conjugate", "<b, y> left out", f"{ROOM}.Translated.conjugate",
           lambda self, y: self.K.conjugate(y), calculus.check_translation),
    Mutant("translated-sign", "K(z + b)", f"{ROOM}.Translated.subgradient",
           lambda self, z: self.K.subgradient(z + self.b), calculus.check_translation),
    Mutant("support-near", "projecting from z itself", f"{ROOM}.SupportFunction.subgradient",
           lambda self, z: self.projection(z),
           lambda: calculus.check_fenchel_young(SupportFunction(lambda y: np.clip(y, -1, 1)))),
    Mutant("softmax-shift", "softmax without the temperature", f"{ROOM}.LogSumExp.subgradient",
           lambda self, z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
           lambda: calculus.check_softmax(LIBRARY)),
    Mutant("batch-stacked", "the matrices of a batch stacked into one",
           f"{ROOM}.singular_values._as_batch", lambda z: z.reshape(1, -1, z.shape[-1]),
           lambda: spectral.check_batch(Nuclear(), LIBRARY)),
)  # fmt: skip
"""All of them are made on NumPy."""


def check_inside(K: Any) -> None:
    """Subgradients are in dom K*, so that projecting leaves them."""
    z = np.array([3.0, -2.0, 1.0, 0.0, -1.0, 5.0])
    assert K.distance_to_domain(K.subgradient(z)) == 0
