"""A K that answers what cannot be used, arrays that share memory, calls that are no calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from helpers import Library
from lionk_ref import L1, L2, CertifiedRun, Huber, LionK, State, certify
from lionk_ref.arrays import each
from lionk_ref.certificates import certify_continuous
from lionk_ref.convex import ConvexFunction, LogCosh, WeightedL1
from lionk_ref.discrete import explicit, implicit
from lionk_ref.memory import overlap, seen
from lionk_ref.problems import PROBLEMS, Quadratic

BUILDER = PROBLEMS["toy"]
TOY = BUILDER()
X = np.array([1.0, -2.0, 0.5])


def own(**answers: Callable[[Any], Any]) -> ConvexFunction:
    """Lion's K, but for what some of its methods answer."""
    methods = {name: lambda self, z, f=f: f(z) for name, f in answers.items()}
    return type("Own", (L1,), methods)()  # type: ignore[no-any-return]


def lion(K: Any, **changes: Any) -> LionK:
    """An optimizer that can be certified."""
    return LionK(K, **{"lr": 0.1, "lam": 1.0, **changes})


def state() -> State:
    """One that may be overwritten."""
    return State(X.copy(), X.copy())


def said(call: Callable[[], object]) -> str:
    """What a call is refused with, in one line; nothing if it is not."""
    try:
        call()
        text = ""
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        text = str(error)
    assert "\n" not in text
    return text


NO_NUMBER = {
    "an array of shape": lambda z: np.abs(z),
    "an array of shape (1,)": lambda z: np.sum(np.abs(z), keepdims=True),
    "NoneType": lambda z: None,
    "list": lambda z: [1.0],
}


def value_calls(K: ConvexFunction) -> list[Callable[[], object]]:
    """Whatever asks for K.value, by itself and among blocks."""
    two, blocks = State({"a": X, "b": X}, {"a": X, "b": X}), lion({"a": L2(), "b": K})
    return [
        lambda: certify(TOY, lion(K), steps=2),
        lambda: CertifiedRun(lion(K), state()),
        lambda: lion(K).certified_step_(state(), X),
        lambda: CertifiedRun(blocks, two),
        lambda: blocks.certified_step_(State(*(each(np.copy, a) for a in two)), two.x),
    ]


def check_values() -> None:
    """Each says what K.value must give, and what it gave."""
    for got, answer in NO_NUMBER.items():
        for call in value_calls(own(value=answer)):
            text = said(call)
            assert "Own().value must give one number, a 0-d array, got " + got in text
            assert "return their sum" in text


def test_a_value_for_each_entry() -> None:
    """The sum over the entries forgotten, or its return."""
    check_values()


def test_a_conjugate_for_each_entry() -> None:
    """By the name of the method that its author wrote."""

    class Own(Huber):
        def conjugate(self, y: Any) -> Any:
            return y * y / 2

    text = said(lambda: certify(TOY, lion(Own()), steps=2))
    assert "Own(e=1.0).conjugate must give one number, a 0-d array, got an array of shape" in text


def test_any_number_is_a_value(library: Library) -> None:
    """A Python float, a scalar or a 0-d array of any library."""
    x, sums = library.make([1.0, -2.0]), (float, lambda a: a)
    for as_one in sums:
        K = own(value=lambda z, f=as_one: f(library.xp.sum(library.xp.abs(z))))
        run = CertifiedRun(lion(K), State(x, x))
        assert run.steps == 0
    assert certify(TOY, lion(own(value=lambda z: np.sum(np.abs(z)))), steps=5).ok


NOT_ALIKE = {
    "Shapes must agree, got m_tilde (3,), u (3, 1)": lambda z: 2 * np.sign(z)[:, None],
    "Shapes must agree, got m_tilde (3,), u (1,)": lambda z: np.sign(z)[:1],
    "got list": lambda z: np.sign(z).tolist(),
    "got float": lambda z: 1.0,
    "got NoneType": lambda z: None,
    "different dtypes: float64 and float32": lambda z: np.sign(z).astype("float32"),
}


