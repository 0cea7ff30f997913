"""The picture of README.md: `python docs/make_picture.py` writes docs/picture.svg."""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

from lionk_ref import L1, L2, LInf, LionK, certify
from lionk_ref.certificates import Certificate, constants, lyapunov
from lionk_ref.convex import ConvexFunction
from lionk_ref.problems import Quadratic

mpl.use("Agg")
mpl.rcParams.update({"svg.hashsalt": "lionk_ref", "svg.fonttype": "path", "font.size": 11})
from matplotlib import pyplot as plt  # noqa: E402

LAM, LR, STEPS = 1.0, 0.005, 900
NEAREST = Quadratic(2 * np.eye(2), np.array([1.5, 0.9]), np.array([-1.8, 1.6]))
CORNERS = {
    "l1": [(1, 1), (-1, 1), (-1, -1), (1, -1)],
    "l2": [(np.cos(t), np.sin(t)) for t in np.linspace(0, 2 * np.pi, 90)],
    "linf": [(1, 0), (0, 1), (-1, 0), (0, -1)],
}


def run(K: ConvexFunction) -> Certificate:
    """Lion-K on the squared distance to (1.5, 0.9), certified."""
    return certify(NEAREST, LionK(K, lr=LR, lam=LAM), steps=STEPS)


def draw_path(axes: plt.Axes, K: ConvexFunction, done: Certificate) -> None:
    """The set that K makes, the level lines of f, and where the run went."""
    a, b = np.meshgrid(np.linspace(-2.1, 2.1, 60), np.linspace(-2.1, 2.1, 60))
    axes.contour(a, b, (a - 1.5) ** 2 + (b - 0.9) ** 2, levels=7, colors="0.85", linewidths=0.8)
    axes.fill(*np.transpose(CORNERS[K.key]), color="tab:green", alpha=0.25)
    axes.plot(*np.array([point.x for point in done.points[::6]]).T, lw=2)
    axes.plot(1.5, 0.9, "kx")
    axes.plot(*done.points[-1].x, "*", color="tab:red", ms=13)
    axes.set(title=f"{type(K).__name__}: {K.solves_text[10:].replace('s.t.', '').strip()}")
    axes.set(aspect="equal", xticks=[-1, 0, 1], yticks=[-1, 0, 1])


def draw_energy(axes: plt.Axes, done: Certificate) -> None:
    """F and H over the steps inside the box."""
    c = constants(LR / (1 - LR * LAM), 0.9, 0.99, LAM).c
    inside = [(t, p) for t, p in enumerate(done.points) if p.distance <= 1e-12]
    steps = [t for t, _ in inside]
    axes.plot(steps, [float(p.f) for _, p in inside], color="0.6", label="f(x)")
    energy = [float(lyapunov(p, LAM, c)) for _, p in inside]
    axes.plot(steps, energy, color="tab:red", lw=2, label="H(x, m)")
    axes.set(title="what falls, to the last bit", xlabel="step")
    axes.legend()


def main(out: Path) -> None:
    """Write the picture."""
    kinds = (L1(), L2(), LInf())
    runs = [run(K) for K in kinds]
    figure, panels = plt.subplots(1, 4, figsize=(13, 3.4), layout="constrained")
    for axes, K, done in zip(panels[:3], kinds, runs, strict=True):
        draw_path(axes, K, done)
        print(f"{K}: every promise kept: {done.ok}, residual {done.residual_max:.1e}")
    draw_energy(panels[3], runs[0])
    figure.savefig(out, metadata={"Date": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).with_name("picture.svg"))
