"""Section 3. A computed trajectory of the flow, or of any other field on tuples of arrays."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from lionk_ref.arrays import Array, array_namespace, combine, each, leaves

Variables: TypeAlias = Any
"""A tuple of arrays or of dicts of arrays, such as a `Phase`."""

Field: TypeAlias = Callable[[float, Any], Any]
"""The right side of an ODE: a time and `Variables` in, their velocities out."""


class NonsmoothWarning(UserWarning):
    """A trajectory follows a field that jumps."""


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What an integrator hands over.

    Attributes
    ----------
    times : list of float
        When; the first is the start.
    points : list of Variables
        Where, as many as there are times.
    caveat : str
        What to know of it; empty if nothing. See `Flow.caveat`.
    events : list of list of (float, Variables)
        For each event function, when and where it was 0.
    at : callable or None
        The point at any time between, if dense output was asked for.
    """

    times: list[float]
    points: list[Variables]
    caveat: str = ""
    events: tuple[list[tuple[float, Variables]], ...] = ()
    at: Callable[[float], Variables] | None = None

    @property
    def end(self) -> Variables:
        """The last point."""
        return self.points[-1]


def caveat_of(field: Field) -> str:
    """The caveat that a field carries, which is also issued as a `NonsmoothWarning`."""
    caveat = str(getattr(field, "caveat", ""))
    if caveat:
        warnings.warn(caveat, NonsmoothWarning, stacklevel=3)
    return caveat


def moved(y: Variables, h: float, v: Variables) -> Variables:
    """y + h v, part by part; the kind of ``y`` is kept."""
    return rebuilt(y, [combine(1, a, h, b) for a, b in zip(y, v, strict=True)])


def rebuilt(like: Variables, parts: list[Any]) -> Variables:
    """The parts as the same kind of tuple as ``like``."""
    return like._make(parts) if hasattr(like, "_make") else tuple(parts)


def flat(y: Variables) -> Array:
    """All entries of all parts in one 1-d array."""
    arrays = [a for part in y for a in leaves(part)]
    xp = array_namespace(*arrays)
    return xp.concat([xp.reshape(a, (-1,)) for a in arrays])


def unflat(z: Array, like: Variables) -> Variables:
    """The entries of ``z`` in the shapes of the parts of ``like``: the inverse of `flat`."""
    xp, start = array_namespace(z), 0

    def take(a: Array) -> Array:
        nonlocal start
        start += a.size
        return xp.reshape(z[start - a.size : start], a.shape)

    return rebuilt(like, [each(take, part) for part in like])
