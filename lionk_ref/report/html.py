"""report.html: one file, pictures and all, that needs no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from lionk_ref.certificates import Certificate, FlowCertificate
from lionk_ref.report import flow_section, plots
from lionk_ref.report.statements import STATEMENTS

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem;
       color: #222; background: #fff }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px }
th, td { padding: .2rem .6rem; border-bottom: 1px solid #ddd; text-align: left;
         vertical-align: top }
td.n { text-align: right; white-space: nowrap } .held { color: #176b32 } .failed { color: #b00020 }
.wide { overflow-x: auto } svg { max-width: 100%; height: auto } code { font-size: 13px }
"""


def html_report(
    certificates: Sequence[Certificate], version: str, flows: Sequence[FlowCertificate] = ()
) -> str:
    """The page: the verdict, the pictures, every number, and what each of them promises."""
    judged: list[Certificate | FlowCertificate] = [*certificates, *flows]
    held = sum(c.ok for c in judged)
    kind = "held" if held == len(judged) else "failed"
    body = [
        "<h1>Lion-K certificates</h1>",
        f'<p class="{kind}"><strong>{held} of {len(judged)} certificates held.</strong> '
        f"lionk_ref {escape(version)}.</p>",
        *_pictures(certificates),
        *(flow_section.pictures(flows) if plots.available() else ()),
        *(["<h2>Every run</h2>", _runs(certificates)] if certificates else []),
        *(["<h2>Every trajectory</h2>", flow_section.table(flows)] if flows else []),
        "<h2>What is promised, and how it is judged</h2>",
        _statements(judged),
    ]
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Lion-K certificates</title><style>{STYLE}</style>"
    )
    page = "\n".join(body)
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{page}</body></html>\n'


def _pictures(certificates: Sequence[Certificate]) -> Iterator[str]:
    if not plots.available():
        yield "<p>No pictures: matplotlib is missing. Install <code>lionk-ref[plot]</code>.</p>"
        return
    for problem, scheme in dict.fromkeys((c.problem, c.optimizer.scheme) for c in certificates):
        runs = [c for c in certificates if (c.problem, c.optimizer.scheme) == (problem, scheme)]
        yield f"<h2>{escape(problem)}, {escape(scheme)} scheme</h2>"
        yield f"<figure>{plots.descent_svg(runs)}</figure>"
        flat = [c for c in runs if c.optimizer.lam and plots.is_flat(c)]
        if flat:
            yield f"<figure>{plots.trajectories_svg(flat)}<figcaption>{PATHS}</figcaption></figure>"


PATHS = (
    "From the dot to the star; the set that K's conjugate imposes is green, and all of the plane "
    "where there is none."
)


def _runs(certificates: Sequence[Certificate]) -> str:
    columns = ("K", "problem solved", "problem", "scheme", "dtype", "steps", "promise",
               "worst slack", "tolerance there", "at step", "steps judged", "")  # fmt: skip
    head = "".join(f"<th>{escape(c)}</th>" for c in columns)
    rows = "".join(row for c in certificates for row in _rows(c))
    return f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>'


def _rows(c: Certificate) -> Iterator[str]:
    K = c.optimizer.convex_function(c.final.x)
    run = (repr(c.optimizer.K), K.solves_text, c.problem, c.optimizer.scheme, c.dtype, str(c.steps))
    span = len(c.verdicts)
    for i, v in enumerate(c.verdicts):
        first = "".join(f'<td rowspan="{span}">{escape(t)}</td>' for t in run) if i == 0 else ""
        numbers = (f"{v.worst:.2e}", f"{v.tolerance:.1e}", str(v.at), str(v.steps))
        cells = "".join(f'<td class="n">{escape(n)}</td>' for n in numbers)
        kind, word = ("held", "held") if v.holds else ("failed", "FAILED")
        yield f'<tr>{first}<td>{escape(v.name)}</td>{cells}<td class="{kind}">{word}</td></tr>'


def _statements(certificates: Sequence[Certificate | FlowCertificate]) -> str:
    used = {v.name for c in certificates for v in c.verdicts}
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(s.promise)}</td><td>{escape(s.tolerance)}</td></tr>"
        for name, s in (STATEMENTS | flow_section.STATEMENTS).items()
        if name in used
    )
    return f"<table><tr><th>name</th><th>promise</th><th>tolerance</th></tr>{rows}</table>"
