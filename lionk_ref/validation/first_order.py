"""Section 2. dK and dK* to first order, where the gap of eq. (7) is blind.

Where K and K* are smooth a slope that is off by r leaves a gap of the size |r|^2 only. Two tests
see r itself: K beside z, against its tangent, and that dK is monotone, eq. (9), beside dK*(y).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.certificates.judgement import Inequality
from lionk_ref.validation.answers import Answers
from lionk_ref.validation.sides import SLACK, below, dots, sizes

BESIDE = 2.0**-14
"""How far beside z K is asked: a tangent off by r then misses K by 2^-14 r, its slack is 2^-30."""

CLOSE = 2.0**-30
"""The same for slopes, of which no difference of two values of K has to be taken."""

DIGITS = 2.0**-40
"""How far dK* may be off, relative to its size: in the catalogue iteration may find it."""


def tangent(a: Answers) -> Inequality:
    """K(z) + <u, z' - z> <= K(z') for z' beside z, in the directions of all points."""
    i, j, sign = np.indices((len(a.z), len(a.z), 2)).reshape(3, -1)
    directions = [(2 * s - 1) * a.z[k] for k, s in zip(j, sign, strict=True)]
    z, u = [a.z[k] for k in i], [a.u[k] for k in i]
    others = [_beside(b, d, BESIDE) for b, d in zip(z, directions, strict=True)]
    steps = [c - b for b, c in zip(z, others, strict=True)]
    return below(a.k[i] + dots(u, steps), a.numbers("value", others), a.k[i], sizes(u, steps))


def monotone(a: Answers) -> Inequality:
    """<dK(z) - y, z - w> >= 0 for w = dK*(y) and the z beside it that shows most.

    At z = w + t (y - dK(w)), if K is smooth and t small, the left side is -t |y - dK(w)|^2.
    """
    w = a.arrays("conjugate_subgradient", a.y)
    gaps = [y - v for y, v in zip(a.y, a.arrays("subgradient", w), strict=True)]
    z = [_beside(b, gap, CLOSE) for b, gap in zip(w, gaps, strict=True)]
    u = a.arrays("subgradient", z)
    steps, turns = ([c - b for b, c in zip(*p, strict=True)] for p in ((w, z), (a.y, u)))
    size = [abs(c) + abs(y) for c, y in zip(u, a.y, strict=True)]
    rounding = SLACK * sizes(size, steps) + DIGITS * sizes(turns, w)
    return Inequality(-dots(turns, steps), 0 * rounding, rounding, rounding == rounding)


def _beside(z: Any, direction: Any, share: float) -> Any:
    """z moved that way, by a share of its size, or of the direction's if that is larger."""
    length, size = float(np.linalg.norm(direction)), float(np.linalg.norm(z))
    return z + share * max(size / (length or 1.0), 1.0) * direction
