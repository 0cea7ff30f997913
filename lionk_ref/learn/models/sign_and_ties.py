# %% [markdown]
"""Sign and ties: what Lion does where it cannot decide.

Eq. (1) takes a sign. K(z) = |z_1| + ... + |z_d| has a kink at 0, where every number in [-1, 1] is
a slope. Lion-K takes the slope of least norm, so that sign(0) = 0: a coordinate with nothing to say
rests. With several workers the same question returns: a vote may be a tie.

**Goal.** Write both. `np.sign` would be half of it; comparisons are as good: `z > 0` counts as 1.

**Try.** `lionk learn check`, and `lionk learn hint` when stuck. Run this file for the picture.
"""

# %%
from __future__ import annotations

import numpy as np

from lionk_ref.arrays import Array
from lionk_ref.learn import draw


# %% [markdown]
# ## The sign
# %%
def sign(z: Array) -> Array:
    """Table 2, line 1: the element of least norm of the subdifferential of the l1 norm at z."""
    return (z > 0) * 1.0 - (z < 0) * 1.0


# %% [markdown]
# ## The vote
# Each row of `Z` is one worker's momentum, each column one coordinate. A worker's vote is its sign,
# whatever its size. Most votes win, and a tie is no vote.
# %%
def majority(Z: Array, z: Array) -> Array:
    """The sign of the sum of the votes of the rows of Z; z is any one row, for its shape."""
    votes = sum(sign(row) for row in Z)
    return sign(votes + np.zeros_like(z))


# %% [markdown]
# ## The picture
# %%
def picture(axes: Array) -> None:
    """K = |z|, its slope, and what a vote of two workers makes of a pair (z, 1)."""
    z = np.linspace(-2, 2, 401)
    axes.plot(z, abs(z), label="K(z) = |z|")
    axes.plot(z, sign(z), ".", ms=3, label="sign(z)")
    axes.plot(z, majority(np.array([z, np.ones_like(z)]), z), lw=1, label="vote of z and 1")
    axes.legend()


# %%
if __name__ == "__main__":
    draw(picture)
