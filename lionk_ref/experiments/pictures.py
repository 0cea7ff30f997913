"""Section 5. What the pictures share: files, panels, the plane of the toy."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from lionk_ref.convex import ConvexFunction
from lionk_ref.problems import Quadratic
from lionk_ref.report.plots import boundary, new_figure, to_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

COLOURS = ("tab:blue", "tab:green", "tab:orange", "tab:red", "tab:purple", "tab:brown")


def panels(rows: int, columns: int, width: float = 3.3, height: float = 2.9) -> tuple[Picture, Any]:
    """An empty picture for Section 5 with a grid of panels, of the given size in inches each."""
    picture = new_figure(width * columns, height * rows)
    return picture, picture.subplots(rows, columns, squeeze=False)


def png(picture: Picture, dpi: int = 100) -> bytes:
    """A picture of Section 5 as a PNG of 128 colours, the same for the same picture."""
    from PIL import Image

    file, small = io.BytesIO(), io.BytesIO()
    picture.savefig(file, format="png", dpi=dpi)
    image = Image.open(file).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    image.save(small, format="png", optimize=True)
    return small.getvalue()


def svg(picture: Picture) -> str:
    """A picture of Section 5 as an SVG document."""
    return '<?xml version="1.0" encoding="utf-8"?>\n' + to_svg(picture)


def label(axes: Any, title: str, x: str, y: str) -> None:
    """The title of a panel of Section 5 and its axes."""
    axes.set_title(title, fontsize=9)
    axes.set_xlabel(x, fontsize=8)
    axes.set_ylabel(y, fontsize=8)
    axes.tick_params(labelsize=7)


def contours(axes: Any) -> None:
    """The levels of Figure 1's f, and its minimum."""
    first, second = np.meshgrid(np.linspace(-2.6, 2.6, 81), np.linspace(-2.3, 2.3, 81))
    f = Quadratic.toy()
    levels = np.array(
        [
            [float(f.f(np.array(p))) for p in zip(*r, strict=True)]
            for r in zip(first, second, strict=True)
        ]
    )
    axes.contour(
        first, second, levels, levels=np.arange(0.5, 5, 0.9) ** 2, colors="0.85", linewidths=0.7
    )
    axes.plot(1.5, 0, "x", color="0.3", ms=6)
    axes.set_aspect("equal")


def region(axes: Any, K: ConvexFunction, lam: float, colour: str) -> None:
    """The constraint set {x : lam x in dom K*} of eq. (4), if it is bounded."""
    edge = boundary(K, lam)
    if edge is not None:
        axes.fill(*edge.T, color=colour, alpha=0.12, lw=0)
        axes.plot(*edge.T, color=colour, lw=0.8, ls="--")


def walk(axes: Any, path: Any, colour: str, name: str) -> None:
    """The path of a run in the plane of Figure 1, from the dot to the star."""
    axes.plot(*path.T, color=colour, lw=1.2, label=name)
    axes.plot(*path[0], "o", color=colour, ms=4)
    axes.plot(*path[-1], "*", color=colour, ms=9, mec="white", mew=0.5)
