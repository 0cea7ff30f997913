"""Below eq. (3): the updates of Section 4 follow the flow, the closer the smaller lr is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from lionk_ref.arrays import as_float, combine, norm
from lionk_ref.certificates.certify import Certifiable
from lionk_ref.certificates.lyapunov import constants
from lionk_ref.certificates.lyapunov import lyapunov as discrete_lyapunov
from lionk_ref.certificates.quantities import point, quantities
from lionk_ref.continuous import Coefficients, Flow, Phase, Rates, betas, delta, local, solve
from lionk_ref.continuous.lyapunov import lyapunov
from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete import LionK
from lionk_ref.discrete.updates import State, Step


class Distances(NamedTuple):
    """How far the run with step size lr is from the flow, at the worst of its steps."""

    lr: float
    x: float
    H: float
    delta: float


def orders(rows: Sequence[Distances]) -> Distances:
    """The measured orders of convergence, from the last two rows: log of the ratio of errors.

    Below eq. (3); the field ``lr`` holds the smaller of the two step sizes.

    Examples
    --------
    >>> orders([Distances(0.5, 2.0, 4.0, 8.0), Distances(0.25, 1.0, 2.0, 2.0)])
    Distances(lr=0.25, x=1.0, H=1.0, delta=2.0)
    """
    coarse, fine = rows[-2:]
    refined = math.log(coarse.lr / fine.lr)
    errors = zip(coarse[1:], fine[1:], strict=True)
    return Distances(fine.lr, *(math.log(a / b) / refined for a, b in errors))


def distance_to_flow(
    problem: Certifiable,
    K: ConvexFunction,
    coefficients: Coefficients,
    lr: float,
    *,
    start: Phase,
    steps: int,
) -> Distances:
    """Below eq. (3): eq. (15) with beta1 = 1 - vareps gamma, beta2 = 1 - lr gamma, against (3).

    x is compared, H of Theorem 4.1 times gamma with H of eq. (6), and Delta likewise. Theorem 4.1
    needs beta1 <= beta2, that is vareps >= lr; to a smaller vareps the update comes closest with
    beta1 = beta2, for which vareps = lr.

    Parameters
    ----------
    problem, K
        f and a differentiable K.
    coefficients : Coefficients
        Constant, with alpha = gamma.
    lr : float
        The step size, lr gamma < 1.
    start : Phase
        Where both start, inside dom K*.
    steps : int
        How many steps, each of which takes the flow the time lr.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import LogCosh
    >>> from lionk_ref.problems import PROBLEMS
    >>> toy, start = PROBLEMS["toy"](), Phase(np.array([-0.3, 0.4]), np.array([0.3, -0.2]))
    >>> flow = Coefficients(alpha=1.0, gamma=1.0, lam=1.0, vareps=0.1)
    >>> coarse, fine = (
    ...     distance_to_flow(toy, LogCosh(), flow, lr, start=start, steps=round(1 / lr))
    ...     for lr in (1 / 16, 1 / 32)
    ... )
    >>> 1.8 < coarse.x / fine.x < 2.2
    True
    """
    r = coefficients.at(0.0)
    b = betas(r._replace(vareps=max(r.vareps, lr)), lr)
    update = LionK(K, lr, b.beta1, b.beta2, r.lam, scheme="implicit")
    times = [lr * n for n in range(steps)]
    flow = Flow(K, problem, coefficients)
    path = solve(flow, start, lr * steps, t_eval=times, rtol=1e-11, atol=1e-13)
    s, rows = State(*start), []
    for t, followed in enumerate(path.points):
        g = problem.gradient(s.x)
        step = Step(t, lr, s, g, update.step(s, g))
        rows.append(_apart(problem, K, r, update, step, followed))
        s = step.after
    return Distances(lr, *(max(column) for column in zip(*rows, strict=True)))


def _apart(
    problem: Certifiable, K: ConvexFunction, r: Rates, update: LionK, step: Step, followed: Phase
) -> tuple[float, float, float]:
    """The three distances at one step."""
    before, after = (point(K, problem, s, r.lam) for s in (step.before, step.after))
    q = quantities(update, problem, step, before, after)
    c, a, b = constants(q.lr, q.beta1, q.beta2, q.lam)
    dissipated = a * q.deltas.first + b * q.deltas.second
    p = local(K, followed, problem.gradient(followed.x), r)
    H = r.gamma * discrete_lyapunov(before, r.lam, c) - lyapunov(K, problem, followed, r)
    x = norm(combine(1, before.x, -1, followed.x))
    return as_float(x), as_float(abs(H)), as_float(abs(r.gamma * dissipated - delta(p, r)))
