"""
The 2-cycle
===========

With a constant step size Lion does not converge: it ends in an exact 2-cycle between (x, m) and
(-x, -m), of amplitude lr/(2 - lr lam). Only a falling step size ends in the minimum.
"""

import matplotlib.pyplot as plt
import numpy as np

from lionk_ref import L1, LionK
from lionk_ref.certificates import two_cycle
from lionk_ref.discrete import InverseSquareRoot
from lionk_ref.problems import Quadratic

f = Quadratic(np.eye(1), np.zeros(1), np.array([0.8]))
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
for lr in (0.1, 0.03, 0.01):
    lion = LionK(L1(), lr=lr, lam=1.0)
    x = np.array([abs(float(s.after.x[0])) for s in lion.run(f, f.x0(), 4000)])
    cycle = two_cycle(1.0, lr=lr, beta1=0.9, beta2=0.99, lam=1.0)
    (line,) = left.loglog(np.arange(1, 4001), x, lw=0.8, label=f"lr = {lr}")
    left.axhline(cycle.x, color=line.get_color(), ls=":")
    print(f"lr = {lr}: ends at |x| = {x[-1]:.9f}, the cycle is at {cycle.x:.9f}")
left.set(xlabel="step", ylabel="|x|", title="constant lr; dotted: lr/(2 - lr lam)")
left.legend()

falling = LionK(L1(), lr=InverseSquareRoot(0.1), lam=1.0)
path = [(s.lr, abs(float(s.after.x[0]))) for s in falling.run(f, f.x0(), 4000)]
right.loglog(path, lw=0.8, label=["lr", "|x|"])
right.set(xlabel="step", title="lr = 0.1 over the root of the step number")
right.legend()
plt.show()
