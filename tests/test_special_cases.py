"""Table 1: eq. (3) with its parameters against each algorithm's own equation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import flow_rows
import flows
from lionk_ref.certificates import frank_wolfe_gap
from lionk_ref.certificates.convergence import distance_to_flow, orders
from lionk_ref.continuous import TABLE_1, Coefficients, Flow, Phase, Rates, march, solve, velocity
from lionk_ref.continuous.momentum import second_order
from lionk_ref.convex import L2, HalfSquare, LInf, LogCosh, Scaled
from lionk_ref.discrete import LionK
from lionk_ref.problems import PROBLEMS, Quadratic

SMOOTHED = {"signed-momentum": {"width": 0.3}, "signed-gradient": {"width": 0.3}}
TOY = Quadratic.toy()


@pytest.mark.parametrize("problem", ["toy", "indefinite", "logistic"])
@pytest.mark.parametrize("name", TABLE_1)
def test_two_codes_one_trajectory(name: str, problem: str) -> None:
    """Nine rows on three problems; the signed ones smoothed, and named as such."""
    flow_rows.check_row(name, PROBLEMS[problem](), **SMOOTHED.get(name, {}))


def test_there_are_nine_rows() -> None:
    """Table 1 has nine, each with a name, a setting and a source."""
    rows = [make(TOY) for make in TABLE_1.values()]
    assert len({row.name for row in rows}) == 9
    assert all(row.setting and row.source for row in rows)


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("polyak", lambda r: r.gamma * r.lam == 0 == r.vareps),
        ("nesterov", lambda r: r.gamma * r.lam == 0 < r.vareps),
        ("signed-momentum", lambda r: r.lam == 0 == r.vareps),
        ("signed-gradient", lambda r: r.lam == 0 and r.vareps * r.gamma == 1),
        ("hamiltonian", lambda r: r.lam == 0 == r.vareps),
        ("composite", lambda r: r.lam > 0 == r.vareps),
        ("dual-preconditioning", lambda r: r.lam == 0 and r.vareps * r.gamma == 1),
        ("frank-wolfe", lambda r: r.lam > 0 and r.vareps * r.gamma == 1),
        ("accelerated-mirror", lambda r: r.gamma == 0 == r.vareps),
    ],
)
def test_settings(name: str, holds: Any) -> None:
    """The coefficients are those that Table 1 asks for."""
    assert holds(TABLE_1[name](TOY).coefficients.at(1.0))


def test_polyak_by_decay() -> None:
    """gamma and lam may change places: the friction is lam, gamma is 0."""
    assert TABLE_1["polyak"](TOY, decay=True).coefficients.at(0.0).gamma == 0
    flow_rows.check_row("polyak", TOY, decay=True)
    flow_rows.check_row("polyak", TOY, friction=0.0)


@pytest.mark.parametrize("problem", ["toy", "logistic", "rosenbrock"])
def test_second_order(problem: str) -> None:
    """Eq. (14) with all four coefficients at work, from the velocity of eq. (3)."""
    f = PROBLEMS[problem]()
    r = Rates(0.02, 0.7, 0.4, 0.6) if problem == "rosenbrock" else Rates(1.5, 0.7, 0.4, 0.6)
    flow = Flow(HalfSquare(), f, Coefficients(*r))
    start = Phase(f.x0(), 0.3 * np.sin(np.arange(f.x0().size)))
    begin = (start.x, flow(0.0, start).x)
    ours = solve(flow, start, 3.0, rtol=1e-11, atol=1e-13).end.x
    theirs = solve(second_order(f, r), begin, 3.0, rtol=1e-11, atol=1e-13).end[0]
    assert np.max(np.abs(ours - theirs)) < 1e-9


def test_damping_and_decay_are_symmetric() -> None:
    """Eq. (14): with gamma and lam exchanged x follows the same path from the same x and x'."""
    paths = []
    for r in (Rates(1.5, 0.7, 0.4, 0.6), Rates(1.5, 0.4, 0.7, 0.6)):
        x = TOY.x0()
        m = (-r.vareps * r.alpha * -TOY.gradient(x) + r.lam * x) / (1 - r.vareps * r.gamma)
        flow = Flow(HalfSquare(), TOY, Coefficients(*r))
        assert np.max(np.abs(flow(0.0, Phase(x, m)).x)) < 1e-12
        paths.append(solve(flow, Phase(x, m), 3.0, rtol=1e-10).end.x)
    assert flows.close(paths[0], paths[1], 1e-8)


