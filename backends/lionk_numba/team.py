"""Work that several threads take from one board, in compiled code that holds no lock.

The caller writes a job on the board, a function and the addresses of its arguments, and takes
chunks of it until none is left. A helper that looks at the board takes some as well; one that comes
late finds nothing to do, and nobody waits for it. Which thread does what is not fixed, so that a
result may depend on the chunk alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from lionk_numba.atomics import add, call, get, pause, put, swap
from lionk_numba.compile import helper, kernel
from lionk_numba.lanes import I64
from lionk_numba.sleep import WAIT, WAKE, futex

OPEN, INSIDE, NEXT, FUNCTION, ARGUMENTS, CHUNKS, MOST, HELPERS, ASLEEP, BELL, RING = range(0, 88, 8)
"""Places on the board, each in a cache line of its own: whether there is a job, how many helpers
have gone to it, the next chunk, and what the caller has written: a function, its arguments, chunks,
how many are taken at a time at the most (< 0: the last ones first), and how many may help. Then how
many helpers sleep, what changes when they are woken, and whether they are to be."""
PLACES = 88


def job_of(work: Any) -> Callable[..., Any]:
    """What `intrinsic` makes of ``work`` and its other arguments a job of.

    That is two addresses: of a function of (address, first, last), which calls
    ``work(first, last, *arguments)``, and of the arguments, which the caller holds.
    """

    def job(context: Any, arguments: Any) -> Any:
        needed = (types.int64, types.int64, *arguments.types)
        signature = work._numba_type_.get_call_type(context, needed, {})

        def generate(context: Any, builder: Any, own: Any, values: Any) -> Any:
            made = work.overloads[signature.args]._asdict()
            context.active_code_library.add_linking_library(made["library"])
            place = cgutils.alloca_once_value(builder, values[0])
            function = _entry(context, builder, made["fndesc"], signature, values[0].type)
            addresses = [builder.ptrtoint(a, I64) for a in (function, place)]
            return context.make_tuple(builder, own.return_type, addresses)

        return types.UniTuple(types.int64, 2)(arguments), generate

    return job


def _entry(context: Any, builder: Any, fndesc: Any, signature: Any, kind: Any) -> Any:
    """``work`` as a function that every thread can call."""
    name = f"{builder.function.name}.{fndesc.mangled_name}.entry"
    function = ir.Function(builder.module, ir.FunctionType(ir.VoidType(), [I64] * 3), name)
    function.linkage = "internal"
    inner = ir.IRBuilder(function.append_basic_block())
    address, first, last = function.args
    values = inner.load(inner.inttoptr(address, kind.as_pointer()))
    others = [inner.extract_value(values, k) for k in range(len(signature.args) - 2)]
    context.call_internal_no_propagate(inner, fndesc, signature, [first, last, *others])
    inner.ret_void()
    return function


@helper
def claim(board: int, chunks: int, most: int) -> Any:
    """The chunks to be done next, from the first to the last of them; no more if they are equal.

    A share of what is left, so that the pieces are long and yet all threads end together. With
    short ones two threads on neighbouring chunks may be as slow as one.
    """
    shares = 2 * (get(board + 8 * HELPERS) + 1)
    while True:
        done = get(board + 8 * NEXT)
        size = min(most, max(1, (chunks - done) // shares), chunks - done)
        if size <= 0 or swap(board + 8 * NEXT, done, done + size):
            return done, done + max(0, size)


@helper
def take(board: int) -> None:
    """Do chunks of the job on the board until none is left."""
    function, arguments = get(board + 8 * FUNCTION), get(board + 8 * ARGUMENTS)
    chunks, most = get(board + 8 * CHUNKS), get(board + 8 * MOST)
    while True:
        first, last = claim(board, chunks, abs(most))
        if first == last:
            return
        if most > 0:
            call(function, arguments, first, last)
        else:
            call(function, arguments, chunks - last, chunks - first)


@helper
def lead(board: int, helpers: int, function: int, arguments: int, chunks: int, most: int) -> None:
    """Do a job, with as many helpers as come, and return when it is done."""
    put(board + 8 * FUNCTION, function)
    put(board + 8 * ARGUMENTS, arguments)
    put(board + 8 * CHUNKS, chunks)
    put(board + 8 * MOST, most)
    put(board + 8 * HELPERS, helpers)
    put(board + 8 * NEXT, 0)
    put(board + 8 * OPEN, 1)
    if get(board + 8 * RING) != 0 and get(board + 8 * ASLEEP) > 0:
        add(board + 8 * BELL, 1)
        futex(board + 8 * BELL, WAKE, helpers)
    take(board)
    put(board + 8 * OPEN, 0)
    while get(board + 8 * INSIDE) > 0:
        pause()


@helper
def help_once(board: int) -> Any:
    """Go to the job on the board, if helpers are still wanted there."""
    before = add(board + 8 * INSIDE, 1)
    wanted = before < get(board + 8 * HELPERS) and get(board + 8 * OPEN) == 1
    if wanted:
        take(board)
    add(board + 8 * INSIDE, -1)
    return wanted


@kernel
def serve(board: int, patience: int) -> int:
    """Help with jobs until the board has been empty for a while; how many there were."""
    jobs, waited = 0, 0
    while waited < patience:
        waited += 1
        pause()
        if get(board + 8 * OPEN) == 1 and help_once(board):
            jobs, waited = jobs + 1, 0
    return jobs


@kernel
def serve_and_sleep(board: int, patience: int) -> int:
    """Serve for ever: asleep where the board stays empty, until the bell changes."""
    jobs = 0
    while jobs >= 0:
        bell = get(board + 8 * BELL)
        jobs += serve(board, patience)
        add(board + 8 * ASLEEP, 1)
        if get(board + 8 * OPEN) == 0:
            futex(board + 8 * BELL, WAIT, bell)
        add(board + 8 * ASLEEP, -1)
    return jobs


def over_chunks(work: Any) -> Any:
    """A helper that calls work(first, last, *args) on all chunks, ``most`` at a time at the most.

    ``backwards`` the last chunks are taken first.
    """
    job = intrinsic(job_of(work))

    @helper
    def spread(
        board: int, helpers: int, chunks: int, most: int, backwards: bool, args: Any
    ) -> None:
        if helpers > 0:
            function, arguments = job(args)
            lead(board, helpers, function, arguments, chunks, -most if backwards else most)
            return
        for done in range(0, chunks, max(1, most)):
            if backwards:
                work(max(0, chunks - done - most), chunks - done, *args)
            else:
                work(done, min(chunks, done + most), *args)

    return spread
