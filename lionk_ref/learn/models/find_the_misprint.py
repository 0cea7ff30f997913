# %% [markdown]
r"""Theorem 4.1: find the misprint.

For the implicit scheme, f with an L-Lipschitz gradient and $H = f + K^*(\lambda x)/\lambda + c\,
[K^*(\lambda x) + K(m) - \lambda\langle x, m\rangle]$ the theorem promises

$$H(x', m') - H(x, m) \le -\epsilon\,(a\Delta_1 + b\Delta_2) + \tfrac{L}{2}\,|x' - x|^2,$$
$$\Delta_1 = \langle u - \lambda x',\, \tilde m - \nabla K^*(\lambda x')\rangle, \quad
\Delta_2 = \langle u - \nabla K(m'),\, \tilde m - m'\rangle, \quad u = \nabla K(\tilde m).$$

With $D = \epsilon\lambda(1 - \beta_1) + (1 - \beta_2)$ the paper prints $c = \beta_1/D$, $a =
\beta_1/D + 1$ and $b = \beta_1(1 - \beta_2)/(\epsilon\lambda(\beta_2 - \beta_1)D)$; see
`printed_constants`. Compute the *slack*, right side minus left, in the smallest case: one
dimension, f = x^2/2, K = |.|, so that K* and its slope are 0 in the box. Where is it negative?

**Goal.** The slack for given c, a, b; then the right constants. Hint: c and a have units. b is 0
where beta1 = beta2, as Delta_2 is.
"""

# %%
from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.arrays import Array
from lionk_ref.certificates.lyapunov import Constants, printed_constants  # noqa: F401
from lionk_ref.certificates.lyapunov import constants as corrected  # cut
from lionk_ref.learn import draw


# %% [markdown]
# ## The slack
# %%
def slack(
    x: float, m: float, lr: float, beta1: float, beta2: float, lam: float, c: Any, a: Any, b: Any
) -> float:
    """Theorem 4.1 for f = x^2/2, K = |.|: right side minus left side, from the state (x, m)."""
    m_tilde, m_new = beta1 * m - (1 - beta1) * x, beta2 * m - (1 - beta2) * x
    u = np.sign(m_tilde)
    x_new = (x + lr * u) / (1 + lr * lam)
    delta_1 = (u - lam * x_new) * m_tilde
    delta_2 = (u - np.sign(m_new)) * (m_tilde - m_new)
    before = x**2 / 2 + c * (abs(m) - lam * x * m)
    after = x_new**2 / 2 + c * (abs(m_new) - lam * x_new * m_new)
    bound = -lr * (a * delta_1 + b * delta_2) + (x_new - x) ** 2 / 2
    return float(bound - (after - before))


# %% [markdown]
# ## The constants
# %%
constants = corrected  # cut


# %% [markdown]
# ## The picture
# %%
def picture(axes: Array) -> None:
    """The slack over m at x = 1/2: printed and corrected."""
    setting = (0.01, 0.9, 0.99, 1.0)
    m = np.linspace(-0.15, 0.15, 601)
    for name, three in (("printed", printed_constants), ("yours", constants)):
        seen = [slack(0.5, one, *setting, *three(*setting)) for one in m]
        axes.plot(m, seen, label=name)
    axes.axhline(0, color="gray", lw=0.5)
    axes.set(xlabel="m", title="Slack of Theorem 4.1; below 0 it is false")
    axes.legend()


# %%
if __name__ == "__main__":
    draw(picture)
