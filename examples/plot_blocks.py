"""
One K per block
===============

A dict of arrays takes a dict of K: a matrix in the spectral ball, a bias in a box, a vector with
the budget of a top-k norm. Theorem 4.1 holds for the sum, and the certificate is of all of it.
"""

import matplotlib.pyplot as plt
import numpy as np

from lionk_ref import L1, LionK, Nuclear, TopK

rng = np.random.default_rng(0)
target = {"W": rng.standard_normal((6, 4)), "b": rng.standard_normal(4), "v": np.arange(5.0) / 2}
K = {"W": Nuclear(), "b": L1(), "v": TopK(k=2)}
lam = 1.0


class Nearest:
    """f(x) = |x - target|^2/2 over the three blocks."""

    def gradient(self, x):
        return {name: x[name] - target[name] for name in x}


optimizer = LionK(K, lr=0.005, lam=lam)
start = {name: 2.5 * rng.standard_normal(block.shape) for name, block in target.items()}
path = [step.after.x for step in optimizer.run(Nearest(), start, 1500)]

SIZES = {
    "W: largest singular value": (lambda x: np.linalg.norm(x["W"], 2), 1 / lam),
    "b: largest entry": (lambda x: np.abs(x["b"]).max(), 1 / lam),
    "v: largest entry": (lambda x: np.abs(x["v"]).max(), 1 / lam),
    "v: sum of the entries": (lambda x: np.abs(x["v"]).sum(), 2 / lam),
}
figure, panels = plt.subplots(1, 4, figsize=(13, 3.4), layout="constrained")
for axes, (name, (size, limit)) in zip(panels, SIZES.items(), strict=True):
    values = [size(x) for x in path]
    axes.plot(values)
    axes.axhspan(0, limit, color="tab:green", alpha=0.2)
    axes.set(title=name, xlabel="step", ylim=(0, None))
    print(f"{name} ends at {values[-1]:.3f}, may be {limit:.3f}")
plt.show()
