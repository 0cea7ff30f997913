"""Which K has a kernel, and with which parameters it is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from lionk_ref.convex import CATALOGUE, ConvexFunction


class Kind(NamedTuple):
    """A K as the kernels know it: a family, a name in it, two parameters, weights by entry."""

    family: str
    name: str
    p: float = 0.0
    q: float = 0.0
    weights: tuple[float, ...] | None = None


def _weighted_l1(K: Any) -> Kind:
    if isinstance(K.weights, tuple):
        return Kind("separable", "weighted_l1_each", weights=K.weights)
    return Kind("separable", "weighted_l1", K.weights)


def _group_l2(K: Any) -> Kind:
    if isinstance(K.weights, tuple):
        return Kind("groups", "group_l2", K.size, weights=K.weights)
    return Kind("groups", "group_l2", K.size, K.weights)


def _lp(K: Any) -> Kind | None:
    names = {1.5: "lp_3_2", 2.0: "lp_2", 3.0: "lp_3", 4.0: "lp_4"}
    name = names.get(K.p, "lp" if K.p <= 64 else "lp_far")
    return Kind("norms", name, K.p) if K.p <= LARGEST_POWER else None


LARGEST_POWER = 600.0
"""Beyond it the sum of the powers of numbers between 1/2 and 1 can vanish."""

KINDS: dict[str, Callable[[Any], Kind | None]] = {
    "asymmetric_box": lambda K: Kind("separable", "asymmetric_box", K.low, K.high),
    "dead_zone": lambda K: Kind("separable", "dead_zone", K.e),
    "elastic_net": lambda K: Kind("separable", "elastic_net", K.c),
    "group_l2": _group_l2,
    "half_square": lambda K: Kind("separable", "half_square", K.c),
    "huber": lambda K: Kind("separable", "huber", K.e),
    "l1": lambda K: Kind("separable", "l1"),
    "l2": lambda K: Kind("norms", "l2", 2.0),
    "linf": lambda K: Kind("norms", "linf", 1.0),
    "log_cosh": lambda K: Kind("separable", "log_cosh", K.e),
    "lp": _lp,
    "pseudo_huber": lambda K: Kind("separable", "pseudo_huber", K.e),
    "top_k": lambda K: Kind("top_k", "top_k", K.k),
    "weighted_l1": _weighted_l1,
}


def kind_of(K: ConvexFunction) -> Kind | None:
    """The kernel for K, or None where there is none; a subclass of a K is not that K."""
    key = getattr(K, "key", None)
    if key not in KINDS or type(K) is not CATALOGUE.get(key):
        return None
    return KINDS[key](K)


def require_kind(K: ConvexFunction) -> Kind:
    """The kernel for K.

    Raises
    ------
    ValueError
        Where there is none.
    """
    kind = kind_of(K)
    if kind is None:
        raise ValueError(
            f"The backend 'numba' has no kernel for {K!r}. Use backend='core' for it, or 'auto'."
        )
    return kind
