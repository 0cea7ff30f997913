"""Section 4: discrete time."""

from lionk_ref.paper.entry import Entry

SECTION = "Section 4. Discrete time"
THEOREM = "docs/proofs.md#theorem-41"
EXACT = "tests/proofs/test_theorem_4_1_fractions.py"
SYMBOLIC = "tests/proofs/test_theorem_4_1_sympy.py"

ENTRIES = (
    Entry(
        SECTION,
        "(15)",
        "Lion-K, decay on the new x",
        r"m' = \beta_2 m - (1 - \beta_2) g, \quad \tilde m = \beta_1 m - (1 - \beta_1) g, \quad "
        r"x' = x + \tau\,(\nabla K(\tilde m) - \lambda x')",
        "lionk_ref.discrete.implicit",
        "tests/test_updates.py::test_defining_equations",
    ),
    Entry(
        SECTION,
        "(15) and (2)",
        "the two schemes are one",
        r"\tau' = \frac{\tau}{1 + \tau\lambda}, \quad \tau = \frac{\tau'}{1 - \tau'\lambda}",
        "lionk_ref.discrete.implicit_lr",
        "tests/test_updates.py::test_schemes_are_one",
        "docs/proofs.md#the-two-schemes",
    ),
    Entry(
        SECTION,
        "Theorem 4.1, part 1",
        "phase 1",
        r"\mathrm{dist}(\lambda x_t, \mathrm{dom}\,K^*) \le (1 + \tau\lambda)^{-(t - s)}\,"
        r"\mathrm{dist}(\lambda x_s, \mathrm{dom}\,K^*)",
        "lionk_ref.certificates.phase_1.phase_1",
        f"{EXACT}::test_phase_1",
        "docs/proofs.md#phase-1",
        errata=(4,),
    ),
    Entry(
        SECTION,
        "Theorem 4.1, H",
        "the Lyapunov function",
        r"H = f(x) + \tfrac1\lambda K^*(\lambda x) + "
        r"c\,[K^*(\lambda x) + K(m) - \lambda\langle x, m\rangle]",
        "lionk_ref.certificates.lyapunov",
        f"{SYMBOLIC}::test_the_constants_are_the_only_ones",
        "docs/proofs.md#the-energy-balance",
        errata=(1,),
    ),
    Entry(
        SECTION,
        "Theorem 4.1, constants",
        "c, a and b",
        r"c = \frac{\tau\beta_1}{D}, \quad a = 1 + \lambda c, \quad "
        r"b = \frac{\beta_1(1 - \beta_2)}{(\beta_2 - \beta_1)D}, \quad "
        r"D = \tau\lambda(1 - \beta_1) + (1 - \beta_2)",
        "lionk_ref.certificates.constants",
        f"{SYMBOLIC}::test_the_constants_are_the_only_ones",
        THEOREM,
        errata=(1, 2, 3),
    ),
    Entry(
        SECTION,
        "Theorem 4.1, Deltas",
        "what is dissipated",
        r"\Delta^1 = \langle u - \lambda x', \tilde m - \nabla K^*(\lambda x')\rangle, \quad "
        r"\Delta^2 = \langle u - \nabla K(m'), \tilde m - m'\rangle, \quad u = \nabla K(\tilde m)",
        "lionk_ref.certificates.quantities.deltas",
        f"{SYMBOLIC}::test_deltas_are_sums_of_gaps",
        THEOREM,
    ),
    Entry(
        SECTION,
        "Theorem 4.1, equality",
        "the energy balance behind it",
        r"H' - H = D_f(x', x) - (\tfrac1\lambda + c)\,[\mathrm{FY}(\tilde m, \lambda x) - "
        r"\mathrm{FY}(\tilde m, \lambda x')] - c\,[\mathrm{FY}(m, u) - \mathrm{FY}(m', u)]",
        "lionk_ref.certificates.energy_balance.energy_balance",
        f"{SYMBOLIC}::test_fenchel_young_form",
        "docs/proofs.md#the-energy-balance",
    ),
    Entry(
        SECTION,
        "Theorem 4.1, part 2",
        "descent",
        r"H' - H \le -\tau\,(a\Delta^1 + b\Delta^2) + \tfrac{L\tau^2}{2}\|u - \lambda x'\|_2^2",
        "lionk_ref.certificates.theorem_4_1.theorem_4_1",
        f"{EXACT}::test_the_inequality",
        THEOREM,
        errata=(1, 2, 3),
    ),
    Entry(
        SECTION,
        "Theorem 4.1, average",
        "the telescoped sum",
        r"\frac1T\sum_{t<T}\Delta_t \le \frac{H_0 - H_T}{\tau T} + \frac{L\tau}{2}B_T",
        "lionk_ref.certificates.telescope.Telescope",
        "tests/test_certificates.py::test_a_schedule_adds_its_term",
        "docs/proofs.md#the-average-over-a-run",
        errata=(5,),
    ),
    Entry(
        SECTION,
        "Smooth K",
        "the rate that the paper mentions",
        r"H' - H \le -\tau\,(a - \tfrac{\tau L L_K}{2})\,\Delta^1 - \tau b\,\Delta^2",
        "lionk_ref.certificates.smooth_descent.smooth_descent",
        f"{EXACT}::test_smooth_k",
        "docs/proofs.md#smooth-k",
    ),
)
