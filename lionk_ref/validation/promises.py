"""Section 2. What holds for K, K*, dK, dK* and the domain of K* if they belong together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lionk_ref.certificates.judgement import Equality, Inequality
from lionk_ref.validation.answers import INWARD, Answers

SLACK = 2.0**-30
"""What is forgiven, relative to the terms.

The roundings of a sum of n terms stay below it up to n = 2^22; the roots and powers of the
catalogue, some found by iteration, are good to 2^-40. A mistake of the parts is seen from 1e-9 on.
"""

FAR = 1e6
"""How far out it shows that a point is not in dom K*."""


def promises(a: Answers) -> Iterator[tuple[str, Inequality | Equality]]:
    """Each with its name, over the points or pairs of points."""
    yield "K >= K(0) = 0", _least(a)
    yield "subgradient", _subgradient(a)
    yield "Fenchel-Young", _fenchel_young(a)
    yield "conjugate", _conjugate(a)
    yield "conjugate_subgradient", _conjugate_subgradient(a)
    yield "domain", _domain(a)
    yield "projection", _projection(a)
    yield "NaN", _nan(a)
    if a.K.positively_homogeneous:
        yield "positively_homogeneous", _equal(a.numbers("value", [3 * z for z in a.z]), 3 * a.k)
    if a.K.separable:
        yield "separable", _equal(np.array([_by_entries(a, z) for z in a.z]), a.k)


def _below(measured: Any, promised: Any, *terms: Any) -> Inequality:
    size = sum((np.abs(t) for t in (promised, *terms)), np.zeros(np.shape(measured)))
    return Inequality(measured, promised, SLACK * size, np.ones(np.shape(measured), bool))


def _equal(measured: Any, promised: Any) -> Equality:
    size = np.abs(measured) + np.abs(promised)
    return Equality(measured, promised, SLACK * size, size)


def _least(a: Answers) -> Inequality:
    """K(0) = 0, and nothing is less."""
    at_zero = np.array([not np.any(z) for z in a.z])
    zeros = np.zeros(len(a.z))
    return _below(np.where(at_zero, np.abs(a.k), -a.k), zeros, zeros + 1)


def _subgradient(a: Answers) -> Inequality:
    """K(z) + <u, z' - z> <= K(z') for all pairs: K is convex there, and u in dK(z)."""
    i, j = np.indices((len(a.z), len(a.z))).reshape(2, -1)
    u, z, others = ([column[k] for k in which] for column, which in ((a.u, i), (a.z, i), (a.z, j)))
    rise = _dots(u, others) - _dots(u, z)
    return _below(a.k[i] + rise, a.k[j], a.k[i], _sizes(u, others), _sizes(u, z))


def _fenchel_young(a: Answers) -> Inequality:
    """<z, y> <= K(z) + K*(y), eq. (7), for all pairs, and far out where y is not in dom K*."""
    pairs = [(z, y) for z in a.z for y in a.y]
    for w, p in zip(a.w, a.p, strict=True):
        pairs.append((FAR * (w - p) / max(1e-9, float(np.linalg.norm(w - p))), w))
    z, y = ([*column] for column in zip(*pairs, strict=True))
    bound = a.numbers("value", z) + a.numbers("conjugate", y)
    bound = np.where(np.isfinite(bound), bound, np.finfo(float).max)
    return Inequality(_dots(z, y), bound, SLACK * _sizes(z, y), np.ones(len(z), bool))


def _conjugate(a: Answers) -> Inequality:
    """K*(c u) <= c K*(u) = c (<z, u> - K(z)) for u in dK(z) and c <= 1, since K*(0) = 0."""
    products = _dots(a.z, a.u)
    promised = np.concatenate([c * (products - a.k) for c in (1 - INWARD, 0.5)])
    return _below(a.star, promised, np.tile(_sizes(a.z, a.u) + a.k, 2))


def _conjugate_subgradient(a: Answers) -> Inequality:
    """K(z) + K*(y) <= <z, y> for z in dK*(y)."""
    z = a.arrays("conjugate_subgradient", a.y)
    k = a.numbers("value", z)
    return _below(k + a.star, _dots(z, a.y), k, a.star)


def _domain(a: Answers) -> Inequality:
    """K* is finite at the nearest point of its domain, drawn inwards."""
    star = a.numbers("conjugate", [(1 - INWARD) * p for p in a.p])
    return _below(np.where(np.isfinite(star), 0.0, np.inf), np.zeros(len(star)))


def _projection(a: Answers) -> Inequality:
    """<w - p, v - p> <= 0 for the nearest point p and all v of the domain; a u is its own."""
    own = a.arrays("project_domain", a.u)
    cases = [(w, p, v) for w, p in zip(a.w, a.p, strict=True) for v in a.u]
    cases += [(u, p, u) for u, p in zip(a.u, own, strict=True)]
    out, across = [w - p for w, p, _ in cases], [v - p for _, p, v in cases]
    size = _sizes([abs(w) + abs(p) for w, p, _ in cases], [abs(v) + abs(p) for _, p, v in cases])
    return _below(_dots(out, across), np.zeros(len(cases)), size)


def _nan(a: Answers) -> Inequality:
    """NaN in, NaN out."""
    z = np.where(np.arange(a.z[0].size) == 0, np.nan, 1.0).reshape(a.z[0].shape)
    answers = [*a.numbers("value", [z]), *a.arrays("subgradient", [z])]
    answers += a.arrays("project_domain", [z])
    lost = [0.0 if np.isnan(b).any() else 1.0 for b in answers]
    return _below(np.array(lost), np.zeros(len(lost)))


def _by_entries(a: Answers, z: Any) -> float:
    one_by_one = np.eye(z.size) * z.reshape(-1)
    return float(np.sum(a.numbers("value", [row.reshape(z.shape) for row in one_by_one])))


def _dots(a: list[Any], b: list[Any]) -> Any:
    return np.array([np.sum(c * d) for c, d in zip(a, b, strict=True)])


def _sizes(a: list[Any], b: list[Any]) -> Any:
    return _dots([abs(c) for c in a], [abs(d) for d in b])
