# %% [markdown]
r"""K and its subgradient: the Euclidean norm.

Lion-K puts the slope of a convex K where Lion has its sign. A vector u is a *subgradient* of K at z
if the plane through K(z) with slope u lies below K everywhere (Section 2):

$$K(y) \ge K(z) + \langle u, y - z\rangle \quad\text{for all } y.$$

**Goal.** $K(z) = \|z\|_2$ and its subgradient of least norm, also at z = 0, where many vectors
qualify. Make them right for entries like 1e200 and 1e-200 too, whose squares are inf and 0.
"""

# %%
from __future__ import annotations

import numpy as np

from lionk_ref.arrays import Array
from lionk_ref.learn import draw


# %% [markdown]
# ## The norm
# %%
def value(z: Array) -> float:
    """K(z) = |z|_2, without overflow."""
    largest = np.max(np.abs(z))
    if largest == 0:
        return 0.0
    return float(largest * np.sqrt(np.sum((z / largest) ** 2)))


# %% [markdown]
# ## Its slope
# %%
def slope(z: Array) -> Array:
    """The subgradient of least norm of K at z."""
    largest = np.max(np.abs(z))
    if largest == 0:
        return np.zeros_like(z)
    return (z / largest) / value(z / largest)


# %% [markdown]
# ## The picture
# %%
def picture(axes: Array) -> None:
    """K along a line through (0, 1), and the tangent of your slope at three points."""
    t = np.linspace(-2, 2, 201)
    axes.plot(t, [value(np.array([s, 0.3])) for s in t], label="K(t, 0.3)")
    for at in (-1.0, 0.1, 1.5):
        z = np.array([at, 0.3])
        axes.plot(t, value(z) + slope(z)[0] * (t - at), lw=1, label=f"tangent at {at}")
    axes.set(ylim=(-0.5, 2.2), title="A subgradient's plane stays below K")
    axes.legend()


# %%
if __name__ == "__main__":
    draw(picture)
