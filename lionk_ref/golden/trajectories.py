"""Section 4 as data: T0, exact to the bit, and T1, exact and with a proven tolerance."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction as F
from typing import Any, NamedTuple

from lionk_ref.certificates.lyapunov import constants
from lionk_ref.convex import ConvexFunction
from lionk_ref.golden.document import above, array, scalar
from lionk_ref.golden.formats import FORMATS, decode, encode, fits
from lionk_ref.golden.reference import (
    Rationals,
    Weights,
    advance,
    look_ahead,
    reach,
    subgradient,
    terms,
)


class Stimulus(NamedTuple):
    """One line of a test: the step size, the gradient, and how often both are applied."""

    lr: F
    g: Rationals
    repeat: int = 1


class Plan(NamedTuple):
    """What a trajectory is made of."""

    K: ConvexFunction
    scheme: str
    dtype: str
    shape: tuple[int, ...]
    w: Weights
    x0: Rationals


SHORT = ("bfloat16", "binary16")


def _stored(values: Rationals, dtype: str) -> Rationals:
    return [F(decode(encode(v, dtype), dtype)) for v in values]


def is_exact(plan: Plan, stimuli: Iterable[Stimulus]) -> bool:
    """Whether every number that any order of evaluation meets fits the format."""
    x, m = plan.x0, [F(0)] * len(plan.x0)
    for lr, g, repeat in stimuli:
        for _ in range(repeat):
            slope = subgradient(plan.K, look_ahead(m, g, plan.w), plan.shape)
            if not slope.exact:
                return False
            after = advance(slope.u, x, m, g, lr, plan.w, plan.scheme)
            if not all(fits(v, plan.dtype) for v in _met(plan, x, m, g, lr, slope.u, after)):
                return False
            x, m = after
    return True


def _met(
    plan: Plan, x: Rationals, m: Rationals, g: Rationals, lr: F, u: Rationals, after: Any
) -> Iterable[F]:
    """The products, sums and quotients of eq. (2) and (15), however they are grouped."""
    b1, b2, lam = plan.w
    yield from (*after[0], *after[1], *u, lr, lam, lr * lam, 1 - lr * lam, 1 + lr * lam)
    for a, b, c, s in zip(x, m, g, u, strict=True):
        yield from (b1 * b, (1 - b1) * c, b1 * b - (1 - b1) * c, b2 * b, (1 - b2) * c)
        yield from (b + c, b1 * (b + c), b2 * (b + c), lam * a, lr * lam * a, s - lam * a)
        yield from (lr * s, lr * (s - lam * a), a + lr * s, a - lr * lam * a)


def exact_test(
    plan: Plan, stimuli: Sequence[Stimulus], number: int, **words: Any
) -> dict[str, Any]:
    """T0: every value of every step, to be met bit for bit; in 16 bits rounded at the store."""
    short = plan.dtype in SHORT
    x, m, steps = plan.x0, [F(0)] * len(plan.x0), []
    for lr, g, repeat in stimuli:
        for _ in range(repeat):
            m_tilde = look_ahead(m, g, plan.w)
            u = subgradient(plan.K, m_tilde, plan.shape).u
            x, m = advance(u, x, m, g, lr, plan.w, plan.scheme)
            if short:
                x, m = (_stored(v, plan.dtype) for v in (x, m))
        values = {"g": g, "m_tilde": m_tilde, "u": u, "m": m, "x": x}
        steps.append(_step(plan, lr, repeat, values))
    return _test(plan, number, steps, _certificate(plan, x, m, stimuli[-1].lr), **words)


def certified_test(
    plan: Plan, stimuli: Sequence[Stimulus], number: int, **words: Any
) -> dict[str, Any]:
    """T1: the exact trajectory rounded once, with tolerances that rounding cannot exceed."""
    size, unit = len(plan.x0), F(2) ** -FORMATS[plan.dtype].precision
    x, m, steps = plan.x0, [F(0)] * size, []
    S, x_off = [F(0)] * size, [0.0] * size
    for lr, g, repeat in stimuli:
        for _ in range(repeat):
            m_tilde = look_ahead(m, g, plan.w)
            u = subgradient(plan.K, m_tilde, plan.shape).u
            S_tilde = [
                plan.w.beta1 * a + (1 - plan.w.beta1) * abs(b) for a, b in zip(S, g, strict=True)
            ]
            near = reach(plan.K, m_tilde, [64 * unit * s for s in S_tilde], plan.shape, u)
            sure = _decisive(plan, m_tilde, [1024 * unit * s for s in S_tilde], u)
            S = [plan.w.beta2 * a + (1 - plan.w.beta2) * abs(b) for a, b in zip(S, g, strict=True)]
            x_off = _spread(plan, x, u, near, x_off, lr, float(unit))
            x, m = advance(u, x, m, g, lr, plan.w, plan.scheme)
            x, m = _shortened(x), _shortened(m)
        values = {"g": g, "m_tilde": m_tilde, "u": u, "m": m, "x": x}
        step = _step(plan, lr, repeat, values)
        step["decisive"] = sure
        step["m_tolerance"] = above([64 * unit * s for s in S])
        step["x_tolerance"] = above(x_off)
        steps.append(step)
    return _test(plan, number, steps, _certificate(plan, x, m, stimuli[-1].lr), **words)


def _shortened(values: Rationals) -> Rationals:
    """To 320 bits after the point: long runs stay fast, and no format sees it."""
    return [
        v if v.denominator.bit_length() <= 320 else F(round(v * 2**320), 2**320) for v in values
    ]


def _decisive(plan: Plan, m_tilde: Rationals, radius: Rationals, u: Rationals) -> list[bool]:
    """Whether dK moves by less than 1/16 where m_tilde moves by 2^10 roundings."""
    most = max(1.0, *(abs(float(v)) for v in u)) / 16
    return [r <= most for r in reach(plan.K, m_tilde, radius, plan.shape, u)]


def _spread(
    plan: Plan,
    x: Rationals,
    u: Rationals,
    near: Sequence[float],
    before: Sequence[float],
    lr: F,
    unit: float,
) -> list[float]:
    """How far x' may be: the old distance shrunk by the decay, lr times u's, 4 u(max |x| + lr |u|).

    dK itself may err by 16 roundings of its largest entry; for a K of matrices, by 200.
    """
    largest, lam = max(abs(float(v)) for v in u), float(plan.w.lam)
    step, rounded = float(lr), (200 if len(plan.shape) > 1 else 16) * unit * largest
    # A sign is exact: the rest of the family computes its slope.
    rounded = 0.0 if all(v in (-1, 0, 1) for v in u) else rounded
    fresh = 4 * unit * (max(abs(float(v)) for v in x) + step * largest)
    keep = abs(1 - step * lam) if plan.scheme == "explicit" else 1 / (1 + step * lam)
    return [keep * b + step * (r + rounded) + fresh for b, r in zip(before, near, strict=True)]


def _step(plan: Plan, lr: F, repeat: int, values: dict[str, Rationals]) -> dict[str, Any]:
    arrays = {name: array(v, plan.dtype) for name, v in values.items()}
    return {"lr": scalar(lr), "repeat": repeat, **arrays}


def _test(
    plan: Plan, number: int, steps: list[Any], certificate: dict[str, Any], **words: Any
) -> dict[str, Any]:
    return {"tcId": number, **words, "x0": array(plan.x0, plan.dtype), "steps": steps,
            "certificate": certificate}  # fmt: skip


def _certificate(plan: Plan, x: Rationals, m: Rationals, lr: F) -> dict[str, Any]:
    """Section 4 at the last state: K, K*, dist, FY, and H - f, the part that needs no f."""
    found = terms(plan.K, x, m, plan.w.lam, plan.shape)
    named = {name: scalar(value) for name, value in found._asdict().items()}
    return named | {"H_minus_f": scalar(_H_minus_f(plan, x, m, lr, found))}


def _H_minus_f(plan: Plan, x: Rationals, m: Rationals, lr: F, found: Any) -> float:
    """Theorem 4.1: K*(lam x)/lam + c [K*(lam x) + K(m) - lam <x, m>]; inf without a certificate."""
    lam = plan.w.lam
    if lam == 0 or lr == 0 or (plan.scheme == "explicit" and lr * lam >= 1):
        return math.inf
    own = lr / (1 - lr * lam) if plan.scheme == "explicit" else lr
    c = constants(own, plan.w.beta1, plan.w.beta2, lam).c
    product = sum(a * b for a, b in zip(x, m, strict=True))
    star, K = F(found.conjugate), F(found.value)
    return float(star / lam + c * (star + K - lam * product))
