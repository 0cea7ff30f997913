"""Table 2, and the rows that were added to it: what is known of each K, as plain data."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from typing import Any

from lionk_ref.backend import find, names
from lionk_ref.convex import CATALOGUE, ConvexFunction


def rows() -> list[dict[str, Any]]:
    """Table 2, continued: the row of the first example of every K, by key."""
    return [row(cls.examples()[0]) for cls in CATALOGUE.values()]


def row(K: ConvexFunction) -> dict[str, Any]:
    """A row of Table 2, in what JSON can hold; ``smoothness`` is null where K is not smooth.

    Examples
    --------
    >>> from lionk_ref.convex import LInf
    >>> known = row(LInf())
    >>> known["solves"], known["separable"], known["backends"]["core"]
    ('min f(x)  s.t. |x|_1 <= 1/lam', False, 'core')
    """
    smooth = math.isfinite(K.smoothness)
    return {
        "key": K.key,
        "class": type(K).__name__,
        "parameters": _parameters(K),
        "K": K.formula,
        "dK": K.formula_subgradient,
        "K_star": K.formula_conjugate,
        "domain": K.domain,
        "also_known_as": list(K.also_known_as),
        "solves": K.solves_text,
        "solves_latex": K.solves,
        "separable": K.separable,
        "positively_homogeneous": K.positively_homogeneous,
        "smooth": smooth,
        "smoothness": K.smoothness if smooth else None,
        "strictly_convex": K.strictly_convex,
        "backends": kernels(K),
    }


def kernels(K: ConvexFunction) -> dict[str, str]:
    """Section 4, in place: what each backend has for K.

    "core" for the core, which steps with every K on every array library; of a plug-in, "fused",
    "core" where it steps with the dK of the core, or "none", whether or not it can run here, or
    "not installed" where it cannot even be asked.
    Neither Numba nor CuPy is imported.
    """
    return {"core": "core", **{name: _support(name, K) for name in names()}}


def installed() -> dict[str, str | None]:
    """Section 4, in place: the version of what each plug-in runs on; None if not installed."""
    return {name: _version(name) for name in names()}


def flags(r: dict[str, Any]) -> str:
    """Section 2: S separable, H homogeneous, L the constant of a Lipschitz dK, C strictly convex.

    Examples
    --------
    >>> from lionk_ref.convex import Huber
    >>> flags(row(Huber(e=0.5)))
    'S L=2'
    """
    smooth = f"L={r['smoothness']:g}" if r["smooth"] else ""
    marks = {"S": r["separable"], "H": r["positively_homogeneous"], smooth: r["smooth"]}
    marks["C"] = r["strictly_convex"]
    return " ".join(mark for mark, holds in marks.items() if holds)


def _parameters(K: ConvexFunction) -> dict[str, Any]:
    """The parameters by name; a K among them is written as text."""
    if not is_dataclass(K):
        return {}
    values = {field.name: getattr(K, field.name) for field in fields(K)}
    return {n: repr(v) if isinstance(v, ConvexFunction) else v for n, v in values.items()}


def _support(name: str, K: ConvexFunction) -> str:
    try:
        return find(name).support(K)
    except ValueError:
        return "not installed"


def _version(name: str) -> str | None:
    try:
        version = find(name).version
    except ValueError:
        return None
    return None if version == "-" else version
