"""
Each K and its constraint
=========================

Lion-K solves min f(x) + K*(lam x)/lam. The domain of K* is the set that x may not leave, shown in
green for lam = 1; where K* is not flat inside, its level lines are what else is added to f. The
set is read off K far away: <y, z> <= lim K(t z)/t in every direction z.
"""

import matplotlib.pyplot as plt
import numpy as np

from lionk_ref.convex import from_text

NAMES = (
    *("l1", "l2", "linf", "lp:p=3", "top_k:k=1", "sorted_l1", "ellipsoid", "asymmetric_box"),
    *("huber", "log_cosh", "pseudo_huber", "dead_zone", "elastic_net", "half_square"),
)
FAR = 1e6
side = np.linspace(-2, 2, 161)
points = np.stack(np.meshgrid(side, side), -1)
angles = np.linspace(0, 2 * np.pi, 361)
directions = np.stack([np.cos(angles), np.sin(angles)])


def reach(K):
    """How far each point of the plane is from the domain of K*; negative inside."""
    support = np.array([float(K.value(FAR * z)) / FAR for z in directions.T])
    return np.max(points @ directions - support, axis=-1)


def penalty(K, every=4):
    """K* on a coarser grid; infinite outside its domain."""
    values = [[float(K.conjugate(y)) for y in row] for row in points[::every, ::every]]
    return np.where(np.isfinite(values), values, np.nan)


figure, panels = plt.subplots(2, 7, figsize=(14, 4.6), layout="constrained")
for axes, name in zip(panels.flat, NAMES, strict=True):
    K = from_text(name) if ":" in name else type(from_text(name)).examples((2,))[0]
    axes.contourf(side, side, reach(K), levels=[-1e9, 1e-3, 9], colors=["#a8d8a8", "white"])
    if not K.positively_homogeneous:
        axes.contour(side[::4], side[::4], penalty(K), colors="0.3", linewidths=0.8)
    axes.set(title=name, aspect="equal", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    print(f"{name:16} {type(K).solves_text}")
plt.show()
