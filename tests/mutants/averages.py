"""Certificates that count what is outside dom K*, and flows whose gap or inside is another one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import test_averages
import test_flow_promises
from lionk_ref.arrays import dot, norm
from lionk_ref.certificates import flow_average
from lionk_ref.certificates.certify_continuous import _gap
from lionk_ref.certificates.flow_point import FlowPoint, flow_point
from lionk_ref.certificates.frank_wolfe import frank_wolfe
from lionk_ref.certificates.judgement import Inequality
from lionk_ref.certificates.telescope import Telescope
from mutants import Mutant

ROOM = "lionk_ref.certificates."
RIGHT_ADD, RIGHT_SUM = Telescope.add, flow_average._sum_of


def supplied_outside(self: Telescope, q: Any, step: Any) -> None:
    """A step size that changes supplies energy before there is an H."""
    gap = q.lam * q.before.penalty + q.before.K - q.lam * dot(q.before.x, q.before.m)
    outside = (1 - self.was_inside) * (q.c - self.c_before) * gap if self.c_before > 0 else 0.0
    RIGHT_ADD(self, q, step)
    self.supplied = self.supplied + outside


def from_the_start(steps: Any, points: Any, start: int) -> Any:
    """The tolerances of all steps, those outside too."""
    return RIGHT_SUM(steps, points, 0)


def undivided_gap(K: Any, p: FlowPoint) -> Inequality:
    """alpha g for alpha g/gamma."""
    r = p.rates
    found = frank_wolfe(K, r.alpha * p.at.g, p.values, r.lam)
    return found._replace(measured=r.gamma * found.measured)


def loose_gap(K: Any, p: FlowPoint) -> Inequality:
    """The tolerance of F/gamma for that of F."""
    right = _gap(K, p)
    return right._replace(tolerance=right.tolerance / p.rates.gamma)


def lenient_point(*given: Any) -> FlowPoint:
    """A million roundings outside are inside."""
    p = flow_point(*given)
    allowed = 1e6 * p.evaluation * (1 + norm(p.rates.lam * p.at.x))
    return replace(p, inside=p.values.distance <= allowed)


MUTANTS = [
    Mutant("telescope-outside", str(supplied_outside.__doc__), ROOM + "telescope.Telescope.add",
           supplied_outside, test_averages.check_telescope),
    Mutant("flow-average-outside", str(from_the_start.__doc__), ROOM + "flow_average._sum_of",
           from_the_start, test_averages.check_flow),
    Mutant("flow-gap", str(undivided_gap.__doc__), ROOM + "certify_continuous:_gap",
           undivided_gap, test_flow_promises.check_gap),
    Mutant("flow-gap-tolerance", str(loose_gap.__doc__), "test_flow_promises._gap", loose_gap,
           test_flow_promises.check_gap_scales),
    Mutant("flow-inside", str(lenient_point.__doc__), "test_flow_promises.flow_point",
           lenient_point, test_flow_promises.check_inside),
]  # fmt: skip
