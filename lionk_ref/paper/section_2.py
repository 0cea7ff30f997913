"""Section 2: convex functions and their conjugates."""

from lionk_ref.paper.entry import Entry

SECTION = "Section 2. Convex functions"
TOOLS = "docs/proofs.md#tools"

ENTRIES = (
    Entry(
        SECTION,
        "(7)",
        "the Fenchel-Young inequality",
        r"K(z) + K^*(y) \ge \langle z, y\rangle",
        "lionk_ref.convex.ConvexFunction.fenchel_young_gap",
        "tests/test_convex_fenchel_young.py::test_inequality_search",
        TOOLS,
    ),
    Entry(
        SECTION,
        "(8)",
        "its equality says that y is a subgradient",
        r"y \in \partial K(z) \iff z \in \partial K^*(y) \iff K(z) + K^*(y) = \langle z, y\rangle",
        "lionk_ref.certificates.energy_balance.pairing",
        "tests/test_convex_fenchel_young.py::test_equality",
        TOOLS,
    ),
    Entry(
        SECTION,
        "Lemma 2.1, (9)",
        "subgradients are monotone",
        r"\langle\nabla K(z) - \nabla K(y), z - y\rangle \ge 0, \quad "
        r"\langle\nabla K(z) - y, z - \nabla K^*(y)\rangle \ge 0",
        "lionk_ref.certificates.quantities.deltas",
        "tests/proofs/test_theorem_4_1_sympy.py::test_deltas_are_sums_of_gaps",
        TOOLS,
    ),
    Entry(
        SECTION,
        "Example 2.2",
        "the conjugate of the l1 norm, and H for Lion",
        r"K^*(y) = 0 \text{ if } \|y\|_\infty \le 1, \text{ else } +\infty",
        "lionk_ref.convex.L1.conjugate",
        "tests/test_errata.py::test_example_2_2",
        errata=(11,),
    ),
)
