"""The verdict on one case: bit for bit, within a proven tolerance, or as an element of a set."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lionk_ref.arrays import as_float
from lionk_ref.convex import from_text
from lionk_ref.golden.cases import Case, Expected

Array = Any
Observed = tuple[Array, "Array | None"]


class Miss(NamedTuple):
    """The first wrong number of a case."""

    step: int
    of: str
    coordinate: int
    got: float
    expected: float
    margin: float
    tolerance: float

    def __str__(self) -> str:
        where = f"step {self.step}, {self.of}[{self.coordinate}]"
        numbers = f"got {self.got!r}, expected {self.expected!r}"
        return f"{where}: {numbers} (tolerance {self.tolerance:.2g}, m_tilde {self.margin:.3g})"


def first_miss(case: Case, observed: list[Observed], nan: str = "propagate") -> Miss | None:
    """The first number that the case does not allow; m before x, as m decides the next x."""
    for i, (step, (x, m)) in enumerate(zip(case.steps, observed, strict=False)):
        if case.kind == "set_valued":
            miss = _outside(case, step, i, x)
        else:
            lost = _lost(case, step, x) if nan == "freeze" else np.zeros(x.shape, dtype=bool)
            miss = _miss(i, "m", m, step.m, step.m_tolerance, step, lost) if m is not None else None
            miss = miss or _miss(i, "x", x, step.x, step.x_tolerance, step, lost)
        if miss:
            return miss
    return None


def is_canonical(case: Case, observed: list[Observed]) -> bool:
    """Whether the element of least norm was chosen wherever there is a choice."""
    unit = 64 * np.finfo(case.x0.dtype).eps
    steps = zip(case.steps, observed, strict=False)
    return all(_close(x, s.x, unit * max(1.0, float(np.max(np.abs(s.x))))) for s, (x, _) in steps)


def _lost(case: Case, step: Expected, x: Array) -> Array:
    """Where a declared policy rules: once its gradient was NaN or inf, x there stays finite."""
    hit = ~np.isfinite(step.m) & ("NonFinite" in case.flags)
    return hit & np.isfinite(x)


def _miss(
    i: int,
    of: str,
    got: Array,
    expected: Array,
    tolerance: Array,
    step: Expected,
    lost: Any = False,
) -> Miss | None:
    wrong = np.flatnonzero(~(_allowed(got, expected, tolerance) | lost))
    if not wrong.size:
        return None
    at = int(wrong[0])
    numbers = (float(np.ravel(a)[at]) for a in (got, expected, step.m_tilde, tolerance))
    return Miss(i, of, at, *numbers)


def is_within(got: Array, expected: Array, tolerance: Array) -> bool:
    """Whether x or m after a step of eq. (2) is as the case allows."""
    return bool(np.all(_allowed(got, expected, tolerance)))


def _allowed(got: Array, expected: Array, tolerance: Array) -> Array:
    with np.errstate(invalid="ignore"):
        close = np.abs(got.astype(np.float64) - expected.astype(np.float64)) <= tolerance
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    return close | same | np.isinf(tolerance)


def _close(a: Array, b: Array, tolerance: float) -> bool:
    return bool(np.all(np.abs(a.astype(np.float64) - b.astype(np.float64)) <= tolerance))


def _outside(case: Case, step: Expected, i: int, x: Array) -> Miss | None:
    """Section 2: u = x' is a subgradient of K at z iff u is in dom K* and FY(z, u) = 0."""
    K, unit = from_text(case.setting.K), 64 * float(np.finfo(case.x0.dtype).eps)
    z, u = step.m_tilde.astype(np.float64), np.asarray(x).astype(np.float64)
    if not np.all(np.isfinite(u)):
        return _miss(i, "x", x, step.x, step.x_tolerance, step)
    distance, size = as_float(K.distance_to_domain(u)), max(1.0, float(np.linalg.norm(u)))
    inside = K.project_domain(u)
    gap = as_float(K.value(z) + K.projected_conjugate(u)) - float(np.sum(z * inside))
    scale = as_float(K.value(z)) + as_float(K.projected_conjugate(u)) + float(np.sum(abs(z * u)))
    if distance <= unit * size and abs(gap) <= unit * max(scale, 2.0**-100):
        return None
    return _miss(i, "x", x, step.x, unit * size + 0 * step.x_tolerance, step) or Miss(
        i, "u", 0, gap, 0.0, float(np.ravel(z)[0]), unit * scale
    )
