# %% [markdown]
r"""Lion-lp and q: the norm outside decides the ball inside.

With $K(z) = \|z\|_p$, Table 2, line 2, the slope is

$$\nabla K(z)_i = \mathrm{sign}(z_i)\,|z_i|^{p-1} / \|z\|_p^{p-1},$$

and Lion-K minimises f over the ball $\|x\|_q \le 1/\lambda$ of the *dual* norm, 1/p + 1/q = 1. The
printed formula is 0/0 at z = 0, and overflows for large z: define it as 0 at 0, and divide z by its
largest |z_i| first (erratum 12).

**Goal.** The dual exponent, for p > 1, and the slope.
"""

# %%
from __future__ import annotations

import numpy as np

from lionk_ref.arrays import Array
from lionk_ref.learn import draw


# %% [markdown]
# ## The dual exponent
# %%
def dual_exponent(p: float) -> float:
    """The q with 1/p + 1/q = 1."""
    return p / (p - 1)


# %% [markdown]
# ## The slope
# %%
def slope(z: Array, p: float) -> Array:
    """Table 2, line 2, corrected: the slope of the lp norm, 0 at 0."""
    largest = np.max(np.abs(z))
    if largest == 0:
        return np.zeros_like(z)
    a = np.abs(z) / largest
    norm = np.sum(a**p) ** (1 / p)
    return np.sign(z) * (a / norm) ** (p - 1)


# %% [markdown]
# ## The picture
# %%
def picture(axes: Array) -> None:
    """The slopes of all directions: they lie on the unit ball of the dual norm."""
    t = np.linspace(0, 2 * np.pi, 721)
    for p in (1.2, 1.5, 2.0, 4.0):
        u = np.array([slope(np.array([np.cos(one), np.sin(one)]), p) for one in t])
        axes.plot(u[:, 0], u[:, 1], ".", ms=2, label=f"p = {p}, q = {dual_exponent(p):.3g}")
    axes.set(aspect="equal", title="Slopes of the lp norm")
    axes.legend()


# %%
if __name__ == "__main__":
    draw(picture)
