"""Mistakes of others that pass unseen: what a K answers, where arrays lie, what a call is given."""

from __future__ import annotations

from typing import Any

import numpy as np

import test_misuse
from lionk_ref.memory import meet
from mutants import Mutant


def trusted(K: Any, method: str, z: Any) -> Any:
    """Whatever a K answers is a number."""
    return getattr(K, method)(z)


def adjacent(arrays: Any) -> bool:
    """Only arrays that follow each other are compared."""
    inorder = sorted(arrays, key=lambda a: np.lib.array_utils.byte_bounds(a)[0])
    return any(map(meet, inorder, inorder[1:]))


def nothing(*given: Any) -> None:
    """No check at all."""


def call(name: str, target: str, code: Any, wanted: str) -> Mutant:
    """A mutant of which one call tells."""
    return Mutant(name, f"not seen: {wanted}", target, code, lambda: test_misuse.check_call(wanted))


OPTIMIZER = "lionk_ref.discrete.optimizer:"
SUMS = "lionk_ref.discrete.step_sums:scalar"
POINT = "lionk_ref.certificates.quantities:scalar"
CERTIFY = "lionk_ref.certificates.certify:"
IN_PLACE = "lionk_ref.discrete.in_place:"
REQUIRED = "lionk_ref.convex.required:"

MUTANTS = [
    Mutant("own-k-shape", "a subgradient is broadcast", REQUIRED + "_alike", lambda u, z: True,
           test_misuse.check_slopes),
    Mutant("own-k-class", "a list for a subgradient", REQUIRED + "_require_alike", nothing,
           test_misuse.check_slopes),
    Mutant("own-k-value", "certify takes an array for K", POINT, trusted,
           test_misuse.check_values),
    Mutant("own-k-known", "a run takes an array for K", "lionk_ref.certificates.known_state:scalar",
           trusted, test_misuse.check_values),
    Mutant("own-k-sums", "a step takes an array for K", SUMS, trusted,
           test_misuse.check_values),
    Mutant("own-k-blocks", "a block's K is another's", "lionk_ref.convex.blocks:scalar",
           trusted, test_misuse.check_values),
    Mutant("overlap", "x and m in one memory", IN_PLACE + "overlap", lambda arrays: False,
           test_misuse.check_overlaps),
    Mutant("overlap-adjacent", str(adjacent.__doc__), IN_PLACE + "overlap", adjacent,
           test_misuse.check_overlaps),
    Mutant("folded", "one entry for all", IN_PLACE + "folded", lambda a: False,
           test_misuse.check_overlaps),
    call("threads", IN_PLACE + "require_threads", nothing,
         "threads must be a whole number >= 1 or None, got 0"),
    call("steps", OPTIMIZER + "whole", lambda owner, name, value, least: value,
         "A run needs a whole number steps >= 0, got steps=-1"),
    call("state", OPTIMIZER + "iterate", lambda s: s.x, "A step needs a State, got ndarray."),
    call("schedule", "lionk_ref.discrete.wanted:_scheduled", lambda lr, t: float(lr),
         "a finite lr >= 0, got '0.1' at step 4"),
    call("builder", CERTIFY + "require_problem", nothing, "got Quadratic, which makes one"),
    call("optimizer", CERTIFY + "require_optimizer", nothing,
         "A LionK is wanted, such as LionK(L1(), lr=0.01), got L1()"),
    call("weights", "lionk_ref.convex.weighted_l1:settle_weights", nothing,
         "a tuple of them such as (1.0, 0.5), got weights=[1, 2]"),
    call("start", CERTIFY + "require_start", nothing, "got 3. For as many steps write steps=3."),
]  # fmt: skip
