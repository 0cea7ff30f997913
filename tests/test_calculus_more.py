"""Translations, Moreau envelopes, sums, support functions and softmax: K made from others."""

from __future__ import annotations

import math
from typing import Any

import cvxpy as cp
import numpy as np
import pytest

from convex_probe import SIZE, Probe, moderate_points
from helpers import Library, to_numpy
from lionk_ref import LionK, certify
from lionk_ref.convex import (
    CATALOGUE,
    L1,
    L2,
    DeadZone,
    ElasticNet,
    HalfSquare,
    Huber,
    LInf,
    LogSumExp,
    MoreauEnvelope,
    Nuclear,
    NuclearHuber,
    Scaled,
    Sum,
    SupportFunction,
    TopK,
    Translated,
    infimal_convolution,
)
from lionk_ref.convex.projections import project_capped_l1
from lionk_ref.problems import Quadratic
from test_convex_coincidences import check_same
from test_convex_fenchel_young import C

U = 2.0**-52
B = np.array([0.5, -1.0, 0.0, 2.0, 0.25, -0.125])


def shrink(z: Any, mu: float) -> Any:
    """The prox of DeadZone(e=0.5): nothing up to e, then down to e, then by mu."""
    a = np.abs(z)
    return np.sign(z) * np.where(a <= 0.5, a, np.maximum(a - mu, 0.5))


def made() -> list[Any]:
    """One of each kind, for vectors of six."""
    return [
        *(Translated(K, B) for K in (L1(), L2(), Huber(e=0.5), HalfSquare(c=2.0))),
        *(MoreauEnvelope(K, mu=0.5) for K in (L2(), LInf(), TopK(), Nuclear())),
        MoreauEnvelope(DeadZone(e=0.5), mu=0.25, prox=shrink),
        *(Sum(K, HalfSquare(c=0.5)) for K in (L2(), LInf(), TopK())),
        SupportFunction(lambda y: np.clip(y, -1.0, 1.0)),
        SupportFunction(L2().project_domain, oracle=L2().subgradient),
    ]


SAME = [
    (MoreauEnvelope(L1(), mu=0.5), Huber(e=0.5)),
    (MoreauEnvelope(Nuclear(), mu=0.5), NuclearHuber(e=0.5)),
    (MoreauEnvelope(HalfSquare(c=2.0), mu=0.5, prox=lambda z, mu: z / (1 + 2 * mu)), HalfSquare()),
    (infimal_convolution(L1(), HalfSquare(c=4.0)), Huber(e=0.25)),
    (infimal_convolution(HalfSquare(c=4.0), L1()), Huber(e=0.25)),
    (infimal_convolution(HalfSquare(c=4.0), HalfSquare(c=4.0)), HalfSquare(c=2.0)),
    (Sum(L1(), HalfSquare(c=0.5)), ElasticNet(c=0.5)),
    (Translated(Huber(), np.zeros(SIZE)), Huber()),
    (SupportFunction(lambda y: project_capped_l1(y, 2), oracle=TopK().subgradient), TopK()),
]


@pytest.mark.parametrize(("a", "b"), SAME, ids=lambda K: type(K).__name__)
def test_same(a: Any, b: Any) -> None:
    """Two names for one function."""
    check_same(a, b)


def check_fenchel_young(K: Any) -> None:
    """K(z) + K*(u) = <z, u> at u = dK(z), and never less at any other point of dom K*."""
    probe = Probe(K)
    zs = moderate_points(L1())
    us = [probe.vector("subgradient", z) for z in zs]
    for z in zs:
        k = probe.scalar("value", z)
        for i, u in enumerate(us):
            dual = probe.scalar("projected_conjugate", u)
            size = 1 + k + abs(dual) + np.abs(z) @ np.abs(u)
            gap = k + dual - z @ u
            assert gap >= -C * U * size
            assert gap <= C * U * size or not np.array_equal(z, zs[i])
            assert probe.scalar("distance_to_domain", u) <= C * U * size


@pytest.mark.parametrize("K", made(), ids=lambda K: str(K)[:40])
def test_fenchel_young(K: Any) -> None:
    """The definition of K* and of a subgradient."""
    check_fenchel_young(K)


@pytest.mark.parametrize(
    "K", [K for K in made() if math.isfinite(K.smoothness)], ids=lambda K: str(K)[:40]
)
def test_smoothness(K: Any) -> None:
    """The gradient is Lipschitz with the constant that is claimed."""
    rng = np.random.default_rng(1)
    for scale in (1e-3, 1.0, 10.0):
        a, b = scale * rng.normal(size=(2, SIZE))
        moved = np.linalg.norm(K.subgradient(a) - K.subgradient(b))
        assert moved <= K.smoothness * np.linalg.norm(a - b) * (1 + 1e-12)
    assert K.differentiable


