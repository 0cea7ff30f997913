"""K of singular values: ranks, ties, shapes, batches, rotations, and a conic solver."""

from __future__ import annotations

from typing import Any

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import Library, to_numpy
from lionk_ref.convex import (
    L1,
    L2,
    HalfSquaredNorm,
    Huber,
    KyFan,
    LInf,
    Lp,
    Nuclear,
    NuclearHuber,
    NuclearLogCosh,
    Schatten,
    SortedL1,
    Spectral,
    SpectralNorm,
    TopK,
    polar_factor,
)

U = 2.0**-52
KINDS = [
    *(Nuclear(), SpectralNorm(), KyFan(k=2), Schatten(p=3.0), Schatten(p=1.5)),
    *(NuclearHuber(e=0.5), NuclearLogCosh(e=0.5)),
    *(Spectral(SortedL1()), Spectral(HalfSquaredNorm(LInf()))),
]
SHAPES = [(4, 3), (3, 4), (3, 3), (1, 4), (4, 1), (1, 1)]


def orthogonal(rng: np.random.Generator, n: int) -> Any:
    """A random rotation or reflection."""
    return np.linalg.qr(rng.normal(size=(n, n)))[0]


def with_values(rng: np.random.Generator, shape: tuple[int, int], s: Any) -> Any:
    """A matrix of these singular values in random directions, and the directions."""
    m, n = shape
    s = np.asarray(s)[: min(shape)]
    left, right = orthogonal(rng, m)[:, : len(s)], orthogonal(rng, n)[:, : len(s)]
    return (left * s) @ right.T, left, right


SPECTRA = [[3.0, 1.0, 0.5], [2.0, 2.0, 1.0], [1.0, 1.0, 1.0], [2.0, 0.0, 0.0], [1.0, 1.0, 0.0]]


def check_lift(K: Any) -> None:
    """dK = U diag(dk(s)) V' with U and V as they were made, also where s is tied or 0."""
    rng = np.random.default_rng(1)
    for shape in SHAPES:
        for s in SPECTRA:
            z, left, right = with_values(rng, shape, s)
            t = np.array(s[: min(shape)])
            u = (left * K.vector.subgradient(t)) @ right.T
            assert np.allclose(K.subgradient(z), u, rtol=0, atol=100 * U), f"{shape} {s}"
            assert np.isclose(K.value(z), K.vector.value(t), rtol=32 * U, atol=0)


@pytest.mark.parametrize("K", KINDS, ids=str)
def test_lift(K: Any) -> None:
    """Tall, wide, square, a row, a column: the least subgradient, whatever basis is found."""
    check_lift(K)


def check_rotations(K: Any) -> None:
    """dK(P Z Q) = P dK(Z) Q: exactly for signed permutations, else up to rounding."""
    rng = np.random.default_rng(2)
    for s in SPECTRA:
        z, _, _ = with_values(rng, (4, 3), s)
        P, Q = orthogonal(rng, 4), orthogonal(rng, 3)
        turned = K.subgradient(P @ z @ Q)
        assert np.allclose(turned, P @ K.subgradient(z) @ Q, rtol=0, atol=300 * U)
        assert np.isclose(K.value(P @ z @ Q), K.value(z), rtol=100 * U)
        assert np.allclose(K.subgradient(z.T), K.subgradient(z).T, rtol=0, atol=300 * U)


@pytest.mark.parametrize("K", KINDS, ids=str)
def test_rotations(K: Any) -> None:
    """The rounding of the rotated matrix does not choose a basis."""
    check_rotations(K)


@pytest.mark.parametrize("K", [K for K in KINDS if K.positively_homogeneous], ids=str)
def test_the_projection_of_far_points_is_the_least_subgradient(K: Any) -> None:
    """P(t Z) -> dK(Z) as t -> inf, where what is 0 or tied is so exactly."""
    for z in (np.diag([2.0, 1.0, 0.0]), np.diag([1.0, 1.0, 0.0]), np.zeros((3, 2)), np.eye(3)[:2]):
        assert np.allclose(K.project_domain(1e9 * z), K.subgradient(z), rtol=0, atol=1e-6)


