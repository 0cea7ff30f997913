"""A case of eq. (2) or (15) run again with one thing changed, and judged by the reference."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.golden.cases import Case
from lionk_ref.golden.compare import Observed
from lionk_ref.golden.diagnose import same
from lionk_ref.golden.replay import observe
from lionk_ref.peers import Peer
from lionk_ref.peers.reference import peer as reference

Array = Any


def is_right(peer: Peer, case: Case) -> bool:
    """Whether it steps by eq. (2) or (15) on a case that no file holds."""
    seen = observed(peer, case)
    return bool(seen) and same(case, observe(reference(), case), seen)


def observed(peer: Peer, case: Case) -> list[Observed]:
    """x and m after each line of eq. (2) or (15); none where the implementation fails."""
    try:
        return observe(peer, case)
    except Exception:
        return []


def without_decay(case: Case) -> Case:
    """Eq. (2) with lam = 0."""
    return case._replace(setting=case.setting._replace(lam=0.0))


def at_zero(case: Case) -> Case:
    """Eq. (2) from x = 0."""
    return case._replace(x0=np.zeros_like(case.x0))


def first_step(case: Case) -> Case:
    """Eq. (2) once, from m = 0."""
    return case._replace(steps=(case.steps[0]._replace(repeat=1),))


def without_schedule(case: Case) -> Case:
    """Eq. (2) with the first step size throughout."""
    return case._replace(steps=tuple(s._replace(lr=case.setting.lr) for s in case.steps))


def without_poison(case: Case) -> Case:
    """Eq. (2) with 1 where a gradient is NaN or inf."""
    return case._replace(steps=tuple(s._replace(g=_clean(s.g)) for s in case.steps))


def _clean(g: Array) -> Array:
    return np.where(np.isfinite(g), g, 1).astype(g.dtype)
