"""Section 4: every backend that can be used here against every other, in units in the last place.

A step from x = 0 with lr = 1 and lam = 0 shows dK itself; what is promised of it depends on K.
Where it is equality, short runs with decay are compared as well.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np

from lionk_ref.backend import Backend, find, names
from lionk_ref.cli.tables import aligned
from lionk_ref.convex import CATALOGUE, ConvexFunction, GroupL2, Lp
from lionk_ref.discrete.in_place import Core
from lionk_ref.discrete.updates import SCHEMES
from lionk_ref.report.names import short_name

EXACT = {
    "asymmetric_box", "dead_zone", "elastic_net", "half_square", "huber", "l1", "linf",
    "pseudo_huber", "top_k", "weighted_l1",
}  # fmt: skip
"""Built from + - * /, comparisons and square roots, in one order: every bit is promised."""

SIZE, STEPS = 1027, 20
DIRECT: dict[str, Any] = {"lr": 1.0, "beta1": 0.5, "beta2": 0.5, "lam": 0.0}
SETTINGS: tuple[dict[str, Any], ...] = (
    {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "lam": 0.5},
    {"lr": 1.7, "beta1": 0.5, "beta2": 0.25, "lam": 0.3},
)
NOTE = """\
worst ulp: the largest distance of x' or m' after a step from x = 0 with lr = 1, so that x' is dK;
where 0 is promised also over runs of 20 steps with decay, NaN and infinities included."""


class Row(NamedTuple):
    """Two backends on one K: the worst distance in ulps, and what is promised."""

    K: str
    first: str
    second: str
    dtype: str
    worst: float
    promised: float

    @property
    def ok(self) -> bool:
        """Whether the promise is kept."""
        return self.worst <= self.promised


def promised(K: ConvexFunction, on_cuda: bool = False) -> float:
    """How many ulps two backends may differ by in dK.

    A norm has four roundings on each side at most before the last quotient, which a power p - 1
    multiplies; a library's exponential, tangent or power is within 2 ulp of another's. CUDA's own
    in float64 may be 2 ulp off alone: ``on_cuda`` says that one of the two has them.
    """
    if K.key in EXACT:
        return 0.0
    if K.separable:
        return 3.0 if on_cuda else 2.0
    p = getattr(getattr(K, "norm", K), "p", 2.0)
    slack = 2.0 if isinstance(K, GroupL2) else 4.0 * isinstance(K, Lp)
    return 8.0 * max(1.0, p - 1.0) + slack


def cross_check(dtype: str, kinds: Sequence[ConvexFunction] | None = None) -> list[Row]:
    """A row for each K (of the catalogue, by default) and each pair of backends that have it.

    Those that take dK from the core would be compared with the core on the core's own numbers.
    """
    plugins = [find(name) for name in names() if _usable(name)]
    rows: list[Row] = []
    for K in _examples(plugins) if kinds is None else kinds:
        having = [Core(), *(b for b in plugins if b.support(K) == "fused")]
        if len(having) > 1:
            rows += _rows(K, having, np.dtype(dtype))
    return rows


def _examples(plugins: Sequence[Backend]) -> Iterator[ConvexFunction]:
    for cls in CATALOGUE.values():
        # Those of a K that nobody has can be large: a matrix for each pair of entries.
        if any(b.support(cls.examples()[0]) == "fused" for b in plugins):
            yield from cls.examples((SIZE,))


def report_rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows for JSON; an infinite distance is null."""
    finite = [r._replace(worst=r.worst if np.isfinite(r.worst) else None) for r in rows]  # type: ignore[arg-type]
    return [{**f._asdict(), "ok": r.ok} for f, r in zip(finite, rows, strict=True)]


def _usable(name: str) -> bool:
    try:
        return find(name).why_not() is None
    except ValueError:
        return False


def _rows(K: ConvexFunction, backends: Sequence[Backend], dtype: Any) -> Iterator[Row]:
    results = [list(_results(K, backend, dtype)) for backend in backends]
    for (a, of_a), (b, of_b) in combinations(zip(backends, results, strict=True), 2):
        worst = max(ulps(x, y) for x, y in zip(of_a, of_b, strict=True))
        on_cuda = "cupy" in (a.name, b.name) and dtype == np.float64
        limit = promised(K, on_cuda)
        yield Row(short_name(K, most=40), a.name, b.name, dtype.name, worst, limit)


def _results(K: ConvexFunction, backend: Backend, dtype: Any) -> Iterator[Any]:
    """What a backend makes of the same steps: all that is to be compared."""
    module = importlib.import_module("cupy" if backend.name == "cupy" else "numpy")
    for special, scheme in product((False, True), SCHEMES):
        start = arrays(dtype, special, fitting(K))
        x, m, g = (module.asarray(a.copy()) for a in start)
        with np.errstate(all="ignore"):
            for setting in SETTINGS if K.key in EXACT else ():
                for _ in range(STEPS):
                    backend.step_(K, scheme, x, m, g, **setting)
                yield from (_host(x), _host(m))
            x[...], m[...] = 0, module.asarray(start[1])
            backend.step_(K, scheme, x, m, g, **DIRECT)
        yield from (_host(x), _host(m))


def _host(a: Any) -> Any:
    return np.array(a.get() if hasattr(a, "get") else a)


def fitting(K: ConvexFunction) -> int:
    """How many entries: `SIZE`, or as many as K has weights, or a diagonal, for."""
    weights = getattr(K, "weights", getattr(K, "A", None))
    return len(weights) * getattr(K, "size", 1) if isinstance(weights, tuple) else SIZE


def arrays(dtype: Any, special: bool, n: int = SIZE) -> list[Any]:
    """x, m and g: ordinary, or with zeros of both signs, ties, infinities and NaN among them."""
    rng = np.random.default_rng(0)
    usual = [rng.standard_normal(n) for _ in range(3)]
    values = np.array([0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 0.1, np.inf, -np.inf, np.nan])
    drawn = [np.where(rng.random(n) < 0.5, rng.choice(values, n), a) for a in usual]
    return [a.astype(dtype) for a in (drawn if special else usual)]


def ulps(a: Any, b: Any) -> float:
    """The largest distance in units in the last place of b; inf where only one is NaN."""
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(all="ignore"):
        distance = np.abs(a - b) / np.spacing(np.abs(b))
    return float(np.max(np.where(same, 0, np.where(np.isnan(distance), np.inf, distance))))


def cross_check_table(rows: Sequence[Row]) -> str:
    """The rows, and how many promises were kept."""
    header = ["K", "backends", "dtype", "worst ulp", "promised", ""]
    lines = [
        [r.K, f"{r.first} = {r.second}", r.dtype, f"{r.worst:g}", f"{r.promised:g}",
         "held" if r.ok else "FAILED"] for r in rows
    ]  # fmt: skip
    held = sum(r.ok for r in rows)
    return f"{aligned([header, *lines])}\n\n{NOTE}\n{held} of {len(rows)} comparisons held."
