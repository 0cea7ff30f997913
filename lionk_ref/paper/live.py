"""An example for each entry of the index, run when the page is made: its output cannot be old."""

from __future__ import annotations

import ast
import contextlib
import io
from typing import Any

from lionk_ref.paper.live_discrete import DISCRETE
from lionk_ref.paper.live_flow import FLOW

FIRST = """\
import numpy as np
from fractions import Fraction as F
from lionk_ref import L1, DeadZone, HalfSquare, Huber, LionK, LogCosh, Lp, State, TopK, certify
from lionk_ref.certificates import certify_continuous, constants
from lionk_ref.continuous import TABLE_1, Coefficients, Phase, Rates
from lionk_ref.problems import Quadratic

toy = Quadratic.toy()
here = Phase(np.array([1.25, 0.5]), np.array([0.5, -0.5]))
r = Rates(alpha=1.0, gamma=1.0, lam=0.5, vareps=0.25)
settings = dict(lr=0.01, beta1=0.9, beta2=0.99, lam=1.0)
run = certify(toy, LionK(L1(), **settings), steps=300)
flow = certify_continuous(toy, LogCosh(), Coefficients(vareps=0.1), time=10.0)
"""
"""What every example may use."""

EXAMPLES = DISCRETE | FLOW
"""The source of the example of each entry, by its label."""


def session(source: str, namespace: dict[str, Any]) -> str:
    r"""The statements as typed at the prompt, each with what it answers.

    Examples
    --------
    >>> session("x = 1 + 1\nx", {}).splitlines()
    ['>>> x = 1 + 1', '>>> x', '2']
    """
    lines = []
    for statement in ast.parse(source).body:
        text = ast.get_source_segment(source, statement) or ""
        first, *rest = text.split("\n")
        lines += [f">>> {first}", *(f"... {line}" for line in rest)]
        lines += answer(statement, text, namespace)
    return "\n".join(lines)


def answer(statement: ast.stmt, text: str, namespace: dict[str, Any]) -> list[str]:
    """The lines that one statement prints, and its value where it is an expression."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        if isinstance(statement, ast.Expr):
            value = eval(text, namespace)
            if value is not None:
                print(repr(value))
        else:
            exec(text, namespace)
    return printed.getvalue().splitlines()


def begin() -> tuple[str, dict[str, Any]]:
    """What stands at the head of the page, and the names that it leaves."""
    namespace: dict[str, Any] = {}
    return session(FIRST, namespace), namespace
