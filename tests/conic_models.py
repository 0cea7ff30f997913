"""K and dom K* in the words of a conic solver, for every K that it can express."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cvxpy as cp
import numpy as np
from cvxpy.transforms.partial_optimize import partial_optimize

from convex_probe import SIZE, Probe
from lionk_ref.convex.spectral import SpectralFunction

MATRIX = (2, 3)
"""The shape in which the SIZE entries of z are a matrix, for the K of singular values."""

NO_MODEL: dict[str, str] = {}
"""The keys of the catalogue that no cone of the solver expresses, each with the reason."""

NEAREST = {"moreau_envelope", "nuclear_huber", "nuclear_log_cosh", "schatten"}
"""K that the solver knows as a minimum over further variables, so to its own precision only."""


def probe(K: Any) -> Probe:
    """K asked on vectors, or on matrices where it is one of singular values."""
    spectral = isinstance(getattr(K, "norm", K), SpectralFunction)
    return Probe(K, shape=MATRIX if spectral else (SIZE,))


def model(K: Any, z: Any) -> Any:
    """K(z) as the solver's expression; z has SIZE entries in C order."""
    return MODELS[K.key](K, z)


def polar(K: Any, v: Any) -> list[Any]:
    """dom K* of a positively homogeneous K, in the solver's words."""
    return DOMAINS[K.key](K, v)


def without_model(keys: Any) -> list[str]:
    """The keys for which there is neither a model nor a reason why not."""
    return [key for key in keys if key not in MODELS and not NO_MODEL.get(key)]


def groups(K: Any, z: Any) -> list[Any]:
    """The consecutive pieces of z."""
    return [z[i : i + K.size] for i in range(0, SIZE, K.size)]


def weights(K: Any, count: int) -> Any:
    """One weight for each."""
    return np.broadcast_to(np.asarray(K.weights), (count,))


def metric(K: Any) -> Any:
    """The A of an ellipsoid as a matrix."""
    A = np.asarray(K.A)
    return A if A.ndim == 2 else np.diag(np.broadcast_to(A, (SIZE,)))


def matrix(z: Any) -> Any:
    """The entries of z as a matrix."""
    return cp.reshape(z, MATRIX, order="C")


def dilation(Z: Any) -> Any:
    """[[0, Z], [Z', 0]], whose positive eigenvalues are the singular values of Z."""
    m, n = Z.shape
    return cp.bmat([[np.zeros((m, m)), Z], [Z.T, np.zeros((n, n))]])


def log_cosh(z: Any, e: float) -> Any:
    """sum e log cosh(z_i/e), where 2 cosh t = (1 + exp(2 t))/exp(t)."""
    return e * (cp.sum(cp.logistic(2 * z / e)) - cp.sum(z) / e - z.size * np.log(2))


def lifted(k: Callable[[Any], Any], z: Any) -> Any:
    """k(sigma(Z)) for a k that is symmetric, convex and increasing where its arguments are >= 0.

    That is the least k(t) over t1 >= t2 >= 0 with t1 >= sigma1 and t1 + t2 >= sigma1 + sigma2:
    both sums of the largest singular values are convex in Z, and k grows with weak majorisation.
    """
    Z, t = matrix(z), cp.Variable(2)
    majorised = [t[0] >= t[1], t[1] >= 0, t[0] >= cp.sigma_max(Z), cp.sum(t) >= cp.normNuc(Z)]
    return partial_optimize(cp.Problem(cp.Minimize(k(t)), majorised), [t], solver=cp.CLARABEL)


def envelope(K: Any, z: Any) -> Any:
    """min_w K(w) + |z - w|^2/(2 mu)."""
    w = cp.Variable(SIZE)
    least = cp.Minimize(model(K.K, w) + cp.sum_squares(z - w) / (2 * K.mu))
    return partial_optimize(cp.Problem(least), [w], solver=cp.CLARABEL)


