"""docs/golden.md: what the vectors hold, and the kill matrix, made from the files themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lionk_ref.golden.cases import Case, cases
from lionk_ref.golden.document import FORMAT_VERSION, SUITE_VERSION
from lionk_ref.golden.kills import Kill, kill_matrix
from lionk_ref.golden.mutant import Lion
from lionk_ref.golden.mutants import K_MUTANTS, MUTANTS
from lionk_ref.golden.read import MANIFEST, load

INTRODUCTION = f"""\
# Golden vectors

<!-- Made by `lionk golden page > docs/golden.md`; a test compares. -->

One command tells the author of any Lion-K, in any language, whether it is the paper's:
`lionk conform`. What it asks is data, under `lionk_ref/golden/vectors/`: JSON of format
{FORMAT_VERSION}, suite {SUITE_VERSION}, described by `lionk-vectors.schema.json`. The files are
made by `lionk golden write` and checked by `lionk golden verify`.

## Reading a file

A number is a bit pattern in hexadecimal, most significant digit first; `approx` is for the eye and
never compared. Arrays have the `dtype` and the `shape` of their group, in C order; `lr`, `beta1`,
`beta2` and `lam` are binary64. Start from `x0` and m = 0. At each step apply `lr` and the gradient
`g`, `repeat` times, and compare `m` and `x`. `m_tilde` and `u` show where a difference comes from.
m has the paper's sign: it tracks minus the gradient. The programs under `examples/readers/` do
this in C, C++, JavaScript and Rust, without any library.

## Tiers

| tier | what it holds | how it is compared |
|---|---|---|
| T0 | every intermediate value fits binary32, in any order of evaluation | bit for bit |
| T1 | usual hyper-parameters; the exact trajectory, rounded once | `m_tolerance`, `x_tolerance` |
| T2 | zeros, ties and thresholds, where dK is a set | u is in dom K* and K(z) + K*(u) = <z, u> |
| T3 | problems; the implementation takes its own gradients | Phase 1, energy balance, final gap |
| scenario | what implementations were seen to differ in | as T0, T1 or T2 |

The tolerance of m is 64 u S, S the average of |g| with the weights of m. That of x is derived from
it: K's own source is run in ball arithmetic on the box m_tilde +- 64 u S_tilde, which encloses
every slope that rounding can lead to; lr times its reach is added up over the steps, with the
roundings of x' itself. Where the ball meets a jump of dK the tolerance holds both sides, and
`decisive` is false: such coordinates show nothing. It is true where dK moves by less than 1/16 even
for a box 16 times as wide.

Nothing in a file depends on a platform. T0 is rational arithmetic. Everything else is computed
with 256 bits by python-flint and rounded once, `tanh` and `pow` included, so that the bytes are the
same whatever the libm. In T2 another element than the one of least norm is accepted, and reported.
16-bit formats are computed in binary32 and rounded once at the store.

`certificate` holds K(m), K* at the point of its domain nearest to lam x, the distance to the
domain, the Fenchel-Young gap FY(m, that point) and H - f at the end of each test.
"""

MUTANTS_TEXT = """\
What a vector is worth is what it kills: each mutant is a Lion with one mistake. The tables say in
how many cases of a family it was caught; a test demands that every one is. Those of the optimizer
are shown on the vectors of L1.
"""


def golden_page(folder: Path) -> str:
    """The page as Markdown."""
    found = list(cases(folder))
    matrix = kill_matrix(MUTANTS, found)
    optimizer = {n: m for n, m in MUTANTS.items() if n not in K_MUTANTS}
    inexact = load((folder / MANIFEST).read_bytes(), MANIFEST)["without_T0"]
    parts = [
        INTRODUCTION,
        f"K without T0, as their slopes are not dyadic: {', '.join(inexact)}.\n",
        "## Scenarios\n",
        scenario_list(found),
        "## Mutants\n",
        MUTANTS_TEXT,
        "### Of the optimizer\n",
        kill_table(optimizer, matrix),
        "### Of K\n",
        kill_table(K_MUTANTS, matrix),
    ]
    return "\n".join(parts)


def scenario_list(found: Sequence[Case]) -> str:
    """One line for each test of a scenario."""
    lines = [
        f"- `{c.id}`: {c.comment}." for c in found if c.tier == "scenario" and "Tie" not in c.flags
    ]
    return "\n".join(lines) + "\n"


def kill_table(mutants: Mapping[str, type[Lion]], matrix: Mapping[str, Mapping[str, Kill]]) -> str:
    """One row for each mutant, one column for each family; blank where it was not asked."""
    families = sorted({f for name in mutants for f in matrix[name]}, key=lambda f: (f[0] != "T", f))
    rows = [["mutant", "the mistake", "seen in", *families], ["---"] * (3 + len(families))]
    for name, mutant in mutants.items():
        cells = [_cell(matrix[name].get(f)) for f in families]
        rows.append([name, mutant.mistake(), mutant.seen, *cells])
    return "\n".join("| " + " | ".join(_escaped(c) for c in row) + " |" for row in rows) + "\n"


def _cell(kill: Kill | None) -> str:
    return "" if kill is None else f"{kill.caught}/{kill.asked}" if kill.caught else "-"


def _escaped(text: str) -> str:
    return text.replace("|", r"\|")
