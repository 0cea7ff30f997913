"""``lionk certify``: what is asked for, checked and completed before any work."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from lionk_ref.cli.writable import require_writable
from lionk_ref.convex import from_text
from lionk_ref.problems import Problem, load_file, softmax_from

FILES = ("report.json", "report.html")
SCALE = "Divide the features by their scale."
FLOW = {"time": 10.0, "alpha": 1.0, "gamma": 1.0, "vareps": 0.1, "integrator": "DOP853"}
"""The options that the flow alone reads, and their defaults."""


def complete(args: argparse.Namespace) -> None:
    """Name each K, scheme and problem once, and set what the flow and the batches default to.

    Raises
    ------
    ValueError
        If a number is out of range, an option has no effect, or the reports cannot be written.
    """
    args.K = list({repr(from_text(text)): text for text in args.K or ()}.values())
    for name in ("scheme", "problem"):
        setattr(args, name, list(dict.fromkeys(getattr(args, name) or ())))
    for name in ("steps", "jobs"):
        if getattr(args, name) < 1:
            raise ValueError(f"lionk certify needs --{name} >= 1, got {getattr(args, name)}.")
    for name, default in FLOW.items():
        _set(args, name, default, args.continuous, "the flow: add --continuous")
    _set(args, "seed", 0, args.batch_size is not None, "batches: add --batch-size")
    require_writable(*(args.out / name for name in FILES))


def _set(args: argparse.Namespace, name: str, default: Any, used: Any, need: str) -> None:
    if getattr(args, name) is None:
        setattr(args, name, default)
    elif not used:
        raise ValueError(f"--{name} {getattr(args, name)} is for {need}, or leave --{name} out.")


def own_problem(path: str, dtype: str) -> Problem:
    """Softmax regression on the user's file.

    Raises
    ------
    ValueError
        One line that names the option, the file, and what is wrong with it.
    """
    try:
        X, y = load_file(path)
    except ValueError as error:
        raise ValueError(f"--data {error}") from None
    largest = float(np.max(np.abs(X)))
    if not largest <= float(np.finfo(dtype).max):
        raise ValueError(f"--data {path}: X holds {largest:g}, too large for {dtype}. {SCALE}")
    if not largest <= (float(np.finfo(np.float64).max) / len(X)) ** 0.5:
        raise ValueError(f"--data {path}: the squares of X overflow at {largest:g}. {SCALE}")
    return softmax_from(X, y)
