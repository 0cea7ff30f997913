"""The two sides of a promise about K, with what is forgiven between them."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.certificates.judgement import Equality, Inequality

SLACK = 2.0**-30
"""What is forgiven, relative to the terms.

The roundings of a sum of n terms stay below it up to n = 2^22; the roots and powers of the
catalogue, some found by iteration, are good to 2^-40. So K, K*, dK or dK* that is off by 1e-8 of
the terms is seen; dK and dK* that are off together from 1e-4 on, and dom K* from 1e-5 on, which is
looked at a little inside and outside of its edge.
"""


def below(measured: Any, promised: Any, *terms: Any) -> Inequality:
    """measured <= promised, up to the slack of what is promised and of the other terms."""
    size = sum((np.abs(t) for t in (promised, *terms)), np.zeros(np.shape(measured)))
    return Inequality(measured, promised, SLACK * size, np.ones(np.shape(measured), bool))


def equal(measured: Any, promised: Any) -> Equality:
    """measured = promised, up to the slack of both."""
    size = np.abs(measured) + np.abs(promised)
    return Equality(measured, promised, SLACK * size, size)


def dots(a: list[Any], b: list[Any]) -> Any:
    """<a, b> of each pair."""
    return np.array([np.sum(c * d) for c, d in zip(a, b, strict=True)])


def sizes(a: list[Any], b: list[Any]) -> Any:
    """sum |a_i b_i| of each pair."""
    return dots([abs(c) for c in a], [abs(d) for d in b])
