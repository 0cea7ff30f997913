"""
The box
=======

Weight decay decides where Lion may end. On the toy of Figure 1, f(x) = (x1 - 1.5)^2 + x2^2, the
iterates enter the box of half-width 1/lam and stay. The minimum is outside once lam > 2/3.
"""

import matplotlib.pyplot as plt

from lionk_ref import L1, LionK, certify
from lionk_ref.problems import PROBLEMS

figure, panels = plt.subplots(1, 3, figsize=(12, 4), sharey=True, layout="constrained")
for axes, lam in zip(panels, (0.5, 2 / 3, 1.5), strict=True):
    run = certify(PROBLEMS["toy"](), LionK(L1(), lr=0.004, lam=lam), steps=1200)
    path = [point.x for point in run.points]
    axes.add_patch(
        plt.Rectangle((-1 / lam, -1 / lam), 2 / lam, 2 / lam, color="tab:green", alpha=0.2)
    )
    axes.plot([x[0] for x in path], [x[1] for x in path], lw=1)
    axes.plot(1.5, 0, "x", color="black")
    axes.plot(*path[-1], "*", color="tab:red", ms=10)
    axes.set(title=f"lam = {lam:.2g}: f ends at {float(run.points[-1].f):.3f}", aspect="equal")
    print(f"lam = {lam:.2f}: x = {path[-1].round(3)}, every promise kept: {run.ok}")

plt.show()