def check_rank(dtype: str) -> None:
    """The rounding of a product of two factors of rank r does not add to its rank."""
    rng = np.random.default_rng(4)
    for m, n, r in [(6, 5, 2), (20, 8, 1), (5, 30, 4), (12, 12, 11)]:
        z = rng.normal(size=(m, r)).astype(dtype) @ rng.normal(size=(r, n)).astype(dtype)
        for factor in (Nuclear().subgradient, polar_factor):
            s = np.linalg.svd(factor(z), compute_uv=False)
            assert np.allclose(s, [1.0] * r + [0.0] * (min(m, n) - r), atol=1e-4)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_rank(dtype: str) -> None:
    """The tolerance is above that rounding."""
    check_rank(dtype)


def test_small_singular_values_count() -> None:
    """What is 1000 times above the tolerance is a direction like any other."""
    z = np.diag([1.0, 1e-12])
    assert np.allclose(Nuclear().subgradient(z), np.eye(2), atol=1e-3)
    assert np.array_equal(Nuclear().subgradient(np.diag([1.0, 1e-17])), np.diag([1.0, 0.0]))


def test_ties_are_shared() -> None:
    """All singular values of an orthogonal matrix are 1 up to rounding: each gets its share."""
    Q = orthogonal(np.random.default_rng(5), 5)
    assert np.allclose(SpectralNorm().subgradient(Q), Q / 5, atol=30 * U)
    assert np.allclose(KyFan(k=2).subgradient(Q), 2 * Q / 5, atol=30 * U)


def check_diagonal() -> None:
    """On a diagonal matrix K is k of the diagonal."""
    for K, k in ((Nuclear(), L1()), (SpectralNorm(), LInf()), (KyFan(k=2), TopK(k=2)),
                 (Schatten(p=3.0), Lp(p=3.0)), (NuclearHuber(e=0.5), Huber(e=0.5))):  # fmt: skip
        for d in ([3.0, -1.0, 0.5], [1.0, -1.0, 0.0], [0.0, 0.0, 0.0]):
            z = np.array(d)
            assert np.isclose(K.value(np.diag(z)), k.value(z), rtol=8 * U)
            assert np.allclose(K.subgradient(np.diag(z)), np.diag(k.subgradient(z)), atol=8 * U)
            assert np.allclose(
                K.project_domain(np.diag(z)), np.diag(k.project_domain(z)), atol=8 * U
            )


def test_diagonal() -> None:
    """Nuclear is L1, and so on."""
    check_diagonal()


@pytest.mark.parametrize("K", KINDS, ids=str)
def test_a_vector_is_a_row(K: Any) -> None:
    """Of one singular value, its length."""
    z = np.array([3.0, 0.0, -4.0])
    assert np.isclose(K.value(z), K.vector.value(np.array([5.0])), rtol=8 * U)
    u = np.array([0.6, 0.0, -0.8]) * K.vector.subgradient(np.array([5.0]))
    assert np.allclose(K.subgradient(z), u, atol=8 * U)
    assert K.subgradient(np.array(-2.0)).shape == ()


def check_batch(K: Any, library: Library) -> None:
    """A batch is a sum: values add up, subgradients and projections are side by side."""
    z = np.random.default_rng(6).normal(size=(2, 3, 4, 3))
    z[0, 1] = 0
    for method in ("subgradient", "project_domain", "value", "projected_conjugate"):
        whole = to_numpy(getattr(K, method)(library.make(z)))
        parts = [to_numpy(getattr(K, method)(library.make(a))) for a in z.reshape(6, 4, 3)]
        together = np.sum(parts) if whole.shape == () else np.reshape(parts, z.shape)
        assert np.allclose(whole, together, rtol=16 * U, atol=16 * U), method


@pytest.mark.parametrize("K", KINDS, ids=str)
def test_batch(K: Any, library: Library) -> None:
    """Leading axes, on every library."""
    check_batch(K, library)


