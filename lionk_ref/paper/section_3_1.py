"""Section 3.1: the special cases of Section 3, and Table 1."""

from lionk_ref.paper.entry import Entry

SPECIAL = "Section 3.1. Special cases"
FLOW = "docs/continuous.md"
SYMBOLIC = "tests/proofs/test_theorem_3_1_sympy.py"
TWO_CODES = "tests/test_special_cases.py::test_two_codes_one_trajectory"


def _row(number: int, title: str, formula: str, name: str, *errata: int) -> Entry:
    computed_by = f"lionk_ref.continuous.special_cases.{name}"
    label = f"Table 1, row {number}"
    return Entry(SPECIAL, label, title, formula, computed_by, TWO_CODES, f"{FLOW}#table-1", errata)


ENTRIES = (
    Entry(
        SPECIAL,
        "Without weight decay",
        "H at lam = 0",
        r"H = \alpha f(x) + (1 - \varepsilon\gamma)K(m)",
        "lionk_ref.continuous.special_energies.without_decay",
        f"{SYMBOLIC}::test_without_decay",
        f"{FLOW}#what-falls",
        errata=(8, 13),
    ),
    Entry(
        SPECIAL,
        "(13)",
        "the second energy at lam = 0, and its decomposition",
        r"\tilde H = \alpha f(x) + \tfrac{1}{1 - \varepsilon\gamma}K((1 - \varepsilon\gamma)m)",
        "lionk_ref.continuous.special_energies.second_without_decay",
        f"{SYMBOLIC}::test_second_energy",
        f"{FLOW}#decompositions",
    ),
    Entry(
        SPECIAL,
        "Without momentum damping",
        "H at gamma = 0",
        r"H = \alpha f(x) + \tfrac{1}{1 + \varepsilon\lambda}"
        r"\,[K^*(\lambda x) + K(m) - \lambda\langle x, m\rangle]",
        "lionk_ref.continuous.special_energies.without_damping",
        f"{SYMBOLIC}::test_without_damping",
        f"{FLOW}#what-falls",
        errata=(8,),
    ),
    Entry(
        SPECIAL,
        "(14)",
        "for K = |z|^2/2, a second-order ODE",
        r"\ddot x + (\lambda + \gamma)\dot x + \varepsilon\alpha\nabla^2 f(x)\dot x + "
        r"\gamma\lambda x + \alpha\nabla f(x) = 0",
        "lionk_ref.continuous.momentum.second_order",
        f"{SYMBOLIC}::test_second_order",
        f"{FLOW}#table-1",
        errata=(9,),
    ),
    Entry(
        SPECIAL,
        "Without gradient enhancement",
        "the decomposition at vareps = 0",
        r"(\dot x, \dot m) = (\nabla_m H, -\nabla_x H) - "
        r"(0, (\gamma + \lambda)(m - \nabla K^*(\lambda x)))",
        "lionk_ref.continuous.decompositions.without_enhancement_split",
        f"{SYMBOLIC}::test_without_enhancement",
        f"{FLOW}#decompositions",
    ),
    Entry(
        SPECIAL,
        "Frank-Wolfe",
        "the gap that vanishes at a stationary point",
        r"\tfrac1\lambda\,[K(-g) + K^*(\lambda x)] + \langle g, x\rangle \ge 0, "
        r"\quad g = \nabla f(x)",
        "lionk_ref.certificates.frank_wolfe_gap",
        "tests/test_energy_balance.py::test_the_gap_bounds_the_loss",
        "docs/proofs.md#the-frank-wolfe-gap",
    ),
    _row(
        1,
        "Polyak momentum",
        r"K = \tfrac12\|\cdot\|_2^2, \; \gamma\lambda = 0, \; \varepsilon = 0: \quad "
        r"\ddot x + (\lambda + \gamma)\dot x + \alpha\nabla f(x) = 0",
        "polyak",
    ),
    _row(
        2,
        "Nesterov momentum",
        r"K = \tfrac12\|\cdot\|_2^2, \; \gamma\lambda = 0: \quad "
        r"\ddot x + 2\sqrt\mu\,\dot x + \sqrt s\,\nabla^2 f(x)\dot x + "
        r"(1 + \sqrt{\mu s})\nabla f(x) = 0",
        "nesterov",
    ),
    _row(
        3,
        "signed momentum",
        r"K = \|\cdot\|_1, \; \lambda = 0, \; \varepsilon = 0: \quad "
        r"\dot a = \gamma(\nabla f(x) - a), \; \dot x = -\mathrm{sign}(a)",
        "signed_momentum",
    ),
    _row(
        4,
        "signed gradient descent",
        r"K = \|\cdot\|_1, \; \lambda = 0, \; \varepsilon\gamma = 1: \quad "
        r"\dot x = -\mathrm{sign}(\nabla f(x))",
        "signed_gradient",
    ),
    _row(
        5,
        "Hamiltonian descent",
        r"\lambda = 0, \; \varepsilon = 0: \quad \dot x = \nabla K(p), \; "
        r"\dot p = -\nabla f(x) - \gamma p",
        "hamiltonian_descent_case",
    ),
    _row(
        6,
        "Hamiltonian descent for composite objectives",
        r"\lambda > 0, \; \varepsilon = 0: \quad \dot x = \nabla K(-p) - x, \; "
        r"\dot p = \nabla f(x) - p",
        "composite",
    ),
    _row(
        7,
        "dual space preconditioning, mirror descent",
        r"\lambda = 0, \; \varepsilon\gamma = 1, \; K(-z) = K(z): \quad "
        r"\dot x = -\nabla K(\nabla f(x))",
        "dual_preconditioning",
    ),
    _row(
        8,
        "Frank-Wolfe",
        r"\lambda > 0, \; \varepsilon\gamma = 1: \quad \dot x = \lambda(v - x), \; "
        r"v = \arg\min\langle\nabla f(x), v\rangle + \tfrac1\lambda K^*(\lambda v)",
        "frank_wolfe",
    ),
    _row(
        9,
        "accelerated mirror descent",
        r"\gamma = 0, \; \varepsilon = 0: \quad \dot x = \tfrac rt(\nabla K(m) - x), \; "
        r"\dot m = -\tfrac tr\nabla f(x), \; r \ge 2",
        "accelerated_mirror",
        16,
    ),
)
