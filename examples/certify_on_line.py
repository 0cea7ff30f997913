"""
A run certified while it goes
=============================

A fused step hands over ten numbers, summed in the same pass over memory. They are enough for a
verdict on every step: no copy of x or m is kept, whatever their size. Here are a hundred thousand
coordinates in float32, pulled to points of which many lie beyond the box, and the energy balance at
some of the steps: both sides, and what rounding may put between them.
"""

import numpy as np

from lionk_ref import L1, CertifiedRun, LionK

n, dtype = 100_000, np.float32
target = 3 * np.random.default_rng(0).standard_normal(n).astype(dtype)
lion = LionK(L1(), lr=lambda t: 0.05 / (1 + t / 50), lam=0.5, backend="auto")
state = lion.init(np.zeros(n, dtype))
run = CertifiedRun(lion, state, L=1.0)


def f(x):
    """|x - target|^2/2, in float64."""
    return float(np.sum((x.astype(float) - target) ** 2)) / 2


before = f(state.x)
for t in range(100):
    sums = lion.certified_step_(state, state.x - target, t)
    after = f(state.x)
    run.add(sums, before, after)
    before = after

balance = run.promises["energy balance"]
print("step    H' - H - (f' - f)   promised   difference  tolerance")
for t in (0, 1, 2, 5, 10, 20, 50, 99):
    measured, promised = balance.measured[t], balance.promised[t]
    print(f"{t:4}  {measured:19.4f}{promised:11.4f}", end="")
    print(f"{abs(measured - promised):13.1e}{balance.tolerance[t]:11.1e}")
print("\n" + str(run))

# The same with a step that takes beta1 for beta2: the sums of a single step give it away.
wrong = LionK(lion.K, lion.lr, beta1=0.99, beta2=0.9, lam=0.5, backend="auto")
state = lion.init(np.zeros(n, dtype))
run = CertifiedRun(lion, state)
run.add(wrong.certified_step_(state, state.x - target, 0))
print("\nswapped betas: " + ", ".join(v.name for v in run.verdicts if not v.holds) + " failed")