def slope_calls(K: ConvexFunction) -> list[Callable[[], object]]:
    """Whatever takes a step, by the core."""
    rest = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "lam": 1.0}
    return [
        lambda: lion(K).step(state(), X),
        lambda: lion(K, scheme="implicit").step(state(), X),
        lambda: lion(K).step_(state(), X),
        lambda: lion(K).certified_step_(state(), X),
        lambda: explicit(K, state(), X, **rest),
        lambda: implicit(K, state(), X, **rest),
        lambda: certify(Quadratic(np.eye(3), X, X), lion(K), steps=2),
    ]


def check_slopes() -> None:
    """Each refuses in the words of the plug-ins, and broadcasts and widens nothing."""
    for reason, answer in NOT_ALIKE.items():
        for call in slope_calls(own(subgradient=answer)):
            text = said(call)
            assert "The subgradient of Own() must be an array like m_tilde. " in text
            assert reason in text


def test_a_subgradient_that_does_not_fit() -> None:
    """Of another shape or dtype, or no array."""
    check_slopes()


def overlapping() -> dict[str, State]:
    """States of NumPy whose x and m cannot both be written."""
    z, one = np.zeros(8), np.zeros(1)
    twice = np.lib.stride_tricks.as_strided(one, (3,), (0,))
    far = {"a": z[0:6:2], "b": z[1:4:2], "c": z[4:6]}
    return {
        "two overlap": State(z[:4], z[2:6]),
        "two overlap in memory": State(z[:4], z[3::-1]),
        "two overlap in memory: give": State(far, {n: np.zeros(a.shape) for n, a in far.items()}),
        "an entry twice": State(twice, np.zeros(3)),
    }


def check_overlaps() -> None:
    """Both steps in place refuse, and change nothing."""
    for reason, s in overlapping().items():
        g = each(np.ones_like, s.x)
        for step in (lion(L1()).step_, lion(L1()).certified_step_):
            assert reason in said(lambda step=step, s=s, g=g: step(s, g))
            assert not any(a.any() for tree in s for a in _leaves(tree))


def _leaves(tree: Any) -> list[Any]:
    return list(tree.values()) if isinstance(tree, dict) else [tree]


def test_overlapping_memory() -> None:
    """x and m share entries, seen among many blocks, too."""
    check_overlaps()


def test_neighbours_in_memory() -> None:
    """Columns of one matrix, its halves, and what has no entry share none; g may be x."""
    z, empty = np.zeros((4, 2)), np.zeros((0, 2))
    for x, m in ((z[:, 0], z[:, 1]), (z[:2], z[2:]), (empty, empty[:])):
        lion(L1()).step_(State(x, m), x)
        assert not overlap([x, m, np.zeros(2)])


def test_memory_elsewhere() -> None:
    """Another library's array is seen where it lies, an array on a GPU by its addresses alone."""
    z = np.zeros(6)

    class Elsewhere:
        def __init__(self, a: Any) -> None:
            kept = {n: a.__array_interface__[n] for n in ("data", "shape", "typestr", "strides")}
            self.__cuda_array_interface__ = kept | {"version": 3}

    a, b, c = (seen(Elsewhere(part)) for part in (z[:4], z[3:], z[4:]))
    assert overlap([a, b])
    assert not overlap([a, c])
    assert seen([1.0]) is None


def test_overlapping_memory_of_another_library(library: Library) -> None:
    """What gives its memory away by DLPack is looked at as NumPy's is."""
    z = library.make(np.zeros(6))
    if seen(z) is None or library.name == "numpy-readonly":
        return
    assert "overlap" in said(lambda: lion(L1()).step_(State(z[:4], z[2:]), z[:4]))


