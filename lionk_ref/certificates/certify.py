"""Section 4. Running an optimizer under watch: every promise, at every step, on both sides."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, ClassVar, Protocol

from lionk_ref.arrays import Arrays, array_namespace, as_float, leaves
from lionk_ref.certificates.certificate import Certificate
from lionk_ref.certificates.energy_balance import (
    energy_balance,
    first_term,
    pairing,
    second_term,
)
from lionk_ref.certificates.frank_wolfe import frank_wolfe
from lionk_ref.certificates.judgement import Equality, Inequality, judge, stack
from lionk_ref.certificates.lyapunov import Point
from lionk_ref.certificates.phase_1 import own_domain, phase_1
from lionk_ref.certificates.quantities import Quantities, Smooth, point, quantities
from lionk_ref.certificates.smooth_descent import smooth_descent
from lionk_ref.certificates.smoothness import smoothness
from lionk_ref.certificates.telescope import Telescope
from lionk_ref.certificates.theorem_4_1 import delta_1, delta_2, theorem_4_1
from lionk_ref.certificates.wanted import require_optimizer, require_problem, require_start
from lionk_ref.discrete import LionK
from lionk_ref.discrete.wanted import whole


class Certifiable(Smooth, Protocol):
    """What `certify` asks of a problem."""

    key: ClassVar[str]

    def x0(self) -> Arrays: ...
    def to(self, xp: ModuleType, dtype: Any, device: Any = None) -> Certifiable: ...


Oracle = Callable[[Arrays, int], Arrays]


def certify(
    problem: Certifiable,
    optimizer: LionK,
    x0: Arrays | None = None,
    steps: int = 200,
    oracle: Oracle | None = None,
    progress: Callable[[int], object] | None = None,
    name: str | None = None,
) -> Certificate:
    """Run ``optimizer`` on ``problem`` and check Theorem 4.1 and its relatives at every step.

    Parameters
    ----------
    problem : Problem
        f with its gradient, its smoothness and its Bregman divergence. Where the divergence is the
        default, f' - f - <grad f, x' - x>, the energy balance holds whatever the gradient is; a
        wrong one is then seen by "smoothness" only, and by nothing where smoothness is inf.
    optimizer : LionK
        The optimizer, beta1 <= beta2.
    x0 : array or dict of arrays, optional
        Where to start; by default where the problem says. Its dtype is that of the run.
    steps : int
        How many steps to take, at least 1.
    oracle : callable, optional
        ``oracle(x, t)`` gives the gradient that the run sees, for example a minibatch's. What it
        lacks of grad f(x) enters the energy balance as a term of its own.
    progress : callable, optional
        Called with the number of steps done.
    name : str, optional
        What to call the problem; by default its key.

    Raises
    ------
    ValueError
        If beta1 > beta2, for which there is no certificate, or lr lam >= 1 in the explicit scheme.
    TypeError
        If there is no problem, no optimizer or no start, or K.value gives no number.

    Examples
    --------
    >>> from lionk_ref import L1, LionK, certify
    >>> from lionk_ref.problems import PROBLEMS
    >>> certify(PROBLEMS["toy"](), LionK(L1(), lr=0.01, lam=1.0), steps=100).ok
    True
    """
    needed = (*([] if name else ["key"]), *(["x0"] if x0 is None else []))
    require_problem(problem, "f", "gradient", "to", "smoothness", "bregman", "majorant", *needed)
    require_optimizer(optimizer)
    if optimizer.beta1 > optimizer.beta2:
        raise ValueError(
            f"There is no certificate for beta1 > beta2: got beta1={optimizer.beta1}, "
            f"beta2={optimizer.beta2}. H can then increase; Lion's own are 0.9 and 0.99."
        )
    x0 = problem.x0() if x0 is None else x0
    require_start(x0)
    steps = whole("certify", "steps", steps, 1)
    watch = _Watch(problem, optimizer, x0, steps, oracle, progress)
    return watch.certificate(name or problem.key)


class _Watch:
    """The state of one certification."""

    def __init__(
        self,
        problem: Certifiable,
        optimizer: LionK,
        x0: Arrays,
        steps: int,
        oracle: Oracle | None,
        progress: Callable[[int], object] | None,
    ) -> None:
        like = leaves(x0)[0]
        xp = array_namespace(like)
        self.run_problem = problem.to(xp, like.dtype, like.device)
        self.exact_problem = self.run_problem.to(xp, xp.float64, like.device)
        self.exact = oracle is None and like.dtype == xp.float64
        self.optimizer, self.x0, self.steps = optimizer, x0, steps
        self.oracle, self.progress = oracle, progress
        self.K = optimizer.convex_function(x0)
        self.L = self.exact_problem.smoothness
        self.points: list[Point] = []
        self.final = optimizer.init(x0)

    def quantities(self) -> Iterator[Quantities]:
        """Run, and evaluate each step."""
        self.points = [point(self.K, self.exact_problem, self.final, self.optimizer.lam)]
        run = self.optimizer.run(self.run_problem, self.x0, self.steps, self.oracle)
        for step in run:
            self.points.append(point(self.K, self.exact_problem, step.after, self.optimizer.lam))
            before, after = self.points[-2:]
            yield quantities(
                self.optimizer, self.exact_problem, step, before, after, exact=self.exact
            )
            self.final = step.after
            if self.progress:
                self.progress(step.t + 1)

    def certificate(self, name: str) -> Certificate:
        """Collect the promises, judge them, and add their telescoped sum and the final gap."""
        rows, telescope = [], Telescope()
        for q in self.quantities():
            rows.append(self.promises(q, telescope))
        promises = {name: stack([row[name] for row in rows]) for name in rows[0]}
        if math.isfinite(self.L):
            promises["telescoped"] = stack([telescope.promise()])
        last = self.points[-1]
        gradient = self.exact_problem.gradient(last.x)
        promises["gap"] = stack([frank_wolfe(self.K, gradient, last, self.optimizer.lam)])
        verdicts = tuple(judge(name, promise) for name, promise in promises.items())
        dtype = str(leaves(self.x0)[0].dtype).rpartition(".")[2]
        gap = -as_float(promises["gap"].measured[0])
        return Certificate(
            self.optimizer, name, dtype, self.steps,
            promises, verdicts, self.points, self.final, gap,
        )  # fmt: skip

    def promises(self, q: Quantities, telescope: Telescope) -> dict[str, Inequality | Equality]:
        """Every promise of one step, which is also added to the telescoped sum."""
        rows: dict[str, Inequality | Equality] = {
            "phase 1": phase_1(q),
            "energy balance": energy_balance(q),
            "u in dom K*": own_domain(q),
            "subgradient": pairing(q),
            "first bracket": first_term(q),
            "second bracket": second_term(q),
            "Delta1 >= 0": delta_1(q),
            "Delta2 >= 0": delta_2(q),
        }
        if math.isfinite(self.L):
            rows["smoothness"] = smoothness(q, self.L)
            step = rows["Theorem 4.1"] = theorem_4_1(q)
            telescope.add(q, step)
            if math.isfinite(self.K.smoothness):
                rows["smooth K"] = smooth_descent(q, step, self.L, self.K.smoothness)
        return rows
