"""Section 2 in ball arithmetic: singular values and vectors by Jacobi's rotations.

The rotations run on the midpoints, in 256 bits. How far the factors can be from those of any
matrix of the ball follows from the radii and the residual: sigma moves by at most |E|_F (Weyl), a
singular vector by at most |E|_F over the gap to its neighbours (Davis and Kahan), in any case by 2.
"""

from __future__ import annotations

from typing import Any

import flint
import numpy as np

from lionk_ref.golden.balls import Balls, each_entry

arb: Any = flint.arb
SWEEPS = 30
NEGLIGIBLE = arb(2) ** -240


def svd(z: Balls, full_matrices: bool = True) -> tuple[Balls, Balls, Balls]:
    """The thin decomposition of every matrix of a batch."""
    parts = [_svd(matrix, z.xp.midpoints) for matrix in z.data]
    return tuple(Balls(np.stack(p), z.dtype, z.xp) for p in zip(*parts, strict=True))  # type: ignore[return-value]


def eigh(z: Balls) -> tuple[Balls, Balls]:
    """Eigenvalues, rising, and vectors of a positive definite matrix of exact entries."""
    U, s, _ = _svd(z.data, True)
    return Balls(s[::-1], z.dtype, z.xp), Balls(U[:, ::-1], z.dtype, z.xp)


def _svd(A: Any, midpoints: bool) -> tuple[Any, Any, Any]:
    if A.shape[0] < A.shape[1]:
        U, s, Vh = _svd(A.T, midpoints)
        return Vh.T, s, U.T
    M = each_entry(lambda v: v.mid(), A)
    W, V = _rotated(M)
    norms = np.array([_norm(W[:, j]) for j in range(W.shape[1])], dtype=object)
    order = np.argsort(-norms, kind="stable")
    s, W, V = norms[order], W[:, order], V[:, order]
    U = _unit_columns(W, s)
    if midpoints:
        return U, s, V.T
    error = _norm((A - each_entry(lambda v: v.mid(), U * s) @ V.T).reshape(-1)).upper()
    return _widened(U, s, V, error)


def _rotated(M: Any) -> tuple[Any, Any]:
    """M V with orthogonal columns, and V."""
    W, V = M.copy(), each_entry(arb, np.eye(M.shape[1]))
    for _ in range(SWEEPS):
        turned = [_turn(W, V, p, q) for p in range(M.shape[1]) for q in range(p + 1, M.shape[1])]
        if not any(turned):
            break
    return W, V


def _turn(W: Any, V: Any, p: int, q: int) -> bool:
    """Rotate columns p and q so that they are orthogonal; False if they already are."""
    a, b, c = W[:, p] @ W[:, p], W[:, q] @ W[:, q], (W[:, p] @ W[:, q]).mid()
    if c == 0 or abs(c) <= NEGLIGIBLE * (a * b).mid().sqrt().mid():
        return False
    zeta = ((b - a) / (2 * c)).mid()
    t = (1 if zeta >= 0 else -1) / (abs(zeta) + (1 + zeta * zeta).sqrt())
    cosine = (1 / (1 + t * t).sqrt()).mid()
    sine = (cosine * t).mid()
    for X in (W, V):
        left, right = X[:, p].copy(), X[:, q].copy()
        X[:, p] = each_entry(lambda v: v.mid(), cosine * left - sine * right)
        X[:, q] = each_entry(lambda v: v.mid(), sine * left + cosine * right)
    return True


def _norm(v: Any) -> Any:
    return sum((a * a for a in v), arb(0)).nonnegative_part().sqrt()


def _unit_columns(W: Any, s: Any) -> Any:
    """W/s; where a column is negligible it is left 0, and no K of the catalogue needs it."""
    tiny = NEGLIGIBLE * s[0]
    safe = each_entry(lambda v: arb(1) if v <= tiny else v, s)
    return np.where([[bool(v > tiny) for v in s]], W / safe, 0 * W)


def _widened(U: Any, s: Any, V: Any, error: Any) -> tuple[Any, Any, Any]:
    if error == 0:
        return U, s, V.T
    radius = [_reach(s, j, error) for j in range(len(s))]
    wide = np.frompyfunc(lambda v, r: v + arb(0, r), 2, 1)
    r = np.array(radius, dtype=object)[None, :]
    return wide(U, r), wide(s, error), wide(V, r).T


def _reach(s: Any, j: int, error: Any) -> Any:
    """How far the j-th singular vectors can turn."""
    gaps = [abs(s[j] - s[i]).mid() for i in range(len(s)) if i != j] + [s[j].mid()]
    gap = min(gaps) - 2 * error
    if not gap > 0:
        return arb(2)
    return (2 * error / gap).min(arb(2)).upper()