def check_envelope_cvxpy() -> None:
    """min_w K(w) + |z - w|^2/(2 mu) by a conic solver, and the gradient from its minimiser."""
    rng, w, mu = np.random.default_rng(2), cp.Variable(SIZE), 0.7
    models = {TopK(): cp.sum_largest(cp.abs(w), 2), LInf(): cp.norm_inf(w), L2(): cp.norm2(w)}
    for K, model in models.items():
        for scale in (0.3, 2.0):
            z = scale * rng.normal(size=SIZE)
            envelope = MoreauEnvelope(K, mu)
            program = cp.Problem(cp.Minimize(model + cp.sum_squares(z - w) / (2 * mu)))
            program.solve(solver=cp.CLARABEL)
            assert abs(program.value - envelope.value(z)) <= 1e-6
            assert np.allclose(w.value, envelope.nearest(z), atol=1e-4)
            assert np.allclose((z - w.value) / mu, envelope.subgradient(z), atol=1e-4)


def test_envelope_cvxpy() -> None:
    """By the definition."""
    check_envelope_cvxpy()


def check_prox() -> None:
    """The envelope of DeadZone by a fine grid."""
    K, w = MoreauEnvelope(DeadZone(e=0.5), mu=0.25, prox=shrink), np.linspace(-3, 3, 60_001)
    for x in (-2.0, -0.6, 0.3, 0.5, 0.75, 1.0):
        brute = np.min(np.maximum(np.abs(w) - 0.5, 0) + (x - w) ** 2 / 0.5)
        assert abs(K.value(np.array([x])) - brute) <= 1e-8


def test_prox() -> None:
    """A K that is not positively homogeneous brings its own."""
    check_prox()


def check_translation() -> None:
    """K(z - b), its minimum at b, and <b, y> in the conjugate."""
    K, z = Translated(L1(), B), np.array([1.0, -1.0, 0.5, 0.0, 0.25, 3.0])
    assert K.value(z) == np.abs(z - B).sum()
    assert K.value(B) == 0
    assert np.array_equal(K.subgradient(z), np.sign(z - B))
    y = np.full(SIZE, 0.5)
    assert K.conjugate(y) == 0.5 * B.sum()
    assert K.argmin_support(y) == 0.5 * B.sum()
    far = np.full(SIZE, 4.0)
    assert (K.conjugate(far), K.projected_conjugate(far)) == (np.inf, B.sum())
    huber = Translated(Huber(e=2.0), B)
    assert np.array_equal(huber.conjugate_subgradient(y), 2 * y + B)


def test_translation() -> None:
    """In numbers that are exact."""
    check_translation()


def test_translation_of_blocks() -> None:
    """A dict of arrays moves block by block."""
    from lionk_ref.convex import Blocks

    K = Translated(Blocks({"w": L1(), "b": L2()}), {"w": np.ones(2), "b": np.array([3.0])})
    z = {"w": np.zeros(2), "b": np.zeros(1)}
    assert K.value(z) == 5.0
    assert K.subgradient(z)["b"].tolist() == [-1.0]


def check_support_by_projection() -> None:
    """Without an oracle: exact on a polytope, r^2 |z|/reach off on a ball at most."""
    ball = SupportFunction(L2().project_domain)
    cross = SupportFunction(LInf().project_domain)
    rng = np.random.default_rng(3)
    for scale in (1e-200, 1.0, 1e200):
        z = scale * rng.normal(size=SIZE)
        short = L2().value(z) - ball.value(z)
        assert abs(short) <= (2.0**-26 + 8 * U) * L2().value(z)
        assert np.allclose(cross.subgradient(z), LInf().subgradient(z), atol=1e-7)
    assert not ball.subgradient(np.zeros(SIZE)).any()


def test_support_by_projection() -> None:
    """As its docstring says."""
    check_support_by_projection()


def test_support_domain() -> None:
    """The set itself; its edge belongs to it."""
    K = SupportFunction(L2().project_domain, oracle=L2().subgradient)
    y = np.array([0.6, 0.8])
    assert (K.conjugate(y), K.conjugate(1.001 * y)) == (0.0, np.inf)
    assert np.isclose(K.distance_to_domain(3 * y), 2.0)


def check_softmax(library: Library) -> None:
    """LogSumExp against NumPy's own, and its conjugate at its gradient."""
    rng = np.random.default_rng(4)
    for e in (1.0, 0.1):
        K = LogSumExp(e=e)
        for scale in (0.1, 3.0, 1e3):
            z = scale * rng.normal(size=SIZE)
            value = e * (np.logaddexp.reduce(z / e) - np.log(SIZE))
            assert np.isclose(to_numpy(K.value(library.make(z))), value, rtol=1e-14)
            u = to_numpy(K.subgradient(library.make(z)))
            assert np.isclose(u.sum(), 1, rtol=1e-14)
            dual = to_numpy(K.conjugate(library.make(u)))
            assert np.isclose(value + dual, z @ u, rtol=1e-13, atol=1e-13)
            p = to_numpy(K.project_domain(library.make(z)))
            assert (p >= 0).all()
            # The variational inequality of the projection, at the vertices of the simplex.
            assert max((z - p) @ (v - p) for v in np.eye(SIZE)) <= 32 * U * (1 + np.abs(z).max())


def test_softmax(library: Library) -> None:
    """Values, gradients and the projection on the simplex, on every library."""
    check_softmax(library)


