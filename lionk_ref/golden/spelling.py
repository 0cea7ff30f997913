"""Section 2. The K of the catalogue as the vectors name them: the text of the command line."""

from __future__ import annotations

import contextlib
from dataclasses import fields
from typing import Any

from lionk_ref.convex import CATALOGUE, ConvexFunction, from_text
from lionk_ref.convex.spectral import SpectralFunction


def spell(K: ConvexFunction) -> str:
    """The text that `from_text` turns into K.

    Examples
    --------
    >>> from lionk_ref.convex import Huber, TopK
    >>> spell(Huber(e=0.5)), spell(TopK())
    ('huber:e=0.5', 'top_k')
    """
    with contextlib.suppress(TypeError, ValueError):
        if type(K)() == K:
            return K.key
    given = {f.name: getattr(K, f.name) for f in fields(K) if getattr(K, f.name) != f.default}  # type: ignore[arg-type]
    settings = ",".join(f"{name}={value!r}" for name, value in given.items())
    return f"{K.key}:{settings}" if settings else K.key


def shape_for(key: str) -> tuple[int, ...]:
    """Six entries: a 2 x 3 matrix for a K of singular values, else a vector."""
    return (2, 3) if issubclass(CATALOGUE[key], SpectralFunction) else (6,)


def instances(key: str) -> list[ConvexFunction]:
    """The first two examples of K that have a spelling."""
    examples = CATALOGUE[key].examples(shape_for(key))
    return [K for K in examples if _is_spelt(K)][:2]


def _is_spelt(K: ConvexFunction) -> bool:
    try:
        return from_text(spell(K)) == K
    except ValueError:
        return False


def constants(K: ConvexFunction) -> list[float]:
    """The positive numbers among the parameters of K: thresholds, perhaps."""
    values: list[Any] = [getattr(K, f.name) for f in fields(K)]  # type: ignore[arg-type]
    return [float(v) for v in values if isinstance(v, float) and v > 0][:1]
