# %% [markdown]
r"""The weight of g_t: why Lion has two betas.

Start from m = 0 and unroll both averages of eq. (1). Then
$-\tilde m_{t+1} = w_0 g_t + w_1 g_{t-1} + \dots$, where the age counts steps back: age 0 is the
current gradient g_t. With one beta for both, the weights would be $(1 - \beta)\beta^a$.

**Goal.** The weight of a gradient by its age, and how many times heavier the current one is than
it would be in a plain average with beta2. With 0.9 and 0.99, that is ten times.
"""

# %%
from __future__ import annotations

import numpy as np

from lionk_ref.arrays import Array
from lionk_ref.learn import draw


# %% [markdown]
# ## The weights
# `age` is an array of whole numbers >= 0, in any order. `np.where(age == 0, a, b)` may help.
# %%
def weights(age: Array, beta1: float, beta2: float) -> Array:
    """Eq. (1), unrolled: the weight in minus m_tilde of the gradient of that age."""
    current = 1 - beta1
    older = beta1 * (1 - beta2) * beta2 ** np.maximum(age - 1, 0)
    return np.where(age == 0, current, older)


# %% [markdown]
# ## How much heavier
# %%
def times_heavier(beta1: float, beta2: float) -> float:
    """The weight of g_t here, over its weight in a plain average with beta2."""
    return (1 - beta1) / (1 - beta2)


# %% [markdown]
# ## The picture
# %%
def picture(axes: Array) -> None:
    """The weights of Lion's two betas beside those of a plain average."""
    age = np.arange(60)
    axes.stem(age, weights(age, 0.9, 0.99), label="Lion, 0.9 and 0.99")
    axes.plot(age, 0.01 * 0.99**age, "k--", lw=1, label="one beta, 0.99")
    axes.set(xlabel="age", title=f"g_t counts {times_heavier(0.9, 0.99):.3g} times as much")
    axes.legend()


# %%
if __name__ == "__main__":
    draw(picture)
