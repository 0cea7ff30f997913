"""Running an implementation on a case, and its verdict."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lionk_ref.golden.cases import Case
from lionk_ref.golden.compare import Observed, first_miss, is_canonical
from lionk_ref.peers import Peer, Unsupported

Array = Any
PASSED, LOOSE, FAILED, SKIPPED, CRASHED = "pass", "pass, another element", "fail", "skip", "crash"


class Result(NamedTuple):
    """What became of one case."""

    case: Case
    outcome: str
    detail: str = ""
    observed: tuple[Observed, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; what was skipped is not wrong."""
        return self.outcome in (PASSED, LOOSE, SKIPPED)


def replay(peer: Peer, case: Case) -> Result:
    """Run the case and judge it; an exception of the implementation is a result, too."""
    if reason := peer.refusal(case.setting):
        return Result(case, SKIPPED, reason)
    try:
        observed = observe(peer, case)
    except Unsupported as reason:
        return Result(case, SKIPPED, str(reason) or "not supported")
    except Exception as error:
        return Result(case, CRASHED, f"{type(error).__name__}: {_line(error)}")
    return judged(peer, case, observed)


def judged(peer: Peer, case: Case, observed: list[Observed]) -> Result:
    """The verdict on what was observed."""
    miss = first_miss(case, observed, peer.nan)
    if miss:
        return Result(case, FAILED, str(miss), tuple(observed))
    loose = case.kind == "set_valued" and not is_canonical(case, observed)
    return Result(case, LOOSE if loose else PASSED, "", tuple(observed))


def observe(peer: Peer, case: Case) -> list[Observed]:
    """x and m after every line of the case."""
    with np.errstate(all="ignore"):
        step = peer.start(case.x0.copy(), case.setting)
        seen: list[Observed] = []
        for line in case.steps:
            for _ in range(line.repeat):
                x, m = step(line.g.copy(), line.lr)
            seen.append((_checked(x, case), None if m is None else _checked(m, case)))
    return seen


def _checked(a: Array, case: Case) -> Array:
    got = np.array(a)
    if got.shape != case.shape or got.dtype != case.x0.dtype:
        raise TypeError(
            f"answered {got.dtype} of shape {got.shape}, "
            f"expected {case.x0.dtype} of shape {case.shape}"
        )
    return got


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