MODELS: dict[str, Callable[[Any, Any], Any]] = {
    "half_square": lambda K, z: K.c / 2 * cp.sum_squares(z),
    "half_squared_norm": lambda K, z: cp.square(model(K.norm, z)) / 2,
    "l1": lambda K, z: cp.norm1(z),
    "weighted_l1": lambda K, z: weights(K, SIZE) @ cp.abs(z),
    "l2": lambda K, z: cp.norm2(z),
    "ellipsoid": lambda K, z: cp.norm2(np.linalg.cholesky(metric(K)).T @ z),
    "lp": lambda K, z: cp.pnorm(z, K.p),
    "linf": lambda K, z: cp.norm_inf(z),
    "top_k": lambda K, z: cp.sum_largest(cp.abs(z), K.k),
    "group_l2": lambda K, z: sum(
        w * cp.norm2(g) for w, g in zip(weights(K, -(-SIZE // K.size)), groups(K, z), strict=True)
    ),
    "dead_zone": lambda K, z: cp.sum(cp.pos(cp.abs(z) - K.e)),
    "huber": lambda K, z: cp.sum(cp.huber(z, K.e)) / (2 * K.e),
    "pseudo_huber": lambda K, z: (
        sum(cp.norm2(cp.hstack([z[i], K.e])) for i in range(SIZE)) - SIZE * K.e
    ),
    "log_cosh": lambda K, z: log_cosh(z, K.e),
    "elastic_net": lambda K, z: cp.norm1(z) + K.c / 2 * cp.sum_squares(z),
    "relativistic": lambda K, z: cp.norm2(cp.hstack([z, K.e])) - K.e,
    "power": lambda K, z: cp.sum(cp.power(cp.abs(z), K.p)) / K.p,
    "asymmetric_box": lambda K, z: cp.sum(cp.maximum(K.low * z, K.high * z)),
    "cosh": lambda K, z: cp.sum(cp.exp(z) + cp.exp(-z)) / 2 - SIZE,
    "sorted_l1": lambda K, z: sum(
        (w - after) * cp.sum_largest(cp.abs(z), k + 1)
        for k, (w, after) in enumerate(zip(K.weights[:SIZE], (*K.weights[1:SIZE], 0), strict=True))
    ),
    "nuclear": lambda K, z: cp.normNuc(matrix(z)),
    "spectral_norm": lambda K, z: cp.sigma_max(matrix(z)),
    "ky_fan": lambda K, z: cp.lambda_sum_largest(dilation(matrix(z)), K.k),
    "schatten": lambda K, z: lifted(lambda t: cp.pnorm(t, K.p), z),
    "nuclear_huber": lambda K, z: lifted(lambda t: cp.sum(cp.huber(t, K.e)) / (2 * K.e), z),
    "nuclear_log_cosh": lambda K, z: lifted(lambda t: log_cosh(t, K.e), z),
    "scaled": lambda K, z: K.c * model(K.K, z),
    "dilated": lambda K, z: model(K.K, K.c * z),
    "translated": lambda K, z: model(K.K, z - K.b),
    "sum": lambda K, z: model(K.K, z) + K.square.c / 2 * cp.sum_squares(z),
    "moreau_envelope": envelope,
}

DOMAINS: dict[str, Callable[[Any, Any], list[Any]]] = {
    "l1": lambda K, v: [cp.abs(v) <= 1],
    "weighted_l1": lambda K, v: [cp.abs(v) <= weights(K, SIZE)],
    "l2": lambda K, v: [cp.norm2(v) <= 1],
    "ellipsoid": lambda K, v: [
        cp.norm2(np.linalg.solve(np.linalg.cholesky(metric(K)), np.eye(SIZE)) @ v) <= 1
    ],
    "lp": lambda K, v: [cp.pnorm(v, K.q) <= 1],
    "linf": lambda K, v: [cp.norm1(v) <= 1],
    "top_k": lambda K, v: [cp.norm1(v) <= K.k, cp.abs(v) <= 1],
    "group_l2": lambda K, v: [
        cp.norm2(g) <= w for w, g in zip(weights(K, -(-SIZE // K.size)), groups(K, v), strict=True)
    ],
    "asymmetric_box": lambda K, v: [v >= K.low, v <= K.high],
    "sorted_l1": lambda K, v: [
        cp.sum_largest(cp.abs(v), k + 1) <= sum(K.weights[: k + 1]) for k in range(SIZE)
    ],
    "nuclear": lambda K, v: [cp.sigma_max(matrix(v)) <= 1],
    "spectral_norm": lambda K, v: [cp.normNuc(matrix(v)) <= 1],
    "ky_fan": lambda K, v: [cp.sigma_max(matrix(v)) <= 1, cp.normNuc(matrix(v)) <= K.k],
    "schatten": lambda K, v: [lifted(lambda t: cp.pnorm(t, K.p / (K.p - 1)), v) <= 1],
}
