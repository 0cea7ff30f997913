"""The page of the catalogue: Table 2 and the rows that were added to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import lionk_ref.convex
from lionk_ref.backend import BUILT_IN
from lionk_ref.convex.base import ConvexFunction
from lionk_ref.convex.catalogue import COMBINATORS, NOT_CENTRED
from lionk_ref.paper.catalogue_rows import flags, rows

INTRODUCTION = """\
# The catalogue of K

A K goes in, and Lion-K solves min f(x) + K\\*(lam x)/lam. Every K below comes with its value, the
subgradient dK of least norm, its conjugate K\\*, the least subgradient of that, and the projection
on the domain of K\\*; each is tested by its definition, and against a conic solver.
`lionk table --long` prints the same, and `lionk_ref.convex.from_text("huber:e=0.3")` finds a K by
its key.

Flags: S separable, a sum over the coordinates; H homogeneous, K(c z) = c K(z) for c >= 0, so that
K\\* is the indicator of a set; L the Lipschitz constant of dK, where there is one; C strictly
convex. A vector or a matrix is z; sigma are singular values.

The core steps with every K, on every array library. A backend is fused where it has a kernel for K;
where it says core, dK is the core's, in arrays of its own, and a kernel applies it in place. Flags
and backends are those of the parameters shown.
"""

MADE = """\
## K made from others

Each takes any K that suits it. `infimal_convolution` chooses among them, and `LogSumExp`, whose
minimum is not at 0, stands on its own.
"""

TEXTS = (("K", "K"), ("dK", "dK"), ("K\\*", "K_star"), ("domain of K\\*", "domain"))


def catalogue_page() -> str:
    """docs/catalogue.md."""
    known = rows()
    return "\n".join([INTRODUCTION, _overview(known), *map(_section, known), MADE, _made()])


def _overview(known: list[dict[str, Any]]) -> str:
    cells = [("class", "key", "K(z)", "flags", *sorted(BUILT_IN))]
    cells += [("---",) * len(cells[0])]
    cells += [_cells(r) for r in known]
    return _table(cells)


def _cells(r: dict[str, Any]) -> tuple[str, ...]:
    levels = [r["backends"][name].replace("none", "-") for name in sorted(BUILT_IN)]
    link = f"[{r['class']}](#{r['class'].lower()})"
    return (link, f"`{r['key']}`", _code(r["K"]), flags(r) or "-", *levels)


def _section(r: dict[str, Any]) -> str:
    lines = [f"## {r['class']}", "", "$$", r["solves_latex"], "$$", ""]
    lines += [f"- {name}: `{r[field]}`" for name, field in TEXTS]
    lines += [f"- solves: `{r['solves']}`"]
    parameters = ", ".join(f"{name}={value}" for name, value in r["parameters"].items())
    lines += [f"- key and parameters: `{r['key']}`" + (f", `{parameters}`" if parameters else "")]
    lines += [f"- flags: {flags(r) or 'none'}", f"- backends: {_backends(r)}"]
    lines += [f"- also: {name}" for name in r["also_known_as"]]
    return "\n".join([*lines, ""])


def _backends(r: dict[str, Any]) -> str:
    return ", ".join(["core", *(f"{n} {r['backends'][n]}" for n in sorted(BUILT_IN))])


def _made() -> str:
    classes = [c for c in vars(lionk_ref.convex).values() if _is_made(c)]
    cells = [("class", "K(z)", "Lion-K solves"), ("---",) * 3]
    cells += [(f"`{c.__name__}`", _code(c.formula), _code(c.solves_text)) for c in classes]
    return _table(cells)


def _is_made(c: object) -> bool:
    named = isinstance(c, type) and issubclass(c, ConvexFunction) and c is not ConvexFunction
    return named and getattr(c, "key", "") in COMBINATORS + NOT_CENTRED


def _table(cells: Sequence[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


def _code(text: str) -> str:
    """Code in a cell, where a bar would end it."""
    return "`" + text.replace("|", "\\|") + "`"