def test_softmax_is_not_centred() -> None:
    """It has no minimum, so it is no entry of the catalogue; its K* is inf at 0."""
    K = LogSumExp()
    assert "log_sum_exp" not in CATALOGUE
    assert K.value(np.zeros(4)) == 0
    assert K.value(np.full(4, -7.0)) == -7
    assert K.conjugate(np.zeros(4)) == np.inf
    with pytest.raises(ValueError, match="no subgradient where y_i <= 0"):
        K.conjugate_subgradient(np.array([1.0, 0.0]))
    inner = np.array([0.25, 0.75])
    assert np.allclose(K.subgradient(K.conjugate_subgradient(inner)), inner, atol=4 * U)


CERTIFIED = [K for K in made() if not isinstance(K, Translated)]
CERTIFIED += [Translated(Huber(e=0.5), B), Translated(L1(), np.zeros(SIZE)), LogSumExp(e=0.5)]


@pytest.mark.parametrize("scheme", ["explicit", "implicit"])
@pytest.mark.parametrize("K", CERTIFIED, ids=lambda K: str(K)[:40])
def test_certified(K: Any, scheme: str) -> None:
    """A run from inside the domain keeps every promise, and its energy balances."""
    problem, lam = Quadratic.of_spectrum([1.0, 0.1, -0.3, 2.0, 0.5, 0.01]), 0.5
    x0 = K.project_domain(np.linspace(0.1, 0.3, SIZE)) / lam
    optimizer = LionK(K, 0.02, 0.9, 0.99, lam, scheme)
    certificate = certify(problem, optimizer, x0=x0, steps=60)
    assert certificate.ok, [v for v in certificate.verdicts if not v.holds]
    assert certificate.residual_max < 1e-12


WRONG = [
    (lambda: Sum(Huber(), HalfSquare()), "Sum needs a positively homogeneous K"),
    (lambda: Sum(L1(), L2()), "Sum needs a positively homogeneous K"),  # type: ignore[arg-type]
    (lambda: infimal_convolution(L1(), L2()), "has no closed form"),
    (lambda: MoreauEnvelope(Huber(), mu=1.0), "needs prox="),
    (lambda: MoreauEnvelope(L1(), mu=0.0), "mu > 0"),
]


@pytest.mark.parametrize(("call", "text"), WRONG, ids=range(len(WRONG)))
def test_errors(call: Any, text: str) -> None:
    """What is wrong, in one line."""
    with pytest.raises(ValueError, match=text):
        call()
    with pytest.raises(TypeError, match="projection"):
        SupportFunction(3)  # type: ignore[arg-type]


def test_flags() -> None:
    """An envelope is smooth; a sum with a square is strictly convex; both keep what they can."""
    assert MoreauEnvelope(L1(), mu=0.5).smoothness == 2.0
    assert (
        MoreauEnvelope(HalfSquare(c=2.0), 0.5, prox=lambda z, mu: z / (1 + 2 * mu)).smoothness == 1
    )
    assert not MoreauEnvelope(L1(), mu=0.5).positively_homogeneous
    assert MoreauEnvelope(L1(), mu=0.5).separable
    assert not MoreauEnvelope(L2(), mu=0.5).separable
    assert Sum(L2(), HalfSquare()).strictly_convex
    assert not Sum(L2(), HalfSquare()).differentiable
    assert Translated(HalfSquare(), B).strictly_convex
    assert not Translated(L1(), B).positively_homogeneous
    assert Scaled(SupportFunction(L2().project_domain), 2.0).positively_homogeneous


def on(library: Library, b: Any) -> list[Any]:
    """What is made of library-blind parts, with b on the library."""
    return [
        *(Translated(K, library.make(b)) for K in (L1(), L2(), Huber(e=0.5), HalfSquare(c=2.0))),
        *(MoreauEnvelope(K, mu=0.5) for K in (L2(), LInf(), TopK(), Nuclear())),
        *(Sum(K, HalfSquare(c=0.5)) for K in (L2(), LInf(), TopK())),
        SupportFunction(L2().project_domain, oracle=L2().subgradient),
        SupportFunction(LInf().project_domain),
        LogSumExp(e=0.5),
    ]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_libraries(library: Library, dtype: str) -> None:
    """Every library and dtype gives what NumPy gives in float64, in its own arrays."""
    u, z = {"float64": U, "float32": 2.0**-23}[dtype], np.linspace(-1.5, 2.0, SIZE)
    plain = Library("numpy", np, "cpu", lambda a: np.asarray(a, dtype="float64"))
    cast = library._replace(make=lambda a: library.make(a, dtype))
    for ours, reference in zip(on(cast, B), on(plain, B), strict=True):
        for method in ("value", "subgradient", "projected_conjugate", "project_domain"):
            asked = cast.make(z)
            answer = getattr(ours, method)(asked)
            assert answer.dtype == asked.dtype
            assert answer.device == asked.device
            expected = getattr(reference, method)(z)
            assert np.allclose(to_numpy(answer), expected, rtol=64 * u, atol=64 * u), (ours, method)
