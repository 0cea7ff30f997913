"""The page of the errata, made from their data."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from lionk_ref.certificates import constants, printed_constants
from lionk_ref.paper.claim import Claim, written
from lionk_ref.paper.errata import ERRATA
from lionk_ref.paper.errata_theorem_4_1 import COUNTEREXAMPLE
from lionk_ref.paper.erratum import Erratum

NOTATION = (
    ("lr, vareps", "the step size and the gradient enhancement, the paper's two epsilons"),
    ("D", "lr lam (1 - beta1) + (1 - beta2)"),
    ("u, v", "dK(m_tilde) and dK(m')"),
    ("H", "f(x) + K*(lam x)/lam + c [K*(lam x) + K(m) - lam <m, x>]"),
    ("H' - H", "the change of H over a step"),
    ("bound", "-lr (a Delta1 + b Delta2) + L lr^2/2 |u - lam x'|^2"),
)
"""What stands for what; fractions are exact, and their decimals follow in brackets."""

INTRODUCTION = """\
# Errata of the paper

Places where the printed text of *Lion Secretly Solves Constrained Optimization: As Lyapunov
Predicts* is wrong. Each comes with numbers: a claim of the printed text that fails, and the same
claim, corrected, that holds. Fractions are exact, and their decimals follow in brackets.
`lionk errata` computes them afresh, and the tests check each.
"""


def errata_page() -> str:
    """docs/errata.md."""
    notation = "\n".join(f"- `{symbol}`: {_escaped(meaning)}" for symbol, meaning in NOTATION)
    sections = [INTRODUCTION, notation, "", *map(_section, ERRATA), _worked()]
    return "\n".join(sections)


def worked_step() -> list[tuple[str, str]]:
    """Theorem 4.1 at the counterexample of erratum 3, quantity by quantity."""
    s = COUNTEREXAMPLE
    right, printed = constants(*s.settings), printed_constants(*s.settings)
    rows = [("x, m", f"{s.x}, {s.m}"), ("lr, beta1, beta2, lam", ", ".join(map(str, s.settings)))]
    for name in ("m_tilde", "m_next", "x_next", "drift", "delta_1", "delta_2"):
        rows.append((NAMES[name], written(getattr(s, name))))
    for how, k in (("corrected", right), ("printed", printed)):
        rows.append((f"c, a, b, {how}", ", ".join(map(str, k))))
        rows.append((f"H' - H, {how}", written(s.change(k.c))))
        rows.append((f"bound, {how}", written(s.bound(k.a, k.b))))
    return rows


NAMES = {
    "m_tilde": "m_tilde",
    "m_next": "m'",
    "x_next": "x'",
    "drift": "u - lam x'",
    "delta_1": "Delta1",
    "delta_2": "Delta2",
}


def _section(e: Erratum) -> str:
    printed, correct = e.evidence()
    claims = [_row(c, "printed") for c in printed] + [_row(c, "correct") for c in correct]
    return "\n".join(
        [
            f"## Erratum {e.number}",
            "",
            f"{e.where}.",
            "",
            f"- Printed: `{e.printed}`",
            f"- Correct: `{e.correct}`",
            f"- Setting: `{e.counterexample}`",
            "",
            textwrap.fill(_escaped(e.why), 98),
            "",
            *_table(("", "claim", "left", "", "right", "holds"), claims),
            "",
        ]
    )


def _row(c: Claim, how: str) -> tuple[str, ...]:
    holds = "yes" if c.holds else "**no**"
    claim, relation = _code(c.text), _code(c.relation)
    return how, claim, written(c.left), relation, written(c.right), holds


def _worked() -> str:
    rows = [(_code(name), value) for name, value in worked_step()]
    table = _table(("quantity", "value"), rows)
    head = "## The counterexample of Theorem 4.1"
    return "\n".join(
        [head, "", "The step of errata 3 and 5, from one number to the next.", "", *table, ""]
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    lines = [head, ("---",) * len(head), *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def _code(text: str) -> str:
    """Text as code in a cell of a table, where a bar must be escaped."""
    return "`" + text.replace("|", "\\|") + "`"


def _escaped(text: str) -> str:
    return re.sub(r"([|*_<])", r"\\\1", text)
