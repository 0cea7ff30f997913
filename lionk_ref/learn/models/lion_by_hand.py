# %% [markdown]
r"""Eq. (1) by hand: a step of Lion.

$$\tilde m_{t+1} = \beta_1 m_t - (1 - \beta_1) g_t$$
$$m_{t+1} = \beta_2 m_t - (1 - \beta_2) g_t$$
$$x_{t+1} = x_t + \epsilon\,(\mathrm{sign}(\tilde m_{t+1}) - \lambda x_t)$$

Mind the sign: m follows *minus* the gradient, so that x moves along it. The decay stands outside
the sign, and each of its parts is multiplied by the step size, here `lr`.

**Goal.** One step, from the state `s` (it has `s.x` and `s.m`) and the gradient `g` at `s.x`.
"""

# %%
from __future__ import annotations

import numpy as np

from lionk_ref.arrays import Array, sign  # noqa: F401
from lionk_ref.discrete import updates  # cut
from lionk_ref.discrete.updates import State
from lionk_ref.learn import draw

# %% [markdown]
# ## The step
# %%
lion = updates.lion  # cut


# %% [markdown]
# ## The picture
# %%
def picture(axes: Array) -> None:
    """Two coordinates of f = |x - (2, 0.3)|^2/2: one stops at the edge of the box, one inside."""
    s, path = State(np.array([-0.8, 0.9]), np.zeros(2)), []
    for _ in range(200):
        path.append(s.x)
        s = lion(s, s.x - np.array([2.0, 0.3]), lr=0.02, beta1=0.9, beta2=0.99, lam=1.0)
    axes.plot(path)
    axes.axhline(1.0, ls=":", color="gray")
    axes.set(xlabel="step", title="Lion with lam = 1: the box |x| <= 1/lam")


# %%
if __name__ == "__main__":
    draw(picture)
