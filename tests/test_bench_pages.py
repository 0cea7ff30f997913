"""Targets, tables, plots and pages of ``lionk bench``, from numbers made by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lionk_ref.bench import plot
from lionk_ref.bench.__main__ import main
from lionk_ref.bench.page import INDEX, RESULTS, TABLE, pages, provenance, table_page
from lionk_ref.bench.report import as_json, cells, markdown, read
from lionk_ref.bench.targets import CPU, GPU, judged, verdicts

DOCS = Path(__file__).parents[1] / "docs"


def row(what: str, K: str, n: int, seconds: float, of_limit: float, threads: int = 1) -> Any:
    """A row as in a report."""
    return {
        "what": what, "K": K, "n": n, "threads": threads,
        "seconds": seconds, "of_limit": of_limit,
    }  # fmt: skip


def report(*rows: Any, gpu: str | None = None) -> dict[str, Any]:
    """A report with these rows, whose limits are a nanosecond an entry."""
    sizes = sorted({(r["n"], r["threads"]) for r in rows})
    times = [{"n": n, "threads": t, "seconds": n * 1e-9} for n, t in sizes]
    cpu = [time for time in times if time["threads"]]
    return {
        "limit": {
            "cpu": {"what": "C", "bytes": 20, "times": cpu},
            "gpu": {"what": "a copy", "bytes": 20, "times": [t for t in times if t not in cpu]},
        },
        "rows": list(rows),
        "machine": {"cpu": "2 cores", "gpu": gpu, "load": 0.1},
        "versions": {"lionk_ref": "0.1.0"},
        "date": "2026-01-31",
        "absent": {"timm": "timm is not installed"},
    }


LION = row("numba", "l1", 10**7, 0.02, 0.8)


def verdict(start: str, *rows: Any) -> list[str]:
    """What is measured of the target that begins so, where, and whether it is met."""
    (line,) = [v for v in verdicts(report(*rows))[1:] if v[0].startswith(start)]
    return line[3:]


def check_ratios() -> None:
    """Times over Lion are ratios of times, although the report has shares of the limit."""
    assert verdict("L2", LION, row("numba", "l2", 10**7, 0.03, 0.4))[::2] == ["2", "missed"]
    assert verdict("L2", LION, row("numba", "l2", 10**7, 0.03, 0.64))[::2] == ["1.25", "met"]


def check_peers() -> None:
    """The worst over the peers is where a peer comes nearest."""
    found = verdict(
        "Numba Lion, time over each peer",
        LION,
        row("timm", "l1", 10**7, 0.04, 0.4),
        row("deepspeed", "l1", 10**7, 0.04, 0.6),
        row("someone", "l1", 10**7, 0.04, 2.0),
        row("deepspeed, 1000 arrays", "l1", 10**7, 0.04, 2.0),
    )
    assert found == ["0.75", "deepspeed, n = 10000000", "met"]


def check_worst() -> None:
    """Of a bound from below the least counts, of one from above the largest."""
    rows = [row("numba", "l1", n, 0.1, s) for n, s in [(10**6, 0.1), (10**7, 0.97), (10**8, 0.9)]]
    assert verdict("Numba Lion against the limit", *rows) == ["0.9", "n = 100000000", "missed"]
    kinds = [row("numba", f"top_k:k={k}", 10**7, 0.1, s) for k, s in [(1, 0.8), (2, 0.5)]]
    assert verdict("TopK", LION, *kinds) == ["1.6", "top_k:k=2, n = 10000000", "met"]


def check_judged() -> None:
    """What a target reads at a size, and nothing else; the peers and what all is put over, too."""
    mine = [("numba", "l1"), ("optax", "l1"), ("numba, certified", "l1")]
    at_1e7 = [("numba", "lp:p=3.0"), ("numba", "top_k:k=9"), ("numba, bfloat16 momentum", "l1")]
    never = [("core", "l1"), ("numba", "huber:e=1.0"), ("numba", "lp:p=2.5"), ("cupy", "l2")]
    every = {*mine, *at_1e7, *never}
    assert judged(every, 10**7) == {*mine, *at_1e7}
    assert judged(every, 10**6) == {*mine}
    assert judged(every, 10**5) == {*mine[:2]}
    assert judged({("cupy", "l1"), ("optax", "l1")}, 10**5) == {("cupy", "l1"), ("optax", "l1")}
    assert judged(never, 10**7) == set()


def test_judged() -> None:
    """Who gets more rounds."""
    check_judged()


def test_ratios() -> None:
    """Over Lion."""
    check_ratios()


def test_over_peers() -> None:
    """Over each peer."""
    check_peers()


def test_the_worst_decides() -> None:
    """Neither the first nor the best."""
    check_worst()


def test_what_is_not_there_is_not_measured() -> None:
    """Without rows nothing is met, and nothing missed; each number of threads has its own."""
    lines = verdicts(report(LION, {**LION, "threads": 2, "of_limit": 1.0}))[1:]
    assert len(lines) == 2 * len(CPU) + len(GPU)
    assert [line[2:] for line in lines if line[0].startswith("Numba Lion against")] == [
        ["1", "0.8", "n = 10000000", "missed"],
        ["2", "1", "n = 10000000", "met"],
    ]
    assert {line[-1] for line in lines[2:]} == {"not measured"}
    assert [line[2] for line in lines[-len(GPU) :]] == ["GPU"] * len(GPU)


def test_gpu_targets() -> None:
    """A GPU's rows have 0 threads."""
    rows = [
        row("cupy", "l1", 10**8, 5e-4, 0.93, threads=0),
        row("cupy, 1000 arrays", "l1", 10**6, 19e-6, 0.5, threads=0),
        row("optax", "l1", 10**8, 5e-4, 0.5, threads=0),
    ]
    lines = verdicts(report(*rows))[-3:]
    assert [line[3] for line in lines] == ["0.93", "0.538", "1.9e-05"]
    assert {line[-1] for line in lines} == {"met"}
    alone = report(*rows, gpu="NVIDIA H200")
    alone["machine"]["cpu"] = None
    assert verdicts(alone)[1:] == lines, "nothing is asked of a CPU that was not there"


