"""A K whose parts contradict each other does not pass, whichever of them is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convex_probe import instances, label, matrix_instances
from lionk_ref import certify_convex
from lionk_ref.arrays import max_abs
from lionk_ref.convex import L1, L2, Blocks, HalfSquare, Huber
from lionk_ref.convex.base import ConvexFunction, indicator


def changed(cls: Any, **methods: Any) -> ConvexFunction:
    """A K of this class with other methods or flags."""
    K: ConvexFunction = type(f"Changed{cls.__name__}", (cls,), methods)()
    return K


def of_arrays(K: Any) -> bool:
    """Whether it takes arrays and no dicts."""
    while hasattr(K, "K"):
        K = K.K
    return not isinstance(K, Blocks)


CASES = [((6,), K) for K in instances() if of_arrays(K)]
CASES += [((2, 3), K) for K in matrix_instances()]


@pytest.mark.parametrize(("shape", "K"), CASES, ids=lambda a: label(a))
def test_the_whole_catalogue_passes(shape: tuple[int, ...], K: ConvexFunction) -> None:
    """And what is made of it."""
    run = certify_convex(K, shape, seed=3)
    assert run.ok, [v for v in run.verdicts if not v.holds]


WRONG: dict[str, tuple[Callable[[], ConvexFunction], str]] = {
    "half of the box": (
        lambda: changed(L1, conjugate=lambda self, y: indicator(2 * max_abs(y))), "conjugate"
    ),
    "twice the box": (
        lambda: changed(L1, conjugate=lambda self, y: indicator(max_abs(y) / 2)), "Fenchel-Young"
    ),
    "no box": (
        lambda: changed(Huber, conjugate=lambda self, y: self.e * np.sum(y * y) / 2),
        "Fenchel-Young",
    ),
    "no projection": (lambda: changed(L1, project_domain=lambda self, y: y * 1.0), "domain"),
    "no projection of a smooth K": (
        lambda: changed(Huber, project_domain=lambda self, y: y * 1.0), "domain"
    ),
    "a projection that goes too far": (
        lambda: changed(L1, project_domain=lambda self, y: np.clip(y, -0.5, 0.5)), "projection"
    ),
    "a point that is not the nearest": (
        lambda: changed(L1, project_domain=lambda self, y: y / max(1.0, np.max(np.abs(y)))),
        "projection",
    ),
    "another conjugate": (
        lambda: changed(Huber, conjugate=lambda self, y: 1.1 * Huber.conjugate(self, y)),
        "conjugate",
    ),
    "a smaller conjugate": (
        lambda: changed(Huber, conjugate=lambda self, y: 0.9 * Huber.conjugate(self, y)),
        "Fenchel-Young",
    ),
    "another dK*": (
        lambda: changed(HalfSquare, conjugate_subgradient=lambda self, y: 2 * y),
        "conjugate_subgradient",
    ),
    "another dK": (
        lambda: changed(L1, subgradient=lambda self, z: 0.9 * np.sign(z)), "subgradient"
    ),
    "a step uphill": (lambda: changed(L1, subgradient=lambda self, z: -np.sign(z)), "subgradient"),
    "a constant": (
        lambda: changed(L1, value=lambda self, z: 1 + np.sum(np.abs(z))), "K >= K(0) = 0"
    ),
    "NaN lost": (
        lambda: changed(L1, subgradient=lambda self, z: np.nan_to_num(np.sign(z))), "NaN"
    ),
    "not separable": (lambda: changed(L2, separable=True), "separable"),
    "not homogeneous": (
        lambda: changed(Huber, positively_homogeneous=True), "positively_homogeneous"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_part_is_named(name: str) -> None:
    """By a verdict that fails, also where a certificate of a run could not see it."""
    make, verdict = WRONG[name]
    run = certify_convex(make())
    assert not run.ok
    assert verdict in [v.name for v in run.verdicts if not v.holds]


ODD: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "a value for each entry": (
        {"value": lambda self, z: np.abs(z)}, TypeError,
        r"value must give one number, a 0-d array, got an array of shape \(6,\)",
    ),
    "no value": (
        {"value": lambda self, z: None}, TypeError, "value must give one number, .* got NoneType"
    ),
    "a truth": (
        {"conjugate": lambda self, y: True}, TypeError, "conjugate must give one number, .* bool"
    ),
    "a truth of NumPy": (
        {"conjugate": lambda self, y: np.max(np.abs(y)) <= 1}, TypeError,
        "conjugate must give one number, ",
    ),
    "one sign": (
        {"subgradient": lambda self, z: np.sign(z)[:1]}, ValueError,
        r"The subgradient of .* must be an array like z\. .* u \(1,\)",
    ),
    "another dtype": (
        {"subgradient": lambda self, z: np.sign(z).astype("f4")}, TypeError,
        "must be an array like z.*float64 and float32",
    ),
    "a list": (
        {"project_domain": lambda self, y: y.tolist()}, TypeError,
        "The project_domain of .* must be an array like z.*list",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_answer_is_refused(name: str) -> None:
    """With what was wanted and what came."""
    methods, error, message = ODD[name]
    with pytest.raises(error, match=message):
        certify_convex(changed(L1, **methods))


def test_a_dict_is_asked_part_by_part() -> None:
    """Blocks say that they take dicts."""
    with pytest.raises(TypeError, match="needs a dict of arrays"):
        certify_convex(Blocks({"a": L1()}))
