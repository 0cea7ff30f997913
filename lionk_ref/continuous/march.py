"""Section 3. Fixed steps, on arrays of any library: Euler's, whose step is eq. (2), and RK4.

Below eq. (3): Euler's step of length lr is the explicit update with beta1 = 1 - vareps gamma and
beta2 = 1 - lr gamma, where alpha = gamma.
"""

from __future__ import annotations

from collections.abc import Callable

from lionk_ref.continuous.trajectory import Field, Trajectory, Variables, caveat_of, moved

Rule = Callable[[Field, float, Variables, float], Variables]


def euler(field: Field, t: float, y: Variables, lr: float) -> Variables:
    """Below eq. (3): y + lr V(t, y), of first order."""
    return moved(y, lr, field(t, y))


def runge_kutta_4(field: Field, t: float, y: Variables, lr: float) -> Variables:
    """The classical rule of Runge and Kutta for eq. (3), of fourth order."""
    k1 = field(t, y)
    k2 = field(t + lr / 2, moved(y, lr / 2, k1))
    k3 = field(t + lr / 2, moved(y, lr / 2, k2))
    k4 = field(t + lr, moved(y, lr, k3))
    for weight, k in ((1, k1), (2, k2), (2, k3), (1, k4)):
        y = moved(y, weight * lr / 6, k)
    return y


RULES: dict[str, Rule] = {"euler": euler, "rk4": runge_kutta_4}


def march(
    field: Field, start: Variables, time: float, steps: int, rule: str = "rk4", since: float = 0.0
) -> Trajectory:
    """Follow eq. (3), or another field, with steps of one length.

    Parameters
    ----------
    field : callable
        A `Flow`, or any function of a time and a tuple of arrays.
    start : tuple of arrays
        Where; its dtype and library are those of the trajectory.
    time : float
        How long.
    steps : int
        In how many steps, at least 1.
    rule : {"rk4", "euler"}
        By which rule.
    since : float
        The time at the start.

    Raises
    ------
    ValueError
        If the rule is unknown, or ``steps`` or ``time`` is not positive.

    Warns
    -----
    NonsmoothWarning
        If the field jumps: see `Flow.caveat`.

    Examples
    --------
    >>> from lionk_ref.continuous import Flow, march
    >>> from lionk_ref.convex import LogCosh
    >>> from lionk_ref.problems import PROBLEMS
    >>> toy = PROBLEMS["toy"]()
    >>> flow = Flow(LogCosh(), toy)
    >>> march(flow, flow.start(toy.x0()), time=20.0, steps=200).end.x.round(6) + 0.0
    array([0.857704, 0.      ])
    """
    if rule not in RULES:
        raise ValueError(f"march knows the rules {sorted(RULES)}, got {rule!r}.")
    if steps < 1 or not time > 0:
        raise ValueError(f"march needs steps >= 1 and time > 0, got {steps!r} and {time!r}.")
    caveat, lr = caveat_of(field), time / steps
    times, points = [since], [start]
    for n in range(steps):
        points.append(RULES[rule](field, times[-1], points[-1], lr))
        times.append(since + (n + 1) * lr)
    return Trajectory(times, points, caveat)
