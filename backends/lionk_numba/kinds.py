"""Which K has a kernel, and with which parameters it is called."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from lionk_ref.convex import CATALOGUE, L1, ConvexFunction, HalfSquaredNorm


class Kind(NamedTuple):
    """A K as the kernels know it: a family, a name in it, two parameters, weights by entry.

    ``outer`` is the key of a K that is a function of the norm ``name``, with the parameter q; ``K``
    is the K itself where it has no kernel of its own, and dK is the core's.
    """

    family: str
    name: str
    p: float = 0.0
    q: float = 0.0
    weights: tuple[float, ...] | None = None
    outer: str = ""
    K: ConvexFunction | None = None

    @property
    def formula(self) -> str:
        """The name of the formula of a norm, in the second pass."""
        return self.name.removesuffix("_far")


def _weighted_l1(K: Any) -> Kind:
    if isinstance(K.weights, tuple):
        return Kind("separable", "weighted_l1_each", weights=K.weights)
    return Kind("separable", "weighted_l1", K.weights)


def _group_l2(K: Any) -> Kind:
    if isinstance(K.weights, tuple):
        return Kind("groups", "group_l2", K.size, weights=K.weights)
    return Kind("groups", "group_l2", K.size, K.weights)


def norm_kind(p: float) -> Kind:
    """The norm of l_p."""
    names = {1.0: "l1", 1.5: "lp_3_2", 2.0: "lp_2", 3.0: "lp_3", 4.0: "lp_4", math.inf: "linf"}
    return Kind("norms", names.get(p, "lp" if p <= 64 else "lp_far"), p)


def _lp(K: Any) -> Kind | None:
    return norm_kind(K.p) if K.p <= LARGEST_POWER else None


def _power(K: Any) -> Kind:
    names = {1.5: "power_half", 2.0: "power_1", 3.0: "power_2"}
    return Kind("separable", names.get(K.p, "power"), K.p - 1, K.p)


def _half_squared_norm(K: Any) -> Kind | None:
    """For norms whose dual is the one that is known, and whose formula leaves r to the factor."""
    inner = L1_NORM if type(K.norm) is L1 else kind_of(K.norm)
    if inner is None or inner.family != "norms" or inner.name in ("lp", "lp_far"):
        return None
    if inner.outer or K.dual != HalfSquaredNorm(K.norm).dual:
        return None
    return inner._replace(outer="half_squared_norm")


def _ellipsoid(K: Any) -> Kind | None:
    if isinstance(K.A, tuple):
        return None
    return Kind("norms", "l2", 2.0, math.sqrt(K.A), outer="ellipsoid")


L1_NORM = Kind("norms", "l1", 1.0)


LARGEST_POWER = 600.0
"""Beyond it the sum of the powers of numbers between 1/2 and 1 can vanish."""

KINDS: dict[str, Callable[[Any], Kind | None]] = {
    "asymmetric_box": lambda K: Kind("separable", "asymmetric_box", K.low, K.high),
    "cosh": lambda K: Kind("separable", "cosh"),
    "dead_zone": lambda K: Kind("separable", "dead_zone", K.e),
    "ellipsoid": _ellipsoid,
    "elastic_net": lambda K: Kind("separable", "elastic_net", K.c),
    "group_l2": _group_l2,
    "half_square": lambda K: Kind("separable", "half_square", K.c),
    "half_squared_norm": _half_squared_norm,
    "huber": lambda K: Kind("separable", "huber", K.e),
    "l1": lambda K: Kind("separable", "l1"),
    "l2": lambda K: Kind("norms", "l2", 2.0),
    "linf": lambda K: norm_kind(math.inf),
    "log_cosh": lambda K: Kind("separable", "log_cosh", K.e),
    "lp": _lp,
    "power": _power,
    "pseudo_huber": lambda K: Kind("separable", "pseudo_huber", K.e),
    "relativistic": lambda K: Kind("norms", "l2", 2.0, K.e, outer="relativistic"),
    "sorted_l1": lambda K: Kind("sorted_l1", "sorted_l1", weights=K.weights),
    "top_k": lambda K: Kind("top_k", "top_k", K.k),
    "weighted_l1": _weighted_l1,
}


def kind_of(K: ConvexFunction) -> Kind | None:
    """The kernel for K, or None where there is none; a subclass of a K is not that K."""
    key = getattr(K, "key", None)
    if key not in KINDS or type(K) is not CATALOGUE.get(key):
        return None
    return KINDS[key](K)


def kind_for(K: ConvexFunction) -> Kind:
    """The same, or the sweep that takes the dK of the core as it is given."""
    return kind_of(K) or Kind("separable", "given", K=K)
