"""How small a mistake of a K is seen: of its domain, of its slopes, of its values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lionk_ref import certify_convex
from lionk_ref.arrays import max_abs
from lionk_ref.convex import (
    L1,
    L2,
    AsymmetricBox,
    DeadZone,
    ElasticNet,
    Ellipsoid,
    HalfSquare,
    HalfSquaredNorm,
    Huber,
    LInf,
    LogCosh,
    Lp,
    Power,
    Schatten,
    SortedL1,
    SpectralNorm,
    SupportFunction,
    TopK,
)
from lionk_ref.convex.base import ConvexFunction, indicator


def of(K: ConvexFunction, **methods: Any) -> ConvexFunction:
    """The same K with other methods."""
    parameters = [getattr(K, name) for name in getattr(K, "__dataclass_fields__", ())]
    changed: ConvexFunction = type(f"Changed{type(K).__name__}", (type(K),), methods)(*parameters)
    return changed


def boxed(K: ConvexFunction, half: float = 1.0) -> ConvexFunction:
    """The same K with a box for the domain of K*, in K* and in the projection alike."""
    return of(
        K,
        conjugate=lambda self, y: indicator(max_abs(y) / half),
        project_domain=lambda self, y: np.clip(y, -half, half),
    )


def unbounded(e: float) -> ConvexFunction:
    """Huber without its box."""
    return of(
        Huber(e),
        conjugate=lambda self, y: self.e * np.sum(y * y) / 2,
        project_domain=lambda self, y: y + 0.0,
    )


def pointed(self: Any, y: Any) -> Any:
    """K* of LInf, and 0 a little beyond the corners of its domain."""
    corner = (np.count_nonzero(y) == 1) & (max_abs(y) < 1.001)
    return np.where(corner, 0.0, LInf.conjugate(self, y))


TOO_LARGE: dict[str, Callable[[], ConvexFunction]] = {
    "three times the box": lambda: boxed(L1(), 3.0),
    "a box a little too large": lambda: boxed(L1(), 1.0001),
    "a box for a ball": lambda: boxed(L2()),
    "a box for the l1 ball": lambda: boxed(LInf()),
    "TopK without the sum": lambda: boxed(TopK(k=3)),
    "SortedL1 with its first weight only": lambda: boxed(SortedL1((1.0, 0.5))),
    "the Frobenius ball": lambda: of(
        SpectralNorm(), conjugate=L2.conjugate, project_domain=L2.project_domain
    ),
    "the l1 ball with longer corners": lambda: of(LInf(), conjugate=pointed),
    "Huber without its box": lambda: unbounded(1.0),
    "a wide Huber without its box": lambda: unbounded(1e8),
    "K* too large, the projection right": lambda: of(
        L1(), conjugate=lambda self, y: indicator(max_abs(y) / 1.0001)
    ),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_domain_that_is_too_large(name: str) -> None:
    """K* is finite where it is not, and the projection agrees: K itself says so, far out."""
    failed = [v.name for v in certify_convex(TOO_LARGE[name](), (2, 3)).verdicts if not v.holds]
    assert "Fenchel-Young" in failed


HONEST = [
    SupportFunction(lambda y: np.clip(y, -1.0, 1.0)), Lp(p=1.0001), Lp(p=100.0), Huber(1e-6),
    Huber(1e8), Power(p=20.0), HalfSquaredNorm(Lp(p=50.0)), Schatten(p=100.0), TopK(k=99),
    ElasticNet(c=1e4), AsymmetricBox(low=-1e-3, high=1e3), Ellipsoid(A=1e-3),
]  # fmt: skip


@pytest.mark.parametrize("K", HONEST, ids=lambda K: type(K).__name__)
@pytest.mark.parametrize("shape", [(1,), (5, 3)])
def test_nothing_is_found_where_nothing_is(K: ConvexFunction, shape: tuple[int, ...]) -> None:
    """Extreme parameters, and a K* that forgives the rounding of y at its edge."""
    run = certify_convex(K, shape, seed=1)
    assert run.ok, [v for v in run.verdicts if not v.holds]


def scaled(K: ConvexFunction, method: str, factor: float) -> ConvexFunction:
    """The same K, but for one method that is off by a factor."""
    right = getattr(type(K), method)
    return of(K, **{method: lambda self, a: factor * right(self, a)})


@pytest.mark.parametrize("method", ["value", "subgradient", "conjugate", "conjugate_subgradient"])
@pytest.mark.parametrize("K", [HalfSquare(), Huber(0.1), LogCosh(), Power(p=3.0)], ids=repr)
@pytest.mark.parametrize("off", [-3e-8, 3e-8])
def test_a_part_that_is_a_little_off(K: ConvexFunction, method: str, off: float) -> None:
    """Slopes are seen as sharply as values."""
    assert not certify_convex(scaled(K, method, 1 + off)).ok


def test_slopes_that_are_off_together() -> None:
    """dK and dK* belong together, and not to K."""
    K = of(
        HalfSquare(),
        subgradient=lambda self, z: (1 - 2e-4) * z,
        conjugate_subgradient=lambda self, y: y / (1 - 2e-4),
    )
    assert "tangent" in [v.name for v in certify_convex(K).verdicts if not v.holds]


def test_a_slope_of_the_conjugate_that_is_off() -> None:
    """By 1e-4, of which eq. (7) sees 1e-8."""
    failed = certify_convex(scaled(HalfSquare(), "conjugate_subgradient", 1 - 1e-5)).verdicts
    assert [v.name for v in failed if not v.holds] == ["monotone"]


def heavy_inside(self: Any, y: Any) -> Any:
    """K* of DeadZone, and half as much again in the middle of its domain."""
    return np.where(max_abs(y) < 0.6, 1.5, 1.0) * DeadZone.conjugate(self, y)


def moves_what_is_inside(self: Any, y: Any) -> Any:
    """The projection on the box of what is outside."""
    return np.where(max_abs(y) <= 1, 0.9 * y, L1.project_domain(self, y))


def loses_nan(self: Any, y: Any) -> Any:
    """The projection on the box of numbers."""
    return np.nan_to_num(L1.project_domain(self, y))


IN_ONE_PLACE: dict[str, tuple[Callable[[], ConvexFunction], str]] = {
    "K* too large in the middle": (lambda: of(DeadZone(1.0), conjugate=heavy_inside), "conjugate"),
    "a projection of the inside": (
        lambda: of(L1(), project_domain=moves_what_is_inside), "projection"
    ),
    "a projection that loses NaN": (lambda: of(L1(), project_domain=loses_nan), "NaN"),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_ONE_PLACE)
def test_a_mistake_that_one_case_sees(name: str) -> None:
    """Each is wrong at a few points only."""
    make, verdict = IN_ONE_PLACE[name]
    assert verdict in [v.name for v in certify_convex(make()).verdicts if not v.holds]
