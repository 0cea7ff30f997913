"""New K from old: what scaling and blocks do to everything that a K offers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from convex_probe import Probe, derived, label, moderate_points
from lionk_ref.convex import L1, L2, Blocks, DeadZone, Dilated, HalfSquare, Huber, LInf, Scaled
from test_convex_coincidences import check_same
from test_convex_fenchel_young import check_equality

HALVES = [(L1(), L2()), (Huber(e=0.3), DeadZone(e=1.0)), (HalfSquare(), LInf())]


def check_blocks(a: Any, b: Any) -> None:
    """Sums are over the blocks, vectors are side by side, the distance is the hypotenuse."""
    whole, first, second = (
        Probe(Blocks({"w": a, "b": b})),
        Probe(a, shape=(3,)),
        Probe(b, shape=(3,)),
    )
    for z in moderate_points(whole.K):
        for method in ("value", "projected_conjugate", "argmin_support"):
            parts = first.scalar(method, z[:3]) + second.scalar(method, z[3:])
            assert math.isclose(whole.scalar(method, z), parts, rel_tol=1e-15)
        for method in ("subgradient", "project_domain"):
            parts = [*first.vector(method, z[:3]), *second.vector(method, z[3:])]
            assert np.array_equal(whole.vector(method, z), parts)
        legs = first.scalar("distance_to_domain", z[:3]), second.scalar("distance_to_domain", z[3:])
        distance = whole.scalar("distance_to_domain", z)
        assert math.isclose(distance, math.hypot(*legs), rel_tol=1e-14)


@pytest.mark.parametrize(("a", "b"), HALVES, ids=str)
def test_blocks(a: Any, b: Any) -> None:
    """A block knows nothing of the other."""
    check_blocks(a, b)


def test_flags_are_those_that_all_blocks_have() -> None:
    """One block that is not smooth makes the sum not smooth."""
    K = Blocks({"w": L1(), "b": Huber(e=0.5)})
    assert (K.separable, K.positively_homogeneous, K.strictly_convex) == (True, False, False)
    assert (K.smoothness, K.differentiable) == (math.inf, False)
    assert Blocks({"w": Huber(e=4.0), "b": Huber(e=0.5)}).smoothness == 2.0
    assert Blocks({"w": L1(), "b": L2()}).positively_homogeneous
    assert not Blocks({"w": L1(), "b": L2()}).separable


def test_smoothness_scales() -> None:
    """c K has the constant c L, K(c .) has c^2 L."""
    assert Scaled(Huber(e=0.5), 3.0).smoothness == 6.0
    assert Dilated(Huber(e=0.5), 3.0).smoothness == 18.0
    assert Scaled(L1(), 3.0).smoothness == math.inf


@pytest.mark.parametrize("K", [L1(), Huber(e=0.3), DeadZone(e=1.0), LInf()], ids=str)
def test_scalings_compose(K: Any) -> None:
    """Twice is once with the product; the two kinds commute."""
    check_same(Scaled(Scaled(K, 2.0), 0.25), Scaled(K, 0.5))
    check_same(Dilated(Dilated(K, 2.0), 0.25), Dilated(K, 0.5))
    check_same(Scaled(Dilated(K, 2.0), 0.25), Dilated(Scaled(K, 0.25), 2.0))


def test_blocks_may_have_one_name_and_any_shape() -> None:
    """A model's weights are a matrix and a vector."""
    K = Blocks({"w": L2(), "b": L1()})
    z = {"w": np.ones((2, 2)), "b": np.array(-3.0)}
    assert float(K.value(z)) == 5.0
    assert K.subgradient(z)["w"].shape == (2, 2)
    assert K.subgradient(z)["b"].shape == ()


@pytest.mark.parametrize("K", derived(), ids=label)
@pytest.mark.parametrize("c", [1e-6, 1e6])
def test_extreme_scales(K: Any, c: float) -> None:
    """The equality survives a scale of a million, both ways."""
    check_equality(Probe(Scaled(K, c)))
    check_equality(Probe(Dilated(K, c)))


WRONG = [
    (lambda: Blocks({}), ValueError, "at least one"),
    (lambda: Scaled(L1(), 0.0), ValueError, "Scaled needs a finite c > 0, got c=0.0"),
    (lambda: Dilated(L1(), -1.0), ValueError, "Dilated needs a finite c > 0, got c=-1.0"),
    (lambda: Blocks({"w": L1()}).value(np.ones(2)), TypeError, "dict of arrays, got ndarray"),
    (lambda: Blocks({"w": L1()}).value({"b": np.ones(2)}), ValueError, r"\['w'\] and \['b'\]"),
    (
        lambda: Blocks({"w": L1(), "b": L1()}).value({"w": np.ones(2), "b": np.ones(2, "f4")}),
        TypeError,
        "different dtypes",
    ),
    (lambda: L1().value({"w": np.ones(2)}), TypeError, "array"),
]


@pytest.mark.parametrize(("call", "error", "text"), WRONG, ids=range(len(WRONG)))
def test_errors(call: Any, error: type[Exception], text: str) -> None:
    """What is wrong, in one line."""
    with pytest.raises(error, match=text) as caught:
        call()
    assert "\n" not in str(caught.value)
