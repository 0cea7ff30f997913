"""What is given to a certificate, refused in one line where it cannot be used."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any

from lionk_ref.convex import ConvexFunction
from lionk_ref.discrete import LionK


def require_problem(problem: Any, *names: str) -> None:
    """Raise TypeError unless ``problem`` is an object with these methods, and no builder of one."""
    missing = [name for name in names if not hasattr(problem, name)]
    if isinstance(problem, type) or (missing and callable(problem)):
        what = getattr(problem, "__name__", type(problem).__name__)
        raise TypeError(f"A problem is wanted, got {what}, which makes one: call it, {what}().")
    if missing:
        got = f"{type(problem).__name__}, which has no {missing[0]}"
        raise TypeError(f"A problem is wanted, such as PROBLEMS['toy'](), got {got}.")


def require_optimizer(optimizer: Any) -> None:
    """Raise TypeError unless ``optimizer`` is a `LionK`."""
    if not isinstance(optimizer, LionK):
        raise TypeError(f"A LionK is wanted, such as LionK(L1(), lr=0.01), got {optimizer!r}.")


def require_time(time: Any) -> None:
    """Raise ValueError unless ``time`` is one for which a flow can be followed."""
    if isinstance(time, bool) or not isinstance(time, Real) or not 0 < float(time) < math.inf:
        raise ValueError(f"A flow is followed for a finite time > 0, got time={time!r}.")


def require_K(K: Any) -> None:
    """Raise TypeError unless ``K`` is one."""
    if not isinstance(K, ConvexFunction):
        raise TypeError(f"A ConvexFunction is wanted, such as LogCosh(), got {K!r}.")


def require_start(x0: Any) -> None:
    """Raise TypeError if ``x0`` is a number, or a dict of nothing."""
    if isinstance(x0, Real):
        hint = f" For as many steps write steps={x0!r}." if isinstance(x0, int) else ""
        raise TypeError(f"x0 must be an array or a dict of arrays, got {x0!r}.{hint}")
    if isinstance(x0, Mapping) and not x0:
        raise TypeError("x0 must be an array or a dict of arrays, got a dict of none.")
