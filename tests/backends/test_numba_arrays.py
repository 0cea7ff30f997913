"""Arrays as they come: views, copies, dicts, overlaps, wrong ones. Right, or one clear error."""

from __future__ import annotations

import itertools
import weakref
from collections import OrderedDict
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from numba_backend import FLOATS, backend, fused

from lionk_numba.tables import gather, of_dicts
from lionk_ref.backend import find
from lionk_ref.convex import (
    L1,
    L2,
    ConvexFunction,
    Ellipsoid,
    GroupL2,
    HalfSquare,
    HalfSquaredNorm,
    Huber,
    LInf,
    Lp,
    Nuclear,
    Scaled,
    SortedL1,
    TopK,
)
from lionk_ref.discrete import LionK, State
from step_cases import SETTINGS, Arrays, core_step, ordinary, same_bits

S = SETTINGS[0]
HYPER = S._asdict()
K_OF_EACH_FAMILY = [Huber(), L2(), TopK(k=3), GroupL2(size=4), SortedL1(weights=(1.0, 0.5, 0.25))]


def strided(a: Any) -> Any:
    """Every second entry of a larger array."""
    larger = np.zeros((*a.shape[:-1], 2 * a.shape[-1]), a.dtype)
    larger[..., ::2] = a
    return larger[..., ::2]


def misaligned(a: Any) -> Any:
    """At an address that is no multiple of the size of an entry."""
    raw = np.zeros(a.nbytes + 1, np.uint8)[1:]
    view = raw.view(a.dtype).reshape(a.shape)
    view[...] = a
    return view


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "fortran": np.asfortranarray,
    "strided": strided,
    "reversed": lambda a: a[::-1].copy()[::-1],
    "transposed": lambda a: np.ascontiguousarray(a.T).T,
    "misaligned": misaligned,
    "offset": lambda a: np.concatenate([a[:1], a])[1:],
}


@FLOATS
@pytest.mark.parametrize("which", [0, 1, 2], ids="xmg")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_is_right(layout: str, which: int, dtype: Any) -> None:
    """One of the three arrays in another layout than the others: the order of entries is C's."""
    shaped = Arrays(*(a.reshape(9, 14) for a in ordinary(126, dtype)))
    arrays = shaped.copy()._replace(**{"xmg"[which]: LAYOUTS[layout](shaped[which])})
    for K in K_OF_EACH_FAMILY:
        wanted = fused(K, "explicit", shaped, S)
        got = [a if k == which else a.copy() for k, a in enumerate(arrays)]
        before = got[which].copy()
        backend.step_(K, "explicit", *got, **HYPER)
        assert same_bits(np.ascontiguousarray(got[0]), wanted.x), K
        assert same_bits(np.ascontiguousarray(got[1]), wanted.m), K
        got[which][...] = before


@FLOATS
def test_a_step_on_a_view_leaves_its_surroundings_alone(dtype: Any) -> None:
    """No entry before, between or behind is touched, at any length of the rest."""
    for n in range(40):
        for step in (1, 2):
            x, m = np.full((2, 200), 7, dtype)
            g = np.ones(n, dtype)
            backend.step_(L1(), "explicit", x[50 :][: step * n : step], m[50 :][: step * n : step],
                          g, **HYPER)  # fmt: skip
            inside = np.zeros(200, bool)
            inside[50:][: step * n : step] = True
            for a in (x, m):
                assert np.all(a[~inside] == 7)
                assert np.all(a[inside] != 7)


def test_a_gradient_may_be_read_only() -> None:
    """It is only read."""
    a = ordinary(20, np.float32)
    a.g.flags.writeable = False
    backend.step_(L1(), "explicit", a.x, a.m, a.g, **HYPER)


