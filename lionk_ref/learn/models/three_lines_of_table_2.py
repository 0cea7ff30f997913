# %% [markdown]
r"""Table 2, lines 3 to 5: three more slopes, three more optimizers.

| line | K(z) | Lion-K then solves |
|---|---|---|
| 3 | sum of max(abs(z_i) - e, 0) | min f + e norm_1(x), in the box |
| 4 | sum of the k largest abs(z_i) | min f, with norm_1(x) <= k/lam, in the box |
| 5 | sum of Huber losses | min f + e lam/2 norm_2(x)^2, in the box |

**Goal.** The slope of each, the one of least norm at kinks. Line 4 is misprinted in the paper: its
indicator abs(z) > abs(z_(k)) keeps k - 1 coordinates only, and with >= ties get too much. Entries
above the k-th largest magnitude get their sign; those tied with it share what is left equally.
"""

# %%
from __future__ import annotations

import numpy as np

from lionk_ref.arrays import Array
from lionk_ref.learn import draw


# %% [markdown]
# ## Line 3
# %%
def dead_zone(z: Array, e: float) -> Array:
    """The slope of sum max(|z_i| - e, 0)."""
    return np.sign(z) * (np.abs(z) > e)


# %% [markdown]
# ## Line 4
# `np.sort(a)[-k]` is the k-th largest entry of a.
# %%
def top_k(z: Array, k: int) -> Array:
    """The slope of the sum of the k largest |z_i|; z has no zeros among them."""
    a = np.abs(z)
    threshold = np.sort(a)[-k]
    above, tied = a > threshold, a == threshold
    share = (k - np.sum(above)) / np.sum(tied)
    return np.sign(z) * (above + share * tied)


# %% [markdown]
# ## Line 5
# %%
def huber(z: Array, e: float) -> Array:
    """The slope of the Huber loss: z/e up to |z| = e, the sign beyond."""
    return np.clip(z / e, -1, 1)


# %% [markdown]
# ## The picture
# %%
def picture(axes: Array) -> None:
    """The slopes of lines 3 and 5, and how line 4 divides between an entry and its rival, 1."""
    z = np.linspace(-2.5, 2.5, 501)
    axes.plot(z, dead_zone(z, 0.5), label="line 3, e = 0.5")
    axes.plot(z, huber(z, 1.5), label="line 5, e = 1.5")
    shares = [top_k(np.array([one, 1.0]), 1)[0] for one in z]
    axes.plot(z, shares, ".", ms=3, label="line 4, k = 1, of (z, 1)")
    axes.legend()


# %%
if __name__ == "__main__":
    draw(picture)
