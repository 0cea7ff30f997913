# %% [markdown]
r"""The conjugate, numerically: K* as a supremum over a grid.

Eq. (7) defines $K^*(y) = \sup_z\, \langle y, z\rangle - K(z)$: the most that the line of slope y
rises above K. Lion-K minimises $f(x) + K^*(\lambda x)/\lambda$, so that K* is what it adds to f.

**Goal.** In one dimension, with K given by its values on a grid of z: K* at every y, and the z
where the supremum is attained, which is the slope of K* at y.
"""

# %%
from __future__ import annotations

import numpy as np

from lionk_ref.arrays import Array
from lionk_ref.learn import draw


# %% [markdown]
# ## K*
# `y`, `z` and `K` are arrays; K[j] belongs to z[j]. `np.outer(y, z)` is a table of products.
# %%
def conjugate(y: Array, z: Array, K: Array) -> Array:
    """Eq. (7) on a grid: the largest y z - K(z), for each y."""
    return np.max(np.outer(y, z) - K, axis=1)


# %% [markdown]
# ## Its slope
# %%
def conjugate_slope(y: Array, z: Array, K: Array) -> Array:
    """Where the supremum is attained: a z of the grid, for each y."""
    return z[np.argmax(np.outer(y, z) - K, axis=1)]


# %% [markdown]
# ## The picture
# %%
def picture(axes: Array) -> None:
    """A double well, its conjugate, and the conjugate of that: the convex hull."""
    z, y = np.linspace(-2, 2, 401), np.linspace(-9, 9, 901)
    K = (z**2 - 1) ** 2 / 4
    axes.plot(z, K, label="K")
    axes.plot(y / 4, conjugate(y, z, K), lw=1, label="K*, against y/4")
    axes.plot(z, conjugate(z, y, conjugate(y, z, K)), "k--", label="K**")
    axes.set(ylim=(-0.3, 2), title="K** is the largest convex function below K")
    axes.legend()


# %%
if __name__ == "__main__":
    draw(picture)