def test_shapes_without_entries_and_without_axes() -> None:
    """Nothing happens to nothing; a number is an array too."""
    for shape in [(0,), (3, 0, 2), (), (1, 1, 1)]:
        a = Arrays(*(np.full(shape, v) for v in (2.0, 0.0, 1.0)))
        for K in (L1(), L2(), TopK(k=1), GroupL2(size=2)):
            assert same_bits(fused(K, "explicit", a, S).x, core_step(K, "explicit", a, S).x)


@pytest.mark.parametrize("K", K_OF_EACH_FAMILY, ids=repr)
def test_the_gradient_may_be_x_or_m(K: ConvexFunction) -> None:
    """That of |x|^2/2 is x itself: each entry is read before it is written."""
    for own in ("x", "m"):
        a = ordinary(40_001, np.float32)
        wanted = fused(K, "explicit", a._replace(g=getattr(a, own).copy()), S)
        backend.step_(K, "explicit", a.x, a.m, getattr(a, own), **HYPER)
        assert same_bits(a.x, wanted.x)
        assert same_bits(a.m, wanted.m)


def overlapping() -> dict[str, tuple[Any, Any, Any]]:
    """Arrays of which one is written where another lies."""
    one, two = np.zeros(30), np.zeros(30)
    return {
        "x is m": (one[:10], one[:10], two[:10]),
        "x meets m": (one[:10], one[9:19], two[:10]),
        "g meets x": (one[:10], two[:10], one[1:11]),
        "g meets m": (one[:10], two[:10], two[5:15]),
    }


@pytest.mark.parametrize("name", overlapping())
def test_overlaps_are_refused(name: str) -> None:
    """Alone and among blocks, and nothing is changed."""
    x, m, g = overlapping()[name]
    other = [np.ones(5) for _ in range(3)]
    blocks = [{"a": a, "b": b} for a, b in zip((x, m, g), other, strict=True)]
    for arrays in ((x, m, g), blocks):
        with pytest.raises(ValueError, match="overlap in memory"):
            backend.step_(HalfSquare(), "explicit", *arrays, **HYPER)
    assert all(np.all(a == 1) for a in other)


def test_overlaps_between_blocks_are_refused() -> None:
    """Two blocks that share x, and a gradient that lies in the x of another block."""
    a, b, c, d = (np.zeros(5) for _ in range(4))
    g = {"a": np.zeros(5), "b": np.zeros(5)}
    with pytest.raises(ValueError, match="overlap in memory"):
        backend.step_(L1(), "explicit", {"a": a, "b": a}, {"a": c, "b": d}, g, **HYPER)
    with pytest.raises(ValueError, match="overlap in memory"):
        backend.step_(
            L1(), "explicit", {"a": a, "b": b}, {"a": c, "b": d}, {"a": b, "b": g["b"]}, **HYPER
        )
    for _ in range(2):
        backend.step_(L1(), "explicit", {"a": a, "b": b}, {"a": c, "b": d}, g, **HYPER)


def meet_somewhere(blocks: Arrays) -> bool:
    """The slow twin: every array that is written against all others, entry by entry."""
    spans = [
        [set(range(a.ctypes.data, a.ctypes.data + a.nbytes)) for a in arrays.values()]
        for arrays in blocks
    ]
    written = [(own, k, span) for own in (0, 1) for k, span in enumerate(spans[own])]
    apart = all(a[2].isdisjoint(b[2]) for a, b in itertools.combinations(written, 2))
    return not apart or any(
        not g.isdisjoint(span) and not (j == k and g == span)
        for k, g in enumerate(spans[2])
        for _, j, span in written
    )


