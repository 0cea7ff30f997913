"""Section 3. Following the flow under watch: Theorem 3.1 along a trajectory, on both sides."""

from __future__ import annotations

from collections.abc import Callable

from lionk_ref.arrays import array_namespace, each, leaves, precise
from lionk_ref.certificates.certify import Certifiable
from lionk_ref.certificates.flow_average import average
from lionk_ref.certificates.flow_certificate import FlowCertificate
from lionk_ref.certificates.flow_path import Accuracy, Path, follow
from lionk_ref.certificates.flow_point import FlowPoint
from lionk_ref.certificates.frank_wolfe import frank_wolfe
from lionk_ref.certificates.judgement import Equality, Inequality, judge, stack
from lionk_ref.certificates.theorem_3_1 import (
    descent,
    finite_difference,
    first_delta,
    least_energy,
    phase_1,
    second_delta,
    stationarity,
)
from lionk_ref.certificates.wanted import require_K, require_problem, require_time
from lionk_ref.continuous import Coefficients, Flow, Phase, Rates
from lionk_ref.convex import ConvexFunction

LION = Coefficients(alpha=1.0, gamma=1.0, lam=1.0, vareps=0.1)
"""Lion's own beta1 = 1 - vareps gamma = 0.9, the time counted in units of 1/gamma."""


def certify_continuous(
    problem: Certifiable,
    K: ConvexFunction,
    coefficients: Coefficients = LION,
    *,
    start: Phase | None = None,
    time: float = 10.0,
    rtol: float = 1e-9,
    atol: float = 1e-11,
    method: str = "DOP853",
    name: str | None = None,
) -> FlowCertificate:
    """Follow eq. (3) from ``start`` and check Theorem 3.1 at each point that is computed.

    Parameters
    ----------
    problem : Problem
        f with its gradient; convex or not.
    K : ConvexFunction
        A differentiable K.
    coefficients : Coefficients
        Constant, with vareps gamma <= 1.
    start : Phase, optional
        Where to start; by default where the problem says, with no momentum. NumPy arrays.
    time : float
        How long.
    rtol, atol : float
        The tolerances of the integrator; those of the certificate follow from them.
    method : str
        SciPy's name of the integrator; "Radau" is one for stiff flows.
    name : str, optional
        What to call the problem; by default its key.

    Raises
    ------
    ValueError
        If the theorem does not apply: K is not differentiable, a coefficient depends on the time,
        or vareps gamma > 1; or if ``time`` is not finite and positive.
    TypeError
        If there is no problem or no K.
    ImportError
        If SciPy, the extra ``flow``, is not installed.

    Examples
    --------
    >>> from lionk_ref.certificates import certify_continuous
    >>> from lionk_ref.convex import LogCosh
    >>> from lionk_ref.problems import PROBLEMS
    >>> certify_continuous(PROBLEMS["toy"](), LogCosh(), time=5.0).ok
    True
    """
    needed = (*([] if name else ["key"]), *(["x0"] if start is None else []))
    require_problem(problem, "f", "gradient", "to", *needed)
    require_K(K)
    require_time(time)
    r = _applicable(K, coefficients)
    start = Flow(K, problem).start(problem.x0()) if start is None else Phase(*start)
    start = Phase(precise(start.x), precise(start.m))
    like = leaves(start.x)[0]
    xp = array_namespace(like)
    f = problem.to(xp, xp.float64, like.device)
    path = follow(K, f, start, r, time, Accuracy(rtol, atol, method))
    promises = _promises(K, path)
    verdicts = tuple(judge(title, promise) for title, promise in promises.items())
    flow = Flow(K, f, coefficients)
    return FlowCertificate(flow, name or problem.key, time, promises, verdicts, path.points)


def _applicable(K: ConvexFunction, coefficients: Coefficients) -> Rates:
    """The coefficients at all times, if Theorem 3.1 applies."""
    if not K.differentiable:
        raise ValueError(
            f"Theorem 3.1 needs a differentiable K, got {K!r}. "
            "Name a smooth K such as LogCosh(e=0.1), or certify the updates, which need none."
        )
    if not coefficients.constant:
        raise ValueError("Theorem 3.1 needs constant coefficients, got a function of the time.")
    r = coefficients.at(0.0)
    if r.vareps * r.gamma > 1:
        raise ValueError(
            f"Theorem 3.1 needs vareps gamma <= 1, got vareps={r.vareps!r}, gamma={r.gamma!r}."
        )
    return r


def _promises(K: ConvexFunction, path: Path) -> dict[str, Inequality | Equality]:
    """Every promise, over the points or the steps of a trajectory."""
    points = path.points
    steps = list(zip(points[:-1], points[1:], path.errors, strict=True))
    along = stack([finite_difference(*step) for step in steps])
    at_points = {name: stack([promise(p) for p in points]) for name, promise in AT_POINTS.items()}
    return {
        "phase 1 of the flow": stack([phase_1(*step) for step in steps]),
        **at_points,
        "dH/dt by differences": along,
        "average of Delta": stack([average(points, along)]),
        "gap of F": stack([_gap(K, points[-1])]),
    }


AT_POINTS: dict[str, Callable[[FlowPoint], Inequality | Equality]] = {
    "dH/dt = -Delta": descent,
    "Delta1 >= 0 in the flow": first_delta,
    "Delta2 >= 0 in the flow": second_delta,
    "F <= H": least_energy,
    "stationarity": stationarity,
}


def _gap(K: ConvexFunction, p: FlowPoint) -> Inequality:
    """The Frank-Wolfe gap of F is not negative; for convex f it bounds F(x) - min F."""
    r = p.rates
    if r.gamma == 0 or r.lam == 0:
        return frank_wolfe(K, each(lambda a: r.alpha * a, p.at.g), p.values, 0.0)
    found = frank_wolfe(K, each(lambda a: r.alpha / r.gamma * a, p.at.g), p.values, r.lam)
    return found._replace(
        **{side: r.gamma * getattr(found, side) for side in ("measured", "promised", "tolerance")}
    )
