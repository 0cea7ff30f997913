"""Section 4. The discrete updates of Lion-K, each as one displayed equation."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lionk_ref.arrays import Array, Arrays, sign
from lionk_ref.convex import ConvexFunction
from lionk_ref.convex.required import subgradient


class State(NamedTuple):
    """The iterate x and the momentum m, which tracks minus the gradient; each may be a dict."""

    x: Arrays
    m: Arrays


class Step(NamedTuple):
    """One step of a run: number, step size, state before, gradient used, state after."""

    t: int
    lr: float
    before: State
    g: Arrays
    after: State


def look_ahead(s: State, g: Array, *, beta1: float) -> Array:
    """Eq. (15), line 2: m_tilde, the momentum with the current gradient enhanced."""
    return beta1 * s.m - (1 - beta1) * g


def explicit(
    K: ConvexFunction, s: State, g: Array, *, lr: float, beta1: float, beta2: float, lam: float
) -> State:
    """Eq. (2): one step from ``s`` on the gradient ``g`` at ``s.x``. With K = L1, eq. (1): Lion.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import L1
    >>> s = State(np.array([1.0, -2.0]), np.zeros(2))
    >>> g = np.array([4.0, 0.0])
    >>> s = explicit(L1(), s, g, lr=0.5, beta1=0.5, beta2=0.75, lam=0.5)
    >>> s.x, s.m
    (array([ 0.25, -1.5 ]), array([-1.,  0.]))
    """
    m_tilde = look_ahead(s, g, beta1=beta1)
    x = s.x + lr * (subgradient(K, m_tilde) - lam * s.x)
    return State(x, beta2 * s.m - (1 - beta2) * g)


def implicit(
    K: ConvexFunction, s: State, g: Array, *, lr: float, beta1: float, beta2: float, lam: float
) -> State:
    """Eq. (15): the decay acts on the new x. Equals `explicit` with lr/(1 + lr lam) for lr.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref.convex import L1
    >>> s = State(np.array([1.5]), np.zeros(1))
    >>> implicit(L1(), s, np.array([4.0]), lr=0.5, beta1=0.5, beta2=0.75, lam=2.0).x
    array([0.5])
    """
    m_tilde = look_ahead(s, g, beta1=beta1)
    x = (s.x + lr * subgradient(K, m_tilde)) / (1 + lr * lam)
    return State(x, beta2 * s.m - (1 - beta2) * g)


def lion(s: State, g: Array, *, lr: float, beta1: float, beta2: float, lam: float) -> State:
    """Eq. (1): Lion as printed, with the sign written out; the slow twin of `explicit` at L1."""
    x = s.x + lr * (sign(beta1 * s.m - (1 - beta1) * g) - lam * s.x)
    return State(x, beta2 * s.m - (1 - beta2) * g)


SCHEMES: dict[str, Callable[..., State]] = {"explicit": explicit, "implicit": implicit}


def require_scheme(scheme: object) -> None:
    """Raise ValueError unless ``scheme`` is one of `SCHEMES`."""
    if scheme not in SCHEMES:
        raise ValueError(f"The schemes are {sorted(SCHEMES)}, got {scheme!r}.")


def implicit_lr(lr: float, lam: float) -> float:
    """The lr of eq. (15) whose step equals that of eq. (2) with this lr: lr/(1 - lr lam).

    Raises
    ------
    ValueError
        If lr lam >= 1: the explicit step overshoots and has no implicit equal.

    Examples
    --------
    >>> implicit_lr(0.5, 1.0)
    1.0
    """
    if not lr * lam < 1:
        raise ValueError(f"The explicit scheme needs lr lam < 1, got lr={lr!r}, lam={lam!r}.")
    return lr / (1 - lr * lam)


def explicit_lr(lr: float, lam: float) -> float:
    """The lr of eq. (2) whose step equals that of eq. (15) with this lr: lr/(1 + lr lam).

    Examples
    --------
    >>> explicit_lr(1.0, 1.0)
    0.5
    """
    return lr / (1 + lr * lam)