CALLS: dict[str, Callable[[], object]] = {
    "A step needs a State, got ndarray. Begin with": lambda: lion(L1()).step(X, X),
    "A step needs a State, got ndarray.": lambda: lion(L1()).step_(X, X),
    "A step needs a State, got ndarr": lambda: lion(L1()).certified_step_(X, X),
    "A step needs a State, got ": lambda: CertifiedRun(lion(L1()), X),
    "wanted, got toy, which makes one: call it, toy()": lambda: certify(BUILDER, lion(L1())),
    "got Quadratic, which makes one": lambda: certify(Quadratic, lion(L1())),
    "which makes one: call it": lambda: certify_continuous(BUILDER, LogCosh()),
    "A problem is wanted, such as PROBLEMS['toy'](), got str": lambda: certify("toy", lion(L1())),
    "A LionK is wanted, such as LionK(L1(), lr=0.01), got L1()": lambda: certify(TOY, L1()),
    "A LionK is wanted": lambda: CertifiedRun(L1(), state()),
    "got 3. For as many steps write steps=3.": lambda: certify(TOY, lion(L1()), 3),
    "x0 must be an array or a dict of arrays, got a": lambda: certify(TOY, lion(L1()), {}),
    "certify needs a whole number steps >= 1, got steps=1.5": lambda: certify(
        TOY, lion(L1()), steps=1.5
    ),
    "steps >= 1, got steps=0": lambda: certify(TOY, lion(L1()), steps=0),
    "steps >= 1, got steps='a'": lambda: certify(TOY, lion(L1()), steps="a"),
    "A run needs a whole number steps >= 0, got steps=-1": lambda: lion(L1()).minimize(TOY, X, -1),
    "steps >= 0, got steps=1.5": lambda: lion(L1()).minimize(TOY, X, 1.5),
    "L must be a finite number >= 0, got -1.0": lambda: CertifiedRun(lion(L1()), state(), L=-1.0),
    "L must be a finite number >= 0, got nan": lambda: CertifiedRun(
        lion(L1()), state(), L=float("nan")
    ),
    "t is the number of a step, 0, 1, 2, ..., got 'a'": lambda: lion(L1()).step(state(), X, "a"),
    "t is the number of a step": lambda: lion(L1()).certified_step_(state(), X, "a"),
    "..., got 0.5": lambda: lion(L1(), lr=lambda t: 0.1).step_(state(), X, 0.5),
    "threads must be a whole number >= 1 or None, got 0": lambda: lion(L1()).step_(
        state(), X, threads=0
    ),
    "threads must be a whole number >= 1": lambda: lion(L1()).certified_step_(
        state(), X, threads=True
    ),
    "a finite lr >= 0, got None at step 4": lambda: lion(L1(), lr=lambda t: None).lr_at(4),
    "a finite lr >= 0, got '0.1' at step 4": lambda: lion(L1(), lr=lambda t: "0.1").lr_at(4),
    "LionK needs a K for each block, got {}": lambda: lion({}),
    "Blocks must agree, got ['a'] and ['b']": lambda: lion({"a": L1()}).init({"b": X}),
    "has a K for the blocks ['a'], got one array": lambda: lion({"a": L1()}).init(X),
    "a tuple of them such as (1.0, 0.5), got weights=[1, 2]": lambda: WeightedL1([1, 2]),
}


def check_call(wanted: str) -> None:
    """What is said of it."""
    assert wanted in said(CALLS[wanted])


@pytest.mark.parametrize("wanted", CALLS)
def test_calls(wanted: str) -> None:
    """One line: what was asked, what was got, what to do."""
    check_call(wanted)


def test_what_counts() -> None:
    """Whole numbers of NumPy count steps, and its scalars are step sizes."""
    steps = lion(L1(), lr=lambda t: np.float32(0.5)).minimize(TOY, TOY.x0(), np.int64(2))
    assert steps.x.shape == TOY.x0().shape
    assert lion(L1(), lr=lambda t: np.asarray(0.25)).lr_at(np.int64(3)) == 0.25
    assert CertifiedRun(lion(L1()), state(), L=0).L == 0.0
