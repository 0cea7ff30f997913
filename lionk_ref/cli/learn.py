"""``lionk learn``: exercises on the paper, graded by its theorems while you write."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lionk_ref.learn.child import Solution
from lionk_ref.learn.commands import FOLDER, learn_command, quoted
from lionk_ref.learn.cut import bodies
from lionk_ref.learn.exercise import PUBLIC_SEED, Exercise
from lionk_ref.learn.folder import Folder
from lionk_ref.learn.judge import Verdict, judge
from lionk_ref.learn.ladder import LADDER, find
from lionk_ref.learn.limits import Limits, require_seconds

NAME = "learn"
HELP = "exercises on the paper: next, list, hint, check, watch, show, reset"

Report = dict[str, Any]
ALL_DONE = "All exercises are passed. Well done."
POLL = 0.5
TICK, CROSS = "ok   ", "FAIL "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    add = parser.add_argument
    add("action", nargs="?", default="next", choices=list(ACTIONS), help="(default: next)")
    add("number", nargs="?", metavar="N", help="of the exercise (default: the first open one)")
    add("--folder", type=Path, default=FOLDER, metavar="DIR", help="of your files")
    add("--seed", default=PUBLIC_SEED, help="what the checks draw from (default: the public one)")
    add("--seconds", type=float, default=10.0, metavar="S", help="for a check (default: 10)")
    add("--yes", action="store_true", help="show: even before the first attempt")
    add("--json", action="store_true", help="print JSON instead of text")


def run(args: argparse.Namespace) -> int:
    """Do what ``action`` says; the exit status is 1 where a check failed."""
    require_seconds(NAME, args.seconds)
    return ACTIONS[args.action](Folder(args.folder), args)


def _chosen(folder: Folder, args: argparse.Namespace) -> Exercise:
    if args.number is not None:
        return find(args.number)
    return folder.current() or LADDER[-1]


def _print(args: argparse.Namespace, report: Report, text: str) -> None:
    print(json.dumps(report, indent=1) if args.json else text)


def _next(folder: Folder, args: argparse.Namespace) -> int:
    if args.number is None and folder.current() is None:
        _print(args, {"done": True}, ALL_DONE)
        return 0
    exercise = _chosen(folder, args)
    path = folder.write(exercise)
    holes = ", ".join(exercise.holes)
    text = (
        f"{exercise.number} of {len(LADDER)}. {exercise.title}\n\n"
        f"Open {path}\nand write: {holes}. Then: {_again(args, 'check')}\n"
        f"Stuck? {_again(args, 'hint')}. Picture: {quoted(['python', path])}"
    )
    _print(args, {**_about(exercise), "file": str(path)}, text)
    return 0


def _again(args: argparse.Namespace, action: str) -> str:
    """The command that does this to the exercise at hand."""
    number = [] if args.number is None else [find(args.number).number]
    return learn_command(args.folder, action, *number)


def _about(exercise: Exercise) -> Report:
    return {
        "number": exercise.number,
        "key": exercise.key,
        "title": exercise.title,
        "paper": exercise.paper,
    }


def _list(folder: Folder, args: argparse.Namespace) -> int:
    passed, tried = folder.progress.passed, folder.progress.attempts
    rows = [
        {**_about(e), "passed": e.key in passed, "attempts": tried.get(e.key, 0)} for e in LADDER
    ]
    lines = [f"{'x' if r['passed'] else ' '} {r['number']:2}  {r['title']}" for r in rows]
    _print(args, {"exercises": rows}, "\n".join(lines))
    return 0


def _hint(folder: Folder, args: argparse.Namespace) -> int:
    exercise = _chosen(folder, args)
    number = folder.next_hint(exercise)
    hint, total = exercise.hints[number], len(exercise.hints)
    _print(args, {**_about(exercise), "hint": hint}, f"Hint {number + 1} of {total}: {hint}")
    return 0


def _check(folder: Folder, args: argparse.Namespace) -> int:
    exercise = _chosen(folder, args)
    with Solution(folder.readable(exercise).resolve(), Limits(args.seconds)) as solution:
        verdict = judge(exercise, solution, args.seed)
    folder.attempted(exercise, verdict.passed)
    printed = solution.printed.decode("utf-8", "replace")
    _print(args, _report(exercise, verdict, printed), _text(exercise, verdict, printed, args))
    return 0 if verdict.passed else 1


def _report(exercise: Exercise, verdict: Verdict, printed: str) -> Report:
    checks = [{**o._asdict(), "held": o.held} for o in verdict.outcomes]
    outcome = {"passed": verdict.passed, "checks": checks, "mistakes": verdict.mistakes}
    return {**_about(exercise), **outcome, "printed": printed}


def _text(exercise: Exercise, verdict: Verdict, printed: str, args: argparse.Namespace) -> str:
    lines = [f"{exercise.number}. {exercise.title}", ""]
    for outcome in verdict.outcomes:
        lines.append(f"{TICK if outcome.held else CROSS}{outcome.check}: {outcome.statement}")
        lines += [] if outcome.held else [f"     {outcome.seen}"]
    lines += ["", *verdict.mistakes] if verdict.mistakes else []
    lines += ["", "Your file printed:", printed.rstrip()] if printed.strip() else []
    onwards = f"All hold. Go on: {learn_command(args.folder)}"
    end = onwards if verdict.passed else f"Not yet. A hint: {_again(args, 'hint')}"
    return "\n".join([*lines, "", end])


def _watch(folder: Folder, args: argparse.Namespace) -> int:
    seen: tuple[str, float] | None = None
    try:
        while (exercise := _open(folder, args)) is not None:
            path = folder.write(exercise)
            now = exercise.key, path.stat().st_mtime
            if now != seen:
                seen = now
                _check(folder, args)
                print("Waiting for the next save; Ctrl-C ends.", file=sys.stderr, flush=True)
            time.sleep(POLL)
    except KeyboardInterrupt:
        return 0
    _print(args, {"done": True}, ALL_DONE)
    return 0


def _open(folder: Folder, args: argparse.Namespace) -> Exercise | None:
    return find(args.number) if args.number is not None else folder.current()


def _show(folder: Folder, args: argparse.Namespace) -> int:
    exercise = _chosen(folder, args)
    if not args.yes and not folder.progress.attempts.get(exercise.key):
        raise ValueError(
            f"Try exercise {exercise.number} first: "
            f"{learn_command(args.folder, 'check', exercise.number)}. "
            f"Or insist: {learn_command(args.folder, 'show', exercise.number, '--yes')}"
        )
    _print(args, {**_about(exercise), "solution": bodies(exercise)}, bodies(exercise))
    return 0


def _reset(folder: Folder, args: argparse.Namespace) -> int:
    exercise = _chosen(folder, args)
    kept, path = folder.reset(exercise), folder.file(exercise)
    text = f"{path} is as it was." + (f" Your work is in {kept}" if kept else "")
    _print(args, {"file": str(path), "kept": str(kept) if kept else None}, text)
    return 0


ACTIONS: dict[str, Callable[[Folder, argparse.Namespace], int]] = {
    "next": _next,
    "list": _list,
    "hint": _hint,
    "check": _check,
    "watch": _watch,
    "show": _show,
    "reset": _reset,
}
