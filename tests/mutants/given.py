"""Mistakes on the way of the core's dK to a plug-in: of what, how it lies, when it is asked."""

from __future__ import annotations

import tempfile
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cuda_on_host
import numpy as np
import test_cupy_given as launched

from lionk_cupy import Backend
from lionk_cupy.tables import gather
from lionk_ref.backend import find
from lionk_ref.convex import Nuclear
from lionk_ref.discrete import by_core
from mutants import Mutant

RIGHT, UNPACKED = by_core.direction, by_core.unpacked
CORE = "lionk_ref.discrete.by_core."


def of_m(s: Any, g: Any, *, beta1: float) -> Any:
    """dK of m itself."""
    return s.m + 0 * g


def of_next(s: Any, g: Any, *, beta1: float) -> Any:
    """dK of the next m."""
    return 0.97 * s.m - (1 - 0.97) * g


def as_numbers(a: Any) -> Any:
    """The bits of bfloat16 taken for whole numbers."""
    return a.astype("float32") if a.dtype == np.uint16 else a


def flat(K: Any, m: Any, g: Any, beta1: float) -> Any:
    """K sees a vector."""
    found = RIGHT(K, m.reshape(-1), g.reshape(-1), beta1)
    return by_core.Direction(*(a.reshape(m.shape) for a in found))


def trusting(K: Any, m: Any, g: Any, beta1: float) -> Any:
    """Whatever K returns is made to fit."""
    m, g = UNPACKED(m), UNPACKED(g)
    m_tilde = by_core.look_ahead(by_core.State(m, m), g, beta1=beta1)
    u = np.resize(np.asarray(K.subgradient(m_tilde), m_tilde.dtype), m_tilde.shape)
    return by_core.Direction(m_tilde, u)


@cache
def machine() -> Any:
    """The kernels of CuPy's plug-in on the CPU."""
    host = cuda_on_host.Host(Path(tempfile.mkdtemp()))
    return SimpleNamespace(backend=Backend(host), put=lambda a: a, get=lambda a: a)


def on_machine(check: Any, *rest: Any) -> Any:
    """A check of `test_cupy_given` there."""
    return lambda: check(machine(), *rest)


def as_made(self: Any, device: Any, beta1: float) -> None:
    """u in whatever order it was made."""
    self.direction = self.held = RIGHT(self.K, *self.block[1:], beta1)
    self.job["one"]["w"] = device.address(self.held.u)


def on_themselves(device: Any, triple: Any) -> Any:
    """The arrays for their copies."""
    (table,) = gather(device, [triple])
    return table._replace(results=[(a, a) for a in triple[:2]])


MUTANTS: list[Mutant] = [
    Mutant("given-cupy-of-m", str(of_m.__doc__), CORE + "look_ahead", of_m,
           on_machine(launched.check_bits, launched.LARGE)),
    Mutant("given-cupy-by-columns", str(as_made.__doc__), "lionk_cupy.given.Given.direct", as_made,
           on_machine(launched.check_bits, launched.Own(), (4, 3))),
    Mutant("given-cupy-bits", str(as_numbers.__doc__), CORE + "unpacked", as_numbers,
           on_machine(launched.check_storage, "4b4")),
    Mutant("given-cupy-kept", "a plan that keeps dK", "lionk_cupy.run.Plan.lasting", True,
           on_machine(launched.check_not_kept)),
    Mutant("given-cupy-in-place", str(on_themselves.__doc__), "lionk_cupy.run.on_copies",
           on_themselves,
           on_machine(launched.check_nothing_changes, launched.Refuses("value"), "no value", True)),
]  # fmt: skip

if find("numba").why_not() is None:
    import test_numba_given as given

    from lionk_numba import run
    from lionk_numba.addresses import W
    from lionk_numba.given import alone, certified_step, directed

    def as_it_lies(table: Any, u: Any) -> Any:
        """u in whatever order it was made."""
        table.rows[:, W] = u.ctypes.data
        return table._replace(held=[*table.held, u])

    def lazily(*arguments: Any) -> Any:
        """Each dK just before its block is stepped."""
        hyper = arguments[-1]
        return (directed(job, hyper) for job in together(*arguments))

    def together(K: Any, x: Any, m: Any, g: Any, hyper: Any) -> Any:
        """The jobs without dK."""
        found = [
            run.Job(kind, table, arrays)
            for kind, every in run.by_kernel(K, x, m, g)
            for arrays in alone(kind, every)
            for table in run.gather(arrays)
        ]
        for job in found:
            run.require_weights(job.kind, job.table)
        return found

    def in_place(job: Any, hyper: Any, threads: Any) -> Any:
        """The step first, and on the arrays themselves."""
        run.FAMILIES[job.kind.family](job.kind, job.table, hyper, threads)
        return certified_step(job, hyper, threads)

    def check_refusals() -> None:
        """Whatever a K returns that does not fit."""
        for what, said in given.REFUSALS.items():
            given.check_nothing_changes(given.Refuses(what), said)

    matrix = partial(given.check_bits, Nuclear(), (4, 3))
    MUTANTS += [
        Mutant("given-of-m", str(of_m.__doc__), CORE + "look_ahead", of_m, matrix),
        Mutant("given-of-next-m", str(of_next.__doc__), CORE + "look_ahead", of_next, matrix),
        Mutant("given-flat", str(flat.__doc__), "lionk_numba.given.direction", flat, matrix),
        Mutant("given-bits", str(as_numbers.__doc__), CORE + "unpacked", as_numbers,
               given.check_bfloat16),
        Mutant("given-trusted", str(trusting.__doc__), "lionk_numba.given.direction", trusting,
               check_refusals),
        Mutant("given-by-columns", str(as_it_lies.__doc__), "lionk_numba.given.with_u", as_it_lies,
               partial(given.check_bits, given.Own(), (4, 3))),
        Mutant("given-one-by-one", str(lazily.__doc__), "lionk_numba.run._jobs", lazily,
               partial(given.check_nothing_changes, given.Refuses("dK"), "no dK")),
        Mutant("given-certified-in-place", str(in_place.__doc__),
               "lionk_numba.run.certified_by_core", in_place, given.check_certified_or_nothing),
        Mutant("given-weights-late", "weights counted block by block",
               "lionk_numba.run.require_weights", lambda kind, table: None, given.check_weights),
    ]  # fmt: skip
