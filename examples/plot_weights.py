"""
The eleven-fold weight of the current gradient
==============================================

Lion's two betas make one filter. Send a single gradient of size 1 through eq. (1) and watch what
sign() is taken of: with 0.9 and 0.99 the current gradient counts 11 times what plain momentum
would give it, all older ones exactly as in plain momentum.
"""

import matplotlib.pyplot as plt
import numpy as np

from lionk_ref import L1, LionK, State
from lionk_ref.discrete import look_ahead


def response(beta1, beta2, steps=60):
    """The weight in -m_tilde of a gradient that came 0, 1, 2, ... steps ago."""
    lion, weights = LionK(L1(), lr=1.0, beta1=beta1, beta2=beta2), []
    state = State(np.zeros(1), np.zeros(1))
    for age in range(steps):
        g = np.ones(1) if age == 0 else np.zeros(1)
        weights.append(-float(look_ahead(state, g, beta1=beta1)[0]))
        state = lion.step(state, g)
    return np.array(weights)


lion, momentum = response(0.9, 0.99), response(0.99, 0.99)
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
for weights, name, color in (
    (lion, "Lion, 0.9 and 0.99", "tab:red"),
    (momentum, "momentum, 0.99", "0.5"),
):
    left.plot(weights / weights[1] * 0.99, "o-", ms=3, color=color, label=name)
    right.plot(np.cumsum(weights), color=color, label=name)
left.set(
    xlabel="age of the gradient", ylabel="weight", title="relative to plain momentum's current"
)
left.annotate("11", (0, 11), (3, 10.6))
left.legend()
right.set(xlabel="age", title="total weight of the gradients up to this age", ylim=(0, 1))
right.legend()
plt.show()

print(f"the current gradient against the one before: {lion[0] / lion[1]:.4f}")
print(f"against what momentum would give it: {0.99 * lion[0] / lion[1]:.4f}")