def test_overlaps_are_found_wherever_they_lie() -> None:
    """Blocks at random places of one array: as the slow twin says, the first time and again."""
    rng, found = np.random.default_rng(0), []
    memory = np.zeros(420, np.float32)
    for _ in range(300):
        count = int(rng.integers(2, 5))
        sizes, starts = rng.integers(0, 9, count), 10 * rng.permutation(40)[: 3 * count]
        starts = starts + rng.integers(0, 9, 3 * count) * (rng.random(3 * count) < 0.1)
        views = [memory[a : a + n] for a, n in zip(starts, np.tile(sizes, 3), strict=True)]
        x, m, g = (dict(enumerate(views[k * count : (k + 1) * count])) for k in range(3))
        other = {k: memory[int(rng.integers(0, 395)) :][: len(a)] for k, a in g.items()}
        for gradients in (g, x, other, g):
            found.append(meet_somewhere(Arrays(x, m, gradients)))
            assert refuses(x, m, gradients) == found[-1]
    assert 100 < sum(found) < len(found) - 100


def refuses(x: Any, m: Any, g: Any) -> bool:
    """Whether a step ends in the error about shared entries."""
    try:
        backend.step_(L1(), "explicit", x, m, g, **HYPER)
    except ValueError as error:
        return "overlap in memory" in str(error) or "an entry twice" in str(error)
    return False


def test_columns_of_one_matrix() -> None:
    """They share a range of memory, and no entry."""
    a = np.zeros((5, 3))
    assert not refuses(a[:, 0], a[:, 2], np.ones(5))
    assert np.all(a[:, 1] == 0)
    assert np.all(a[:, 0] != 0)


def test_views_that_share_entries_are_refused() -> None:
    """The same column twice, a row in a column, another block's column; nothing is changed."""
    a, g = np.zeros((5, 3)), np.ones(5)
    wrong = [(a[:, 0], a[:, 0]), (a[:, 0], a[1:3].reshape(-1)[:5]), (a[::-1, 1], a[:, 1])]
    assert all(refuses(x, m, g) for x, m in wrong)
    x, m = {"a": a[:, 0], "b": a[:, 1]}, {"a": a[:, 2], "b": a[:, 1]}
    assert refuses(x, m, {"a": g, "b": g})
    assert np.all(a == 0)


def test_an_entry_twice_is_refused() -> None:
    """A view made by strides."""
    twice = np.lib.stride_tricks.as_strided(np.zeros(9), (5,), (0,))
    assert refuses(twice, np.zeros(5), np.ones(5))


WRONG = {
    "read-only": (lambda x: (locked(x), x.copy(), x), ValueError, "read-only: give it a copy"),
    "shape": (lambda x: (x, x.copy(), x[:-1]), ValueError, "Shapes must agree"),
    "axes": (lambda x: (x, x.copy(), x[None]), ValueError, "Shapes must agree"),
    "dtype": (lambda x: (x, x.copy(), x.astype("f8")), TypeError, "different dtypes"),
    "momentum": (lambda x: (x, x.astype("f8"), x), TypeError, "different dtypes"),
    "half": (lambda x: [x.astype("f2")] * 3, TypeError, "Expected float32 or float64"),
    "integers": (lambda x: [x.astype("i4")] * 3, TypeError, "Expected float32 or float64"),
    "byte order": (lambda x: [x.astype(">f4")] * 3, TypeError, "float32 or float64"),
    "complex": (lambda x: [x.astype("c8")] * 3, TypeError, "Expected float32 or float64"),
    "list": (lambda x: (x, x.copy(), x.tolist()), TypeError, "got builtins.list"),
    "masked": (lambda x: (np.ma.array(x), x.copy(), x), TypeError, "got numpy.ma"),
    "dict": (lambda x: (x, {"a": x}, x), TypeError, "got builtins.dict"),
    "blocks": (lambda x: ({"a": x}, {"a": x.copy()}, {"b": x}), ValueError, "Blocks must agree"),
    "no blocks": (lambda x: ({"a": x}, x.copy(), {"a": x}), ValueError, "Blocks must agree"),
}


