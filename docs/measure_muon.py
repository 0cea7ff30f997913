"""The measured tables of docs/muon.md: `python docs/measure_muon.py` writes them in place."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lionk_ref.convex import newton_schulz, polar_factor, qdwh
from lionk_ref.convex.newton_schulz import scalar_iteration

PAGE = Path(__file__).with_name("muon.md")
SHAPE = (96, 48)
CONDITIONS = (1e0, 1e1, 1e2, 1e4, 1e6, 1e12)
METHODS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "exact (SVD)": (polar_factor, "SVD"),
    "QDWH": (qdwh, "6 QR, 6 products"),
    "Newton-Schulz, taylor, 30 steps": (lambda z: newton_schulz(z, "taylor", 30), "90 products"),
    "Newton-Schulz, jordan, 5 steps": (lambda z: newton_schulz(z, "jordan", 5), "15 products"),
    "Newton-Schulz, polar_express, 5 steps": (
        lambda z: newton_schulz(z, "polar_express", 5),
        "15 products",
    ),
    "Newton-Schulz, polar_express, 8 steps": (
        lambda z: newton_schulz(z, "polar_express", 8),
        "24 products",
    ),
}


def made(condition: float, seed: int = 0) -> tuple[Any, Any]:
    """A matrix with singular values in geometric progression, and its polar factor."""
    rng, (m, n) = np.random.default_rng(seed), SHAPE
    left = np.linalg.qr(rng.normal(size=(m, n)))[0]
    right = np.linalg.qr(rng.normal(size=(n, n)))[0]
    return (left * np.geomspace(1, 1 / condition, n)) @ right.T, left @ right.T


def error(method: Callable[[Any], Any], condition: float, dtype: str) -> float:
    """|P - U V'|_F/sqrt(r): 1 is as wrong as no step at all."""
    z, exact = made(condition)
    p = method(z.astype(dtype)).astype("float64")
    return float(np.linalg.norm(p - exact) / np.sqrt(SHAPE[1]))


def errors(dtype: str) -> str:
    """The table of errors of one dtype."""
    head = ["method", "cost", *(f"cond {c:.0e}" for c in CONDITIONS)]
    rows = [
        [name, cost, *(f"{error(method, c, dtype):.1e}" for c in CONDITIONS)]
        for name, (method, cost) in METHODS.items()
    ]
    return table(head, rows)


def ranges() -> str:
    """What five or more steps make of singular values of given size."""
    sizes = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
    rows = [
        [f"{name}, {steps} steps", *(f"{scalar_iteration(s, name, steps):.4f}" for s in sizes)]
        for name, steps in (
            ("taylor", 5),
            ("jordan", 5),
            ("polar_express", 5),
            ("polar_express", 8),
        )
    ]
    return table(["singular value / Frobenius norm", *(f"{s:.0e}" for s in sizes)], rows)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


BLOCKS: dict[str, Callable[[], str]] = {
    "float64": lambda: errors("float64"),
    "float32": lambda: errors("float32"),
    "ranges": ranges,
}


def filled(page: str) -> str:
    """The page with every block between its two markers replaced by what is measured now."""
    for name, block in BLOCKS.items():
        start, end = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
        before, rest = page.split(start)
        page = before + start + block() + end + rest.split(end)[1]
    return page


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")
    print(f"wrote {PAGE.name}", file=sys.stderr)
