"""Section 3's flow, eq. (3), and the two ways to follow it."""

from __future__ import annotations

import builtins
import doctest
import importlib
import math
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import flows
from helpers import Library, to_numpy
from lionk_ref.continuous import (
    Coefficients,
    Flow,
    NonsmoothWarning,
    Phase,
    Rates,
    betas,
    march,
    solve,
)
from lionk_ref.convex import L1, Blocks, HalfSquare, Huber, LogCosh, MoreauEnvelope, PseudoHuber
from lionk_ref.problems import PROBLEMS, Quadratic

TOY = Quadratic.toy()


def test_field() -> None:
    """Eq. (3) in Fractions."""
    flows.check_field()


def test_euler_is_eq_2() -> None:
    """Below eq. (3), in Fractions; the map of betas and rates is a bijection."""
    flows.check_euler_is_eq_2()


@pytest.mark.parametrize(("rule", "order"), [("euler", 1), ("rk4", 4)])
def test_orders_of_the_rules(rule: str, order: int) -> None:
    """Against the matrix exponential."""
    flows.check_rules(rule, order)


def test_solve() -> None:
    """Against the matrix exponential."""
    flows.check_solve()


def test_coefficients_of_the_time() -> None:
    """x' = -t x and m' = -2 t: x = x0 exp(-t^2/2), m = m0 - t^2; both ways."""
    flat = Quadratic(np.zeros((1, 1)), np.zeros(1), np.array([2.0]))
    moved = Coefficients(alpha=0.0, gamma=lambda t: 2 * t, lam=lambda t: t, vareps=0.0)
    for K in (Huber(e=1e9),):
        flow = Flow(K, flat, moved)
        start = Phase(flat.x0(), np.array([1.0]))
        for end in (march(flow, start, 1.5, 300).end, solve(flow, start, 1.5, rtol=1e-11).end):
            assert flows.close(end.m, math.exp(-2.25), 1e-8)
            assert flows.close(end.x, 2 * math.exp(-1.125), 1e-8)
    shifted = march(Flow(Huber(e=1e9), flat, moved), start, 1.0, 300, since=0.5).end
    assert flows.close(shifted.m, math.exp(-2.0), 1e-8)


def test_dense_output_and_options() -> None:
    """Dense output lies on the exact trajectory; ``t_eval`` chooses the points."""
    flow, start, matrix = flows.linear_flow()
    path = solve(flow, start, 2.0, dense_output=True, t_eval=[0.5, 1.25])
    assert path.times == [0.5, 1.25]
    assert path.at is not None
    for t in (0.3, 1.1):
        s = path.at(t)
        assert isinstance(s, Phase)
        assert flows.close(np.concatenate(s), flows.exponential(matrix, t, start), 1e-6)
    assert solve(flow, start, 2.0).at is None


def test_tolerances_are_passed_on() -> None:
    """A hundredth of the tolerances leads to a smaller error and more steps."""
    flow, start, matrix = flows.linear_flow()
    exact = flows.exponential(matrix, 3.0, start)
    loose, tight = (solve(flow, start, 3.0, rtol=r, atol=r / 100) for r in (1e-5, 1e-10))
    errors = [float(np.max(np.abs(np.concatenate(p.end) - exact))) for p in (loose, tight)]
    assert errors[1] < errors[0] / 100
    assert len(tight.times) > len(loose.times)


def test_events() -> None:
    """The zeros of a function of the time and the point; a terminal one ends the trajectory."""

    def passes(t: float, s: Phase) -> Any:
        return s.x[1]

    def late(t: float, s: Phase) -> float:
        return t - 0.7

    late.terminal = True  # type: ignore[attr-defined]
    flow = Flow(HalfSquare(), TOY, Coefficients(lam=0.0))
    start = Phase(np.array([1.0, 0.2]), np.array([0.0, -1.0]))
    path = solve(flow, start, 9.0, events=[passes, late])
    (crossing,) = path.events[0]
    assert abs(crossing[1].x[1]) < 1e-9
    assert 0 < crossing[0] < 0.7
    assert path.times[-1] == pytest.approx(0.7)


def test_march_on_every_library(library: Library) -> None:
    """The same trajectory as on NumPy, in float64 and in float32; nothing is written to."""
    flow = Flow(PseudoHuber(e=0.5), TOY)
    expected = march(flow, flow.start(TOY.x0()), 2.0, 20).end
    for dtype, tolerance in (("float64", 1e-14), ("float32", 1e-5)):
        a = library.make([0.0], dtype)
        problem = TOY.to(library.xp, a.dtype, library.device)
        found = march(Flow(PseudoHuber(e=0.5), problem), flow.start(problem.x0()), 2.0, 20).end
        assert found.x.dtype == a.dtype
        assert flows.close(to_numpy(found.x), expected.x, tolerance)
        assert flows.close(to_numpy(found.m), expected.m, tolerance)


class Pair:
    """The toy, its first coordinate in one block and its second in another."""

    def gradient(self, x: dict[str, Any]) -> dict[str, Any]:
        return {"a": 2 * (x["a"] - 1.5), "b": 2 * x["b"]}


def test_dicts_of_arrays() -> None:
    """With blocks of shapes of their own the trajectory is that of one array, both ways."""
    K, start = LogCosh(e=0.5), TOY.x0()
    whole = Flow(K, TOY)
    parted = Flow(Blocks({"a": K, "b": K}), Pair())
    blocks = parted.start({"a": start[:1], "b": start[1:].reshape(1, 1)})
    for follow in (lambda flow, s: march(flow, s, 3.0, 50), lambda flow, s: solve(flow, s, 3.0)):
        one, two = follow(whole, whole.start(start)).end, follow(parted, blocks).end
        assert two.x["b"].shape == (1, 1)
        assert flows.close(one.x, [two.x["a"][0], two.x["b"][0, 0]], 1e-9)


