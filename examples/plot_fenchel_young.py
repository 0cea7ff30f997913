"""
Fenchel and Young
=================

K(m) + K*(y) >= m y, with equality exactly where y is a slope of K at m. This gap is what every
certificate is made of. White is 0: the graph of dK. For the l1 norm it has corners, for Huber's
loss a ramp. Outside -1 <= y <= 1 both gaps are infinite.
"""

import matplotlib.pyplot as plt
import numpy as np

from lionk_ref import L1, Huber

m, y = np.linspace(-3, 3, 121), np.linspace(-1.2, 1.2, 121)
figure, panels = plt.subplots(1, 2, figsize=(11, 4), sharey=True, layout="constrained")
for axes, K in zip(panels, (L1(), Huber(e=1.0)), strict=True):
    gap = np.array([[K.fenchel_young_gap(np.array([a]), np.array([b])) for a in m] for b in y])
    shown = axes.pcolormesh(m, y, gap, cmap="Reds", vmin=0, vmax=3)
    axes.set_facecolor("0.85")
    axes.plot(m, K.subgradient(m), color="black", label="dK(m)")
    axes.set(title=repr(K), xlabel="m", ylabel="y")
    axes.legend(loc="upper left")
    finite = gap[np.isfinite(gap)]
    on_graph = [float(K.fenchel_young_gap(z, K.subgradient(z))) for z in m[:, None]]
    print(f"{K}: the gap is at least {finite.min():.1e}, on the graph at most {max(on_graph):.1e}")
figure.colorbar(shown, ax=panels, label="K(m) + K*(y) - m y")
plt.show()
