"""Section 2. What a convex K must offer: itself, its conjugate K*, and a subgradient of each."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from numbers import Real
from textwrap import shorten
from typing import ClassVar, Self

from lionk_ref.arrays import Array, Arrays, added, array_namespace, dot, each, leaves, norm, total


class ConvexFunction(ABC):
    r"""A closed convex K with its conjugate, eq. (7)-(8).

    Subclasses are frozen dataclasses, one to a file, normalised so that ``K(0) = min K = 0``.
    Where a subdifferential has several elements the one of least Euclidean norm is returned:
    it is unique, does not depend on the order of the coordinates, and vanishes at a minimum.
    NaN in, NaN out; an infinite entry is handled as the limit.

    Attributes
    ----------
    key : str
        The name on the command line and in files; also the name of the module.
    formula, solves, solves_text : str
        K as text, and the problem that it turns Lion-K into, as LaTeX and as text.
    formula_subgradient, formula_conjugate, domain : str
        dK, K* and the domain of K* as text, for tables; "" where nobody wrote them down.
    also_known_as : tuple of str
        What others call K, or the optimizer that it gives.
    separable : bool
        K is a sum of functions of one coordinate each.
    positively_homogeneous : bool
        K(c z) = c K(z) for c >= 0; then K* is the indicator of a convex set.
    strictly_convex : bool
        K is strictly convex; then K* is differentiable inside its domain.
    """

    key: ClassVar[str]
    formula: ClassVar[str]
    solves: ClassVar[str]
    solves_text: ClassVar[str]
    formula_subgradient: ClassVar[str] = ""
    formula_conjugate: ClassVar[str] = ""
    domain: ClassVar[str] = ""
    also_known_as: ClassVar[tuple[str, ...]] = ()
    separable: bool = False
    positively_homogeneous: bool = False
    strictly_convex: bool = False

    @abstractmethod
    def value(self, z: Arrays) -> Array:
        """K(z), a 0-d array."""

    @abstractmethod
    def subgradient(self, z: Arrays) -> Arrays:
        """The element of least norm of the subdifferential of K at z; the shape of z."""

    @abstractmethod
    def conjugate(self, y: Arrays) -> Array:
        """K*(y) = sup_z <y, z> - K(z), a 0-d array; inf outside dom K*."""

    @abstractmethod
    def conjugate_subgradient(self, y: Arrays) -> Arrays:
        """The element of least norm of the subdifferential of K* at y in dom K*.

        Raises
        ------
        ValueError
            Where the subdifferential is empty at a point of the closure of dom K*.
        """

    @abstractmethod
    def project_domain(self, y: Arrays) -> Arrays:
        """The point of the closure of dom K* nearest to y."""

    def conjugate_prox(self, v: Arrays, step: float = 1.0) -> Arrays:
        r"""The p where |p - v|^2/2 + step K*(p) is least, for a finite v: the proximal point of K*.

        It is the p with v - p in step dK*(p), that is v - step times the proximal point of K/step
        at v/step. By default the projection on dom K*, for a positively homogeneous K.

        Raises
        ------
        ValueError
            If K is not positively homogeneous and nobody wrote down another formula.
        """
        if not self.positively_homogeneous:
            raise ValueError(f"The proximal point of K* is not known for {self!r}.")
        return self.project_domain(v)

    @property
    def smoothness(self) -> float:
        """The Lipschitz constant of the gradient of K; inf where K is not smooth."""
        return math.inf

    @property
    def differentiable(self) -> bool:
        """Whether K is differentiable everywhere, as Theorem 3.1 asks; by default, if it is smooth.

        A differentiable K whose gradient is not Lipschitz says so itself.
        """
        return self.smoothness < math.inf

    def distance_to_domain(self, y: Arrays) -> Array:
        """The Euclidean distance from y to dom K*, a 0-d array."""
        return norm(each(_difference, y, self.project_domain(y)))

    def projected_conjugate(self, y: Arrays) -> Array:
        """K* at the point of the closure of dom K* nearest to y: finite everywhere."""
        if self.positively_homogeneous:
            return zero(y)
        return self.conjugate(self.project_domain(y))

    def fenchel_young_gap(self, z: Arrays, y: Arrays) -> Array:
        """K(z) + K*(y) - <z, y> >= 0, eq. (7); 0 exactly when y is a subgradient of K at z.

        A y = dK(z) on the edge of dom K* may round out of it, where K* is inf: then take
        `projected_conjugate` for K*(y).
        """
        return self.value(z) + self.conjugate(y) - dot(z, y)

    def argmin_support(self, x: Arrays) -> Array:
        """lim K*(lam x)/lam as lam -> 0: the support of argmin K at x, 0 if 0 is all of it."""
        return zero(x)

    @classmethod
    def examples(cls, shape: tuple[int, ...] = (6,)) -> tuple[Self, ...]:
        """Instances that fit arrays of this shape: they feed tests, tables and vectors."""
        return (cls(),)


def _difference(a: Array, b: Array) -> Array:
    """a - b, and 0 where both are the same infinity."""
    xp = array_namespace(a, b)
    zero, differ = xp.zeros_like(a), a != b
    return xp.where(differ, a, zero) - xp.where(differ, b, zero)


def zeros(y: Array) -> Array:
    """0 in the shape of y; NaN where y is."""
    xp = array_namespace(y)
    return xp.where(xp.isnan(y), y, xp.zeros_like(y))


def zero(y: Arrays) -> Array:
    """0 as a 0-d array of the library and dtype of y; NaN if an entry is."""
    return added([total(zeros(a)) for a in leaves(y)])


def inside_or_inf(gauge: Array, value: Array) -> Array:
    """``value`` where gauge <= 1, inf where gauge > 1, NaN where gauge is NaN."""
    xp = array_namespace(gauge, value)
    return xp.where(xp.isnan(gauge), gauge, xp.where(gauge > 1, xp.full_like(value, xp.inf), value))


def indicator(gauge: Array) -> Array:
    """The indicator function of gauge <= 1: 0 inside, inf outside."""
    return inside_or_inf(gauge, array_namespace(gauge).zeros_like(gauge))


def settle_positive(owner: object, *names: str) -> None:
    """Turn the named parameters of a frozen K into Python floats, which keep float32 float32.

    Each must be a positive finite number; else ValueError.
    """
    for name in names:
        object.__setattr__(owner, name, positive(type(owner).__name__, name, getattr(owner, name)))


def positive(owner: str, name: str, value: object) -> float:
    """``value`` as a Python float, if it is a positive finite number; else ValueError."""
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) < math.inf:
        raise ValueError(f"{owner} needs a finite {name} > 0, got {name}={shown(value)}.")
    return float(value)


def shown(value: object) -> str:
    """``value`` in a message: its repr on one line, and not all of a long one."""
    return shorten(repr(value), 80, placeholder=" ...")


def settle_weights(owner: object) -> None:
    """The same for ``weights``: one number, or a tuple of them."""
    kind, weights = type(owner).__name__, owner.weights  # type: ignore[attr-defined]
    if isinstance(weights, tuple):
        settled: object = tuple(positive(kind, "weights", w) for w in weights)
    elif isinstance(weights, Real):
        settled = positive(kind, "weights", weights)
    else:
        wanted = "a number > 0, or a tuple of them such as (1.0, 0.5)"
        raise ValueError(f"{kind} needs {wanted}, got weights={shown(weights)}.")
    object.__setattr__(owner, "weights", settled)


def inherit(new: ConvexFunction, *parts: ConvexFunction) -> None:
    """Give ``new``, made of ``parts``, the flags that all of them have."""
    for flag in ("separable", "positively_homogeneous", "strictly_convex"):
        object.__setattr__(new, flag, all(getattr(K, flag) for K in parts))
