# %% [markdown]
r"""Phase 1: the way into the box.

Wherever Lion starts, its decay pulls $\lambda x$ into the box $|\lambda x|_\infty \le 1$, the
domain of K*, and keeps it there: lam is no taste, it says where x may live, $|x_i| \le 1/\lambda$.
Theorem 4.1, part 1, says how fast for the implicit scheme (15), $x' = (x + \epsilon u)/(1 +
\epsilon\lambda)$: the distance shrinks at least by $1 + \epsilon\lambda$ per step. The paper prints
the exponent as s - t with s <= t; is that right?

**Goal.** The distance, the bound, and the step size with which the explicit scheme (2) does the
same.
"""

# %%
from __future__ import annotations

import numpy as np

from lionk_ref.arrays import Array
from lionk_ref.discrete import updates  # cut
from lionk_ref.learn import draw


# %% [markdown]
# ## The distance
# %%
def distance(x: Array, lam: float) -> float:
    """The Euclidean distance from lam x to the box |y|_inf <= 1."""
    y = lam * x
    return float(np.sqrt(np.sum((y - np.clip(y, -1, 1)) ** 2)))


# %% [markdown]
# ## The bound
# %%
def bound(d: float, steps: int, lr: float, lam: float) -> float:
    """Theorem 4.1, part 1: the most that is left of the distance d after so many steps."""
    return d * (1 + lr * lam) ** -steps


# %% [markdown]
# ## The other scheme
# Explicit: x' = x + lr (u - lam x). Implicit: x' = (x + lr u)/(1 + lr lam).
# %%
explicit_lr = updates.explicit_lr  # no formula  # cut


# %% [markdown]
# ## The picture
# %%
def picture(axes: Array) -> None:
    """The distance along a run whose slopes point anywhere, and the bound."""
    random, lr, lam = np.random.default_rng(1), 0.05, 2.0
    x, seen = np.array([9.0, -4.0, 0.1]), []
    for _ in range(80):
        seen.append(distance(x, lam))
        x = (x + lr * random.choice([-1.0, 1.0], 3)) / (1 + lr * lam)
    axes.semilogy(seen, label="distance of lam x")
    axes.semilogy([bound(seen[0], t, lr, lam) for t in range(80)], "k--", label="bound")
    axes.set(xlabel="step", title="Phase 1")
    axes.legend()


# %%
if __name__ == "__main__":
    draw(picture)
