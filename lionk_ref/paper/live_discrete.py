"""Sections 1, 2 and 4: the examples of the entries, as statements; see `live`."""

DISCRETE = {
    "(1)": """\
from lionk_ref.discrete import lion
s = State(np.array([1.0, -2.0]), np.zeros(2))
lion(s, np.array([4.0, -1.0]), lr=0.5, beta1=0.5, beta2=0.75, lam=0.5)
""",
    "Weights of Lion": """\
from lionk_ref.discrete import look_ahead
now = look_ahead(State(0, F(0)), F(1), beta1=F(9, 10))
one_step_ago = look_ahead(State(0, -F(1, 100)), F(0), beta1=F(9, 10))
now / one_step_ago * F(99, 100)
""",
    "(2)": """\
from lionk_ref.discrete import explicit
s = State(np.array([1.0, -2.0]), np.zeros(2))
explicit(Huber(e=4.0), s, np.array([4.0, -1.0]), lr=0.5, beta1=0.5, beta2=0.75, lam=0.5)
""",
    "Figure 1": """\
for lam in (0.5, 1.5):
    end = LionK(L1(), lr=0.002, lam=lam).minimize(toy, toy.x0(), 6000)
    print(lam, end.x.round(2) + 0.0)
""",
    "(5)": """\
L1().subgradient(np.array([-3.0, 0.0, 2.0]))
float(L1().conjugate(np.array([0.5, 1.0]))), float(L1().conjugate(np.array([0.5, 1.1])))
""",
    "Table 2, line 1": "L1().subgradient(np.array([3.0, -2.0, 0.5]))\n",
    "Table 2, line 2": "Lp(p=1.5).subgradient(np.array([3.0, -2.0, 0.5])).round(3)\n",
    "Table 2, line 3": "DeadZone(e=1.0).subgradient(np.array([3.0, -2.0, 0.5]))\n",
    "Table 2, line 4": """\
TopK(k=2).subgradient(np.array([3.0, -2.0, 0.5]))
TopK(k=2).subgradient(np.array([3.0, -2.0, 2.0]))
""",
    "Table 2, line 5": "Huber(e=1.0).subgradient(np.array([3.0, -2.0, 0.5]))\n",
    "(7)": """\
K, z = Huber(e=1.0), np.array([3.0, 0.5])
float(K.fenchel_young_gap(z, np.array([0.0, 1.0])))
float(K.fenchel_young_gap(z, K.subgradient(z)))
""",
    "(8)": """\
u = K.subgradient(z)
bool(K.value(z) + K.conjugate(u) == np.dot(u, z))
""",
    "Lemma 2.1, (9)": """\
a, b = np.array([2.0, -1.0]), np.array([-0.5, 3.0])
bool(np.dot(K.subgradient(a) - K.subgradient(b), a - b) >= 0)
""",
    "Example 2.2": """\
lam = 2.0
[float(L1().conjugate(lam * np.array([x]))) for x in (0.4, 0.5, 0.6)]
""",
    "(15)": """\
from lionk_ref.discrete import implicit
s = State(np.array([1.5]), np.zeros(1))
after = implicit(L1(), s, np.array([4.0]), lr=0.5, beta1=0.5, beta2=0.75, lam=2.0)
after.x, s.x + 0.5 * (L1().subgradient(np.array([-2.0])) - 2.0 * after.x)
""",
    "(15) and (2)": """\
from lionk_ref.discrete import explicit_lr, implicit_lr
implicit_lr(0.5, 1.0), explicit_lr(1.0, 1.0)
""",
    "Theorem 4.1, part 1": """\
phase_1 = run.promises["phase 1"]
[round(float(point.distance), 3) for point in run.points[:100:20]]
bool(np.all(phase_1.measured <= phase_1.promised + phase_1.tolerance))
""",
    "Theorem 4.1, H": """\
from lionk_ref.certificates import lyapunov
c = constants(0.01 / 0.99, 0.9, 0.99, 1.0).c
[round(float(lyapunov(point, 1.0, c)), 3) for point in run.points[100::50]]
""",
    "Theorem 4.1, constants": "constants(F(1, 100), F(9, 10), F(99, 100), 1)\n",
    "Theorem 4.1, Deltas": """\
for name in ("Delta1 >= 0", "Delta2 >= 0"):
    print(name, bool(np.all(run.promises[name].measured <= run.promises[name].tolerance)))
""",
    "Theorem 4.1, equality": """\
balance = run.promises["energy balance"]
bool(np.max(np.abs(balance.measured - balance.promised)) < 1e-14)
run.residual_max < 1e-14
""",
    "Theorem 4.1, part 2": """\
theorem = run.promises["Theorem 4.1"]
bool(np.all((theorem.measured <= theorem.promised + theorem.tolerance)[theorem.applies]))
""",
    "Theorem 4.1, average": """\
telescoped = run.promises["telescoped"]
bool(telescoped.measured[-1] <= telescoped.promised[-1])
""",
    "Smooth K": """\
smooth = certify(toy, LionK(Huber(e=1.0), **settings), steps=300)
descent = smooth.promises["smooth K"].measured
bool(np.max(descent) <= 0)
""",
}
