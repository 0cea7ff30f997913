"""Section 3. Steps of controlled error: eq. (3) by `scipy.integrate.solve_ivp`, on NumPy arrays.

SciPy is the extra ``flow``. It is looked for when a trajectory is asked for, and not before: the
core depends on no library.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from lionk_ref.arrays import leaves
from lionk_ref.continuous.trajectory import Field, Trajectory, Variables, caveat_of, flat, unflat

Event = Callable[[float, Any], Any]
"""A function of the time and the variables; a trajectory's events are its zeros."""


def solve(
    field: Field,
    start: Variables,
    time: float,
    *,
    rtol: float = 1e-9,
    atol: float = 1e-12,
    method: str = "DOP853",
    events: Sequence[Event] = (),
    since: float = 0.0,
    **options: Any,
) -> Trajectory:
    """Follow eq. (3), or another field, with steps whose error is controlled.

    Parameters
    ----------
    field : callable
        A `Flow`, or any function of a time and a tuple of arrays.
    start : tuple of NumPy arrays, or of dicts of them
        Where.
    time : float
        How long.
    rtol, atol : float
        The estimated error of a step is at most atol + rtol |y_i| in entry i, in the mean square.
    method, options
        As for `scipy.integrate.solve_ivp`: ``dense_output``, ``t_eval``, ``max_step``, ...
    events : sequence of callables
        Functions of a time and a tuple of arrays; ``terminal`` and ``direction`` as in SciPy.
    since : float
        The time at the start.

    Raises
    ------
    TypeError
        If the arrays are not NumPy's.
    ImportError
        If SciPy is not installed.
    RuntimeError
        If the integrator gives up, for example because the solution goes to infinity.

    Warns
    -----
    NonsmoothWarning
        If the field jumps: see `Flow.caveat`.

    Examples
    --------
    >>> from lionk_ref.continuous import Flow, solve
    >>> from lionk_ref.convex import HalfSquare
    >>> from lionk_ref.problems import PROBLEMS
    >>> toy = PROBLEMS["toy"]()
    >>> flow = Flow(HalfSquare(), toy)
    >>> solve(flow, flow.start(toy.x0()), time=30.0).end.x.round(6) + 0.0
    array([1., 0.])
    """
    _require_numpy(start)
    caveat = caveat_of(field)

    def right_side(t: float, z: Any) -> Any:
        return flat(field(t, unflat(z, start)))

    found = _solve_ivp()(
        right_side, (since, since + time), flat(start), method=method, rtol=rtol, atol=atol,
        events=[_flattened(event, start) for event in events] or None, **options,
    )  # fmt: skip
    if not found.success:
        raise RuntimeError(f"The flow cannot be followed past t={found.t[-1]:g}: {found.message}")
    return Trajectory(
        [float(t) for t in found.t],
        [unflat(z, start) for z in found.y.T],
        caveat,
        tuple(
            _met(t, y, start)
            for t, y in zip(found.t_events or (), found.y_events or (), strict=True)
        ),
        None if found.sol is None else lambda t: unflat(found.sol(t), start),
    )


def _require_numpy(start: Variables) -> None:
    for a in (a for part in start for a in leaves(part)):
        library = type(a).__module__.split(".")[0]
        if library != "numpy":
            raise TypeError(f"solve needs NumPy arrays, got one of {library}. march takes any.")


def _solve_ivp() -> Any:
    try:
        return import_module("scipy.integrate").solve_ivp
    except ImportError:
        raise ImportError(
            'solve needs SciPy: pip install "lionk-ref[flow]". Without it there is march.'
        ) from None


def _flattened(event: Event, like: Variables) -> Event:
    def of_flat(t: float, z: Any) -> Any:
        return event(t, unflat(z, like))

    for name in ("terminal", "direction"):
        if hasattr(event, name):
            setattr(of_flat, name, getattr(event, name))
    return of_flat


def _met(times: Any, rows: Any, like: Variables) -> list[tuple[float, Variables]]:
    return [(float(t), unflat(z, like)) for t, z in zip(times, rows, strict=True)]
