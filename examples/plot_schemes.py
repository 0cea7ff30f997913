"""
Explicit against implicit
=========================

Eq. (2) decays the old x, eq. (15) the new one. They are one method with two names for the step
size: lr of one is lr/(1 + lr lam) of the other. With the same lr they differ, and past
lr lam = 1 the explicit one has no implicit twin.
"""

import matplotlib.pyplot as plt
import numpy as np

from lionk_ref import L1, LionK
from lionk_ref.discrete import explicit_lr
from lionk_ref.problems import PROBLEMS

toy, lr, lam, steps = PROBLEMS["toy"](), 0.15, 1.5, 40


def path(scheme, lr):
    """The iterates, from the start of the toy."""
    optimizer = LionK(L1(), lr=lr, lam=lam, scheme=scheme)
    return np.array([toy.x0(), *(s.after.x for s in optimizer.run(toy, toy.x0(), steps))])


implicit = path("implicit", lr)
same, converted = path("explicit", lr), path("explicit", explicit_lr(lr, lam))
apart = np.abs(converted - implicit).max()

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
left.add_patch(plt.Rectangle((-1 / lam, -1 / lam), 2 / lam, 2 / lam, color="tab:green", alpha=0.2))
left.plot(*implicit.T, "o-", ms=6, label=f"implicit, lr = {lr}")
left.plot(*same.T, ".-", color="0.6", label=f"explicit, lr = {lr}")
left.plot(*converted.T, "x", color="tab:red", label=f"explicit, lr = {explicit_lr(lr, lam):.4f}")
left.set(aspect="equal", title="paths into the box of half-width 1/lam")
left.legend(fontsize="small")
q = np.linspace(0, 3, 200)
right.plot(q, np.abs(1 - q), label="explicit: |1 - lr lam|")
right.plot(q, 1 / (1 + q), label="implicit: 1/(1 + lr lam)")
right.axhline(1, color="0.7", lw=0.8)
right.set(xlabel="lr lam", title="what a step multiplies the distance to the box by")
right.legend()
plt.show()
print(f"with the step size converted the two paths are {apart:.1e} apart")
