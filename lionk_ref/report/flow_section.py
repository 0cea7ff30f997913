"""The part of the report on the flow: its pictures, its table, and what it promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from lionk_ref.certificates import FlowCertificate
from lionk_ref.report import flow_plots
from lionk_ref.report.statements import SUMS, Statement

PATHS = (
    "From the dot to the star; the set that K's conjugate imposes is green. H is finite inside it."
)
PORTRAITS = (
    "The first coordinate x and its momentum m. K and f are sums over the coordinates here, so "
    "that the field in this plane depends on no other; the red line is the certified trajectory."
)
COLUMNS = ("K", "problem minimised", "problem", "alpha, gamma, lam, vareps", "time", "promise",
           "worst slack", "tolerance there", "at", "judged", "")  # fmt: skip

STATEMENTS = {
    "phase 1 of the flow": Statement(
        "dist(lam x_t, dom K*) <= exp(-lam (t - s)) dist(lam x_s, dom K*)  (Theorem 3.1, part 1)",
        "lam times the error of the integrator's step",
    ),
    "dH/dt = -Delta": Statement(
        "<dH/dx, V_x> + <dH/dm, V_m> = -(eta' Delta1 + eta Delta2)  (Theorem 3.1, part 2)",
        SUMS,
    ),
    "Delta1 >= 0 in the flow": Statement("Delta1 >= 0  (eq. 10)", SUMS),
    "Delta2 >= 0 in the flow": Statement("Delta2 >= 0  (eq. 10)", SUMS),
    "F <= H": Statement("F(x) = min over m of H(x, m)  (below eq. 6)", SUMS),
    "stationarity": Statement(
        "|alpha g + gamma dK*(lam x)| <= (1 - vareps gamma) |V_m| + gamma |m_tilde - dK*(lam x)|:"
        " where nothing moves, the KKT residual of F is 0  (Theorem 3.1, part 3)",
        SUMS,
    ),
    "dH/dt by differences": Statement(
        "(H' - H)/(t' - t) = -mean of Delta over each step of the trajectory",
        "|dH/dx| and |dH/dm| times the error of the step: what the integrator allows itself, and"
        " twice what repeating the step with a hundredth of that allowance changes",
    ),
    "average of Delta": Statement(
        "(1/T) int Delta dt <= (H(0) - least F on the way)/T  (Theorem 3.1, last display)",
        "the average of those of the differences",
    ),
    "gap of F": Statement(
        "gamma/lam [K(-g') + K*(lam x)] + gamma <g', x> >= 0 at the end, g' = alpha/gamma grad f",
        f"|g| times the distance of lam x to dom K*, and {SUMS}",
    ),
}


def pictures(flows: Sequence[FlowCertificate]) -> Iterator[str]:
    """For each problem H, Delta and the residuals; for a plane one the paths and portraits."""
    for problem in dict.fromkeys(c.problem for c in flows):
        runs = [c for c in flows if c.problem == problem]
        yield f"<h2>{escape(problem)}, the flow</h2>"
        yield f"<figure>{flow_plots.descent_svg(runs)}</figure>"
        flat = [c for c in runs if flow_plots.is_flat(c)]
        if flat:
            yield _figure(flow_plots.paths_svg(flat), PATHS)
        apart = [c for c in flat if flow_plots.is_separable(c)]
        if apart:
            yield _figure(flow_plots.portraits_svg(apart), PORTRAITS)


def table(flows: Sequence[FlowCertificate]) -> str:
    """Every promise of every trajectory."""
    head = "".join(f"<th>{escape(c)}</th>" for c in COLUMNS)
    rows = "".join(row for c in flows for row in _rows(c))
    return f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>'


def _rows(c: FlowCertificate) -> Iterator[str]:
    coefficients = ", ".join(f"{value:g}" for value in c.flow.coefficients.at(0.0))
    K = c.flow.K
    run = (repr(K), K.solves_text, c.problem, coefficients, f"{c.time:g}")
    for i, v in enumerate(c.verdicts):
        first = "".join(f'<td rowspan="{len(c.verdicts)}">{escape(t)}</td>' for t in run)
        numbers = (f"{v.worst:.2e}", f"{v.tolerance:.1e}", str(v.at), str(v.steps))
        cells = "".join(f'<td class="n">{escape(n)}</td>' for n in numbers)
        kind, word = ("held", "held") if v.holds else ("failed", "FAILED")
        head = first if i == 0 else ""
        yield f'<tr>{head}<td>{escape(v.name)}</td>{cells}<td class="{kind}">{word}</td></tr>'


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"
