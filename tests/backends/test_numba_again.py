"""Steps on the dicts of the last step, which are read and made in one call: as any other step.

Two programs do the same; one of them forgets the last step before each, so that all is looked at.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from threading import Thread
from typing import Any

import numpy as np
import pytest
from numba_backend import backend
from numba_copies import ALWAYS, Mutant, load

from lionk_numba import again, run
from lionk_ref.convex import L1, L2, Huber, WeightedL1
from step_cases import SETTINGS, ordinary

HYPER = SETTINGS[0]._asdict()
Trees = list[dict[str, Any]]


def trees(seed: int = 0) -> Trees:
    """x, m and g in three blocks, two of them of one size."""
    blocks = [ordinary(n, np.float32, seed=seed + k) for k, n in enumerate((40, 40, 20_000))]
    return [dict(zip("abc", column, strict=True)) for column in zip(*blocks, strict=True)]


def replace(which: int, name: str, make: Callable[[Any], Any]) -> Callable[[Trees], None]:
    """A change of one block."""

    def change(t: Trees) -> None:
        t[which][name] = make(t[which][name])

    return change


def locked(t: Trees) -> None:
    """An x that cannot be written."""
    t[0]["b"].flags.writeable = False


def reshaped(t: Trees) -> None:
    """An x whose shape alone is another."""
    t[0]["b"].shape = (4, 10)


def shorter(t: Trees) -> None:
    """Fewer entries at the same addresses."""
    for tree in t:
        tree["b"] = tree["b"][:10]


def into_another(t: Trees) -> None:
    """A gradient that lies where another block is written."""
    t[2]["a"] = t[0]["b"]


def one_more(t: Trees) -> None:
    """A gradient without a parameter."""
    t[2]["d"] = t[2]["a"].copy()


def one_less(t: Trees) -> None:
    """A block that is gone."""
    for tree in t:
        del tree["b"]


def reordered(t: Trees) -> None:
    """Momenta in another order."""
    t[1]["a"] = t[1].pop("a")


CHANGES: dict[str, Callable[[Trees], None]] = {
    "nothing": lambda t: None,
    "a new gradient": replace(2, "b", lambda a: -2 * a),
    "a new x": replace(0, "b", lambda a: -2 * a),
    "a new momentum": replace(1, "b", lambda a: -2 * a),
    "a gradient of another shape": replace(2, "b", lambda a: a.reshape(4, 10)),
    "a gradient in float64": replace(2, "b", lambda a: a.astype(np.float64)),
    "a gradient of a subclass": replace(2, "b", lambda a: np.ma.masked_array(a)),
    "a strided gradient": replace(2, "b", lambda a: np.repeat(a, 2)[::2]),
    "a gradient that is no array": replace(2, "b", list),
    "locked": locked,
    "reshaped": reshaped,
    "shorter": shorter,
    "into another": into_another,
    "one more": one_more,
    "one less": one_less,
    "reordered": reordered,
}


def program(under_test: Any, forget: bool, change: Callable[[Trees], None]) -> list[Any]:
    """Three steps with a change after the first: what was said, and all entries in the end."""
    t, said = trees(), []
    kept = [list(tree.values()) for tree in t]
    for k in range(3):
        if forget:
            again._known = None
        try:
            under_test.step_(L1(), "explicit", *t, **HYPER, threads=1 + k % 2)
            said.append("")
        except (TypeError, ValueError) as error:
            said.append(str(error))
        if k == 0:
            change(t)
    everything = [a for tree in t for a in tree.values()] + [a for column in kept for a in column]
    return [said, *(np.asarray(a).tobytes() for a in everything)]


@pytest.mark.parametrize("name", CHANGES)
def test_a_step_again_is_as_the_first(name: str) -> None:
    """Whatever has been done to the dicts and their arrays meanwhile."""
    assert program(backend, False, CHANGES[name]) == program(backend, True, CHANGES[name])


def test_it_is_made_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same arrays, also under another K and with new gradients, and only where it can."""
    x, m, g = trees()
    backend.step_(L1(), "explicit", x, m, g, **HYPER)
    slow: list[Any] = []
    monkeypatch.setattr(run, "_jobs", lambda *args: slow.append(args) or [])
    backend.step_(Huber(e=0.5), "implicit", x, m, g, **HYPER)
    backend.step_(L1(), "explicit", x, m, {name: 2 * a for name, a in g.items()}, **HYPER)
    assert not slow
    for K in (L2(), WeightedL1(weights=(1.0, 2.0)), {name: L1() for name in x}):
        backend.step_(K, "explicit", x, m, g, **HYPER)
    backend.step_(L1(), "explicit", trees()[0], m, g, **HYPER)
    assert len(slow) == 4


def test_long_steps_hold_no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other threads may run during a step that takes long, and the dicts are copied for it."""
    x, m, g = trees()
    monkeypatch.setattr(again, "SHORT", 100)
    monkeypatch.setattr(again, "_known", None)
    backend.step_(L1(), "explicit", x, m, g, **HYPER)
    assert again._known is None


def test_no_array_is_kept() -> None:
    """What is remembered are addresses."""
    x, m, g = trees()
    backend.step_(L1(), "explicit", x, m, g, **HYPER)
    backend.step_(L1(), "explicit", x, m, g, **HYPER)
    assert again._known is not None
    left = [weakref.ref(tree["a"]) for tree in (x, m, g)]
    del x, m, g
    gc.collect()
    assert [a() for a in left] == [None] * 3


def test_threads_that_step_dicts_of_their_own() -> None:
    """Each finds its own arrays, although one table is remembered for all."""
    all_trees, twins = [trees(seed) for seed in (1, 9)], [trees(seed) for seed in (1, 9)]

    def steps(t: Trees) -> None:
        for _ in range(300):
            backend.step_(L1(), "explicit", *t, **HYPER, threads=2)

    threads = [Thread(target=steps, args=(t,)) for t in all_trees]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for t in twins:
        steps(t)
    found, wanted = (
        [a.tobytes() for t in both for tree in t for a in tree.values()]
        for both in (all_trees, twins)
    )
    assert found == wanted


MUTANTS = {
    "entries are not counted": (
        "shorter", "entries_of(x, m, g, kinds) != rows[k, COUNT]", "entries_of(x, m, g, kinds) < 0"
    ),
    "x is where it was": ("a new x", "data_of(x) != rows[k, X] or ", ""),
    "m is where it was": ("a new momentum", " or data_of(m) != rows[k, M]", ""),
    "the old gradient": ("a new gradient", "rows[k, G], news = data_of(g), NEW_G", "news = NEW_G"),
    "no overlap": ("into another", "meets(rows, *ranges)", "False"),
    "no end": ("one more", "news if at_end(dicts, places) else NEW", "news"),
    "remembered in spite of an error": ("into another", "    if not made:\n", "    if made:\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_mutants_of_a_step_again(name: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is another program after the change."""
    monkeypatch.syspath_prepend(str(tmp_path))
    change, right, wrong = MUTANTS[name]
    mutant = load(tmp_path, Mutant("again.py", right, wrong, L1()), *ALWAYS)
    assert program(mutant, False, CHANGES[change]) != program(backend, True, CHANGES[change])