def test_exact_signed_momentum() -> None:
    """With the sign itself, f = x: a = 1 - (1 - a0) exp(-t) changes sign once, in closed form."""

    class Line:
        def gradient(self, x: Any) -> Any:
            return np.ones_like(x)

    row = TABLE_1["signed-momentum"](Line())
    start = Phase(np.array([0.0]), np.array([2.0]))
    turn = math.log(3.0)
    with pytest.warns(UserWarning, match="not differentiable"):
        ours = march(row.flow, start, 3.0, 3000, "euler").end
    theirs = march(row.textbook, row.enter(start), 3.0, 3000, "euler").end
    assert flows.close(ours.x, theirs[0])
    assert flows.close(-ours.m, theirs[1])
    assert abs(float(ours.x[0]) - (turn - (3.0 - turn))) < 4e-3


def test_exact_signed_gradient_descent() -> None:
    """With the sign itself each coordinate goes to its minimum at unit speed, and stays there."""
    row = TABLE_1["signed-gradient"](TOY)
    start = Phase(TOY.x0(), np.array([5.0, -7.0]))
    with pytest.warns(UserWarning, match="not differentiable"):
        path = march(row.flow, start, 2.0, 2000, "euler")
    theirs = march(row.textbook, row.enter(start), 2.0, 2000, "euler")
    assert flows.close(path.end.x, theirs.end[0])
    exact = TOY.center + np.sign(start.x - TOY.center) * np.maximum(
        np.abs(start.x - TOY.center) - 2.0, 0
    )
    assert np.max(np.abs(path.end.x - exact)) <= 2e-3


def test_dual_preconditioning_is_mirror_descent() -> None:
    """y = Df(x) follows the mirror descent of k with the mirror map Df*: y' = -D^2f Dk(y).

    Mirror descent moves the mirror image at the speed -Dk(y): d/dt Df*(y) = -Dk(y). For a
    quadratic f that is Q^-1 y' = -Dk(y).
    """
    problem = Quadratic.of_spectrum([0.5, 1.0, 3.0], seed=4)
    row = TABLE_1["dual-preconditioning"](problem, width=0.5)

    def mirror(t: float, y: tuple[Any]) -> tuple[Any]:
        return (-problem.Q @ (y[0] / np.sqrt(y[0] ** 2 + 0.25)),)

    start = row.flow.start(problem.x0())
    x = solve(row.flow, start, 3.0, rtol=1e-10).end.x
    (y,) = solve(mirror, (problem.gradient(problem.x0()),), 3.0, rtol=1e-10).end
    assert flows.close(problem.gradient(x), y, 1e-7)


def accelerated_run(r: float, until: float) -> Any:
    """Times of the textbook, f - min f, and D(z, z*), for an f with its minimum inside."""
    problem = Quadratic(np.diag([1.0, 0.02]), np.array([0.5, -0.3]), np.array([0.0, 0.0]))
    row = TABLE_1["accelerated-mirror"](problem, r=r, width=0.5)
    K, x_star = LogCosh(e=0.5), problem.center
    z_star = K.conjugate_subgradient(x_star)
    path = solve(row.flow, Phase(problem.x0(), np.zeros(2)), r * math.log(until), rtol=1e-9)
    times = np.array([row.clock(t) for t in path.times])
    losses = np.array([float(problem.f(s.x)) for s in path.points])
    far = [float(K.value(s.m) - K.value(z_star) - x_star @ (s.m - z_star)) for s in path.points]
    return times, losses, np.array(far)


@pytest.mark.parametrize("r", [2.0, 3.0])
def test_acceleration(r: float) -> None:
    """t^2/r (f - min f) + r D(z, z*) never rises, so that f - min f <= const/t^2."""
    times, losses, far = accelerated_run(r, until=300.0)
    energy = times**2 / r * losses + r * far
    assert np.all(np.diff(energy) <= 1e-7 * energy[0])
    assert np.all(losses <= r * energy[0] / times**2 * (1 + 1e-7))


def test_acceleration_needs_its_r() -> None:
    """Its rate is (2 t/r) (f - f*) - t <Df, x - x*> at most: on a quadratic it rises for r < 1."""
    times, losses, far = accelerated_run(0.5, until=30.0)
    energy = times**2 / 0.5 * losses + 0.5 * far
    assert np.max(np.diff(energy)) > 1e-3 * energy[0]


def test_decay_alone_is_another_flow() -> None:
    """Erratum 16: eq. (3) with lam = r/t, alpha = t/r is not the textbook; with (r/t) K it is."""
    r, t = 3.0, 2.0
    row = TABLE_1["accelerated-mirror"](TOY, r=r, width=0.5)
    s = Phase(np.array([0.2, -0.4]), np.array([0.3, 0.1]))
    theirs = row.textbook(t, row.enter(s))
    literal = Rates(alpha=t / r, gamma=0.0, lam=r / t, vareps=0.0)
    g = TOY.gradient(s.x)
    assert not flows.close(velocity(row.K, s, g, literal).x, theirs[0], 1e-2)
    scaled = velocity(Scaled(row.K, r / t), s, g, literal)
    assert flows.close(np.concatenate(scaled), np.concatenate(theirs))
    ours = row.flow(r * math.log(t), s)
    assert flows.close(r / t * np.concatenate(ours), np.concatenate(theirs))


