"""Section 1: Lion, Lion-K, Figure 1 and Table 2."""

from lionk_ref.paper.entry import Entry

SECTION = "Section 1. Lion and Lion-K"
FLOW = "docs/continuous.md"
SYMBOLIC = "tests/proofs/test_theorem_3_1_sympy.py"
EQUALITY = "tests/test_convex_fenchel_young.py::test_equality"

ENTRIES = (
    Entry(
        SECTION,
        "(1)",
        "Lion",
        r"m' = \beta_2 m - (1 - \beta_2) g, \quad "
        r"x' = x + \tau\,(\mathrm{sign}(\beta_1 m - (1 - \beta_1) g) - \lambda x)",
        "lionk_ref.discrete.lion",
        "tests/test_updates.py::test_lion_is_lion_k_with_l1",
    ),
    Entry(
        SECTION,
        "Weights of Lion",
        "the current gradient counts 11 instead of 1, an increase of 10",
        r"-\tilde m \propto (10 + 1)\,g_t + 0.99\,g_{t-1} + 0.99^2 g_{t-2} + \cdots",
        "lionk_ref.discrete.look_ahead",
        "tests/test_updates.py::test_lions_eleven",
        "docs/proofs.md#the-weights-of-lion",
    ),
    Entry(
        SECTION,
        "(2)",
        "Lion-K, decay on the old x",
        r"m' = \beta_2 m - (1 - \beta_2) g, \quad "
        r"x' = x + \tau\,(\nabla K(\beta_1 m - (1 - \beta_1) g) - \lambda x)",
        "lionk_ref.discrete.explicit",
        "tests/test_updates.py::test_defining_equations",
        errata=(7,),
    ),
    Entry(
        SECTION,
        "(3)",
        "Lion-K in continuous time",
        r"\dot m = -\alpha\nabla f(x) - \gamma m, \quad "
        r"\dot x = \nabla K(m - \varepsilon(\alpha\nabla f(x) + \gamma m)) - \lambda x",
        "lionk_ref.continuous.velocity",
        "tests/test_flow.py::test_field",
        f"{FLOW}#the-flow",
    ),
    Entry(
        SECTION,
        "(3) and (2)",
        "a step of Euler is a step of Lion-K",
        r"\beta_1 = 1 - \varepsilon\gamma, \quad \beta_2 = 1 - \tau\gamma, \quad \alpha = \gamma",
        "lionk_ref.continuous.betas",
        "tests/test_flow.py::test_euler_is_eq_2",
        f"{FLOW}#from-the-updates-to-the-flow",
        errata=(7,),
    ),
    Entry(
        SECTION,
        "(4)",
        "what the flow minimises",
        r"F(x) = \alpha f(x) + \tfrac\gamma\lambda K^*(\lambda x)",
        "lionk_ref.continuous.objective",
        "tests/test_flow_energies.py::test_in_numbers",
        f"{FLOW}#what-falls",
    ),
    Entry(
        SECTION,
        "(5)",
        "what Lion minimises",
        r"\min f(x) \;\text{s.t.}\; \|x\|_\infty \le 1/\lambda",
        "lionk_ref.convex.L1",
        "tests/test_optimum_cvxpy.py::test_lion_k_reaches_the_conic_optimum",
        "docs/proofs.md#the-frank-wolfe-gap",
    ),
    Entry(
        SECTION,
        "(6)",
        "the Lyapunov function of the flow",
        r"H(x, m) = F(x) + \tfrac{1 - \varepsilon\gamma}{1 + \varepsilon\lambda}"
        r"\,[K^*(\lambda x) + K(m) - \lambda\langle m, x\rangle]",
        "lionk_ref.continuous.lyapunov",
        f"{SYMBOLIC}::test_another_eta_fails",
        f"{FLOW}#what-falls",
    ),
    Entry(
        SECTION,
        "Fixed points of (3)",
        "F(x) = min over m of H(x, m)",
        r"m = \nabla K^*(\lambda x), \quad \alpha\nabla f(x) + \gamma\nabla K^*(\lambda x) = 0",
        "lionk_ref.continuous.best_momentum",
        "tests/test_flow_energies.py::test_every_k",
        f"{FLOW}#where-it-ends",
    ),
    Entry(
        SECTION,
        "Figure 1",
        "the toy objective and its threshold",
        r"f(x) = (x_1 - 1.5)^2 + x_2^2",
        "lionk_ref.problems.Quadratic.toy",
        "tests/test_errata.py::test_figure_1",
        "docs/proofs.md#the-threshold-of-figure-1",
        errata=(14,),
    ),
    Entry(
        SECTION,
        "Table 2, line 1",
        "the l1 norm",
        r"K(z) = \|z\|_1, \quad \nabla K(z) = \mathrm{sign}(z)",
        "lionk_ref.convex.L1",
        EQUALITY,
    ),
    Entry(
        SECTION,
        "Table 2, line 2",
        "the lp norms",
        r"K(z) = \|z\|_p, \quad \nabla K(z) = \mathrm{sign}(z)\,(|z| / \|z\|_p)^{p-1}",
        "lionk_ref.convex.Lp",
        EQUALITY,
        errata=(12,),
    ),
    Entry(
        SECTION,
        "Table 2, line 3",
        "the dead zone",
        r"K(z) = \sum_i \max(|z_i| - e, 0), \quad \nabla K(z) = \mathrm{sign}(z)\,[|z| > e]",
        "lionk_ref.convex.DeadZone",
        EQUALITY,
    ),
    Entry(
        SECTION,
        "Table 2, line 4",
        "the sum of the k largest",
        r"K(z) = \sum_{i \le k} |z_{(i)}|, \quad \langle\nabla K(z), z\rangle = K(z)",
        "lionk_ref.convex.TopK",
        "tests/test_errata.py::test_top_k",
        errata=(6,),
    ),
    Entry(
        SECTION,
        "Table 2, line 5",
        "the Huber loss",
        r"K(z) = \sum_i \mathrm{huber}_e(z_i), \quad \nabla K(z) = \mathrm{clip}(z, -e, e)/e",
        "lionk_ref.convex.Huber",
        EQUALITY,
        errata=(10,),
    ),
)
