"""Mistakes in ``lionk conform``: in what is refused, and in what is said of a failure."""

from __future__ import annotations

import importlib
from typing import Any

import test_conform_usage as usage
import test_symptoms
from lionk_ref.golden.cases import Case
from mutants import Mutant

SYMPTOMS = "lionk_ref.golden.symptoms:"
DECAY = "lionk_ref.golden.symptoms_decay:"
REGISTRY = "lionk_ref.peers.registry."


class Anything:
    """A pattern that every text matches."""

    def fullmatch(self, text: str) -> bool:
        """It does."""
        return True


def trusting(whose: str, **found: Any) -> dict[str, Any]:
    """Claims are taken as they are."""
    return found


def missing_only(module: str, attribute: str) -> Any:
    """Only a missing module is expected when a factory is imported."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ValueError(f"{module} cannot be imported: {error}.") from None


def unchanged(case: Case) -> Case:
    """The case as it is."""
    return case


def always(*anything: Any) -> bool:
    """Every failure shows it."""
    return True


def never(*anything: Any) -> bool:
    """No failure shows it."""
    return False


MUTANTS = (
    Mutant("conform-any-claim", str(trusting.__doc__), REGISTRY + "claims",
           trusting, usage.check_claims),
    Mutant("conform-no-aliases", "float32 is no name of a format",
           "lionk_ref.peers.claims.ALIASES", {}, usage.check_aliases),
    Mutant("conform-import", str(missing_only.__doc__), REGISTRY + "_import",
           missing_only, usage.check_import),
    Mutant("conform-path", "a path is imported as it is", REGISTRY + "_refuse_path",
           lambda module, attribute: None, usage.check_path),
    Mutant("conform-signed-bits", "a bit pattern may have a sign",
           "lionk_ref.golden.formats.HEXADECIMAL", Anything(), usage.check_bits),
    Mutant("conform-decay-with-lam", "the decay stays where it is to be left out",
           DECAY + "without_decay", unchanged, test_symptoms.check_decays),
    Mutant("conform-drift-everywhere", "a coordinate that moves is one that drifts",
           SYMPTOMS + "_drifts", always, test_symptoms.check_decays),
    Mutant("conform-drift-of-decay", "x need not start at 0 to be seen to drift",
           SYMPTOMS + "at_zero", unchanged, test_symptoms.check_lam_forgotten),
    Mutant("conform-nan-of-decay", "a NaN is never excused by the decay",
           SYMPTOMS + "_is_nan_where_lost", never, test_symptoms.check_decays),
    Mutant("conform-nan-of-m", "the NaN is blamed for every failure where there is one",
           SYMPTOMS + "is_right", always, test_symptoms.check_said),
    Mutant("conform-no-polar-factor", "singular values are not looked at",
           SYMPTOMS + "_is_no_polar_factor", never, test_symptoms.check_said),
    Mutant("conform-schedule", "the schedule stays where it is to be left out",
           DECAY + "without_schedule", unchanged, test_symptoms.check_said),
    Mutant("conform-missing-at-1", "a decay that is missing where lr lam = 1 is just wrong",
           DECAY + "_is_missing_at_1", never, test_symptoms.check_missing_at_1),
    Mutant("conform-decay-in-m", "that the decay reaches m is not seen",
           DECAY + "_is_right_in_m", always, test_symptoms.check_of_lam),
)  # fmt: skip
