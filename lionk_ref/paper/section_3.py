"""Section 3: continuous time."""

from lionk_ref.paper.entry import Entry

SECTION = "Section 3. Continuous time"
FLOW = "docs/continuous.md"
SYMBOLIC = "tests/proofs/test_theorem_3_1_sympy.py"

ENTRIES = (
    Entry(
        SECTION,
        "Theorem 3.1, part 1",
        "phase 1",
        r"\mathrm{dist}(\lambda x_t, \mathrm{dom}\,K^*) \le e^{-\lambda(t - s)}\,"
        r"\mathrm{dist}(\lambda x_s, \mathrm{dom}\,K^*)",
        "lionk_ref.certificates.theorem_3_1.phase_1",
        "tests/test_theorem_3_1.py::test_phase_1_is_tight",
        f"{FLOW}#the-certificate",
    ),
    Entry(
        SECTION,
        "Theorem 3.1, part 2",
        "H falls at the rate Delta",
        r"-\tfrac{d}{dt}H = \tfrac{\lambda + \gamma}{1 + \varepsilon\lambda}\Delta_1 + "
        r"\tfrac{1 - \varepsilon\gamma}{1 + \varepsilon\lambda}\Delta_2",
        "lionk_ref.certificates.theorem_3_1.descent",
        f"{SYMBOLIC}::test_theorem_3_1",
        f"{FLOW}#what-falls",
        errata=(15,),
    ),
    Entry(
        SECTION,
        "(10)",
        "what is dissipated",
        r"\Delta_1 = \langle\tilde m - \nabla K^*(\lambda x), "
        r"\nabla K(\tilde m) - \lambda x\rangle, \quad \Delta_2 = \tfrac1\varepsilon"
        r"\langle\tilde m - m, \nabla K(\tilde m) - \nabla K(m)\rangle",
        "lionk_ref.continuous.delta",
        "tests/test_flow_energies.py::test_every_k",
        f"{FLOW}#what-falls",
    ),
    Entry(
        SECTION,
        "Theorem 3.1, part 3",
        "stationarity",
        r"\alpha\nabla f(x) + \gamma\nabla K^*(\lambda x) = "
        r"-(1 - \varepsilon\gamma)V_m - \gamma(\tilde m - \nabla K^*(\lambda x))",
        "lionk_ref.certificates.theorem_3_1.stationarity",
        f"{SYMBOLIC}::test_kkt_residual",
        f"{FLOW}#where-it-ends",
        errata=(15,),
    ),
    Entry(
        SECTION,
        "Theorem 3.1, average",
        "the average of Delta falls like 1/T",
        r"\frac1T\int_0^T\Delta\,dt \le \frac{H(0) - \inf H}{T}",
        "lionk_ref.certificates.flow_average.average",
        "tests/test_theorem_3_1.py::test_average",
        f"{FLOW}#the-certificate",
    ),
    Entry(
        SECTION,
        "Theorem 3.1, trajectory",
        "all of it, judged along a computed trajectory",
        r"\frac{H(t') - H(t)}{t' - t} = -\frac{1}{t' - t}\int_t^{t'}\Delta\,ds",
        "lionk_ref.certificates.certify_continuous",
        "tests/test_theorem_3_1.py::test_every_k_and_problem",
        f"{FLOW}#the-certificate",
    ),
    Entry(
        SECTION,
        "(11)",
        "implicit Hamiltonian + descent",
        r"\nabla_x H = -\eta'\hat V_x - \eta V_m, \quad \nabla_m H = -\eta\hat V_m + \eta V_x",
        "lionk_ref.continuous.decompositions.implicit_hamiltonian",
        f"{SYMBOLIC}::test_implicit_hamiltonian",
        f"{FLOW}#decompositions",
    ),
    Entry(
        SECTION,
        "(12)",
        "Hamiltonian + descent",
        r"V_x = -\hat H_x - \eta\nabla_m H, \quad V_m = -\hat H_m + \eta\nabla_x H",
        "lionk_ref.continuous.decompositions.hamiltonian_descent",
        f"{SYMBOLIC}::test_hamiltonian_descent",
        f"{FLOW}#decompositions",
    ),
)
