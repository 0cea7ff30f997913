"""Section 4 as others implement it: what an implementation is asked, and what it must answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeAlias

from lionk_ref.peers.claims import claims

Array: TypeAlias = Any
"""A NumPy array: float64, or float32 for every narrower format."""

Answer: TypeAlias = tuple[Array, Array | None]
"""x and m in the paper's sign; m is None where the implementation does not show it."""

Stepper: TypeAlias = Callable[[Array, float], Answer]
"""``step(g, lr) -> (x, m)``: one step on the gradient g."""


class Unsupported(Exception):  # noqa: N818
    """Raised by a factory that has no such K, scheme or dtype: the case is skipped."""


class Setting(NamedTuple):
    """The hyper-parameters of a run; K as on the command line, dtype as in the vectors."""

    K: str
    lr: float
    beta1: float
    beta2: float
    lam: float
    scheme: str
    dtype: str


Start: TypeAlias = Callable[[Array, Setting], Stepper]


@dataclass(frozen=True)
class Peer:
    """An implementation under test.

    Attributes
    ----------
    start : callable
        ``start(x0, setting)`` gives a `Stepper`, or raises `Unsupported`.
    K : tuple of str
        The K that it claims; cases of others are skipped. ``("*",)`` claims all.
    nan : {"propagate", "freeze"}
        Its declared policy for a coordinate whose gradient was NaN.
    notes : tuple of str
        What a user must know of its conventions, for the report.
    """

    name: str
    start: Start
    version: str = ""
    K: tuple[str, ...] = ("l1",)
    schemes: tuple[str, ...] = ("explicit",)
    dtypes: tuple[str, ...] = ("binary32", "binary64")
    nan: str = "propagate"
    notes: tuple[str, ...] = ()

    def refusal(self, s: Setting) -> str | None:
        """Why a case is not for this implementation; None if it is."""
        key = s.K.partition(":")[0]
        if "*" not in self.K and key not in self.K:
            return f"K = {key} is not claimed"
        if s.scheme not in self.schemes:
            return f"the {s.scheme} scheme is not claimed"
        return None if s.dtype in self.dtypes else f"{s.dtype} is not claimed"

    def claiming(self, *K: str) -> Peer:
        """The same, tested on these K; an unknown one is a ValueError."""
        return replace(self, **claims(self.name, K=K)) if K else self
