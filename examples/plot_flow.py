"""
The flow, its energy, and the phase portrait
============================================

Section 3 on the toy of Figure 1: H falls at the rate Delta, and x and m of the first coordinate
wind into the point where F is stationary. The flow needs SciPy, the extra ``flow``.
"""

import matplotlib.pyplot as plt
import numpy as np

from lionk_ref import LogCosh
from lionk_ref.certificates import certify_continuous
from lionk_ref.continuous import Coefficients, Flow, Phase, solve
from lionk_ref.problems import Quadratic

toy, K = Quadratic.toy(), LogCosh(e=0.3)
coefficients = Coefficients(alpha=1.0, gamma=0.4, lam=0.5, vareps=0.1)
run = certify_continuous(toy, K, coefficients, time=40.0)
inside = [point for point in run.points if point.inside]
times = [point.t for point in inside]

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
left.semilogy(times[:-1], [point.H - inside[-1].H for point in inside[:-1]], label="H - H(end)")
deltas = -run.promises["dH/dt = -Delta"].promised[-len(inside) :]
left.semilogy(times, np.maximum(deltas, 1e-12), label="Delta")
left.set(xlabel="t", title="H falls at the rate Delta")
left.legend()

flow = Flow(K, toy, coefficients)
for x in np.linspace(-3, 3, 7):
    for m in (-4.0, 4.0):
        start = Phase(np.array([x, 0.0]), np.array([m, 0.0]))
        path = solve(flow, start, 25.0, t_eval=np.linspace(0, 25, 400))
        right.plot(*np.array([(s.x[0], s.m[0]) for s in path.points]).T, color="0.7", lw=0.8)
right.plot(*np.array([(p.at.x[0], p.at.m[0]) for p in run.points]).T, color="tab:red")
right.axvspan(-1 / 0.5, 1 / 0.5, color="tab:green", alpha=0.15)
right.set(xlabel="x", ylabel="m", title="the first coordinate; green: lam x in dom K*")

plt.show()
print(f"every promise kept: {run.ok}; worst relative residual {run.residual_max():.1e}")
print(f"KKT residual of F: {run.kkt[0]:.1e} at the start, {run.kkt[1]:.1e} at the end")
