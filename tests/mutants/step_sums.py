"""Wrong sums of a certified step, and a core that mixes up its blocks."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import test_backend
import test_on_line_edges
import test_step_sums as sums
from lionk_ref import backend
from lionk_ref.backend import Sums
from lionk_ref.convex import L2, Huber, Nuclear
from lionk_ref.discrete import State, in_place, step_sums
from mutants import Mutant

RIGHT, WRITE = step_sums.step_sums, in_place._write
STEP, IN_PLACE = "lionk_ref.discrete.step_sums.", "lionk_ref.discrete.in_place."


def standing(K: Any, before: State, after: State, *rest: Any) -> Sums:
    """x' is x."""
    return RIGHT(K, before, State(before.x, after.m), *rest)


def swapped(K: Any, before: State, after: State, m_tilde: Any, u: Any, lam: float) -> Sums:
    """v for u: dK(m')."""
    return RIGHT(K, before, after, m_tilde, K.subgradient(after.m), lam)


def by_conjugate(K: Any, y: Any) -> Any:
    """K* alone says what is inside."""
    return np.where(K.conjugate(y) < np.inf, 1.0, 2.0)


def by_distance(K: Any, y: Any) -> Any:
    """The distance alone says so."""
    return 1 + K.distance_to_domain(y)


def by_projection(K: Any, y: Any) -> Any:
    """What the projection moves is outside, be it by a rounding."""
    distance = K.distance_to_domain(y)
    return 1.0 if distance == 0 else np.maximum(1 + distance, 1 + 2.0**-52)


def last_gauge(parts: list[Sums]) -> Sums:
    """The gauge of the last block."""
    return step_sums.combined(parts)._replace(gauge=parts[-1].gauge)


def largest_gauge(parts: list[Sums]) -> Sums:
    """The largest as Python compares, which may lose a NaN."""
    return step_sums.combined(parts)._replace(gauge=max(p.gauge for p in parts))


def by_position(f: Any, *trees: Any) -> Any:
    """The first block of each, then the second."""
    if not isinstance(trees[0], dict):
        return f(*trees)
    columns = zip(*(tree.values() for tree in trees), strict=True)
    return dict(zip(trees[0], (f(*column) for column in columns), strict=True))


class EagerCore(in_place.Core):
    """Writes each block as soon as it is stepped."""

    def certified_step_(self, K: Any, scheme: str, x: Any, m: Any, g: Any, **hyper: Any) -> Sums:
        step = super().certified_step_
        return step_sums.combined([step(K[n], scheme, x[n], m[n], g[n], **hyper) for n in x])


def auto_by(takes: Any) -> Any:
    """``"auto"`` that takes the plug-in if its levels of support are like that."""

    def fastest(K: Any, x: Any) -> Any:
        plugin = backend.require("fake")
        kinds = K.values() if isinstance(K, dict) else [K]
        return plugin if takes({plugin.support(kind) for kind in kinds}) else None

    return fastest


MUTANTS = (
    Mutant("auto-fused-alone", "a block by the core sends all to the core", IN_PLACE + "fastest",
           auto_by(lambda found: found == {"fused"}), test_backend.check_auto),
    Mutant("auto-refused", "one block fused is enough", IN_PLACE + "fastest",
           auto_by(lambda found: "fused" in found), test_backend.check_auto),
    Mutant("auto-for-nothing", "no block need be fused", IN_PLACE + "fastest",
           auto_by(lambda found: "none" not in found), test_backend.check_auto),
    Mutant("sums-x-before", str(standing.__doc__), IN_PLACE + "step_sums", standing,
           partial(sums.check_sums, L2())),
    Mutant("sums-v-for-u", str(swapped.__doc__), IN_PLACE + "step_sums", swapped,
           partial(sums.check_sums, Huber())),
    Mutant("sums-in-single", "evaluated in float32", STEP + "precise", lambda a: a,
           partial(sums.check_sums, Nuclear(), "explicit", np.float32)),
    Mutant("sums-gauge-by-conjugate", str(by_conjugate.__doc__), "test_step_sums.gauge",
           by_conjugate, sums.check_gauge_at_the_edge),
    Mutant("sums-gauge-by-distance", str(by_distance.__doc__), "test_step_sums.gauge",
           by_distance, sums.check_gauge_at_the_edge),
    Mutant("sums-gauge-by-projection", str(by_projection.__doc__), "test_on_line_edges.gauge",
           by_projection, test_on_line_edges.check_gauge_inside),
    Mutant("sums-last-gauge", str(last_gauge.__doc__), "test_step_sums.combined", last_gauge,
           sums.check_combined),
    Mutant("sums-largest-gauge", str(largest_gauge.__doc__), "test_step_sums.combined",
           largest_gauge, sums.check_combined),
    Mutant("core-blocks-by-position", str(by_position.__doc__), IN_PLACE + "each", by_position,
           sums.check_order),
    Mutant("core-writes-early", str(EagerCore.__doc__), "test_step_sums.Core", EagerCore,
           sums.check_refusal),
)  # fmt: skip
