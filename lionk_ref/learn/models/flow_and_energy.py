# %% [markdown]
r"""The flow and H: Lion-K in continuous time.

$$\dot m = -\alpha\nabla f(x) - \gamma m, \qquad \dot x = \nabla K(\tilde m) - \lambda x, \qquad
\tilde m = m + \varepsilon\,\dot m$$

is eq. (3). Here K is log-cosh, whose slope is tanh. Eq. (6) is an energy that falls along it,

$$H = \alpha f + \tfrac\gamma\lambda K^*(\lambda x)
+ \eta\,[K^*(\lambda x) + K(m) - \lambda\langle m, x\rangle],$$

with $\eta = (1 - \varepsilon\gamma)/(1 + \varepsilon\lambda)$ and, for its rate of decay,
$\eta' = (\gamma + \lambda)/(1 + \varepsilon\lambda)$. The letter $\varepsilon$, `vareps`, is not a
step size.

**Goal.** The velocities, the two weights, and H. `s` has s.x and s.m; `r` has r.alpha, r.gamma,
r.lam and r.vareps.
"""

# %%
from __future__ import annotations

import numpy as np

from lionk_ref.arrays import Array, dot
from lionk_ref.continuous.coefficients import Rates
from lionk_ref.continuous.flow import Phase
from lionk_ref.continuous.lyapunov import Weights  # noqa: F401
from lionk_ref.continuous.lyapunov import energy as eq_6  # cut
from lionk_ref.continuous.lyapunov import weights as eq_11  # cut
from lionk_ref.learn import draw


# %% [markdown]
# ## The velocities
# %%
def velocity(s: Phase, g: Array, r: Rates) -> Phase:
    """Eq. (3) with K = log-cosh: the velocity of x and that of m, where the gradient is g."""
    v_m = -r.alpha * g - r.gamma * s.m
    m_tilde = s.m + r.vareps * v_m
    return Phase(np.tanh(m_tilde) - r.lam * s.x, v_m)


# %% [markdown]
# ## The weights
# %%
weights = eq_11  # cut


# %% [markdown]
# ## H
# `f` is f(x), `k` is K(m), and `penalty` is K*(lam x)/lam. `dot(a, b)` is the inner product.
# %%
energy = eq_6  # cut


# %% [markdown]
# ## The picture
# %%
def picture(axes: Array) -> None:
    """H along the flow on f = |x - (2, 0.3)|^2/2, in small steps."""
    r, target = Rates(1.0, 1.0, 1.0, 0.3), np.array([2.0, 0.3])
    s, seen = Phase(np.array([-0.7, 0.8]), np.zeros(2)), []
    for _ in range(800):
        y = r.lam * s.x
        star = np.sum((1 + y) * np.log1p(y) + (1 - y) * np.log1p(-y)) / 2
        k, f = np.sum(np.log(np.cosh(s.m))), dot(s.x - target, s.x - target) / 2
        seen.append(energy(f, star / r.lam, k, s, r))
        v = velocity(s, s.x - target, r)
        s = Phase(s.x + 0.01 * v[0], s.m + 0.01 * v[1])
    axes.plot(0.01 * np.arange(800), seen)
    axes.set(xlabel="time", title="H falls along the flow")


# %%
if __name__ == "__main__":
    draw(picture)
