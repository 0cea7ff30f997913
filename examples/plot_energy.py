"""
H falls, and the balance says why
=================================

Softmax regression on handwritten digits, with Lion. The loss f may rise; the Lyapunov function H
does not, but for the curvature of f, and its change is accounted for to the last bit.
"""

import matplotlib.pyplot as plt
import numpy as np

from lionk_ref import L1, LionK, certify
from lionk_ref.problems import PROBLEMS

run = certify(PROBLEMS["softmax"](), LionK(L1(), lr=0.02, lam=1.0), steps=150)
balance = run.promises["energy balance"]

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
left.plot([point.f for point in run.points], label="f(x)")
left.plot(float(run.points[0].f) + np.cumsum(balance.measured), label="H, from f(x_0)")
left.set(xlabel="step", title="softmax regression on digits")
left.legend()
right.semilogy(np.abs(balance.measured), label="|H' - H|")
right.semilogy(np.maximum(np.abs(balance.measured - balance.promised), 1e-18), label="unexplained")
right.set(xlabel="step", title="the energy balance")
right.legend()

plt.show()
print(f"worst relative residual {run.residual_max:.1e}; every promise kept: {run.ok}")