def check_cells() -> None:
    """Microseconds of a step, entries in a nanosecond, the share; the limit above its rows."""
    slow, quick = row("numba", "l1", 1000, 4e-6, 0.25), row("core", "l1", 100, 5e-7, 0.2)
    assert cells(report(slow, quick))[1:] == [
        ["limit, cpu", "", "100", "1", "0.1", "1.000", "1.00"],
        ["core", "l1", "100", "1", "0.5", "0.200", "0.20"],
        ["limit, cpu", "", "1000", "1", "1.0", "1.000", "1.00"],
        ["numba", "l1", "1000", "1", "4.0", "0.250", "0.25"],
    ]


def test_cells() -> None:
    """Units."""
    check_cells()


def test_markdown() -> None:
    """A header, a rule, the rows."""
    assert markdown([["a", "b"], ["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_written_and_read(tmp_path: Path) -> None:
    """The file is the report again, a row to a line."""
    path, rows = tmp_path / RESULTS, [LION, row("timm", "l1", 10**7, 0.04, 0.4)]
    path.write_text(as_json(report(*rows)), "utf-8")
    assert read(path) == report(*rows)
    lines = path.read_text("utf-8").splitlines()
    assert [json.loads(line.rstrip(",")) for line in lines if '"of_limit"' in line] == rows
    assert json.loads(as_json(report()))["rows"] == []


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", as_json(report({**LION, "seconds": 0}))],
)
def test_no_report(text: str, tmp_path: Path) -> None:
    """What is damaged is named, in one line."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / RESULTS).write_text(text, "utf-8")
    with pytest.raises(ValueError, match=rf"{RESULTS} is no report of lionk bench \(.*\)\.$"):
        pages(tmp_path)


def test_plots() -> None:
    """A panel for each number of threads, a curve for each contender of Lion, the limit dashed."""
    rows = [row("numba", "l1", n, n * n * 1e-11, 0.5) for n in (100, 1000)]
    rows += [row("numba", "l2", 100, 1.0, 0.1), row("numba, 1000 arrays", "l1", 100, 1.0, 0.1)]
    rows += [row("cupy", "l1", 100, 2e-7, 0.5, threads=0)]
    gpu, cpu = plot.figure(report(*rows)).axes
    assert [axis.get_title() for axis in (gpu, cpu)] == [
        "Lion, float32, GPU", "Lion, float32, 1 thread",
    ]  # fmt: skip
    limit, numba = (line for line in cpu.get_lines() if len(line.get_xdata()))
    assert limit.get_linestyle() == "--"
    assert list(limit.get_xdata()) == list(numba.get_xdata()) == [100, 1000]
    assert limit.get_ydata() == pytest.approx([1e9, 1e9])
    assert numba.get_ydata() == pytest.approx([1e9, 1e8])
    files = plot.plots(report(*rows))
    assert files["throughput.svg"].startswith(b"<?xml")
    assert files["throughput.png"].startswith(b"\x89PNG")
    assert files == plot.plots(report(*rows)), "no dates, no random names"


def test_no_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    """How to get it."""
    monkeypatch.setattr(plot, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r'pip install "lionk-ref\[plot\]"'):
        plot.require_matplotlib()


def test_pages_of_a_folder(tmp_path: Path) -> None:
    """An index with a section for each machine, and a table in each folder."""
    docs = tmp_path / "benchmarks"
    for name, machine in [("b", report(LION)), ("a", report(LION, gpu="NVIDIA H200"))]:
        (docs / name).mkdir(parents=True)
        (docs / name / RESULTS).write_text(as_json(machine), "utf-8")
    assert main([str(tmp_path)]) == 0
    index = (docs / INDEX).read_text("utf-8")
    assert re.findall("^## (.*)", index, re.MULTILINE) == ["2 cores and NVIDIA H200", "2 cores"]
    assert "](a/throughput.svg)" in index
    assert "- timm: timm is not installed" in index
    assert "Measured on 2026-01-31 with lionk_ref 0.1.0. The load average before was 0.1." in index
    assert (docs / "b" / TABLE).read_text("utf-8") == table_page(report(LION))


def test_a_busy_machine_is_named() -> None:
    """What was measured beside other work says so."""
    idle = report(LION)
    assert "busy" not in provenance(idle)
    assert "busy" in provenance({**idle, "machine": {**idle["machine"], "load": 8.6}})
    assert "load" not in provenance({**idle, "machine": {**idle["machine"], "load": None}})


def test_what_the_command_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One argument; a folder with reports in it; else one line and exit status 2."""
    assert main([]) == main([str(tmp_path)]) == 2
    usage, nothing = capsys.readouterr().err.splitlines()
    assert usage.startswith("usage: ")
    assert "lionk bench --out writes one" in nothing


def test_the_pages_are_made_from_the_reports() -> None:
    """What lies in docs/benchmarks is what its reports give; the plots are there."""
    made = pages(DOCS / "benchmarks")
    for name, text in made.items():
        assert (DOCS / "benchmarks" / name).read_text("utf-8") == text, "run the command on top"
    for folder in (path.parent for path in DOCS.glob(f"benchmarks/*/{RESULTS}")):
        assert {p.name for p in folder.iterdir()} == {
            RESULTS, TABLE, "throughput.svg", "throughput.png",
        }  # fmt: skip
