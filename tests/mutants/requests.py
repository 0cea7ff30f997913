"""Mistakes in what the verbs do with a request before, and after, the work."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

import test_cli_figure as figures
import test_cli_requests as requests
from lionk_ref.cli import certify, certify_request
from lionk_ref.problems import softmax_from
from mutants import Mutant

ROOM = "lionk_ref.cli.certify_request."
COMPLETE, HAND_OUT = certify_request.complete, certify._hand_out


def as_spelt(args: argparse.Namespace) -> None:
    """huber and huber:e=1 are two."""
    named = args.K
    COMPLETE(args)
    args.K = list(dict.fromkeys(named))


def files_first(*arguments: Any) -> int:
    """The files are written, then the table is printed."""
    certify.write_all(arguments[-1].out, {})
    return HAND_OUT(*arguments)


def any_scale(path: str, dtype: str) -> Any:
    """The features are used whatever their size."""
    with np.load(Path(path)) as archive:
        return softmax_from(archive["X"], archive["y"])


def ignored(args: argparse.Namespace, name: str, default: Any, used: Any, need: str) -> None:
    """What has no effect is let be."""
    if getattr(args, name) is None:
        setattr(args, name, default)


MUTANTS = (
    Mutant("request-spelling", "a K twice", "lionk_ref.cli.certify.complete", as_spelt,
           requests.check_once),
    Mutant("request-files-first", "no table if the files fail", "lionk_ref.cli.certify._hand_out",
           files_first, requests.check_table_first),
    Mutant("request-late", "files are tried at the end", ROOM + "require_writable",
           lambda *files: None, requests.check_read_only),
    Mutant("request-scale", "squares that overflow", "lionk_ref.cli.certify_continuous.own_problem",
           any_scale, requests.check_scale),
    Mutant("request-ignored", "options without effect", ROOM + "_set", ignored,
           requests.check_flow_options),
    Mutant("figure-unrehearsed", "found out by the last run", "lionk_ref.cli.figure.rehearse",
           lambda *figure: None, figures.check_rehearsed),
    Mutant("figure-zero", "any number will do", "lionk_ref.experiments.settings:_require_range",
           lambda *setting: None, figures.check_ranges),
    Mutant("figure-blocked", "work that was never done is kept",
           "lionk_ref.experiments.store.Store.abandon", lambda self: None,
           figures.check_unexpected),
)  # fmt: skip
