"""
Muon's spectral ball
====================

With the nuclear norm for K, Lion-K is Muon with its polar factor computed exactly, and weight decay
bounds the singular values: none may stay above 1/lam. The target here has three that are larger,
and each of them ends on the edge of the ball.
"""

import matplotlib.pyplot as plt
import numpy as np

from lionk_ref import LionK, Nuclear
from lionk_ref.convex import newton_schulz

rng = np.random.default_rng(0)
left_basis, right_basis = (np.linalg.qr(rng.standard_normal((8, 8)))[0] for _ in range(2))
target = left_basis @ np.diag([2.5, 2.0, 1.5, 0.8, 0.6, 0.4, 0.2, 0.1]) @ right_basis.T
lam, lr, steps = 1.0, 0.01, 800

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
muon = LionK(Nuclear(), lr=lr, beta1=0.9025, beta2=0.95, lam=lam)
state, sizes = muon.init(3 * rng.standard_normal((8, 8))), []
for _ in range(steps):
    state = muon.step(state, state.x - target)
    sizes.append(np.linalg.svd(state.x, compute_uv=False))
left.plot(sizes, lw=1)
left.axhspan(0, 1 / lam, color="tab:green", alpha=0.2)
left.set(xlabel="step", ylabel="singular values of X", yscale="log", ylim=(0.05, 30))
left.set(title="green: the ball, sigma <= 1/lam")

sigma = np.logspace(-3, 0, 200)
for method, steps in (("jordan", 5), ("polar_express", 8)):
    polynomial = np.diag(newton_schulz(np.diag(sigma) / np.linalg.norm(sigma), method, steps))
    right.semilogx(sigma, polynomial, label=f"{method}, {steps} steps")
right.axhline(1, color="black", lw=0.8, label="exact: U V'")
right.set(xlabel="singular value of the momentum", title="what it is replaced by")
right.legend()
plt.show()
print("singular values at the end:", sizes[-1].round(2))
