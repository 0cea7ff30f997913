"""Section 5. A figure's results as files: pictures, a summary, and a page that needs no network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from lionk_ref.experiments.base import Figure, Results, Row
from lionk_ref.experiments.pictures import png, svg
from lionk_ref.report.html import STYLE

COLUMNS = ("claim", "measured", "predicted by the theory", "verdict")
SPEED = ("run", "steps", "steps/s", "optimizer's share of the time")


def summary(figure: Figure, results: Results, config: dict[str, Any], speed: Any) -> dict[str, Any]:
    """Section 5's figure in what JSON can hold; ``ok`` says whether every certificate held."""
    rows = figure.rows(results)
    return {
        "figure": figure.number,
        "title": figure.title,
        "claim": figure.claim,
        "config": config,
        "ok": all(row.verdict != "FAILED" for row in rows),
        "rows": [row._asdict() for row in rows],
        "throughput": speed,
    }


def files(figure: Figure, results: Results, report: dict[str, Any]) -> dict[str, str | bytes]:
    """The files of a figure of Section 5 by name, without config and metrics."""
    picture = figure.draw(results)
    picture.draw_without_rendering()
    picture.set_layout_engine("none")  # laid out once, not again for each format
    vector = svg(picture)
    stem = f"figure_{figure.number}"
    return {
        f"{stem}.png": png(picture),
        f"{stem}.svg": vector,
        "summary.json": json.dumps(report, indent=1, allow_nan=False) + "\n",
        "index.html": page(report, vector[vector.index("<svg") :]),
    }


def page(report: dict[str, Any], picture: str) -> str:
    """Section 5's figure as one HTML file."""
    title = f"Figure {report['figure']}: {report['title']}"
    rows = [Row(**row) for row in report["rows"]]
    body = [
        f"<h1>{escape(title)}</h1><p>{escape(report['claim'])}</p><figure>{picture}</figure>",
        table(COLUMNS, rows),
        "<h2>Settings</h2>",
        table(("setting", "value"), [(k, str(v)) for k, v in report["config"].items()]),
    ]
    if report["throughput"]:
        body += ["<h2>Throughput</h2>", table(SPEED, [speed(r) for r in report["throughput"]])]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n'
    )


def speed(row: dict[str, Any]) -> tuple[str, ...]:
    """Steps per second and the optimizer's share, as Section 5's page shows them."""
    share = f"{row['optimizer_share']:.1%}"
    return row["run"], str(row["steps"]), f"{row['steps_per_s']:.0f}", share


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """An HTML table for Section 5's page."""
    first = "".join(f"<th>{escape(c)}</th>" for c in head)
    rest = "".join(f"<tr>{''.join(f'<td>{escape(c)}</td>' for c in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{first}</tr>{rest}</table></div>'
