"""The vectors of one K: T0 to T3, both schemes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction as F
from typing import Any

from lionk_ref.convex import CATALOGUE, ConvexFunction
from lionk_ref.discrete.updates import SCHEMES
from lionk_ref.golden.data import START, exact_gradients, hashed, hashed_gradients, kinks
from lionk_ref.golden.document import document, group, scalar
from lionk_ref.golden.formats import fits
from lionk_ref.golden.reference import Rationals, Weights
from lionk_ref.golden.spelling import constants, instances, shape_for
from lionk_ref.golden.trajectories import Plan, Stimulus, certified_test, exact_test, is_exact

DYADIC = Weights(F(1, 2), F(3, 4), F(1, 2))
DYADIC_IMPLICIT = Weights(F(1, 2), F(3, 4), F(2))
USUAL = Weights(F(0.9), F(0.99), F(0.1))
EQUATION = {"explicit": "eq. (2)", "implicit": "eq. (15)"}


def files_of(key: str) -> Iterator[dict[str, Any]]:
    """Every file of one K of the catalogue; T0 only where exact numbers exist."""
    for scheme in sorted(SCHEMES):
        makers = {"T0": exact_groups, "T1": certified_groups, "T3": closed_loops}
        if scheme == "explicit":
            makers["T2"] = set_valued
        for tier, make in sorted(makers.items()):
            if groups := make(key, scheme):
                yield document(f"{key}.{scheme}.{tier.lower()}", tier, groups)


def exact_groups(key: str, scheme: str) -> list[dict[str, Any]]:
    """T0: dyadic hyper-parameters and small whole gradients."""
    w, lr = (DYADIC, F(1, 8)) if scheme == "explicit" else (DYADIC_IMPLICIT, F(1, 2))
    groups = []
    for K in instances(key):
        plan = Plan(K, scheme, "binary32", shape_for(key), w, list(START))
        for name, gradients in exact_gradients():
            stimuli = [Stimulus(lr, g) for g in gradients]
            if is_exact(plan, stimuli):
                test = exact_test(plan, stimuli, 1, comment=f"{len(stimuli)} steps, {name}",
                                  flags=["Exact", "ZeroLookAhead"],
                                  specification=EQUATION[scheme])  # fmt: skip
                groups.append(_group("exact_trajectory", plan, [test]))
                break
    return groups


def certified_groups(key: str, scheme: str) -> list[dict[str, Any]]:
    """T1: usual hyper-parameters and gradients without a pattern."""
    groups = []
    for i, K in enumerate(instances(key)):
        for dtype, steps in (("binary32", 3), ("binary64", 2)) if i == 0 else (("binary32", 2),):
            plan = Plan(K, scheme, dtype, shape_for(key), USUAL, hashed(f"{key}/x", 6))
            gradients = hashed_gradients(f"{key}/{i}", steps, 6)
            stimuli = [Stimulus(F(0.01), g) for g in gradients]
            test = certified_test(plan, stimuli, 1, comment=f"{steps} steps in {dtype}",
                                  flags=["Certified"], specification=EQUATION[scheme])  # fmt: skip
            groups.append(_group("certified_trajectory", plan, [test]))
    return groups


def set_valued(key: str, scheme: str) -> list[dict[str, Any]]:
    """T2: dK where it is a set."""
    K = instances(key)[0]
    return [first_steps(K, shape_for(key), list(kinks(constants(K))))]


def first_steps(
    K: ConvexFunction,
    shape: tuple[int, ...],
    points: Sequence[tuple[str, Rationals]],
    flag: str = "Tie",
) -> dict[str, Any]:
    """One step with lr = 1 and lam = 0 from x = m = 0, which writes dK(m_tilde) into x."""
    w, size = Weights(F(1, 2), F(3, 4), F(0)), math.prod(shape)
    dtype = "binary32" if all(fits(v, "binary32") for _, z in points for v in z) else "binary64"
    plan = Plan(K, "explicit", dtype, shape, w, [F(0)] * size)
    tests = [
        exact_test(plan, [Stimulus(F(1), [-2 * v for v in z])], i + 1, comment=name, flags=[flag],
                   specification="Section 2: x' = dK(m_tilde)")
        for i, (name, z) in enumerate(points)
    ]  # fmt: skip
    return _group("set_valued", plan, tests)


CLOSED = (("toy", (2,), F(1), 150), ("quadratic", (20,), F(1, 4), 150))


def closed_loops(key: str, scheme: str) -> list[dict[str, Any]]:
    """T3: the problem, the settings and what is judged; no numbers of a trajectory."""
    groups = []
    for problem, shape, lam, steps in CLOSED:
        K: ConvexFunction = CATALOGUE[key].examples(shape)[0]
        w = Weights(F(0.9), F(0.99), lam)
        test = {
            "tcId": 1,
            "comment": f"{steps} steps on {problem}",
            "flags": ["ClosedLoop"],
            "specification": "Theorem 4.1 as an equality",
            "problem": problem,
            "steps": steps,
            "lr": scalar(F(0.01)),
            "judged": ["phase 1", "energy balance", "gap"],
        }
        groups.append(group("closed_loop", K, scheme, "binary64", shape, w, [test]))
    return groups


def _group(kind: str, plan: Plan, tests: list[dict[str, Any]]) -> dict[str, Any]:
    return group(kind, plan.K, plan.scheme, plan.dtype, plan.shape, plan.w, tests)
