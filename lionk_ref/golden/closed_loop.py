"""T3: an implementation in the loop with its own gradients, held to Theorem 4.1.

Two right implementations part for good at the first sign that rounding decides, so no number of a
trajectory is compared. What holds for both is judged: Phase 1 and the energy balance, step by step
from their own x and m, and the Frank-Wolfe gap at the end.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lionk_ref.certificates.energy_balance import energy_balance
from lionk_ref.certificates.frank_wolfe import frank_wolfe
from lionk_ref.certificates.judgement import judge, stack
from lionk_ref.certificates.phase_1 import phase_1
from lionk_ref.certificates.quantities import point, quantities
from lionk_ref.convex import from_text
from lionk_ref.discrete import LionK, State, Step
from lionk_ref.golden.cases import Case
from lionk_ref.golden.replay import CRASHED, FAILED, PASSED, SKIPPED, Result
from lionk_ref.peers import Peer, Setting, Unsupported
from lionk_ref.peers.reference import peer as reference
from lionk_ref.problems import PROBLEMS, Problem

Array = Any


def run_closed(peer: Peer, case: Case) -> Result:
    """The verdict on one closed loop, in the widest format that the peer claims."""
    setting = case.setting
    if "binary64" not in peer.dtypes:
        setting = setting._replace(dtype="binary32")
    if reason := peer.refusal(setting):
        return Result(case, SKIPPED, reason)
    try:
        fault = _judge(peer, case, setting)
    except Unsupported as reason:
        return Result(case, SKIPPED, str(reason))
    except Exception as error:
        return Result(
            case, CRASHED, f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        )
    return Result(case, FAILED if fault else PASSED, fault)


def _judge(peer: Peer, case: Case, s: Setting) -> str:
    problem, optimizer = PROBLEMS[case.problem](), _optimizer(s)
    steps = trajectory(peer, problem, s, case.length)
    rows = []
    before = point(optimizer.convex_function(steps[0].before.x), problem, steps[0].before, s.lam)
    for step in steps:
        if not np.all(np.isfinite(step.after.x)):
            return f"step {step.t}: x is not finite"
        after = point(optimizer.convex_function(step.after.x), problem, step.after, s.lam)
        rows.append(quantities(optimizer, problem, step, before, after))
        before = after
    for name, promise in (("phase 1", phase_1), ("energy balance", energy_balance)):
        verdict = judge(name, stack([promise(q) for q in rows]))
        if not verdict.holds:
            size = f"off by {abs(verdict.worst):.3g}, tolerance {verdict.tolerance:.3g}"
            return f"{name} fails at step {verdict.at}: {size}"
    return _gap_fault(problem, steps, case, s)


def trajectory(peer: Peer, problem: Problem, s: Setting, length: int) -> list[Step]:
    """The steps that the peer takes; where it hides m, m is what its gradients make it."""
    kind = np.float64 if s.dtype == "binary64" else np.float32
    own = problem.to(np, kind)
    state = State(own.x0(), np.zeros_like(own.x0()))
    advance, steps = peer.start(state.x.copy(), s), []
    for t in range(length):
        g = own.gradient(state.x)
        x, m = advance(g.copy(), s.lr)
        m = s.beta2 * state.m - (1 - s.beta2) * g if m is None else np.array(m)
        steps.append(Step(t, s.lr, state, g, State(np.array(x), m)))
        state = steps[-1].after
    return steps


def _optimizer(s: Setting) -> LionK:
    return LionK(from_text(s.K), s.lr, s.beta1, s.beta2, s.lam, s.scheme)


def _gap_fault(problem: Problem, steps: list[Step], case: Case, s: Setting) -> str:
    """The final gap may be twice the reference's largest of its last quarter."""
    reached = _gap(problem, steps[-1].after, s)
    late = trajectory(reference(), problem, s, case.length)[-case.length // 4 :]
    bound = 2 * max(_gap(problem, step.after, s) for step in late) + 1e-6
    if math.isfinite(reached) and reached <= bound:
        return ""
    return f"the final gap is {reached:.3g}; twice the reference's is {bound:.3g}"


def _gap(problem: Problem, state: State, s: Setting) -> float:
    K = from_text(s.K)
    x = state.x.astype(np.float64)
    last = point(K, problem, State(x, state.m.astype(np.float64)), s.lam)
    return -float(frank_wolfe(K, problem.gradient(x), last, s.lam).measured)
