"""The pictures of the report, as SVG text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from lionk_ref.certificates import Certificate, Equality, Inequality, constants, lyapunov
from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete import implicit_lr
from lionk_ref.report.names import short_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARKS = ("-", "--", "-.", ":")


def available() -> bool:
    """Whether matplotlib, the extra ``plot``, is installed."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        return False
    return True


def descent_svg(certificates: Sequence[Certificate]) -> str:
    """H falling, the residual of the energy balance, and phase 1, one line for each K."""
    figure = new_figure(12, 3.6)
    falling, residual, phase = figure.subplots(1, 3)
    for c, style in zip(certificates, styles(), strict=False):
        H = energies(c)
        floor = 1e-4 * (np.ptp(H) or 1.0)
        falling.semilogy(np.maximum(H - H.min(), floor), label=name(c), **style)
        dots = {"color": style["color"], "ls": "", "marker": ".", "ms": 1.5}
        residual.semilogy(np.maximum(np.asarray(_balance(c).residual), 1e-18), **dots)
        phase.plot([float(p.distance) for p in c.points], **style)
    _label(falling, "H minus its smallest value", "H falls")
    _label(residual, "relative residual", "the energy balance is an equality")
    _label(phase, "distance of lam x to dom K*", "phase 1: into the domain of K*")
    phase.set_yscale("symlog", linthresh=1e-6)
    phase.set_ylim(bottom=0)
    figure.legend(loc="outside right upper", fontsize=7, ncols=1 + len(certificates) // 18)
    return to_svg(figure)


def trajectories_svg(certificates: Sequence[Certificate]) -> str:
    """The paths of runs in the plane, each over the constraint set that its K imposes."""
    columns = 4
    rows = -(-len(certificates) // columns)
    figure = new_figure(12, 2.7 * rows)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for c, axes in zip(certificates, grid, strict=False):
        _draw_path(axes, c)
    for axes in grid[len(certificates) :]:
        axes.set_axis_off()
    return to_svg(figure)


def is_flat(c: Certificate) -> bool:
    """Whether the run is one of a vector in the plane."""
    return getattr(c.points[0].x, "shape", None) == (2,)


def name(c: Certificate) -> str:
    """The K of a run, short enough for a legend."""
    return short_name(c.optimizer.K)


def energies(c: Certificate) -> Any:
    """H along a run, each state with the c of the step that leads from it."""
    o = c.optimizer
    rates = [o.lr_at(min(t, c.steps - 1)) for t in range(c.steps + 1)]
    if o.scheme == "explicit":
        rates = [implicit_lr(lr, o.lam) for lr in rates]
    weights = [constants(lr, o.beta1, o.beta2, o.lam).c for lr in rates]
    return np.array([float(lyapunov(p, o.lam, w)) for p, w in zip(c.points, weights, strict=True)])


FARTHEST = 2.0**60
"""A set that reaches as far has no edge to be drawn."""


def boundary(K: ConvexFunction, lam: float, angles: int = 181) -> Any:
    """The boundary of {x : lam x in dom K*} in the plane, by bisection; None where unbounded."""
    edge = []
    for angle in np.linspace(0, 2 * np.pi, angles):
        ray = np.array([np.cos(angle), np.sin(angle)])
        low, high = 0.0, 1.0
        while np.isfinite(K.conjugate(high * ray)):
            if high > FARTHEST:
                return None
            low, high = high, 2 * high
        for _ in range(24):
            middle = (low + high) / 2
            low, high = (middle, high) if np.isfinite(K.conjugate(middle * ray)) else (low, middle)
        edge.append(low / lam * ray)
    return np.array(edge)


def _draw_path(axes: Any, c: Certificate) -> None:
    path = np.array([np.asarray(p.x) for p in c.points])
    edge = boundary(c.optimizer.convex_function(c.final.x), c.optimizer.lam)
    if edge is not None:
        axes.fill(*edge.T, color="tab:green", alpha=0.2)
    axes.plot(*path.T, color="tab:blue", lw=1)
    axes.plot(*path[0], "o", color="tab:blue", ms=4)
    axes.plot(*path[-1], "*", color="tab:red", ms=8)
    axes.set_title(name(c), fontsize=9)
    axes.set_aspect("equal", "datalim")
    axes.tick_params(labelsize=7)


def _balance(c: Certificate) -> Equality:
    balance: Inequality | Equality = c.promises["energy balance"]
    assert isinstance(balance, Equality)
    return balance


def styles() -> Any:
    """A style of line for each K: ten colours, then other dashes."""
    return ({"color": f"C{i}", "ls": mark, "lw": 1} for mark in cycle(MARKS) for i in range(10))


def _label(axes: Any, what: str, title: str) -> None:
    axes.set_xlabel("step")
    axes.set_ylabel(what)
    axes.set_title(title, fontsize=10)


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def to_svg(figure: Figure) -> str:
    """The figure as an SVG element, the same for the same figure."""
    import matplotlib

    with matplotlib.rc_context({"svg.hashsalt": "lionk", "svg.fonttype": "none"}):
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()[text.getvalue().index("<svg") :]
