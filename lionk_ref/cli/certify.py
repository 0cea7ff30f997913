"""``lionk certify``: the main job. Every K, scheme and problem, run under watch."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lionk_ref import __version__
from lionk_ref.certificates import Certificate, FlowCertificate, certify
from lionk_ref.cli import certify_continuous
from lionk_ref.cli.certify_request import FILES, complete
from lionk_ref.cli.cross_check import Row, cross_check, cross_check_table, report_rows
from lionk_ref.cli.files import write_all
from lionk_ref.cli.progress import Progress
from lionk_ref.cli.tables import certificates_table
from lionk_ref.cli.workers import run_all
from lionk_ref.convex import CATALOGUE, ConvexFunction, from_text
from lionk_ref.discrete import Constant, Cosine, InverseSquareRoot, LionK
from lionk_ref.discrete.schedules import Schedule
from lionk_ref.discrete.updates import SCHEMES
from lionk_ref.problems import PROBLEMS, Minibatch, Problem
from lionk_ref.processes import cores
from lionk_ref.report import html_report, json_report

NAME = "certify"
HELP = "run Lion-K under watch: a table, report.html and report.json"

HELP_DATA = "softmax regression on your .npz (X, y) or .csv (label last)"
DEFAULT_PROBLEMS = ("toy", "quadratic", "softmax")
SCHEDULES: dict[str, Callable[[float, int], Schedule]] = {
    "constant": lambda lr, steps: Constant(lr),
    "cosine": lambda lr, steps: Cosine(lr, steps=steps, warmup=steps // 10),
    "inverse-sqrt": lambda lr, steps: InverseSquareRoot(lr, warmup=max(1, steps // 10)),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    add = parser.add_argument
    add("--K", action="append", metavar="K", help="such as l1 or huber:e=0.3 (default: every K)")
    add("--scheme", action="append", choices=sorted(SCHEMES), help="(default: both)")
    add(
        "--problem",
        action="append",
        choices=list(PROBLEMS),
        help=f"(default: {', '.join(DEFAULT_PROBLEMS)})",
    )
    add("--data", metavar="FILE", help=HELP_DATA)
    add("--steps", type=int, default=100, help="how many steps to take (default: 100)")
    add("--lr", type=float, default=0.04, help="the step size (default: 0.04)")
    add("--schedule", choices=list(SCHEDULES), default="constant", help="(default: constant)")
    add("--beta1", type=float, default=0.9, help="(default: 0.9)")
    add("--beta2", type=float, default=0.99, help="(default: 0.99)")
    add("--lam", type=float, help="the weight decay (default: 1, for the quadratics 0.2)")
    add("--dtype", choices=["float32", "float64"], default="float64", help="(default: float64)")
    add("--batch-size", type=int, metavar="N", help="noisy gradients of N examples each")
    add("--seed", type=int, help="of the batches (default: 0)")
    add("--out", type=Path, default=Path(), metavar="DIR", help="where the reports go (default: .)")
    add("--jobs", type=int, default=cores(), metavar="N", help="processes (default: all cores)")
    add("--backend", default="core", metavar="NAME", help="who steps, or auto (default: core)")
    add("--no-cross-check", action="store_true", help="do not compare the backends")
    add("--json", action="store_true", help="print report.json instead of the table")
    certify_continuous.add_arguments(parser)


@dataclass(frozen=True)
class Case:
    """One run to certify."""

    name: str
    problem: Problem
    optimizer: LionK
    oracle: Any
    steps: int

    @property
    def label(self) -> str:
        """What the progress bar shows."""
        return f"{self.name} {self.optimizer.K} {self.optimizer.scheme}"


def run(args: argparse.Namespace) -> int:
    """Certify all cases, print the table, write the reports."""
    complete(args)
    certificates = [] if args.continuous == "only" else _updates(args)
    flows = certify_continuous.certify_flows(args) if args.continuous else []
    compared = [] if args.no_cross_check or not certificates else _compared(args)
    with np.errstate(all="ignore"):
        return _hand_out(certificates, flows, compared, args)


def _compared(args: argparse.Namespace) -> list[Row]:
    return cross_check(args.dtype, [from_text(text) for text in args.K] if args.K else None)


def _updates(args: argparse.Namespace) -> list[Certificate]:
    cases = list(_cases(args))
    if not cases[0].optimizer.beta1 <= cases[0].optimizer.beta2:
        raise ValueError(f"No certificate for beta1 > beta2: got {args.beta1} > {args.beta2}.")
    return _certify(cases, args.jobs)


def _hand_out(
    certificates: list[Certificate],
    flows: list[FlowCertificate],
    compared: list[Row],
    args: argparse.Namespace,
) -> int:
    report = json_report(certificates, __version__, flows)
    if compared:
        report["cross_check"] = report_rows(compared)
        report["ok"] = report["ok"] and all(row.ok for row in compared)
    text = json.dumps(report, indent=1, allow_nan=False)
    page = html_report(certificates, __version__, flows)
    try:
        print(text if args.json else _tables(certificates, flows, compared), flush=True)
    finally:  # Whoever reads along may have left; and what cannot be written was printed.
        paths = write_all(args.out, dict(zip(FILES, (text + "\n", page), strict=True)))
    if not args.json:
        print("Wrote " + " and ".join(map(str, paths)))
    return 0 if report["ok"] else 1


def _tables(
    certificates: list[Certificate], flows: list[FlowCertificate], compared: list[Row]
) -> str:
    tables = [certificates_table(certificates)] if certificates else []
    tables += [certify_continuous.flows_table(flows)] if flows else []
    tables += [f"{cross_check_table(compared)}\n"] if compared else []
    return "\n\n".join(tables)


def _certify(cases: list[Case], jobs: int) -> list[Certificate]:
    with Progress(len(cases), "certifying") as bar:
        return run_all(certify_case, cases, jobs, lambda i: bar.advance(1, cases[i].label))


def certify_case(case: Case) -> Certificate:
    """The certificate of one case. A run that diverges fails its promises, without warnings."""
    with np.errstate(all="ignore"):
        return certify(
            case.problem, case.optimizer, steps=case.steps, oracle=case.oracle, name=case.name
        )


def _cases(args: argparse.Namespace) -> Iterator[Case]:
    for name, problem in certify_continuous.problems(args, DEFAULT_PROBLEMS):
        problem = problem.to(np, np.dtype(args.dtype))
        oracle = None
        if args.batch_size is not None:
            oracle = Minibatch(problem, args.batch_size, args.seed).gradient
        lam = certify_continuous.lam_for(name, args.lam)
        for K in _functions(args, problem.x0().shape):
            for scheme in args.scheme or ["explicit", "implicit"]:
                betas = args.beta1, args.beta2
                optimizer = LionK(K, _lr(args), *betas, lam, scheme, args.backend)
                yield Case(name, problem, optimizer, oracle, args.steps)


def _lr(args: argparse.Namespace) -> Any:
    if args.schedule == "constant":
        return args.lr
    return SCHEDULES[args.schedule](args.lr, args.steps)


def _functions(args: argparse.Namespace, shape: tuple[int, ...]) -> list[ConvexFunction]:
    if args.K:
        return [from_text(text) for text in args.K]
    return [cls.examples(shape)[0] for cls in CATALOGUE.values()]
