# %% [markdown]
r"""Fenchel and Young: the gap that is never negative.

$$K(z) + K^*(y) - \langle z, y\rangle \ge 0, \quad = 0 \text{ exactly when } y \in \partial K(z).$$

Every certificate of this library is a sum of such gaps (eq. 7 and 8). Here K is the Huber loss of
Table 2, line 5: $z^2/(2e)$ up to |z| = e, and $|z| - e/2$ beyond. Its conjugate is $e|y|^2/2$ on
the box $|y|_\infty \le 1$ and infinite outside. The paper prints < for the box: is that right?

**Goal.** K, K* and the gap, for vectors; the sums run over the coordinates.
"""

# %%
from __future__ import annotations

import numpy as np

from lionk_ref.arrays import Array
from lionk_ref.learn import draw


# %% [markdown]
# ## K and K*
# %%
def value(z: Array, e: float) -> float:
    """Table 2, line 5: the sum of the Huber losses."""
    r = np.abs(z)
    return float(np.sum(np.where(r <= e, r**2 / (2 * e), r - e / 2)))


# %%
def conjugate(y: Array, e: float) -> float:
    """Its conjugate; np.inf outside the box."""
    if np.max(np.abs(y)) > 1:
        return np.inf
    return float(e / 2 * np.sum(y**2))


# %% [markdown]
# ## The gap
# %%
def gap(z: Array, y: Array, e: float) -> float:
    """Eq. (7): K(z) + K*(y) - <z, y>."""
    return value(z, e) + conjugate(y, e) - float(np.sum(z * y))


# %% [markdown]
# ## The picture
# %%
def picture(axes: Array) -> None:
    """The gap at three z: it touches 0 at the slope of K."""
    y = np.linspace(-1, 1, 201)
    for z in (-2.0, 0.3, 0.9):
        gaps = [gap(np.array([z]), np.array([one]), 1.0) for one in y]
        axes.plot(y, gaps, label=f"z = {z}")
        axes.plot(np.clip(z, -1, 1), 0, "k.")
    axes.set(xlabel="y", title="K(z) + K*(y) - z y, with the slope of K at z")
    axes.legend()


# %%
if __name__ == "__main__":
    draw(picture)
