"""Work that several threads take from one board, in compiled code that holds no lock.

The caller writes a job on the board, a function and the addresses of its arguments. Each thread has
a share of the chunks, the same in each job, so that it finds in its caches what it had there; who
has done his own goes on with what is left of the others'. One that comes late finds nothing to do,
and nobody waits for it. A result may therefore depend on the chunk alone.
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

OPEN, JOB, INSIDE, FUNCTION, ARGUMENTS, CHUNKS, MOST, HELPERS, ASLEEP, BELL, RING, SHARES = range(
    0, 96, 8
)
"""Places on the board, each in a cache line of its own: whether there is a job, its number, how
many helpers have gone to it, and what the caller has written: a function, its arguments, chunks,
how many are taken at a time at the most (< 0: the last ones first), and how many may help. Then how
many helpers sleep, what changes when they are woken, and whether they are to be. At last, for each
thread, how much of its share is taken."""
MOST_THREADS = 256
PLACES = SHARES + 8 * MOST_THREADS


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
def claim(board: int, owner: int, count: int, most: int) -> Any:
    """What to do next in the share of a thread, from the first to the last of its chunks.

    Half of what is left, so that the pieces are long and yet all threads end together. With short
    ones two threads on neighbouring chunks may be as slow as one. Nothing, if they are equal.
    """
    place = board + 8 * (SHARES + 8 * owner)
    while True:
        done = get(place)
        size = min(most, (count - done + 1) // 2)
        if size <= 0 or swap(place, done, done + size):
            return done, done + size


@helper
def take(board: int, thread: int) -> None:
    """Do chunks of the job on the board until none is left, those of this thread's share first."""
    function, arguments = get(board + 8 * FUNCTION), get(board + 8 * ARGUMENTS)
    chunks, most = get(board + 8 * CHUNKS), get(board + 8 * MOST)
    threads = get(board + 8 * HELPERS) + 1
    for k in range(threads):
        owner = (thread + k) % threads
        begin, end = chunks * owner // threads, chunks * (owner + 1) // threads
        while True:
            first, last = claim(board, owner, end - begin, abs(most))
            if first == last:
                break
            if most > 0:
                call(function, arguments, begin + first, begin + last)
            else:
                call(function, arguments, end - last, end - first)


@helper
def lead(board: int, helpers: int, function: int, arguments: int, chunks: int, most: int) -> None:
    """Do a job, with as many helpers as come, and return when it is done."""
    put(board + 8 * FUNCTION, function)
    put(board + 8 * ARGUMENTS, arguments)
    put(board + 8 * CHUNKS, chunks)
    put(board + 8 * MOST, most)
    put(board + 8 * HELPERS, helpers)
    for owner in range(helpers + 1):
        put(board + 8 * (SHARES + 8 * owner), 0)
    add(board + 8 * JOB, 1)
    put(board + 8 * OPEN, 1)
    if get(board + 8 * RING) != 0 and get(board + 8 * ASLEEP) > 0:
        add(board + 8 * BELL, 1)
        futex(board + 8 * BELL, WAKE, MOST_THREADS)
    take(board, 0)
    put(board + 8 * OPEN, 0)
    while get(board + 8 * INSIDE) > 0:
        pause()


@helper
def help_once(board: int, thread: int) -> Any:
    """Go to the job on the board, if this helper is wanted there."""
    add(board + 8 * INSIDE, 1)
    wanted = get(board + 8 * OPEN) == 1 and thread <= get(board + 8 * HELPERS)
    if wanted:
        take(board, thread)
    add(board + 8 * INSIDE, -1)
    return wanted


@kernel
def serve(board: int, thread: int, patience: int) -> int:
    """Help with jobs until there has been none for a while; with how many."""
    jobs, waited, last = 0, 0, 0
    while waited < patience:
        waited += 1
        pause()
        job = get(board + 8 * JOB)
        if job != last and get(board + 8 * OPEN) == 1:
            last = job
            if help_once(board, thread):
                jobs, waited = jobs + 1, 0
    return jobs


@kernel
def serve_and_sleep(board: int, thread: int, patience: int) -> int:
    """Serve for ever: asleep where the board stays empty, until the bell changes."""
    jobs = 0
    while jobs >= 0:
        bell = get(board + 8 * BELL)
        jobs += serve(board, thread, patience)
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