def textbook_frank_wolfe(problem: Any, x: Any, vertex: Any, steps: int) -> Any:
    """Frank and Wolfe with the steps 2/(t + 2): the points and the gaps <g, x - v>."""
    points, gaps = [x], []
    for t in range(steps):
        g = problem.gradient(x)
        v = vertex(g)
        gaps.append(g @ (x - v))
        x = (1 - 2 / (t + 2)) * x + 2 / (t + 2) * v
        points.append(x)
    return points, gaps


def ball(radius: float) -> Any:
    """argmin <g, v> over the Euclidean ball."""
    return lambda g: -radius * g / np.linalg.norm(g)


def cross_polytope(radius: float) -> Any:
    """argmin <g, v> over the l1 ball: a signed axis."""

    def vertex(g: Any) -> Any:
        i = int(np.argmax(np.abs(g)))
        return -radius * np.sign(g[i]) * np.eye(g.size)[i]

    return vertex


@pytest.mark.parametrize(
    ("K", "vertex"), [(L2(), ball), (LInf(), cross_polytope)], ids=["ball", "cross_polytope"]
)
def test_discrete_frank_wolfe(K: Any, vertex: Any) -> None:
    """Eq. (2) with beta1 = 0 is the textbook's, and so is the gap.

    f - min f is at most the gap, and at most 2 L D^2/(t + 2). vareps gamma = 1 is beta1 = 0,
    and lr lam is the textbook's step.
    """
    lam, steps = 0.8, 60
    problem = Quadratic.of_spectrum([0.2, 1.0, 2.0, 3.0], seed=2)
    x0 = np.zeros(4)
    points, gaps = textbook_frank_wolfe(problem, x0, vertex(1 / lam), steps)
    lion = LionK(K, lr=lambda t: 2 / (lam * (t + 2)), beta1=0.0, beta2=0.9, lam=lam)
    run = list(lion.run(problem, x0, steps))
    least = min(
        float(problem.f(x)) for x in textbook_frank_wolfe(problem, x0, vertex(1 / lam), 4000)[0]
    )
    for step, x, gap in zip(run, points, gaps, strict=False):
        assert flows.close(step.before.x, x, 1e-12)
        found = float(frank_wolfe_gap(K, step.g, step.before.x, lam))
        assert flows.close(found, gap, 1e-10)
        over = float(problem.f(step.before.x)) - least
        assert over <= found + 1e-12
        if step.t:
            assert over <= 2 * problem.smoothness * (2 / lam) ** 2 / (step.t + 2)


def discretised(name: str) -> Any:
    """A row with alpha = gamma, on an f that makes up for it."""
    row = TABLE_1[name](TOY, **SMOOTHED.get(name, {}))
    r = row.coefficients.at(0.0)
    problem = Quadratic(r.alpha / r.gamma * TOY.Q, TOY.center, TOY.start)
    return row.K, problem, Coefficients(r.gamma, r.gamma, r.lam, r.vareps)


@pytest.mark.parametrize("name", [name for name in TABLE_1 if name != "accelerated-mirror"])
def test_first_order(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The updates approach the flow at first order in lr: x, H and Delta, row by row."""
    K, problem, coefficients = discretised(name)
    start = Phase(np.array([-0.3, 0.4]), np.array([0.3, -0.2]))
    rows = [
        distance_to_flow(problem, K, coefficients, lr, start=start, steps=round(1.5 / lr))
        for lr in (1 / 128, 1 / 256)
    ]
    measured = orders(rows)
    with capsys.disabled():
        print(f"\n{name}: orders {measured.x:.3f} {measured.H:.3f} {measured.delta:.3f}", end=" ")
    assert all(0.9 <= order <= 1.1 for order in measured[1:])


def test_first_order_of_acceleration() -> None:
    """gamma = 0 has no update of eq. (2); Euler's steps of eq. (3) approach it at first order."""
    row = TABLE_1["accelerated-mirror"](TOY)
    start = Phase(np.array([-0.3, 0.4]), np.array([0.3, -0.2]))
    exact = solve(row.flow, start, 2.0, rtol=1e-11).end.x
    errors = [
        float(np.max(np.abs(march(row.flow, start, 2.0, n, "euler").end.x - exact)))
        for n in (256, 512)
    ]
    assert abs(math.log2(errors[0] / errors[1]) - 1) < 0.1


def test_the_map_of_energies() -> None:
    """gamma c = eta and gamma a = eta', in Fractions: H of (6) is gamma times H of Theorem 4.1."""
    flows.check_map_of_energies()
