"""
Forty thousand runs in one array
================================

The core takes arrays of any library, and for a separable K an array of runs is one run. Each pixel
is a start; its colour is the minimum of Himmelblau's function that Lion finds from there, in the
box of half-width 1/lam. On a GPU the same lines run on CuPy arrays; without one, on NumPy's.
"""

from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np

from lionk_ref import L1, LionK

try:
    import cupy as xp

    where = "a GPU, by CuPy" if xp.cuda.is_available() else ""
except ImportError:
    where = ""
if not where:
    xp, where = np, "the CPU, by NumPy: no GPU with CuPy here"


def gradient(x):
    """Of (a^2 + b - 11)^2 + (a + b^2 - 7)^2, for every pixel at once."""
    a, b = x[0], x[1]
    u, v = a * a + b - 11, a + b * b - 7
    return xp.stack([4 * a * u + 2 * v, 2 * u + 4 * b * v])


side = xp.linspace(-5, 5, 200)
starts = xp.stack(xp.meshgrid(side, side))
figure, panels = plt.subplots(1, 3, figsize=(12, 4), layout="constrained")
begin = perf_counter()
for axes, lam in zip(panels, (0.0, 0.25, 0.4), strict=True):
    lion = LionK(L1(), lr=lambda t: 0.05 / (1 + t / 40), lam=lam)
    state = lion.init(starts)
    for t in range(300):
        state = lion.step(state, gradient(state.x), t)
    x = state.x if xp is np else xp.asnumpy(state.x)
    tint = np.stack([0.5 + x[0] / 8, 0.5 + x[1] / 8, np.full(x[0].shape, 0.6)], -1)
    axes.imshow(tint.clip(0, 1), extent=(-5, 5, -5, 5), origin="lower")
    axes.plot(x[0, ::9, ::9].ravel(), x[1, ::9, ::9].ravel(), ".", color="white", ms=5)
    axes.set(title="no decay" if lam == 0 else f"lam = {lam}: |x| <= {1 / lam:g}")
    axes.set(xlim=(-5, 5), ylim=(-5, 5))
plt.show()
print(f"3 x 40,000 runs of 300 steps in {perf_counter() - begin:.1f} s on {where}")
