"""K of all entries at once: a pass over m and g that measures, then the one that steps.

That is 28 bytes of traffic for an entry of float32, and no array is stored in between.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lionk_numba import outer, products, second_pass
from lionk_numba.addresses import G, M, X
from lionk_numba.emit import Hyper
from lionk_numba.first_pass import Looks, measured
from lionk_numba.kinds import Kind, norm_kind
from lionk_numba.pool import how_many
from lionk_numba.tables import Table
from lionk_ref.backend import Sums

ITSELF: Looks = ((0.5, -0.5),)
"""In a table where m and g are one array, that array."""


def step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> None:
    """Eq. (2) or (15) on all arrays of a table."""
    threads = how_many(threads, table.entries, table.chunks)
    wanted = outer.with_factor(kind, measured(kind, table, (look_ahead(hyper),), threads)[0])
    second_pass.step(formula(kind, wanted), table, hyper, wanted, threads)


def certified_step(kind: Kind, table: Table, hyper: Hyper, threads: int | None) -> Sums:
    """The same, and the sums that its certificate needs."""
    threads = how_many(threads, table.entries, table.chunks)
    found = measured(kind, table, looks(hyper), threads)
    dual, alone = norm_kind(dual_power(kind.p)), itself(table)
    before = measured(dual, alone, ITSELF, threads)[0] if outer.has_conjugate(kind) else found[0]
    wanted = outer.with_factor(kind, found[0])
    added = products.step(formula(kind, wanted), table, hyper, wanted, threads)
    after = measured(dual, alone, ITSELF, threads)[0]
    lengths = [a[:, 3] for a in (*found, before, after)]
    return outer.sums(kind, hyper.lam, lengths, added)


def formula(kind: Kind, wanted: Any) -> str:
    """The name of the formula of the second pass."""
    usual = np.isfinite(wanted[:, 0]) & (wanted[:, 1] > 0)
    return kind.formula if kind.formula != "lp" or usual.all() else "lp_not_finite"


def dual_power(p: float) -> float:
    """1/p + 1/q = 1."""
    return {1.0: math.inf, math.inf: 1.0}.get(p) or p / (p - 1)


def look_ahead(hyper: Hyper) -> tuple[float, float]:
    """m_tilde."""
    return hyper.beta1, 1 - hyper.beta1


def looks(hyper: Hyper) -> Looks:
    """m_tilde, m, and the next m."""
    return look_ahead(hyper), (1.0, 0.0), (hyper.beta2, 1 - hyper.beta2)


def itself(table: Table) -> Table:
    """A table to measure x in."""
    rows = table.rows.copy()
    rows[:, M] = rows[:, G] = rows[:, X]
    return table._replace(rows=rows, stored=table.one)
