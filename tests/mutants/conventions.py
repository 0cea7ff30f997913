"""Other frameworks' settings and momentum, misread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import test_conventions
from lionk_ref.convex import L1
from lionk_ref.discrete import State
from lionk_ref.discrete.conventions import Convention
from lionk_ref.discrete.muon import Nesterov
from mutants import Mutant

CONVENTION = "lionk_ref.discrete.conventions.Convention"


def check_framework(name: str) -> Callable[[], None]:
    """The text of one framework."""
    case = test_conventions.CASES[name]
    return lambda: test_conventions.test_replays_the_framework_exactly(case, L1())


def momentum_as_it_is(self: Convention, x: Any, momentum: Any, beta2: float | None = None) -> State:
    """The framework's momentum taken for the paper's."""
    return State(x, momentum)


def sum_as_average(self: Convention, beta2: float | None) -> float:
    """A heavy ball's sum taken for an average."""
    return 1.0


def late_as_early(self: Convention, lr: float, rate: float) -> float:
    """The rate of a late decay taken for lam."""
    return rate


def always_times_lr(self: Convention, lr: float, max_lr: float | None) -> float:
    """Every weight_decay taken as one that is multiplied by lr."""
    return 1.0


def momentum_for_both(self: Nesterov, settings: Any) -> tuple[float, float]:
    """Nesterov's momentum taken for beta1 too."""
    return settings[self.momentum], settings[self.momentum]


MUTANTS = (
    Mutant(
        "momentum-as-it-is",
        str(momentum_as_it_is.__doc__),
        f"{CONVENTION}.state_to_paper",
        momentum_as_it_is,
        check_framework("keras"),
    ),
    Mutant(
        "sum-as-average",
        str(sum_as_average.__doc__),
        f"{CONVENTION}._weight",
        sum_as_average,
        check_framework("keras muon"),
    ),
    Mutant(
        "late-as-early",
        str(late_as_early.__doc__),
        f"{CONVENTION}._late_lam",
        late_as_early,
        check_framework("late"),
    ),
    Mutant(
        "fixed-as-scaled",
        str(always_times_lr.__doc__),
        f"{CONVENTION}._unit",
        always_times_lr,
        check_framework("fixed"),
    ),
    Mutant(
        "one-muon-beta",
        str(momentum_for_both.__doc__),
        "lionk_ref.discrete.muon.Nesterov.read",
        momentum_for_both,
        check_framework("muon"),
    ),
)
