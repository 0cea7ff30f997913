"""``lionk certify --continuous``: the flow of eq. (3), followed under watch."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lionk_ref.certificates import FlowCertificate, certify_continuous
from lionk_ref.certificates.wanted import require_time
from lionk_ref.cli.certify_request import own_problem
from lionk_ref.cli.progress import Progress
from lionk_ref.cli.tables import aligned, number
from lionk_ref.cli.workers import run_all
from lionk_ref.continuous import Coefficients
from lionk_ref.convex import CATALOGUE, ConvexFunction, from_text
from lionk_ref.problems import PROBLEMS, Problem
from lionk_ref.report.names import short_name

DEFAULT_PROBLEMS = ("toy", "quadratic", "indefinite", "logistic")
INTEGRATORS = ("RK23", "RK45", "DOP853", "Radau", "BDF", "LSODA")
DEFAULT_LAM = {"quadratic": 0.2, "indefinite": 0.2}
HELP = "also follow the flow, for every differentiable K (needs SciPy); with 'only', it alone"
HEADER = (
    "K", "problem", "points", "inside", "dH/dt", "differences", "phase 1", "KKT, start and end", ""
)  # fmt: skip
LEGEND = """\
dH/dt: largest relative residual of dH/dt = -Delta at a point; differences: along the trajectory.
KKT: |alpha grad f + gamma dK*(lam x)|, 0 at a stationary point of F."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the flow."""
    group = parser.add_argument_group("the flow, Section 3")
    add = group.add_argument
    add("--continuous", nargs="?", const="too", choices=["too", "only"], help=HELP)
    add("--time", type=float, help="how long to follow it (default: 10)")
    add("--alpha", type=float, help="(default: 1)")
    add("--gamma", type=float, help="(default: 1)")
    add("--vareps", type=float, help="the enhancement (default: 0.1)")
    add("--integrator", choices=INTEGRATORS,
        help="SciPy's; Radau, BDF and LSODA are for stiff flows (default: DOP853)")  # fmt: skip


@dataclass(frozen=True)
class FlowCase:
    """One trajectory to certify."""

    name: str
    problem: Problem
    K: ConvexFunction
    coefficients: Coefficients
    time: float
    integrator: str

    @property
    def label(self) -> str:
        """What the progress bar shows."""
        return f"{self.name} {self.K} flow"


def certify_flows(args: argparse.Namespace) -> list[FlowCertificate]:
    """The certificates of all trajectories that are asked for."""
    require_time(args.time)
    cases = list(_cases(args))
    with Progress(len(cases), "following") as bar:
        return run_all(certify_flow, cases, args.jobs, lambda i: bar.advance(1, cases[i].label))


def certify_flow(case: FlowCase) -> FlowCertificate:
    """The certificate of one case.

    Raises
    ------
    ValueError
        If the flow cannot be followed, in one line that names the case.
    """
    try:
        return certify_continuous(
            case.problem, case.K, case.coefficients,
            time=case.time, method=case.integrator, name=case.name,
        )  # fmt: skip
    except (ImportError, RuntimeError, ValueError) as error:
        raise ValueError(f"{case.label}: {error}") from None


def flows_table(flows: list[FlowCertificate]) -> str:
    """One line a trajectory: the residuals, phase 1, the KKT residuals, the verdict."""
    rows = [list(HEADER), *map(_row, flows)]
    held = sum(c.ok for c in flows)
    return f"{aligned(rows)}\n\n{LEGEND}\n{held} of {len(flows)} certificates of the flow held."


def _row(c: FlowCertificate) -> list[str]:
    row = c.summary()
    failed = ", ".join(v.name for v in c.verdicts if not v.holds)
    residuals = (row["residual_max"], row["difference_residual_max"], row["phase_1_slack_min"])
    return [
        short_name(c.flow.K),
        c.problem, str(row["steps"]), str(row["steps_inside"]), *map(number, residuals),
        " ".join(map(number, c.kkt)), f"FAILED: {failed}" if failed else "held",
    ]  # fmt: skip


def _cases(args: argparse.Namespace) -> Iterator[FlowCase]:
    for name, problem in problems(args, DEFAULT_PROBLEMS):
        lam = lam_for(name, args.lam)
        coefficients = Coefficients(args.alpha, args.gamma, lam, args.vareps)
        for K in _functions(args, problem.x0().shape):
            moved = problem.to(np, np.float64)
            yield FlowCase(name, moved, K, coefficients, args.time, args.integrator)


def lam_for(problem: str, asked: float | None) -> float:
    """The weight decay that is asked for, else one with which the constraint is felt."""
    return DEFAULT_LAM.get(problem, 1.0) if asked is None else asked


def problems(args: argparse.Namespace, default: Sequence[str]) -> Iterator[tuple[str, Problem]]:
    """The problems that are asked for, else those of ``default``."""
    if args.data:
        yield Path(args.data).name, own_problem(args.data, args.dtype)
    for name in args.problem or (() if args.data else default):
        yield name, PROBLEMS[name]()


def _functions(args: argparse.Namespace, shape: tuple[int, ...]) -> list[ConvexFunction]:
    if args.K:
        return [from_text(text) for text in args.K]
    smooth = ([K for K in c.examples(shape) if K.differentiable] for c in CATALOGUE.values())
    return [examples[0] for examples in smooth if examples]
