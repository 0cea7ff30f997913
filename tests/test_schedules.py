"""The step sizes of ``discrete/schedules.py``: values, limits, shape, and bad parameters."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lionk_ref import L1, LionK
from lionk_ref.discrete import Constant, Cosine, InverseSquareRoot

rates = st.floats(1e-6, 10.0)
warmups = st.integers(0, 50)
U = 2.0**-53


@given(lr=rates, t=st.integers(0, 10**9))
def test_constant(lr: float, t: int) -> None:
    """lr at every step."""
    assert Constant(lr)(t) == lr


@given(peak=rates, warmup=warmups, steps=st.integers(1, 200), share=st.floats(0.0, 1.0))
def test_cosine(peak: float, warmup: int, steps: int, share: float) -> None:
    """A straight line up to the peak, then floor + (peak - floor) cos^2 down to the floor."""
    floor = share * peak
    lr = Cosine(peak=peak, steps=warmup + steps, warmup=warmup, floor=floor)
    for t in range(warmup):
        assert math.isclose(lr(t), peak / warmup * (t + 1), rel_tol=4 * U)
    for t in range(steps + 1):
        wave = math.cos(math.pi / 2 * t / steps) ** 2
        assert math.isclose(lr(warmup + t), floor + (peak - floor) * wave, abs_tol=8 * U * peak)


@given(peak=rates, warmup=st.integers(1, 50), share=st.floats(0.0, 1.0))
def test_cosine_ends(peak: float, warmup: int, share: float) -> None:
    """The last step of the warm-up has the peak, all steps after the end have the floor."""
    lr = Cosine(peak=peak, steps=2 * warmup, warmup=warmup, floor=share * peak)
    assert lr(warmup - 1) == pytest.approx(peak, rel=4 * U, abs=0)
    assert lr(warmup) == pytest.approx(peak, rel=4 * U, abs=0)
    assert lr(2 * warmup) == lr(10**9) == share * peak


@given(peak=rates, warmup=st.integers(1, 50))
def test_inverse_square_root(peak: float, warmup: int) -> None:
    """A straight line up to the peak, then lr^2 (t + 1) = peak^2 warmup for ever."""
    lr = InverseSquareRoot(peak=peak, warmup=warmup)
    for t in range(warmup):
        assert math.isclose(lr(t), peak / warmup * (t + 1), rel_tol=4 * U)
    for t in (warmup - 1, warmup, warmup + 1, 10 * warmup, 10**9):
        assert math.isclose(lr(t) ** 2 * (t + 1), peak**2 * warmup, rel_tol=16 * U)


@pytest.mark.parametrize(
    "lr",
    [
        Constant(0.3),
        Cosine(peak=0.3, steps=90, warmup=7, floor=0.01),
        Cosine(peak=0.3, steps=90),
        InverseSquareRoot(peak=0.3, warmup=7),
        InverseSquareRoot(peak=0.3),
    ],
    ids=repr,
)
def test_never_grows_after_the_warm_up(lr: Any) -> None:
    """Up while it warms up and nowhere else, never above the peak: what keeps H monotone."""
    warmup = getattr(lr, "warmup", 0)
    values = [lr(t) for t in range(100)]
    assert all(type(value) is float for value in values)
    assert values[:warmup] == sorted(set(values[:warmup]))
    assert values[max(warmup - 1, 0) :] == sorted(values[max(warmup - 1, 0) :], reverse=True)
    assert max(values) == 0.3


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Constant(0.0), "Constant needs a finite lr > 0, got lr=0.0"),
        (lambda: Constant(math.nan), "Constant needs a finite lr > 0, got lr=nan"),
        (lambda: Cosine(peak=-1.0, steps=5), "Cosine needs a finite peak > 0, got peak=-1.0"),
        (
            lambda: Cosine(peak=1.0, steps=5, floor=2.0),
            "Cosine needs 0 <= floor <= peak, got floor=2",
        ),
        (lambda: Cosine(peak=1.0, steps=5, floor=-0.1), "0 <= floor <= peak, got floor=-0.1"),
        (lambda: Cosine(peak=1.0, steps=5, warmup=5), "Cosine needs steps > warmup, got steps=5"),
        (lambda: Cosine(peak=1.0, steps=0), "Cosine needs steps > warmup, got steps=0"),
        (lambda: Cosine(peak=1.0, steps=5, warmup=-1), "whole number warmup >= 0, got warmup=-1"),
        (lambda: Cosine(peak=1.0, steps=5, warmup=1.5), "whole number warmup >= 0, got warmup=1.5"),  # type: ignore[arg-type]
        (lambda: InverseSquareRoot(peak=math.inf), "InverseSquareRoot needs a finite peak > 0"),
        (lambda: InverseSquareRoot(peak=1.0, warmup=0), "needs warmup >= 1, got warmup=0"),
        (lambda: InverseSquareRoot(peak=1.0, warmup=True), "whole number warmup >= 0, got .*True"),
    ],
)
def test_bad_parameters(build: Any, message: str) -> None:
    """One line: who needs what, and what it got."""
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_a_schedule_that_goes_wrong(bad: float) -> None:
    """A step size that is negative or not finite is refused, with the step that had it."""
    with pytest.raises(ValueError, match="at step 7"):
        LionK(L1(), lambda t: bad).lr_at(7)


@given(peak=st.floats(1e-6, 1e3), warmup=st.integers(1, 50))
def test_the_warm_up_ends_at_the_peak(peak: float, warmup: int) -> None:
    """To the bit, whatever the rounding of the steps before."""
    assert Cosine(peak, steps=100, warmup=warmup)(warmup - 1) == peak
    assert InverseSquareRoot(peak, warmup=warmup)(warmup - 1) == peak
