"""Section 2. What holds for K, K*, dK, dK* and the domain of K* if they belong together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lionk_ref.certificates.judgement import Equality, Inequality
from lionk_ref.validation.answers import INWARD, Answers
from lionk_ref.validation.first_order import monotone, tangent
from lionk_ref.validation.sides import SLACK, below, dots, equal, sizes

FAR = 1e6
"""How far out it shows that a point is not in dom K*."""


def promises(a: Answers) -> Iterator[tuple[str, Inequality | Equality]]:
    """Each with its name, over the points or pairs of points."""
    yield "K >= K(0) = 0", _least(a)
    yield "subgradient", _subgradient(a)
    yield "tangent", tangent(a)
    yield "Fenchel-Young", _fenchel_young(a)
    yield "conjugate", _conjugate(a)
    yield "conjugate_subgradient", _conjugate_subgradient(a)
    yield "monotone", monotone(a)
    yield "domain", _domain(a)
    yield "projection", _projection(a)
    yield "NaN", _nan(a)
    if a.K.positively_homogeneous:
        yield "positively_homogeneous", equal(a.numbers("value", [3 * z for z in a.z]), 3 * a.k)
    if a.K.separable:
        yield "separable", equal(np.array([_by_entries(a, z) for z in a.z]), a.k)


def _least(a: Answers) -> Inequality:
    """K(0) = 0, and nothing is less."""
    at_zero = np.array([not np.any(z) for z in a.z])
    zeros = np.zeros(len(a.z))
    return below(np.where(at_zero, np.abs(a.k), -a.k), zeros, zeros + 1)


def _subgradient(a: Answers) -> Inequality:
    """K(z) + <u, z' - z> <= K(z') for all pairs: K is convex there, and u in dK(z)."""
    i, j = np.indices((len(a.z), len(a.z))).reshape(2, -1)
    u, z, others = ([column[k] for k in which] for column, which in ((a.u, i), (a.z, i), (a.z, j)))
    rise = dots(u, others) - dots(u, z)
    return below(a.k[i] + rise, a.k[j], a.k[i], sizes(u, others), sizes(u, z))


def _fenchel_young(a: Answers) -> Inequality:
    """<z, y> <= K(z) + K*(y), eq. (7), for all pairs: far out a y that is not in dom K* shows.

    If K* is finite at y beyond its domain, the z that separate y from it break the inequality.
    """
    y = [*a.y, *((1 - INWARD) * p for p in a.p), *a.w, *(a.edge(z) for z in a.z)]
    out = [(w - p) / max(1e-9, float(np.linalg.norm(w - p))) for w, p in zip(a.w, a.p, strict=True)]
    z = [*a.z, *y, *(FAR * b for b in (*a.z, *y, *out))]
    bound = a.numbers("value", z)[:, None] + a.numbers("conjugate", y)
    bound = np.where(bound == np.inf, np.finfo(float).max, bound)
    Z, Y = (np.stack(points).reshape(len(points), -1) for points in (z, y))
    sides = (Z @ Y.T, bound, SLACK * (abs(Z) @ abs(Y).T), np.ones(bound.shape, bool))
    return Inequality(*(side.reshape(-1) for side in sides))


def _conjugate(a: Answers) -> Inequality:
    """K*(c u) <= c K*(u) = c (<z, u> - K(z)) for u in dK(z) and c <= 1, since K*(0) = 0."""
    products = dots(a.z, a.u)
    promised = np.concatenate([c * (products - a.k) for c in (1 - INWARD, 0.5)])
    return below(a.star, promised, np.tile(sizes(a.z, a.u) + a.k, 2))


def _conjugate_subgradient(a: Answers) -> Inequality:
    """K(z) + K*(y) <= <z, y> for z in dK*(y)."""
    z = a.arrays("conjugate_subgradient", a.y)
    k = a.numbers("value", z)
    return below(k + a.star, dots(z, a.y), k, a.star)


def _domain(a: Answers) -> Inequality:
    """K* is finite at the nearest point of its domain, drawn inwards."""
    star = a.numbers("conjugate", [(1 - INWARD) * p for p in a.p])
    return below(np.where(np.isfinite(star), 0.0, np.inf), np.zeros(len(star)))


def _projection(a: Answers) -> Inequality:
    """<w - p, v - p> <= 0 for the nearest point p and all v of the domain; a u is its own."""
    own = a.arrays("project_domain", a.u)
    cases = [(w, p, v) for w, p in zip(a.w, a.p, strict=True) for v in a.u]
    cases += [(u, p, u) for u, p in zip(a.u, own, strict=True)]
    out, across = [w - p for w, p, _ in cases], [v - p for _, p, v in cases]
    size = sizes([abs(w) + abs(p) for w, p, _ in cases], [abs(v) + abs(p) for _, p, v in cases])
    return below(dots(out, across), np.zeros(len(cases)), size)


def _nan(a: Answers) -> Inequality:
    """NaN in, NaN out."""
    z = np.where(np.arange(a.z[0].size) == 0, np.nan, 1.0).reshape(a.z[0].shape)
    answers = [*a.numbers("value", [z]), *a.arrays("subgradient", [z])]
    answers += a.arrays("project_domain", [z])
    lost = [0.0 if np.isnan(b).any() else 1.0 for b in answers]
    return below(np.array(lost), np.zeros(len(lost)))


def _by_entries(a: Answers, z: Any) -> float:
    one_by_one = np.eye(z.size) * z.reshape(-1)
    return float(np.sum(a.numbers("value", [row.reshape(z.shape) for row in one_by_one])))