def locked(x: Any) -> Any:
    """A copy that cannot be written."""
    x = x.copy()
    x.flags.writeable = False
    return x


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arrays_are_refused(name: str) -> None:
    """With one line that says what was got; a good block beside it is not stepped."""
    make, error, text = WRONG[name]
    arrays = make(np.ones(6, np.float32))
    with pytest.raises(error, match=text):
        backend.step_(L1(), "explicit", *arrays, **HYPER)
    if not isinstance(arrays[0], dict) and name != "dict":
        good = [np.ones(3, np.float32) for _ in range(3)]
        blocks = [{"a": a, "b": b} for a, b in zip(good, arrays, strict=True)]
        with pytest.raises(error, match=text):
            backend.step_(L1(), "explicit", *blocks, **HYPER)
        assert np.all(good[0] == 1)


def test_a_memory_map_is_stepped(tmp_path: Any) -> None:
    """A subclass of numpy.ndarray that holds plain numbers."""
    x = np.memmap(tmp_path / "x", np.float32, "w+", shape=(100,))
    a = ordinary(100, np.float32)
    x[:] = a.x
    backend.step_(L1(), "explicit", x, a.m.copy(), a.g, **HYPER)
    assert same_bits(np.array(x), core_step(L1(), "explicit", a, S).x)


def blocks_of(sizes: list[int], dtype: Any) -> list[dict[str, Any]]:
    """x, m and g as dicts of arrays of these sizes."""
    arrays = [ordinary(n, dtype, seed=k) for k, n in enumerate(sizes)]
    names = [f"p{k}" for k in range(len(sizes))]
    return [{name: a[j] for name, a in zip(names, arrays, strict=True)} for j in range(3)]


@FLOATS
@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("K", [*K_OF_EACH_FAMILY, TopK(k=20)], ids=repr)
def test_many_arrays_are_as_each_alone(K: ConvexFunction, threads: int, dtype: Any) -> None:
    """Of all sizes, in one call; no chunk of one array is mixed up with those of another."""
    x, m, g = blocks_of([0, 1, 17, 16384, 3, 50_000, 0, 16385, 20, 64], dtype)
    wanted = {n: fused(K, "implicit", Arrays(x[n], m[n], g[n]), S) for n in x}
    backend.step_(K, "implicit", x, m, g, **HYPER, threads=threads)
    for name in x:
        assert same_bits(x[name], wanted[name].x), name
        assert same_bits(m[name], wanted[name].m), name


def test_each_block_has_its_k_and_dtype() -> None:
    """Also where the dicts are in different orders."""
    x, m, g = blocks_of([30, 40, 50, 60], np.float32)
    for tree in (x, m, g):
        tree["p3"] = tree["p3"].astype(np.float64)
    K = {"p3": Huber(e=0.5), "p0": L1(), "p2": L2(), "p1": Huber(e=0.25)}
    wanted = {n: fused(K[n], "explicit", Arrays(x[n], m[n], g[n]), S) for n in x}
    backend.step_(K, "explicit", x, dict(reversed(m.items())), dict(sorted(g.items())), **HYPER)
    for name in x:
        assert same_bits(x[name], wanted[name].x), name


def renamed(tree: dict[str, Any]) -> dict[str, Any]:
    """Equal names that are other objects."""
    return {"".join([*name]): a for name, a in tree.items()}


def with_gaps(tree: dict[str, Any]) -> dict[str, Any]:
    """A dict from which some blocks have been taken out."""
    gaps = {k: v for name, a in tree.items() for k, v in ((f"-{name}", a), (name, a))}
    for name in tree:
        del gaps[f"-{name}"]
    return gaps


DICTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "reversed": lambda tree: dict(reversed(tree.items())),
    "other names": renamed,
    "gaps": with_gaps,
    "ordered": OrderedDict,
    "read-only": MappingProxyType,
    "one strided": lambda tree: {**tree, "p1": strided(tree["p1"])},
}


