"""Section 5. The state of a training: stepped in place, taken apart, put together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from lionk_ref.arrays import Array
from lionk_ref.discrete import LionK, State, implicit_lr
from lionk_ref.experiments.context import to_host


def step_(optimizer: LionK | Mapping[str, LionK], s: State, g: dict[str, Array], t: int) -> None:
    """Eq. (2) or (15) in place: one optimizer for all tensors, or one for each."""
    if isinstance(optimizer, LionK):
        optimizer.step_(s, g, t)
        return
    # Tensors that share an optimizer are stepped in one call, a block each: calls cost time.
    shared: dict[int, list[str]] = {}
    for name, one in optimizer.items():
        shared.setdefault(id(one), []).append(name)
    for names in shared.values():
        x, m, own = ({name: tree[name] for name in names} for tree in (s.x, s.m, g))
        optimizer[names[0]].step_(State(x, m), own, t)


def largest(optimizer: LionK, steps: int) -> int:
    """The number of the largest step of a run; eq. (2) contracts there, and so everywhere.

    Raises
    ------
    ValueError
        If it does not, or if the schedule gives no step size.

    Examples
    --------
    >>> from lionk_ref.convex import L1
    >>> from lionk_ref.discrete import Cosine
    >>> largest(LionK(L1(), lr=Cosine(0.1, steps=10, warmup=3), lam=1.0), 10)
    2
    """
    t = max(range(steps), key=optimizer.lr_at) if callable(optimizer.lr) else 0
    implicit_lr(optimizer.lr_at(t), optimizer.lam)
    return t


def flattened(s: State) -> dict[str, Any]:
    """The arrays of a state of eq. (2), x and m, on the host, under names of their own."""
    return {
        f"{part}/{n}": to_host(a)
        for part, tree in zip("xm", s, strict=True)
        for n, a in tree.items()
    }


def unflattened(arrays: Mapping[str, Array]) -> State:
    """The state of eq. (2) that `flattened` took apart."""
    trees: dict[str, dict[str, Array]] = {"x": {}, "m": {}}
    for key, a in arrays.items():
        trees[key[0]][key[2:]] = a
    return State(**trees)


def digest(s: State) -> str:
    """The SHA-256 of a state of eq. (2): all bits of x and m."""
    sha = hashlib.sha256()
    for name, a in sorted(flattened(s).items()):
        sha.update(name.encode() + a.tobytes())
    return sha.hexdigest()
