"""All mutants, by name: what a vector is worth is what it kills."""

from __future__ import annotations

from types import ModuleType

from lionk_ref.golden import (
    mutants_decay,
    mutants_formulas,
    mutants_k,
    mutants_matrix,
    mutants_momentum,
    mutants_sign,
    mutants_storage,
    mutants_ties,
)
from lionk_ref.golden.mutant import Lion


def _collect(*modules: ModuleType) -> dict[str, type[Lion]]:
    found = [c for module in modules for c in vars(module).values() if isinstance(c, type)]
    own = [c for c in found if issubclass(c, Lion) and c is not Lion]
    return {c.name(): c for c in own}


K_MUTANTS = _collect(mutants_ties, mutants_k, mutants_matrix, mutants_formulas)
"""The mutants of K."""

MUTANTS = _collect(mutants_momentum, mutants_decay, mutants_sign, mutants_storage) | K_MUTANTS
"""The mutants of the optimizer, then those of K."""