def test_one_nan_spoils_its_own_matrix_only() -> None:
    """NaN in, NaN out; the value of the batch is NaN."""
    z = np.random.default_rng(7).normal(size=(2, 3, 2))
    z[1, 0, 0] = np.nan
    u = Nuclear().subgradient(z)
    assert np.isnan(u[1]).all()
    assert np.array_equal(u[0], Nuclear().subgradient(z[0]))
    assert np.isnan(Nuclear().value(z))


def test_infinite_entries_are_the_limit() -> None:
    """The finite ones do not count beside them."""
    z = np.array([[np.inf, 5.0], [1.0, 0.0]])
    assert np.array_equal(Nuclear().subgradient(z), [[1.0, 0.0], [0.0, 0.0]])
    assert Nuclear().value(z) == np.inf


@given(st.integers(0, 10**6), st.sampled_from(KINDS))
def test_subgradient_inequality(seed: int, K: Any) -> None:
    """K(w) >= K(z) + <dK(z), w - z>, with matrices that share their directions or do not."""
    rng = np.random.default_rng(seed)
    z, _, _ = with_values(rng, (3, 4), rng.integers(0, 3, 3))
    w = rng.normal(size=(3, 4)) if seed % 2 else z + 0.01 * rng.normal(size=(3, 4))
    gap = K.value(w) - K.value(z) - np.sum(K.subgradient(z) * (w - z))
    assert gap >= -200 * U * (1 + K.value(w) + K.value(z))


MODELS = {
    "nuclear": lambda K, z: cp.normNuc(z),
    "spectral_norm": lambda K, z: cp.sigma_max(z),
    "ky_fan": lambda K, z: cp.lambda_sum_largest(dilation(z), K.k),
}


def dilation(z: Any) -> Any:
    """[[0, Z], [Z', 0]], whose positive eigenvalues are the singular values of Z."""
    m, n = z.shape
    return cp.bmat([[np.zeros((m, m)), z], [z.T, np.zeros((n, n))]])


@pytest.mark.parametrize("K", [Nuclear(), SpectralNorm(), KyFan(k=2)], ids=str)
def test_conjugate_cvxpy(K: Any) -> None:
    """sup <Y, Z> - K(Z) by a conic solver: 0 inside dom K*, unbounded outside."""
    rng, z, y = np.random.default_rng(8), cp.Variable((3, 2)), cp.Parameter((3, 2))
    program = cp.Problem(cp.Maximize(cp.sum(cp.multiply(y, z)) - MODELS[K.key](K, z)))
    for _ in range(3):
        edge = K.project_domain(10 * rng.normal(size=(3, 2)))
        for factor, expected in ((0.9, 0.0), (1.1, np.inf)):
            y.value = factor * edge
            program.solve(solver=cp.CLARABEL)
            assert np.isclose(program.value, expected, atol=1e-6)
            assert K.conjugate(factor * edge) == expected


def test_projection_cvxpy() -> None:
    """The ball of the nuclear norm, by a conic solver."""
    y = np.random.default_rng(9).normal(size=(3, 2))
    p = cp.Variable((3, 2))
    cp.Problem(cp.Minimize(cp.sum_squares(p - y)), [cp.normNuc(p) <= 1]).solve(solver=cp.CLARABEL)
    assert np.allclose(SpectralNorm().project_domain(y), p.value, atol=1e-5)


def test_frobenius() -> None:
    """Schatten at p = 2 and the lift of L2 are the norm of the entries."""
    z = np.random.default_rng(10).normal(size=(3, 4))
    for K in (Schatten(p=2.0), Spectral(L2())):
        assert np.isclose(K.value(z), L2().value(z), rtol=16 * U)
        assert np.allclose(K.subgradient(z), L2().subgradient(z), atol=16 * U)


def test_flags_follow_the_vector() -> None:
    """And the errors say what is wanted."""
    assert Spectral(Huber(e=0.5)).smoothness == 2.0
    assert Spectral(L1()).positively_homogeneous
    assert not Spectral(L1()).separable
    with pytest.raises(TypeError, match="needs a ConvexFunction"):
        Spectral(3)  # type: ignore[arg-type]
    for wrong in (lambda: KyFan(k=0), lambda: Schatten(p=1.0), lambda: NuclearHuber(e=0.0)):
        with pytest.raises(ValueError, match="needs"):
            wrong()
