"""Section 2. The objective f that Lion-K minimises: its value, its derivatives, its curvature."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from types import ModuleType
from typing import Any, ClassVar, Self

import array_api_compat

from lionk_ref.arrays import Array, Arrays, array_namespace, dot, each, nonzero


@dataclass(frozen=True, eq=False)
class Problem(ABC):
    """A differentiable f with what the certificates of Section 4 need to know of it.

    Subclasses are frozen dataclasses, one to a file. Their array fields are the data, of one
    library and dtype; a point x must match them in both.

    Attributes
    ----------
    key : str
        The name of the module.
    title, formula : str
        What f is, in words and as a formula.
    row_fields : tuple of str
        The fields with one row for each example, if f is a mean over examples.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]
    row_fields: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def f(self, x: Arrays) -> Array:
        """f(x), a 0-d array."""

    @abstractmethod
    def gradient(self, x: Arrays) -> Arrays:
        """The gradient of f at x; the shape of x."""

    @abstractmethod
    def hessian_vector(self, x: Arrays, v: Arrays) -> Arrays:
        """The Hessian of f at x, times v; the shape of x."""

    @abstractmethod
    def x0(self) -> Arrays:
        """The default starting point."""

    @property
    @abstractmethod
    def smoothness(self) -> float:
        """The L of Theorem 4.1, a Lipschitz constant of the gradient; inf if there is none."""

    @classmethod
    @abstractmethod
    def named(cls) -> Mapping[str, Callable[[], Problem]]:
        """The instances that can be asked for by name, as builders that take no argument."""

    def majorant(self, v: Arrays) -> Arrays:
        """M v, where M is symmetric, M >= 0 and D_f(x', x) <= <x' - x, M (x' - x)>/2 everywhere.

        It takes the place of L in Theorem 4.1: M <= L I. The default is M = L I.
        """
        return each(self._times_smoothness, v)

    def diagonal_majorant(self) -> Arrays:
        """D >= 0 with diag(D) >= M, in the shape of x. The default is L throughout."""
        return each(lambda a: array_namespace(a).full_like(a, self.smoothness), self.x0())

    def bregman(self, x_next: Arrays, x: Arrays) -> Array:
        """D_f(x', x) = f(x') - f(x) - <grad f(x), x' - x>, a 0-d array.

        The default is this difference, which cancels when x' is near x.
        """
        step = each(lambda a, b: a - b, x_next, x)
        return self.f(x_next) - self.f(x) - dot(self.gradient(x), step)

    def to(self, xp: ModuleType, dtype: Any, device: Any = None) -> Self:
        """The same problem with its arrays moved: to a library, a dtype and a device."""
        arrays = {name: _moved(a, xp, dtype, device) for name, a in self._arrays().items()}
        return replace(self, **arrays)

    @property
    def row_count(self) -> int:
        """The number of examples of which f is the mean; 1 if it is no such mean."""
        return int(getattr(self, self.row_fields[0]).shape[0]) if self.row_fields else 1

    def restricted(self, rows: Array) -> Self:
        """The same problem, its f the mean over ``rows`` only, an integer array."""
        data = {name: getattr(self, name) for name in self.row_fields}
        taken = {name: array_namespace(a).take(a, rows, axis=0) for name, a in data.items()}
        return replace(self, **taken)

    def _arrays(self) -> dict[str, Array]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: a for name, a in values.items() if array_api_compat.is_array_api_obj(a)}

    def _times_smoothness(self, v: Array) -> Array:
        return array_namespace(v).where(v == 0, v, self.smoothness * nonzero(v))


def _moved(a: Array, xp: ModuleType, dtype: Any, device: Any) -> Array:
    # NumPy arrays go in by asarray, which also takes read-only ones; DLPack refuses those.
    if not array_api_compat.is_numpy_array(a):
        a = xp.from_dlpack(a) if device is None else xp.from_dlpack(a, device=device)
    moved = xp.asarray(a, dtype=dtype, device=device)
    if moved.dtype != dtype:
        raise TypeError(f"Asked for {dtype}, got {moved.dtype}: the library lacks or disables it.")
    return moved
