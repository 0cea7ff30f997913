"""Wrong sums of the backend ``numba``, put together of what its kernels found; wrong refusals."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from lionk_ref.backend import find
from lionk_ref.convex import L2, Ellipsoid, HalfSquaredNorm, LInf, Lp, Relativistic, SortedL1, TopK
from mutants import Mutant

MUTANTS: list[Mutant] = []

if find("numba").why_not() is None:
    import test_numba_arrays as arrays
    import test_numba_certified as certified
    import test_numba_global as steps
    import test_numba_process as process

    from lionk_numba import outer, overlap, sorted_l1, top_k

    assembled, sums = outer.assembled, outer.sums
    values, gauge = top_k._values, sorted_l1._gauge

    def swapped(at: Any, *rest: Any) -> Any:
        """K(m) and K(m_tilde) in each other's place."""
        return assembled((at[1], at[0], at[2]), *rest)

    def late(kind: Any, lam: float, lengths: Any, added: Any) -> Any:
        """K* of lam x' also where that of lam x belongs."""
        return sums(kind, lam, [*lengths[:3], lengths[4], lengths[4]], added)

    def sharp(name: str, slope: Any) -> dict[str, Any]:
        """Another derivative of the outer function."""
        return {**outer.OUTER, name: outer.OUTER[name]._replace(slope=slope)}

    def above_alone(k: int, table: Any, hyper: Any, found: Any, threads: int) -> Any:
        """The sum of what lies above the threshold, without what lies on it."""
        zero = [np.concatenate([a[:, :2], 0 * a[:, 2:] + k], axis=1) for a in found]
        return values(k, table, hyper, zero, threads)

    def other(table: Any) -> Any:
        """A table in which nothing is x: the gauge is that of m."""
        rows = table.rows.copy()
        rows[:, 2] = rows[:, 1]
        return table._replace(rows=rows)

    def unsorted(rows: Any, size: Any, stored: Any) -> Any:
        """Beginnings and ends of x, then those of m, as they come."""
        starts = np.concatenate([rows[:, 0], rows[:, 1]])
        return starts, starts + np.tile(rows[:, 4], 2) * np.concatenate([size, stored])

    def helpers_leave() -> None:
        """The test of where helpers run."""
        with pytest.MonkeyPatch.context() as patch:
            process.test_helpers_leave_the_core_of_the_caller(patch)

    def check(K: Any) -> Any:
        """The sums and the gauge of one K."""
        return partial(certified.check_sums, K, np.float64, 50)

    MUTANTS = [
        Mutant("numba-look-aheads-swapped", "K(m) for K(m_tilde)",
               "lionk_numba.outer.assembled", swapped, check(L2())),
        Mutant("numba-late-conjugate", "K*(lam x') for K*(lam x)",
               "lionk_numba.outer.sums", late, check(HalfSquaredNorm(LInf()))),
        Mutant("numba-norm-for-dual", "the norm of x for its dual norm",
               "lionk_numba.norms.dual_power", lambda p: p,
               partial(certified.check_gauge, Lp(p=3.0), np.float64, 50)),
        Mutant("numba-relativistic-slope", "N/(N + e) for N/sqrt(N^2 + e^2)",
               "lionk_numba.outer.OUTER", sharp("relativistic", lambda t, e: t / (t + e)),
               partial(steps.check_norm, Relativistic(), np.float64, 50)),
        Mutant("numba-square-slope", "dN for N dN",
               "lionk_numba.outer.OUTER", sharp("half_squared_norm", lambda t, e: 0 * t + 1),
               partial(steps.check_norm, HalfSquaredNorm(), np.float64, 50)),
        Mutant("numba-ellipsoid-slope", "A for its root",
               "lionk_numba.outer.OUTER", sharp("ellipsoid", lambda t, a: 0 * t + a * a),
               partial(steps.check_norm, Ellipsoid(A=2.0), np.float64, 50)),
        Mutant("numba-top-k-above", "the entries at the threshold not counted",
               "lionk_numba.top_k._values", above_alone, check(TopK(k=9))),
        Mutant("numba-sorted-gauge", "the largest |lam x'_i| alone for the running sums",
               "lionk_numba.sorted_l1._gauge",
               lambda weights, table: gauge((*weights[:1], 0.0), table) / weights[0],
               partial(certified.check_gauge, SortedL1(), np.float64, 50)),
        Mutant("numba-views-apart", "no two views share an entry",
               "lionk_numba.views.meet", lambda a, b: False,
               arrays.test_views_that_share_entries_are_refused),
        Mutant("numba-views-near", "views that share a range are taken to share entries",
               "lionk_numba.views.meet", np.may_share_memory, arrays.test_columns_of_one_matrix),
        Mutant("numba-views-flat", "no view has an entry twice",
               "lionk_numba.views.folded", lambda a: False, arrays.test_an_entry_twice_is_refused),
        Mutant("numba-gradients-apart", "a gradient meets nothing",
               "lionk_numba.overlap.meets", lambda *_: False,
               arrays.test_overlaps_are_found_wherever_they_lie),
        Mutant("numba-gradients-not-new", "other gradients are taken for the last ones",
               "lionk_numba.overlap.difference", lambda *_: overlap.SAME,
               arrays.test_overlaps_are_found_wherever_they_lie),
        Mutant("numba-written-in-disorder", "what is written is not put in order",
               "lionk_numba.overlap.written", unsorted,
               arrays.test_overlaps_are_found_wherever_they_lie),
        Mutant("numba-gauge-of-another", "the gauge of m for that of lam x'",
               "lionk_numba.norms.itself", other,
               partial(certified.check_gauge, TopK(k=9), np.float64, 50)),
    ]  # fmt: skip
    if len(process.pool.allowed()) > 1:
        stays = "lionk_numba.pool.Helper.stay_on", lambda self, cores: None
        MUTANTS.append(
            Mutant("numba-helper-stays", "a helper on the caller's core", *stays, helpers_leave)
        )
