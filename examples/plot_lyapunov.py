"""
H falls where f does not
========================

Lion with weight decay descends neither on f nor on F, the problem that it solves: it overshoots and
comes back. What falls at every step is H, the Lyapunov function of Theorem 4.1, which knows of the
constraint and of the momentum. K is smooth here, so that there is no exception.
"""

import matplotlib.pyplot as plt
import numpy as np

from lionk_ref import LionK, LogCosh, certify
from lionk_ref.certificates import constants, lyapunov
from lionk_ref.problems import PROBLEMS

toy, lam, lr = PROBLEMS["toy"](), 0.8, 0.01
optimizer = LionK(LogCosh(e=0.2), lr=lr, lam=lam, scheme="implicit")
run = certify(toy, optimizer, x0=np.array([1.2, 1.2]), steps=1500)
c = constants(lr, optimizer.beta1, optimizer.beta2, lam).c

f = np.array([float(point.f) for point in run.points])
F = np.array([float(point.f + point.penalty) for point in run.points])
H = np.array([float(lyapunov(point, lam, c)) for point in run.points])

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
for values, name in ((f, "f(x)"), (F, "F(x) = f + K*(lam x)/lam"), (H, "H(x, m)")):
    left.plot(values, label=name)
left.set(xlabel="step", title="three ways to look at one run")
left.legend()
for values, name in ((f, "f"), (F, "F"), (H, "H")):
    right.plot(np.sort(np.diff(values)), label=name)
right.axhline(0, color="0.7", lw=0.8)
right.set(xlabel="steps, sorted by the change", ylabel="change in a step", yscale="symlog")
right.set_yscale("symlog", linthresh=1e-6)
right.set(title="above 0 it rises")
right.legend()
plt.show()

for values, name in ((f, "f"), (F, "F"), (H, "H")):
    print(f"{name} rises in {int(np.sum(np.diff(values) > 1e-12))} of {len(values) - 1} steps")
print(f"every promise kept: {run.ok}")
