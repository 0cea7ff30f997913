"""Section 1: Lion, Lion-K, Figure 1 and Table 2."""

from lionk_ref.paper.entry import Entry

SECTION = "Section 1. Lion and Lion-K"
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
