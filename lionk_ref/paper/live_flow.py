"""Section 3: the examples of the entries, as statements; see `live`."""

FLOW = {
    "(3)": """\
from lionk_ref.continuous import velocity
velocity(HalfSquare(), here, toy.gradient(here.x), r)
""",
    "(3) and (2)": """\
from lionk_ref.continuous import betas
betas(Rates(alpha=1, gamma=1, lam=0, vareps=F(1, 10)), lr=F(1, 100))
""",
    "(4)": """\
from lionk_ref.continuous import objective
float(objective(HalfSquare(), toy, here.x, r))
""",
    "(6)": """\
from lionk_ref.continuous import lyapunov as energy
float(energy(HalfSquare(), toy, here, r)) >= float(objective(HalfSquare(), toy, here.x, r))
""",
    "Fixed points of (3)": """\
from lionk_ref.continuous import best_momentum
best = Phase(here.x, best_momentum(HalfSquare(), here.x, r.lam))
float(energy(HalfSquare(), toy, best, r)) == float(objective(HalfSquare(), toy, best.x, r))
""",
    "Theorem 3.1, part 1": 'flow.verdict("phase 1 of the flow").holds\n',
    "Theorem 3.1, part 2": "flow.residual_max() < 1e-14\n",
    "(10)": """\
from lionk_ref.continuous import delta, local
p = local(HalfSquare(), here, toy.gradient(here.x), r)
float(delta(p, r)) > 0
""",
    "Theorem 3.1, part 3": """\
begin, end = flow.kkt
end < 0.01 * begin
""",
    "Theorem 3.1, average": """\
average = flow.promises["average of Delta"]
bool(average.measured[0] <= average.promised[0])
""",
    "Theorem 3.1, trajectory": """\
from lionk_ref.certificates import certify_continuous
flow.ok, flow.residual_max("dH/dt by differences") < 1e-6
""",
    "(11)": """\
from lionk_ref.continuous.decompositions import implicit_hamiltonian
v = velocity(HalfSquare(), here, toy.gradient(here.x), r)
turning, falling = implicit_hamiltonian(p, r)
bool(abs(np.dot(turning.x, v.x) + np.dot(turning.m, v.m)) < 1e-12)
bool(np.isclose(np.dot(falling.x, v.x) + np.dot(falling.m, v.m), -delta(p, r)))
""",
    "(12)": """\
from lionk_ref.continuous.decompositions import hamiltonian_descent
from lionk_ref.continuous.descent import lyapunov_gradient
slope = lyapunov_gradient(p, r)
split = hamiltonian_descent(v, slope)
turning = split.hamiltonian
bool(abs(np.dot(turning.x, slope.x) + np.dot(turning.m, slope.m)) < 1e-12)
""",
    "Without weight decay": """\
from lionk_ref.continuous.special_energies import without_decay
free = r._replace(lam=0.0)
float(without_decay(HalfSquare(), toy, here, free) - energy(HalfSquare(), toy, here, free))
""",
    "(13)": """\
from lionk_ref.continuous.special_energies import second_without_decay
float(second_without_decay(HalfSquare(), toy, here, free)) > 0
""",
    "Without momentum damping": """\
from lionk_ref.continuous.special_energies import without_damping
undamped = r._replace(gamma=0.0)
shown = without_damping(HalfSquare(), toy, here, undamped)
float(shown - energy(HalfSquare(), toy, here, undamped))
""",
    "(14)": """\
from lionk_ref.continuous.momentum import second_order
second_order(toy, r)(0.0, (here.x, v.x))[1]
""",
    "Without gradient enhancement": """\
from lionk_ref.continuous.decompositions import without_enhancement_split
plain = r._replace(vareps=0.0)
q = local(HalfSquare(), here, toy.gradient(here.x), plain)
moving = velocity(HalfSquare(), here, toy.gradient(here.x), plain)
bool(np.allclose(without_enhancement_split(q, plain).total.m, moving.m))
""",
    "Frank-Wolfe": """\
from lionk_ref.certificates import frank_wolfe_gap
float(frank_wolfe_gap(L1(), np.array([-3.0, 0.0]), np.array([0.5, 0.2]), lam=2.0))
float(frank_wolfe_gap(L1(), np.array([-3.0, 0.0]), np.array([0.4, 0.2]), lam=2.0)) > 0
""",
}

for row, name in enumerate(
    (
        *("polyak", "nesterov", "signed-momentum", "signed-gradient", "hamiltonian"),
        *("composite", "dual-preconditioning", "frank-wolfe", "accelerated-mirror"),
    ),
    1,
):
    FLOW[f"Table 1, row {row}"] = f'case = TABLE_1["{name}"](toy)\nprint(case.setting)\n'
