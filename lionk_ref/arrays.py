"""The one module that knows that arrays come from different libraries.

Everything here is written against the Python Array API standard (2024.12), so that one source
runs on NumPy, CuPy, PyTorch, JAX and array-api-strict. No function writes to its arguments and
none brings a value back to the host, except `as_float` and `require`, which say so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, TypeAlias

import array_api_compat

Array: TypeAlias = Any
"""An array of any Array-API library: real, float32 or float64, any shape."""

Arrays: TypeAlias = Any
"""An `Array`, or a dict of named ones (the blocks of a model's parameters)."""


def array_namespace(*arrays: Array) -> ModuleType:
    """The Array-API namespace that all ``arrays`` belong to.

    Raises
    ------
    TypeError
        If one of them is no array, is not float32 or float64, or differs from the first in its
        library or dtype.
    """
    try:
        xp = _namespace(arrays[0])
        dtypes = [a.dtype for a in arrays if _namespace(a) is xp]
    except (TypeError, AttributeError):
        raise TypeError(_mismatch(arrays)) from None
    if len(dtypes) < len(arrays):
        raise TypeError(_mismatch(arrays))
    if dtypes[0] != xp.float64 and dtypes[0] != xp.float32:
        raise TypeError(f"Expected float32 or float64, got {dtypes[0]}. Convert with astype first.")
    for dtype in dtypes:
        if dtype is not dtypes[0] and dtype != dtypes[0]:
            raise TypeError(f"Arrays of different dtypes: {dtypes[0]} and {dtype}. Convert to one.")
    return xp


_NAMESPACES: dict[type, ModuleType] = {}


def _namespace(a: Array) -> ModuleType:
    # The namespace is that of the class, and asking for it is a third of a certificate's time.
    kind = type(a)
    if kind not in _NAMESPACES:
        _NAMESPACES[kind] = array_api_compat.array_namespace(a)
    return _NAMESPACES[kind]


def _mismatch(arrays: tuple[object, ...]) -> str:
    for a in arrays:
        if not array_api_compat.is_array_api_obj(a):
            return (
                f"Expected an array of an Array-API library, got {type(a).__name__}. "
                "Convert it first, for example with numpy.asarray(z, dtype=float)."
            )
    kinds = " and ".join(sorted({type(a).__module__.split(".")[0] for a in arrays}))
    return f"Arrays of different libraries: {kinds}. Convert them to one."


def checked(z: Array) -> Array:
    """``z`` itself, if `array_namespace` accepts it."""
    array_namespace(z)
    return z


def require_same_shape(**arrays: Array) -> None:
    """Raise ValueError unless the named arrays, of one library and dtype, have one shape."""
    first, *others = arrays.values()
    array_namespace(first, *others)
    shape = first.shape
    for other in others:
        if other.shape != shape:
            shapes = ", ".join(f"{name} {a.shape}" for name, a in arrays.items())
            raise ValueError(f"Shapes must agree, got {shapes}.")


def require(condition: Array, message: str) -> None:
    """Raise ValueError(message) unless ``condition`` holds everywhere. Waits for the device."""
    xp = array_api_compat.array_namespace(condition)
    if not bool(xp.all(condition)):
        raise ValueError(message)


def device(a: Array) -> Any:
    """Where an array is; None, the default, for one that JAX traces and has not placed yet."""
    return array_api_compat.device(a)


def as_float(a: Array) -> float:
    """The value of a 0-d array as a Python float. Waits for the device."""
    return float(a)


def each(f: Callable[..., Any], *trees: Arrays) -> Arrays:
    """``f`` applied block by block: to arrays, or to dicts of arrays with the same keys.

    >>> each(lambda a, b: a + b, {"w": 1, "b": 2}, {"w": 10, "b": 20})
    {'w': 11, 'b': 22}
    """
    first = trees[0]
    if not isinstance(first, Mapping):
        return f(*trees)
    for other in trees[1:]:
        if not isinstance(other, Mapping) or other.keys() != first.keys():
            got = sorted(other) if isinstance(other, Mapping) else type(other).__name__
            raise ValueError(f"Blocks must agree, got {sorted(first)} and {got}.")
    return {name: f(*(tree[name] for tree in trees)) for name in first}


def leaves(tree: Arrays) -> list[Array]:
    """The arrays of a dict of arrays, or the array itself in a list."""
    return list(tree.values()) if isinstance(tree, Mapping) else [tree]


def precise(tree: Arrays) -> Arrays:
    """``tree`` in float64, exactly: a certificate is evaluated there, whatever the run's dtype."""
    return each(lambda a: array_namespace(a).astype(a, array_namespace(a).float64), tree)


def total(z: Array) -> Array:
    """The sum of all entries, held in float64 and rounded once to the dtype of ``z``."""
    xp = array_namespace(z)
    return xp.astype(xp.sum(z, dtype=xp.float64), z.dtype)


def dot(a: Arrays, b: Arrays) -> Array:
    """The inner product <a, b>, over all entries and all blocks."""
    return added(leaves(each(_dot, a, b)))


def added(terms: list[Array]) -> Array:
    """The sum of arrays, which must be of one library and dtype."""
    array_namespace(*terms)
    return sum(terms)


def _dot(a: Array, b: Array) -> Array:
    require_same_shape(a=a, b=b)
    return total(a * b)


def combine(a: float, x: Arrays, b: float, y: Arrays) -> Arrays:
    """a x + b y, block by block."""
    return each(lambda p, q: a * p + b * q, x, y)


def magnitude(tree: Arrays) -> Arrays:
    """|x_i|, block by block."""
    return each(lambda z: array_namespace(z).abs(z), tree)


def sign(z: Array) -> Array:
    """1 where z > 0, -1 where z < 0, +0 at zeros of both signs, NaN at NaN."""
    xp = array_namespace(z)
    one, zero = xp.ones_like(z), xp.zeros_like(z)
    return xp.where(z > 0, one, xp.where(z < 0, -one, xp.where(z == 0, zero, z)))


def max_abs(z: Array) -> Array:
    """max |z_i|; 0 for an empty array, NaN if any entry is."""
    xp = array_namespace(z)
    return xp.max(xp.abs(z)) if math.prod(z.shape) else xp.sum(z)


def scaled(z: Array, largest: Array) -> Array:
    """z / largest, where ``largest`` is max |z| (of the whole, or of each group, broadcastable).

    Zeros stay zeros; infinite entries are the limit: +-1 there and 0 at the finite ones.
    """
    xp = array_namespace(z, largest)
    special = (largest == 0) | (largest == xp.inf)
    ratio = z / xp.where(special, xp.ones_like(largest), largest)
    limit = sign(z) * xp.astype(xp.abs(z) == xp.inf, z.dtype)
    return xp.where(largest == xp.inf, limit, ratio)


def norm(tree: Arrays) -> Array:
    """The Euclidean norm over all entries and all blocks, without overflow or underflow."""
    if isinstance(tree, Mapping):
        norms = [norm(a) for a in tree.values()]
        return norm(array_namespace(*norms).stack(norms))
    largest = max_abs(tree)
    s = scaled(tree, largest)
    return largest * array_namespace(tree).sqrt(total(s * s))


def nonzero(a: Array) -> Array:
    """``a`` with its zeros replaced by ones: a divisor whose numerator vanishes with it."""
    xp = array_namespace(a)
    return xp.where(a == 0, xp.ones_like(a), a)
