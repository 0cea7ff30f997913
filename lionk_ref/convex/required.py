"""Section 2. What a K answers, refused where it cannot be used: the K may be anybody's."""

from __future__ import annotations

from numbers import Real
from typing import Any

from lionk_ref.arrays import Array, Arrays, require_same_shape
from lionk_ref.convex.base import ConvexFunction


def subgradient(K: ConvexFunction, m_tilde: Array) -> Array:
    """u = dK(m_tilde), of the shape, dtype and library of m_tilde; exact numbers give exact ones.

    Raises
    ------
    TypeError, ValueError
        If K returns what does not fit, which a step would broadcast or widen in silence.
    """
    return array(K, "subgradient", m_tilde, "m_tilde")


def array(K: ConvexFunction, method: str, z: Array, name: str = "z") -> Array:
    """What a method of K gives that must be an array like z, which the message calls ``name``."""
    u = getattr(K, method)(z)
    if type(u) is not type(z) or not _alike(u, z):
        _require_alike(K, method, name, z, u)
    return u


def _alike(u: Any, z: Any) -> bool:
    """Whether two objects of one class have one shape and dtype, if any."""
    try:
        return bool(u.shape == z.shape and u.dtype == z.dtype)
    except AttributeError:
        return not hasattr(z, "shape")


def _require_alike(K: ConvexFunction, method: str, name: str, z: Array, u: Any) -> None:
    try:
        require_same_shape(**{name: z, "u": u})
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        said = f"The {method} of {called(K)} must be an array like {name}. {error}"
        raise kind(said) from None


def scalar(K: ConvexFunction, method: str, z: Arrays) -> Array:
    """K.value(z), or what another ``method`` of K gives that must be one number: a 0-d array.

    Raises
    ------
    TypeError
        If it is none: of a sum over the entries, for example, the sum was forgotten.
    """
    got = getattr(K, method)(z)
    if _is_scalar(got):
        return got
    own = method if method in vars(type(K)) else method.removeprefix("projected_")
    shape = getattr(got, "shape", None)
    what = type(got).__name__ if shape is None else f"an array of shape {tuple(shape)}"
    raise TypeError(
        f"{called(K)}.{own} must give one number, a 0-d array, got {what}. "
        "Where K is a sum over the entries, return their sum: lionk_ref.arrays.total."
    )


def _is_scalar(got: Any) -> bool:
    if isinstance(got, Real):
        return not isinstance(got, bool)
    return getattr(got, "shape", None) == () and "bool" not in str(got.dtype)


def called(K: ConvexFunction) -> str:
    """How to name K in a message: by its repr, if that is short."""
    return repr(K) if len(repr(K)) <= 80 else f"{type(K).__name__}(...)"
