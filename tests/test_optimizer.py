"""`LionK`: blocks, dtypes, schedules, runs, and what it says when it is misused."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import textbooks
from helpers import Library, to_numpy
from lionk_ref.convex import L1, L2, Blocks, ConvexFunction, HalfSquare
from lionk_ref.discrete import Constant, Cosine, LionK, State, Step

HYPER = {"lr": 0.1, "beta1": 0.5, "beta2": 0.75, "lam": 0.3}
X = {"w": [[3.0, 4.0], [0.0, -1.0]], "b": [-2.0, 0.5, 6.0]}
G = {"w": [[1.0, -2.0], [5.0, 0.0]], "b": [0.5, 0.5, -3.0]}


class Slope:
    """f(x) = <slope, x>, counting how often its gradient is asked for."""

    def __init__(self, slope: Any) -> None:
        self.slope, self.asked = slope, 0

    def gradient(self, x: Any) -> Any:
        """The slope."""
        self.asked += 1
        return self.slope


def blocks(library: Library, values: dict[str, Any], dtype: str = "float64") -> dict[str, Any]:
    """A dict of arrays."""
    return {name: library.make(value, dtype) for name, value in values.items()}


def assert_same(got: Any, wanted: Any) -> None:
    """Two trees of arrays are equal to the last bit."""
    if isinstance(wanted, dict):
        assert list(got) == list(wanted)
        got, wanted = list(got.values()), list(wanted.values())
    else:
        got, wanted = [got], [wanted]
    for a, b in zip(got, wanted, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(to_numpy(a), to_numpy(b), strict=True)


@pytest.mark.parametrize("scheme", ["explicit", "implicit"])
@pytest.mark.parametrize("K", [L2(), {"w": L2(), "b": L1()}], ids=["one", "each"])
def test_blocks_are_separate_runs(library: Library, K: Any, scheme: str) -> None:
    """A dict of arrays steps as its arrays do alone, with the one K or with their own."""
    together = LionK(K, **HYPER, scheme=scheme)
    s, g = together.init(blocks(library, X)), blocks(library, G)
    for _ in range(3):
        s = together.step(s, g)
    assert list(s.x) == list(s.m) == list(X)
    for name in X:
        alone = LionK(K[name] if isinstance(K, dict) else K, **HYPER, scheme=scheme)
        t = alone.init(library.make(X[name]))
        for _ in range(3):
            t = alone.step(t, g[name])
        assert_same(s.x[name], t.x)
        assert_same(s.m[name], t.m)


def test_order_of_the_blocks_does_not_matter() -> None:
    """Blocks are found by name: m, g and K may list them in another order than x."""
    x, g = ({name: np.array(a) for name, a in tree.items()} for tree in (X, G))
    one = LionK({"w": L2(), "b": L1()}, **HYPER)
    other = LionK({"b": L1(), "w": L2()}, **HYPER)
    s = one.init(x)
    backwards = State(s.x, dict(reversed(s.m.items())))
    got, wanted = other.step(backwards, dict(reversed(g.items()))), one.step(s, g)
    assert_same(got.x["w"], wanted.x["w"])
    assert_same(got.m["b"], wanted.m["b"])


def test_k_of_a_dict() -> None:
    """K on an array, and K on a dict as one function: the sum over its blocks."""
    x = {name: np.array(a) for name, a in X.items()}
    assert LionK(L1(), **HYPER).convex_function(x["w"]) == L1()
    assert LionK(L2(), **HYPER).K_on(x) == {"w": L2(), "b": L2()}
    K = {"w": L2(), "b": L1()}
    assert LionK(K, **HYPER).convex_function(x) == Blocks(K)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_init(library: Library, dtype: str) -> None:
    """The momentum starts at zero, in the library, dtype and shape of x."""
    x = blocks(library, X, dtype)
    s = LionK(L1(), lr=0.1).init(x)
    assert s.x is x
    assert_same(s.m, blocks(library, {name: np.zeros_like(a) for name, a in X.items()}, dtype))


@pytest.mark.parametrize("number", [np.float64, np.float32])
@pytest.mark.parametrize("scheme", ["explicit", "implicit"])
def test_numpy_hyperparameters_do_not_widen(number: Any, scheme: str) -> None:
    """float32 arrays stay float32 when a hyper-parameter or a schedule's value is np.float64."""
    hyper = {name: number(value) for name, value in HYPER.items()}
    fixed = LionK(L1(), **hyper, scheme=scheme)
    scheduled = LionK(L1(), **hyper | {"lr": lambda t: number(0.1)}, scheme=scheme)
    assert all(type(getattr(fixed, name)) is float for name in HYPER)
    s = fixed.init(np.ones(2, np.float32))
    for optimizer in (fixed, scheduled):
        after = optimizer.step(s, s.x, 0)
        assert (after.x.dtype, after.m.dtype) == (np.float32, np.float32)


