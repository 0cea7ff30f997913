"""The pictures of the flow, as SVG text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lionk_ref.certificates import Equality, FlowCertificate
from lionk_ref.continuous import Phase
from lionk_ref.report.names import short_name
from lionk_ref.report.plots import boundary, new_figure, styles, to_svg


def descent_svg(flows: Sequence[FlowCertificate]) -> str:
    """H minus H at the end, Delta, and the residual of dH/dt = -Delta, against the time."""
    figure = new_figure(12, 3.6)
    falling, rate, residual = figure.subplots(1, 3)
    for c, style in zip(flows, styles(), strict=False):
        points = [p for p in c.points if p.inside]
        times = [p.t for p in points]
        H = np.array([float(p.H) for p in points])
        if len(H) < 2:
            continue
        above = np.maximum(H[:-1] - H[-1], 1e-12 * (np.ptp(H) or 1.0))
        falling.semilogy(times[:-1], above, label=name(c), **style)
        equality = _equality(c)
        inside = np.asarray(equality.scale == equality.scale)
        deltas = -np.asarray(equality.promised)[inside]
        rate.semilogy(times, np.maximum(deltas, 1e-16), **style)
        dots = {"color": style["color"], "ls": "", "marker": ".", "ms": 2}
        residual.semilogy(times, np.maximum(np.asarray(equality.residual)[inside], 1e-18), **dots)
    _label(falling, "H minus H at the end", "H falls")
    _label(rate, "Delta", "at the rate Delta")
    _label(residual, "relative residual", "dH/dt = -Delta is an equality")
    figure.legend(loc="outside right upper", fontsize=8)
    return to_svg(figure)


def paths_svg(flows: Sequence[FlowCertificate]) -> str:
    """The trajectories in the plane of x, each over the set that its K imposes."""
    return _grid(flows, _draw_path)


def portraits_svg(flows: Sequence[FlowCertificate]) -> str:
    """The phase portrait of the first coordinate, (x, m), with the certified trajectory."""
    return _grid(flows, _draw_portrait)


def is_flat(c: FlowCertificate) -> bool:
    """Whether the trajectory is one of a vector in the plane."""
    return getattr(c.points[0].at.x, "shape", None) == (2,)


def is_separable(c: FlowCertificate) -> bool:
    """Whether no coordinate of the flow depends on another: K and f are sums over them."""
    Q = getattr(c.flow.problem, "Q", None)
    return Q is not None and c.flow.K.separable and bool(np.all(np.diag(np.diag(Q)) == Q))


def name(c: FlowCertificate) -> str:
    """The K of a trajectory, short enough for a legend."""
    return short_name(c.flow.K)


def _grid(
    flows: Sequence[FlowCertificate], draw: Callable[[Any, FlowCertificate], None], columns: int = 4
) -> str:
    rows = -(-len(flows) // columns)
    figure = new_figure(12, 2.7 * rows)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for c, axes in zip(flows, grid, strict=False):
        draw(axes, c)
        axes.set_title(name(c), fontsize=9)
        axes.tick_params(labelsize=7)
    for axes in grid[len(flows) :]:
        axes.set_axis_off()
    return to_svg(figure)


def _draw_path(axes: Any, c: FlowCertificate) -> None:
    path = np.array([np.asarray(p.at.x) for p in c.points])
    lam = c.flow.coefficients.at(0.0).lam
    edge = boundary(c.flow.K, lam) if lam else None
    if edge is not None:
        axes.fill(*edge.T, color="tab:green", alpha=0.2)
    _draw_line(axes, path)
    axes.set_aspect("equal", "datalim")


def _draw_portrait(axes: Any, c: FlowCertificate) -> None:
    path = np.array([(float(p.at.x[0]), float(p.at.m[0])) for p in c.points])
    low, high = path.min(axis=0), path.max(axis=0)
    margin = 0.25 * (high - low) + 0.1
    xs, ms = (np.linspace(a, b, 17) for a, b in zip(low - margin, high + margin, strict=True))
    last = c.points[-1].at
    v = np.array([[_velocity(c, x, m, last) for x in xs] for m in ms])
    axes.streamplot(xs, ms, v[..., 0], v[..., 1], density=0.5, linewidth=0.5, color="0.6",
                    arrowsize=0.6)  # fmt: skip
    _draw_line(axes, path, "tab:red")
    axes.set_xlabel("x", fontsize=8)
    axes.set_ylabel("m", fontsize=8)


def _velocity(c: FlowCertificate, x: float, m: float, rest: Any) -> tuple[float, float]:
    s = Phase(np.array([x, float(rest.x[1])]), np.array([m, float(rest.m[1])]))
    v = c.flow(0.0, s)
    return float(v.x[0]), float(v.m[0])


def _draw_line(axes: Any, path: Any, color: str = "tab:blue") -> None:
    axes.plot(*path.T, color=color, lw=1)
    axes.plot(*path[0], "o", color=color, ms=4)
    axes.plot(*path[-1], "*", color="tab:red", ms=8)


def _equality(c: FlowCertificate) -> Equality:
    promise = c.promises["dH/dt = -Delta"]
    assert isinstance(promise, Equality)
    return promise


def _label(axes: Any, what: str, title: str) -> None:
    axes.set_xlabel("t")
    axes.set_ylabel(what)
    axes.set_title(title, fontsize=10)
