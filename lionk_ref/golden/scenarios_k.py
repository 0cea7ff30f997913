"""Scenarios of K: scales whose squares leave the format, spread singular values, near ties."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction as F
from typing import Any

from lionk_ref.convex import from_text
from lionk_ref.golden.data import DENSE, START, conditioned, hashed
from lionk_ref.golden.families import DYADIC, first_steps
from lionk_ref.golden.reference import Weights
from lionk_ref.golden.scenario import Script

EIGHTH, LR, GAP = F(1, 8), F(0.01), F(1, 2**10)
STILL = Weights(F(1, 4), F(1, 2), F(0))
MUON = Weights(F(0.95) ** 2, F(0.95), F(0.1))

VECTORS = ("l2", "group_l2", "lp", "relativistic", "pseudo_huber", "log_cosh")
MATRICES = ("nuclear", "schatten")
"""The K that are made of squares, powers or exponentials where they are written as printed."""

SPREAD = "singular values 1, 2^-7, 2^-13"
FIRST, SECOND = (f"singular values 2^-10 apart at the {place} place" for place in ("1st", "2nd"))
SPECTRA = {
    SPREAD: (F(1), F(1, 2**7), F(1, 2**13)),
    FIRST: (F(1), 1 - GAP, F(1, 2)),
    SECOND: (F(3, 2), F(1), 1 - GAP),
}
"""Singular values, but for a factor; a matrix that has them fits binary32."""

ASKED = {
    "nuclear": (SPREAD,),
    "ky_fan": (SPREAD, SECOND),
    "schatten": (SPREAD,),
    "spectral_norm": (FIRST,),
}
"""The spectra that tell a right K from a wrong one."""


def extreme_scales() -> Iterator[Script]:
    """Gradients at 2^-110 for the sign, at 2^+-100 for the K whose squares would not fit."""
    yield Script("sign at the scale 2^-110", _scaled(-110, 2), START, DYADIC)
    for K in (*VECTORS, *MATRICES):
        for power in (-100, 100):
            yield Script(f"{K} at the scale 2^{power}", _scaled(power), [0] * 6, STILL, K=K,
                         shape=(2, 3) if K in MATRICES else None)  # fmt: skip


def _scaled(power: int, steps: int = 1) -> list[Any]:
    return [(EIGHTH, [v * F(2) ** power for v in g], 1) for g in DENSE[:steps]]


def spectra() -> Iterator[Script]:
    """Matrices whose singular values are far apart, and those in which two are nearly equal."""
    x0 = hashed("spectra/x", 9)
    for K, names in ASKED.items():
        for name in names:
            lines = [(LR, conditioned(SPECTRA[name]), 1)]
            yield Script(f"{K}, {name}", lines, x0, MUON, K=K, shape=(3, 3), dtype="binary64")


def spectra_as_sets() -> Iterator[dict[str, Any]]:
    """The same in binary32, judged as elements of dK, whatever the condition."""
    for K, names in ASKED.items():
        points = [(f"{K}, {name}", conditioned(SPECTRA[name])) for name in names]
        yield first_steps(from_text(K), (3, 3), points, "Scenario")


def near_ties() -> Iterator[Script]:
    """Entries a relative 2^-10 apart where K chooses between them; the next step turns them."""
    lines = _lines((6, 4, -4 * (1 - GAP), 2, 0, 1), (8, 1, -1 - 3 * GAP, 0, 0, 0))
    for K in ("top_k", "sorted_l1"):
        yield Script(f"{K}, the second and the third 2^-10 apart", lines, START, DYADIC, K=K)
    lines = _lines((4, -4 * (1 - GAP), 2, 1, 0, 3), (1, -1 - 3 * GAP, 0, 0, 0, 0))
    yield Script("linf, the first and the second 2^-10 apart", lines, START, DYADIC, K="linf")


def _lines(*gradients: Any) -> list[Any]:
    return [(EIGHTH, g, 1) for g in gradients]