@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 0, 3), (2, 1, 2)])
@pytest.mark.parametrize("K", [L1(), L2(), HalfSquare()], ids=repr)
def test_shapes(library: Library, K: ConvexFunction, shape: tuple[int, ...]) -> None:
    """Any shape, 0-d and empty ones too, comes out as it went in."""
    s = LionK(K, **HYPER).init(library.make(np.ones(shape)))
    after = LionK(K, **HYPER).step(s, s.x)
    assert (after.x.shape, after.m.shape) == (shape, shape)


def test_defaults_are_lions() -> None:
    """beta1 = 0.9, beta2 = 0.99, no decay, eq. (2); whole numbers are taken as floats."""
    lion = LionK(L1(), lr=1)
    assert lion == LionK(L1(), lr=1.0, beta1=0.9, beta2=0.99, lam=0.0, scheme="explicit")
    assert type(lion.lr) is float


@pytest.mark.parametrize("beta2", [0.25, 0.5])
def test_beta2_may_be_small(beta2: float) -> None:
    """beta2 <= beta1 is a step as any other; only the certificate is lost."""
    s = State(np.array([1.0]), np.array([2.0]))
    after = LionK(L1(), lr=0.5, beta1=0.5, beta2=beta2).step(s, np.array([1.0]))
    assert (after.x, after.m) == (1.5, 2 * beta2 - (1 - beta2))


def test_run_yields_its_steps() -> None:
    """Each step holds its number, lr, gradient and both states, and begins where the last ended."""
    problem, schedule = Slope(np.array([1.0, -1.0])), Cosine(peak=0.5, steps=4)
    x0 = np.array([2.0, 3.0])
    optimizer = LionK(L1(), lr=schedule, lam=0.5)
    steps = list(optimizer.run(problem, x0, 4))
    assert all(isinstance(step, Step) for step in steps)
    assert [(step.t, step.lr) for step in steps] == [(t, schedule(t)) for t in range(4)]
    assert steps[0].before.x is x0
    for step, following in itertools.pairwise(steps):
        assert following.before is step.after
    for step in steps:
        assert step.g is problem.slope
        fixed = LionK(L1(), lr=step.lr, lam=0.5).step(step.before, step.g)
        assert_same(step.after.x, fixed.x)
        assert_same(step.after.m, fixed.m)
    np.testing.assert_array_equal(x0, [2.0, 3.0])


class Bowl:
    """f(x) = <x, a x>/2 with a diagonal a."""

    def __init__(self, a: Any) -> None:
        self.a = a

    def gradient(self, x: Any) -> Any:
        """A dyadic multiple of a dyadic x: exact."""
        return self.a * x


@pytest.mark.parametrize(
    ("K", "direction"), [(L1(), textbooks.sign), (HalfSquare(), textbooks.itself)]
)
def test_a_run_is_the_textbooks(K: ConvexFunction, direction: Any) -> None:
    """A run from zero momentum ends where a public Lion's text does, in Fractions, from its own."""
    a, x0 = np.array([1.0, 2.0, 4.0, -1.0, 0.0]), np.array([3.0, -1.5, 0.25, 0.5, 1.0])
    got = LionK(K, lr=0.25, beta1=0.5, beta2=0.75, lam=0.5).minimize(Bowl(a), x0, 8)
    betas = Fraction(1, 2), Fraction(3, 4)
    settings = {"lr": Fraction(1, 4), "betas": betas, "weight_decay": Fraction(1, 2)}
    for i in range(5):
        x, m = Fraction(x0[i]), Fraction(0)
        for _ in range(8):
            g = Fraction(a[i]) * x
            x, m = textbooks.lion_pytorch(x, m, g, direction, **settings)
        assert (got.x[i], got.m[i]) == (x, -m)


def test_run_is_lazy() -> None:
    """No gradient is computed before its step is asked for."""
    problem = Slope(np.array([1.0]))
    run = LionK(L1(), lr=0.1).run(problem, np.array([0.0]), 10**9)
    assert problem.asked == 0
    next(run)
    assert problem.asked == 1


def test_an_oracle_replaces_the_gradient() -> None:
    """A noisy gradient comes from oracle(x, t) at the current x, the exact one from nowhere."""
    problem, seen = Slope(np.array([1.0])), []

    def oracle(x: Any, t: int) -> Any:
        seen.append((x.item(), t))
        return -x

    steps = list(LionK(L1(), lr=0.5).run(problem, np.array([1.0]), 3, oracle))
    assert problem.asked == 0
    assert seen == [(1.0, 0), (1.5, 1), (2.0, 2)]
    assert [step.g.item() for step in steps] == [-1.0, -1.5, -2.0]


def test_minimize() -> None:
    """It returns the last state of the run, and shows every step to the callback."""
    problem, x0, seen = Slope(np.array([1.0, -2.0])), np.array([0.5, 0.0]), []
    optimizer = LionK(L1(), **HYPER)
    last = optimizer.minimize(problem, x0, 5, callback=seen.append)
    steps = list(optimizer.run(problem, x0, 5))
    assert [step.t for step in seen] == list(range(5))
    assert seen[-1].after is last
    assert_same(last.x, steps[-1].after.x)
    assert_same(last.m, steps[-1].after.m)


