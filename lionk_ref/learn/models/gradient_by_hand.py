# %% [markdown]
r"""The gradient of a net, by hand.

Lion needs nothing but gradients. This net has one hidden layer, $v \cdot \tanh(W x)$, and the loss
is half the mean of the squared errors over the N rows of X,

$$f(W, v) = \frac{1}{2N} \sum_{i=1}^N (v\cdot\tanh(W x_i) - y_i)^2.$$

**Goal.** The loss, and its gradient by the chain rule, for all examples at once: X is (N, d), W is
(h, d), v has h entries, y has N. Note that tanh' = 1 - tanh^2.
"""

# %%
from __future__ import annotations

import numpy as np

from lionk_ref.arrays import Array
from lionk_ref.learn import draw


# %% [markdown]
# ## The loss
# %%
def loss(W: Array, v: Array, X: Array, y: Array) -> float:
    """Half the mean squared error."""
    error = np.tanh(X @ W.T) @ v - y
    return float(np.mean(error**2) / 2)


# %% [markdown]
# ## The gradient
# %%
def gradient(W: Array, v: Array, X: Array, y: Array) -> tuple[Array, Array]:
    """The gradient of the loss in W and in v."""
    hidden = np.tanh(X @ W.T)
    error = (hidden @ v - y) / len(y)
    back = np.outer(error, v) * (1 - hidden**2)
    return back.T @ X, hidden.T @ error


# %% [markdown]
# ## The picture
# %%
def picture(axes: Array) -> None:
    """Lion, eq. (1), with your gradient, learns a curve."""
    random = np.random.default_rng(0)
    X = np.stack([np.linspace(-2, 2, 60), np.ones(60)], axis=1)
    y = np.sin(2 * X[:, 0])
    p = [random.standard_normal((12, 2)), np.zeros(12)]
    m = [np.zeros((12, 2)), np.zeros(12)]
    for _ in range(2000):
        for i, g in enumerate(gradient(p[0], p[1], X, y)):
            p[i] = p[i] + 0.003 * (np.sign(0.9 * m[i] - 0.1 * g) - 0.1 * p[i])
            m[i] = 0.99 * m[i] - 0.01 * g
    axes.plot(X[:, 0], y, "k--", label="target")
    axes.plot(X[:, 0], np.tanh(X @ p[0].T) @ p[1], label=f"net, loss {loss(p[0], p[1], X, y):.1e}")
    axes.set(title="A net trained by Lion, with a gradient by hand")
    axes.legend()


# %%
if __name__ == "__main__":
    draw(picture)