@pytest.mark.parametrize("follow", [solve, lambda *a: march(*a, 5)], ids=["solve", "march"])
def test_a_field_that_jumps_says_so(follow: Any) -> None:
    """L1: a warning and a caveat in the result. Its Moreau envelope: neither."""
    flow = Flow(L1(), TOY)
    with pytest.warns(NonsmoothWarning, match="not differentiable"):
        path = follow(flow, flow.start(TOY.x0()), 0.1)
    assert "Filippov" in path.caveat
    smooth = Flow(MoreauEnvelope(L1(), mu=0.1), TOY)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert follow(smooth, smooth.start(TOY.x0()), 0.1).caveat == ""


def test_smoothing_approaches_the_sliding_solution() -> None:
    """x' = -sign(x - c) slides along x = c once there; the smoothed flow is at most 2 mu away."""
    slow = Coefficients(alpha=1.0, gamma=1.0, lam=0.0, vareps=1.0)
    line = Quadratic(np.eye(2), np.array([1.5, 0.0]), np.array([0.0, 0.5]))
    exact = np.array([1.0, 0.0])
    for mu in (0.1, 0.01):
        flow = Flow(MoreauEnvelope(L1(), mu=mu), line, slow)
        end = solve(flow, flow.start(line.x0()), 1.0, rtol=1e-8).end.x
        assert np.max(np.abs(end - exact)) <= 2 * mu


def test_the_moreau_envelope_is_huber() -> None:
    """The flow of the named smoothing of L1 is that of Huber."""
    one, two = (
        solve(f, f.start(TOY.x0()), 2.0).end.x
        for f in (Flow(MoreauEnvelope(L1(), mu=0.3), TOY), Flow(Huber(e=0.3), TOY))
    )
    assert flows.close(one, two)


def test_solve_is_for_numpy() -> None:
    """Arrays of another library get a clear error, which names `march`."""
    xp = pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
    flow = Flow(HalfSquare(), TOY)
    with pytest.raises(TypeError, match=r"got one of array_api_strict\. march"):
        solve(flow, Phase(xp.zeros(2), xp.zeros(2)), 1.0)


def test_without_scipy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the extra, and what works without it."""

    def refuse(name: str, *args: Any) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(sys.modules["lionk_ref.continuous.solve"], "import_module", refuse)
    flow = Flow(HalfSquare(), TOY)
    with pytest.raises(ImportError, match=r'pip install "lionk-ref\[flow\]".*march'):
        solve(flow, flow.start(TOY.x0()), 1.0)


def test_importing_it_needs_no_scipy(monkeypatch: pytest.MonkeyPatch) -> None:
    """``lionk_ref.continuous`` can be imported where SciPy cannot."""
    plain = builtins.__import__

    def guarded(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".")[0] == "scipy":
            raise ImportError(name)
        return plain(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", guarded)
    importlib.reload(sys.modules["lionk_ref.continuous.solve"])


def test_a_flow_that_blows_up() -> None:
    """x'' = x^2 grows beyond all bounds in finite time: an error that says when."""

    class Cubic:
        def gradient(self, x: Any) -> Any:
            return -x * x

    flow = Flow(HalfSquare(), Cubic(), Coefficients(gamma=0.0, lam=0.0))
    with np.errstate(all="ignore"), pytest.raises(RuntimeError, match="followed past t="):
        solve(flow, Phase(np.array([1.0]), np.array([1.0])), 10.0)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Coefficients(alpha=-1.0), ValueError, "finite alpha >= 0, got alpha=-1.0"),
        (lambda: Coefficients(lam=math.inf), ValueError, "finite lam >= 0"),
        (lambda: Coefficients(vareps=True), ValueError, "finite vareps >= 0"),
        (lambda: Coefficients(gamma="1"), ValueError, "finite gamma >= 0"),
        (lambda: Coefficients(gamma=lambda t: -t).at(2.0), ValueError, "gamma=-2.0 at t=2.0"),
        (lambda: Flow("l1", TOY), TypeError, "Flow needs a ConvexFunction"),
        (lambda: march(Flow(Huber(), TOY), TOY.x0(), 1.0, 5, "rk5"), ValueError, "knows the rules"),
        (lambda: march(Flow(Huber(), TOY), TOY.x0(), 1.0, 0), ValueError, "steps >= 1"),
        (lambda: march(Flow(Huber(), TOY), TOY.x0(), 0.0, 5), ValueError, "time > 0"),
        (lambda: betas(Rates(2.0, 1.0, 0.0, 0.5), 0.1), ValueError, "Multiply f by alpha/gamma"),
    ],
)
def test_errors(make: Any, error: type[Exception], message: str) -> None:
    """One clear line for what cannot be done."""
    with pytest.raises(error, match=message):
        make()


def test_the_page_is_right() -> None:
    """The examples of docs/continuous.md run as they stand."""
    page = Path(__file__).parents[1] / "docs" / "continuous.md"
    failed, tried = doctest.testfile(str(page), module_relative=False)
    assert (failed, tried > 4) == (0, True)


@pytest.mark.parametrize("name", ["toy", "logistic"])
def test_two_ways_agree(name: str) -> None:
    """RK4 with small steps and SciPy."""
    problem = PROBLEMS[name]()
    flow = Flow(LogCosh(e=0.5), problem)
    start = flow.start(problem.x0())
    assert flows.close(march(flow, start, 2.0, 100).end.x, solve(flow, start, 2.0).end.x, 1e-6)