def test_no_steps() -> None:
    """Nothing happens in no steps."""
    problem, x0 = Slope(np.array([1.0])), np.array([0.5])
    s = LionK(L1(), lr=0.1).minimize(problem, x0, 0)
    assert (s.x, s.m, problem.asked) == (x0, 0.0, 0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lr": 0.0}, "LionK needs a finite lr > 0 or a schedule, got lr=0.0"),
        ({"lr": -1}, "finite lr > 0 or a schedule, got lr=-1"),
        ({"lr": float("nan")}, "finite lr > 0 or a schedule, got lr=nan"),
        ({"lr": float("inf")}, "finite lr > 0 or a schedule, got lr=inf"),
        ({"lr": "0.1"}, "finite lr > 0 or a schedule, got lr='0.1'"),
        ({"lr": True}, "finite lr > 0 or a schedule, got lr=True"),
        ({"lr": np.array([0.1])}, r"finite lr > 0 or a schedule, got lr=array\(\[0.1\]\)"),
        ({"beta1": 1.0}, "LionK needs 0 <= beta1 < 1, got beta1=1.0"),
        ({"beta1": -0.1}, "0 <= beta1 < 1, got beta1=-0.1"),
        ({"beta2": 1.2}, "LionK needs 0 <= beta2 < 1, got beta2=1.2"),
        ({"beta2": None}, "0 <= beta2 < 1, got beta2=None"),
        ({"lam": -0.1}, "LionK needs a finite lam >= 0, got lam=-0.1"),
        ({"lam": float("inf")}, "finite lam >= 0, got lam=inf"),
        ({"lam": 1j}, "finite lam >= 0, got lam=1j"),
        ({"scheme": "euler"}, r"schemes are \['explicit', 'implicit'\], got 'euler'"),
        ({"K": L1}, "LionK needs a ConvexFunction such as L1.*, got <class"),
        ({"K": {"w": "l1"}}, "LionK needs a ConvexFunction such as L1.*, got 'l1'"),
    ],
)
def test_bad_parameters(changes: dict[str, Any], message: str) -> None:
    """One line: what was asked and what was got."""
    with pytest.raises((ValueError, TypeError), match=message):
        LionK(**{"K": L1(), **HYPER, **changes})


A = np.array([1.0, 2.0])


def strict(values: list[float]) -> Any:
    """An array of another library."""
    import array_api_strict

    return array_api_strict.asarray(values)


@pytest.mark.parametrize(
    ("K", "x", "m", "g", "error", "message"),
    [
        (L1(), A, A, A[:1], ValueError, r"Shapes must agree, got x \(2,\), m \(2,\), g \(1,\)"),
        (L1(), A, A[None], A, ValueError, r"Shapes must agree, got x \(2,\), m \(1, 2\)"),
        (L1(), A, A, A.astype("float32"), TypeError, "dtypes: float64 and float32"),
        (L1(), A.astype("float32"), A, A, TypeError, "dtypes: float32 and float64"),
        (L1(), A, A, A.astype(int), TypeError, "dtypes: float64 and int64"),
        (L1(), *[A.astype(int)] * 3, TypeError, "Expected float32 or float64, got int64"),
        (L1(), *[A.astype(complex)] * 3, TypeError, "float32 or float64, got complex128"),
        (L1(), *[A.astype("float16")] * 3, TypeError, "float32 or float64, got float16"),
        (L1(), A, A, [1.0, 2.0], TypeError, "Expected an array .* got list"),
        (L1(), A, A, 1.0, TypeError, "Expected an array .* got float"),
        (L1(), A, A, strict, TypeError, "different libraries: array_api_strict and numpy"),
        (L1(), {"w": A}, {"w": A}, {"v": A}, ValueError, r"Blocks .* \['w'\] and \['v'\]"),
        (L1(), {"w": A}, {"w": A}, A, ValueError, r"Blocks must agree, got \['w'\] and ndarray"),
        ({"v": L1()}, *[{"w": A}] * 3, ValueError, r"Blocks must agree, got \['v'\] and \['w'\]"),
        ({"w": L1()}, A, A, A, TypeError, r"has a K for the blocks \['w'\], got one array"),
    ],
)
def test_bad_arrays(K: Any, x: Any, m: Any, g: Any, error: type[Exception], message: str) -> None:
    """x, m and g must be of one shape, dtype and library, and K must fit them."""
    g = g([1.0, 2.0]) if callable(g) else g
    with pytest.raises(error, match=message):
        LionK(K, **HYPER).step(State(x, m), g)


def test_bad_starts() -> None:
    """A list or integers are no start."""
    for x in ([1.0], np.array([1])):
        with pytest.raises(TypeError, match="Expected"):
            LionK(L1(), lr=0.1).init(x)


def test_a_schedule_needs_the_step_number() -> None:
    """Without t a schedule would be stuck at its first value."""
    optimizer = LionK(L1(), lr=Constant(0.1))
    with pytest.raises(ValueError, match=r"schedule for lr: give step\(s, g, t\) the step number"):
        optimizer.step(optimizer.init(A), A)
    assert_same(
        optimizer.step(optimizer.init(A), A, 7).x, LionK(L1(), lr=0.1).step(State(A, 0 * A), A).x
    )
