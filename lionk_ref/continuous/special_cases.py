"""Table 1. Nine algorithms as special cases of eq. (3), in the order of the table.

Each function sets its row up on a problem, with parameters of its own, and returns a
`SpecialCase`: the parameters of eq. (3), and beside them the textbook's own equation.
"""

from collections.abc import Callable

from lionk_ref.continuous.case import SpecialCase as SpecialCase
from lionk_ref.continuous.hamiltonian import composite as composite
from lionk_ref.continuous.hamiltonian import hamiltonian_descent_case as hamiltonian_descent_case
from lionk_ref.continuous.mirror import accelerated_mirror as accelerated_mirror
from lionk_ref.continuous.mirror import dual_preconditioning as dual_preconditioning
from lionk_ref.continuous.mirror import frank_wolfe as frank_wolfe
from lionk_ref.continuous.momentum import nesterov as nesterov
from lionk_ref.continuous.momentum import polyak as polyak
from lionk_ref.continuous.signs import signed_gradient as signed_gradient
from lionk_ref.continuous.signs import signed_momentum as signed_momentum

TABLE_1: dict[str, Callable[..., SpecialCase]] = {
    "polyak": polyak,
    "nesterov": nesterov,
    "signed-momentum": signed_momentum,
    "signed-gradient": signed_gradient,
    "hamiltonian": hamiltonian_descent_case,
    "composite": composite,
    "dual-preconditioning": dual_preconditioning,
    "frank-wolfe": frank_wolfe,
    "accelerated-mirror": accelerated_mirror,
}
"""The rows of Table 1 by name: each is called with a problem."""
