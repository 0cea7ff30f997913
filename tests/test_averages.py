"""The averages of Delta: what happens outside dom K* is not in them."""

from __future__ import annotations

import numpy as np

from lionk_ref import Huber, LionK, certify
from lionk_ref.certificates import Equality, certify_continuous
from lionk_ref.certificates.flow_average import average
from lionk_ref.continuous import Coefficients
from lionk_ref.convex import LogCosh
from lionk_ref.discrete import InverseSquareRoot
from lionk_ref.problems import Quadratic


def check_telescope() -> None:
    """Its slack is the sum of Theorem 4.1's over the steps inside, divided by their time.

    H' of a step and H of the next differ by (c_next - c) FY(m', lam x') where lr changes; before
    the first step inside there is no H, and nothing changes.
    """
    schedule = InverseSquareRoot(0.1, warmup=2)
    lion = LionK(Huber(), schedule, lam=1.0, scheme="implicit")
    f = Quadratic(np.eye(2), np.array([0.25, -0.5]), np.array([1.5, 0.5]))
    run = certify(f, lion, steps=40)
    theorem, inside = run.promises["Theorem 4.1"], run.promises["Theorem 4.1"].applies
    first = int(np.argmax(inside))
    assert 3 < first < 30
    assert inside[first:].all()
    time = sum(schedule(t) for t in range(first, 40))
    row, wanted = run.promises["telescoped"], np.sum(theorem.slack[inside]) / time
    assert abs(row.slack[-1] - wanted) <= row.tolerance[-1] < 1e-12 < wanted


def test_the_telescoped_sum_begins_inside() -> None:
    """A step size that falls outside supplies nothing."""
    check_telescope()


def check_flow() -> None:
    """The points before the first one inside may be left out: not a bit of the average changes."""
    c = certify_continuous(Quadratic.toy(), LogCosh(), Coefficients(vareps=0.1), time=3.0)
    steps = c.promises["dH/dt by differences"]
    assert isinstance(steps, Equality)
    first = next(k for k, p in enumerate(c.points) if p.inside)
    assert first > 3
    rest = average(c.points[first:], Equality(*(side[first:] for side in steps)))
    assert average(c.points, steps) == rest


def test_the_average_of_the_flow_begins_inside() -> None:
    """Neither Delta nor the errors of the steps outside are counted."""
    check_flow()