@pytest.mark.parametrize("which", [(0,), (1,), (2,), (0, 1), (1, 2)], ids=str)
@pytest.mark.parametrize("form", DICTS)
def test_dicts_of_any_form_are_right(form: str, which: tuple[int, ...]) -> None:
    """Blocks belong together by their names, whatever the dicts are and however they came to be."""
    trees: list[Any] = blocks_of([40, 40, 40, 40], np.float32)
    wanted = {n: fused(L1(), "explicit", Arrays(*(t[n] for t in trees)), S) for n in trees[0]}
    for k in which:
        trees[k] = DICTS[form](trees[k])
    backend.step_(L1(), "explicit", *trees, **HYPER)
    for name in wanted:
        assert same_bits(trees[0][name], wanted[name].x), name
        assert same_bits(trees[1][name], wanted[name].m), name


def test_dicts_are_read_at_once_where_they_can() -> None:
    """As tuples of the same arrays are, and only where names and arrays are alike."""
    x, m, g = blocks_of([40, 0, 20_000, 40], np.float32)
    table = of_dicts(x, m, with_gaps(g))
    (other,) = gather(tuple(tuple(tree.values()) for tree in (x, m, g)))  # type: ignore[arg-type]
    assert table is not None
    assert table.rows.tolist() == other.rows.tolist()
    assert table[1:5] == other[1:5]
    assert of_dicts(x, m, renamed(g)) is None
    assert of_dicts(x, m, {"p0": g["p0"]}) is None
    assert of_dicts(x, {**m, "p3": m["p3"].astype(np.float64)}, g) is None
    assert of_dicts({**x, "p2": 1.0}, m, g) is None


def test_a_step_keeps_the_arrays_that_it_works_on() -> None:
    """Another thread may take blocks out of a dict meanwhile."""
    x, m, g = blocks_of([40, 50], np.float32)
    table = of_dicts(x, m, g)
    before = weakref.ref(x["p0"])
    x["p0"] = np.zeros(40, np.float32)
    assert table is not None
    assert before() is not None
    assert table.rows[0, 0] == before().ctypes.data  # type: ignore[union-attr]
    del table
    assert before() is None


def test_no_blocks_at_all() -> None:
    """An empty dict is stepped, too."""
    backend.step_(L1(), "explicit", {}, {}, {}, **HYPER)
    backend.step_({}, "explicit", {}, {}, {}, **HYPER)


def test_what_a_k_has() -> None:
    """A kernel, or none but the core's dK; a K that only looks like one of the catalogue has none.

    What is no K is refused.
    """

    class Other(L1):
        pass

    by_core = (
        Nuclear(), Other(), HalfSquaredNorm(Other(), LInf()), Ellipsoid(A=(1.0, 2.0)),
        HalfSquaredNorm(Lp(p=1.7)), Lp(p=700.0), Scaled(L1(), 2.0),
    )  # fmt: skip
    assert {backend.support(K) for K in by_core} == {"core"}
    assert backend.support(L1()) == "fused"
    assert backend.support("l1") == "none"
    x = np.eye(3)
    with pytest.raises(TypeError, match="One array needs one K, got str"):
        backend.step_("l1", "explicit", x, x.copy(), x.copy(), **HYPER)
    assert LionK(Nuclear(), lr=0.1, backend="auto").step(State(x, 0 * x), x).x.shape == (3, 3)


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "2"])
def test_a_wrong_number_of_threads_is_refused(threads: Any) -> None:
    """It is a whole number of at least one, or left open."""
    a = ordinary(5, np.float32)
    with pytest.raises(ValueError, match="threads must be a whole number >= 1 or None"):
        backend.step_(L1(), "explicit", *a, **HYPER, threads=threads)


def test_the_backend_says_what_it_is() -> None:
    """Name, device and version, and which arrays it takes."""
    assert (backend.name, backend.device) == ("numba", "cpu")
    assert backend.version[0].isdigit()
    assert backend.accepts(np.zeros(1))
    assert not backend.accepts([1.0])
    assert type(find("numba")) is type(backend)
