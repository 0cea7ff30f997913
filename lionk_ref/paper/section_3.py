"""Section 3: continuous time, and the algorithms that Lion-K contains."""

from lionk_ref.paper.entry import Entry

SPECIAL = "Section 3.1. Special cases"

ENTRIES = (
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
)
