"""The numbers that the vectors start from: small whole ones for T0, and an integer hash for T1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction as F

from lionk_ref.golden.reference import Rationals

DENSE = (
    (4, -4, 1, 0, 2, -3),
    (-4, 1, -1, 0, -2, 3),
    (-1, 1, 2, 0, -1, 2),
    (1, -1, -3, 0, 1, 1),
    (2, 3, 1, 0, 1, -4),
)
"""Signs of every kind, momentum against the gradient, an exact 0 of m_tilde, a dead coordinate."""

START = (F(1), F(-1), F(1, 2), F(3, 2), F(0), F(-1, 4))

# Where the catalogue's norms of dyadic numbers are dyadic: one entry to a group, or one in all.
MASKS = {
    "dense": (1, 1, 1, 1, 1, 1),
    "two entries": (1, 0, 0, 0, 1, 0),
    "one entry": (1, 0, 0, 0, 0, 0),
}


def exact_gradients() -> Iterator[tuple[str, list[Rationals]]]:
    """The T0 gradients, the densest first."""
    for name, mask in MASKS.items():
        yield name, [[F(v * keep) for v, keep in zip(row, mask, strict=True)] for row in DENSE]


def hashed(seed: str, count: int) -> Rationals:
    """Numbers in [-2, 2], multiples of 2^-9 and never 0, that depend on ``seed`` alone."""
    state, values = 0, []
    for letter in seed:
        state = (state * 131 + ord(letter)) % 2**61
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        values.append(F((state >> 40) % 2048 - 1024 or 512, 512))
    return values


def hashed_gradients(seed: str, steps: int, size: int) -> list[Rationals]:
    """The T1 gradients."""
    return [hashed(f"{seed}/{t}", size) for t in range(steps)]


def conditioned(sizes: Sequence[F]) -> Rationals:
    """A 3 x 3 matrix with the singular values 63 ``sizes``, whole multiples of them, in C order."""
    left, right = _reflection(1, 1, 1), _reflection(2, -1, 4)
    return [
        sum((a * s * right[k][j] for k, (a, s) in enumerate(zip(row, sizes, strict=True))), F(0))
        for row in left
        for j in range(3)
    ]


def _reflection(*v: int) -> list[list[int]]:
    """|v|^2 I - 2 v v': |v|^2 times an orthogonal matrix, of whole numbers."""
    length = sum(a * a for a in v)
    return [[length * (i == j) - 2 * a * b for j, b in enumerate(v)] for i, a in enumerate(v)]


def kinks(constants: Sequence[float]) -> Iterator[tuple[str, Rationals]]:
    """Points of six entries where subdifferentials are sets: zeros, ties, thresholds."""
    yield "zero", [F(0)] * 6
    yield "one entry", [F(0), F(-3), F(0), F(0), F(0), F(0)]
    yield "all tied", [F(1), F(-1), F(1), F(1), F(-1), F(1)]
    yield "tied at the second", [F(3), F(2), F(2), F(-2), F(1), F(0)]
    yield "tied at the first", [F(2), F(-2), F(0), F(1), F(2), F(1)]
    yield "orthogonal rows", [F(2), F(0), F(0), F(0), F(-2), F(0)]
    yield "proportional rows", [F(1), F(1), F(0), F(1), F(1), F(0)]
    for c in constants:
        e = F(c)
        yield f"threshold {c:g}", [e, -e, F(0), 2 * e, -e / 2, e]
