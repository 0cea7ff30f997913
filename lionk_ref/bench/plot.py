"""Section 4, timed: throughput against size, with the machine's limit as a line."""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import Any

from lionk_ref.bench.report import Report

NAME = "throughput"


def require_matplotlib() -> None:
    """Raise ValueError unless there is something to draw with."""
    if find_spec("matplotlib") is None:
        raise ValueError('The plot needs matplotlib: pip install "lionk-ref[plot]".')


def plots(report: Report) -> dict[str, bytes]:
    """The plot as SVG and PNG by their file names."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "lionk", "font.size": 9}):
        drawn = figure(report)
        return {f"{NAME}.{form}": _saved(drawn, form) for form in ("svg", "png")}


def _saved(drawn: Any, form: str) -> bytes:
    file = io.BytesIO()
    none = {"Date": None} if form == "svg" else {"Software": None}
    drawn.savefig(file, format=form, dpi=150, metadata=none)
    return file.getvalue()


def figure(report: Report) -> Any:
    """Lion by every contender, a panel for each number of threads (0 is a GPU)."""
    from matplotlib.figure import Figure

    times = [t for limit in report["limit"].values() for t in limit["times"]]
    counts = sorted({time["threads"] for time in times})
    names = list(dict.fromkeys(row["what"] for row in lions(report)))
    drawn = Figure(figsize=(4.4 * len(counts) + 2.4, 4.2), layout="constrained")
    axes = drawn.subplots(1, max(1, len(counts)), squeeze=False, sharey=True)[0]
    for axis, threads in zip(axes, counts, strict=False):
        curves = {"limit": [t for t in times if t["threads"] == threads]}
        curves |= {name: _of(report, name, threads) for name in names}
        _draw(axis, curves, threads)
    axes[0].set_ylabel("entries a second")
    handles, labels = axes[-1].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside right center", frameon=False)
    return drawn


def lions(report: Report) -> list[dict[str, Any]]:
    """The rows of Lion on one array."""
    return [row for row in report["rows"] if row["K"] == "l1" and " arrays" not in row["what"]]


def _of(report: Report, name: str, threads: int) -> list[dict[str, Any]]:
    return [r for r in lions(report) if (r["what"], r["threads"]) == (name, threads)]


def _draw(axis: Any, curves: dict[str, list[dict[str, Any]]], threads: int) -> None:
    for k, (name, points) in enumerate(curves.items()):
        sizes = [point["n"] for point in points]
        speeds = [point["n"] / point["seconds"] for point in points]
        axis.plot(sizes, speeds, label=name, **_style(k))
    where = f"{threads} thread{'s' * (threads > 1)}" if threads else "GPU"
    axis.set(xscale="log", yscale="log", xlabel="entries", title=f"Lion, float32, {where}")
    axis.grid(alpha=0.3)


def _style(k: int) -> dict[str, Any]:
    """The limit comes first; behind it there are twenty colours and twelve markers."""
    if k == 0:
        return {"color": "black", "ls": "--", "lw": 2}
    from matplotlib import colormaps

    j = k - 1
    colour = colormaps["tab20"](2 * (j % 10) + j // 10 % 2)
    return {"color": colour, "marker": "os^vDPX*<>ph"[j % 12], "ms": 4}
