"""Which K has kernels, and with which parameters they are called."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from lionk_ref.convex import CATALOGUE, ConvexFunction


class Kind(NamedTuple):
    """A K as the kernels know it: a family, a name in it, two parameters, weights by entry.

    ``K`` is the K itself where it has no kernels of its own, and dK is the core's.
    """

    family: str
    name: str
    p: float = 0.0
    q: float = 0.0
    weights: tuple[float, ...] | None = None
    K: ConvexFunction | None = None


def _separable(name: str, p: float = 0.0, q: float = 0.0) -> Kind:
    return Kind("separable", name, p, q)


def _weighted_l1(K: Any) -> Kind:
    if isinstance(K.weights, tuple):
        return Kind("separable", "weighted_l1_each", weights=K.weights)
    return _separable("weighted_l1", K.weights)


def _largest_argument(most: float) -> float:
    """Where `lionk_ref.convex.cosh` lets the hyperbolic sine become infinite."""
    return math.asinh(most) - 1e-4


FLOAT32_MAX, FLOAT64_MAX = 2.0**128 - 2.0**104, 2.0**1023 * (2 - 2.0**-52)

POWERS = {1.5: "three_halves", 2.0: "square", 3.0: "cube", 4.0: "fourth"}
"""The exponents that need no logarithm."""


def _lp(K: Any) -> Kind:
    return Kind("norm", f"lp_{POWERS.get(K.p, 'any_power')}", K.p, 1 / K.p)


def _ellipsoid(K: Any) -> Kind | None:
    """A multiple of the identity or a diagonal; a full A takes a product of matrices."""
    if not isinstance(K.A, tuple):
        return Kind("norm", "ellipsoid", math.sqrt(K.A))
    full = isinstance(K.A[0], tuple)
    return None if full else Kind("norm", "ellipsoid", weights=K.A)


def _group_l2(K: Any) -> Kind:
    weight, weights = (0.0, K.weights) if isinstance(K.weights, tuple) else (K.weights, None)
    return Kind("group", "group_l2", weight, K.size, weights)


def _half_squared_norm(K: Any) -> Kind | None:
    if type(K.norm) is CATALOGUE["l1"]:
        return Kind("norm", "enlarged_total_l1")
    norm = kind_of(K.norm)
    known = norm is not None and norm.family == "norm" and norm.name != "ellipsoid"
    return norm._replace(name=f"enlarged_{norm.name}") if norm and known else None


KINDS: dict[str, Callable[[Any], Kind | None]] = {
    "asymmetric_box": lambda K: _separable("asymmetric_box", K.low, K.high),
    "cosh": lambda K: _separable("hyperbolic", *map(_largest_argument, (FLOAT32_MAX, FLOAT64_MAX))),
    "dead_zone": lambda K: _separable("dead_zone", K.e),
    "elastic_net": lambda K: _separable("elastic_net", K.c),
    "ellipsoid": _ellipsoid,
    "group_l2": _group_l2,
    "half_squared_norm": _half_squared_norm,
    "half_square": lambda K: _separable("half_square", K.c),
    "huber": lambda K: _separable("huber", K.e),
    "l1": lambda K: _separable("l1"),
    "l2": lambda K: Kind("norm", "l2"),
    "linf": lambda K: Kind("norm", "linf"),
    "log_cosh": lambda K: _separable("log_cosh", K.e),
    "lp": _lp,
    "power": lambda K: _separable("power_of_size", K.p - 1),
    "pseudo_huber": lambda K: _separable("pseudo_huber", K.e),
    "relativistic": lambda K: Kind("norm", "relativistic", K.e),
    "top_k": lambda K: Kind("select", "top_k", K.k),
    "weighted_l1": _weighted_l1,
}


def kind_of(K: ConvexFunction) -> Kind | None:
    """The kernels for K, or None where there are none; a subclass of a K is not that K.

    Examples
    --------
    >>> from lionk_ref.convex import Huber
    >>> kind_of(Huber(e=0.5))
    Kind(family='separable', name='huber', p=0.5, q=0.0, weights=None, K=None)
    """
    key = getattr(K, "key", None)
    known = key in KINDS and type(K) is CATALOGUE[key]
    return KINDS[key](K) if known and key is not None else None


def kind_for(K: ConvexFunction) -> Kind:
    """The same, or the sweep that takes the dK of the core as it is given."""
    return kind_of(K) or Kind("separable", "given", K=K)
