"""Relatives of Lion-K: cautious ones, which are outside the theory, and many workers."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from helpers import Library, to_numpy
from lionk_ref import L1, L2, LionK, certify
from lionk_ref.discrete import State, explicit
from lionk_ref.discrete.cautious import NORMALISERS, cautious, cautious_decay
from lionk_ref.discrete.distributed import DistributedState, distributed
from lionk_ref.problems import Quadratic

H = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "lam": 1.0}


def run_on(rule: Any, f: Quadratic, x: Any, steps: int, h: dict[str, float] = H) -> Any:
    """x after ``steps`` steps of a rule."""
    s = State(x, np.zeros_like(x))
    for _ in range(steps):
        s = rule(L1(), s, f.gradient(s.x), **h)
    return s.x


class Ruled(LionK):
    """An optimizer that claims to be Lion-K and steps by another rule."""

    rule: Any = None

    def step(self, s: State, g: Any, t: int | None = None) -> State:
        h = {"lr": self.lr_at(t or 0), "beta1": self.beta1, "beta2": self.beta2, "lam": self.lam}
        return type(self).rule(self.K, s, g, **h)


def claims(rule: Any) -> type[Ruled]:
    """An optimizer of this rule."""
    return type("Claims", (Ruled,), {"rule": staticmethod(rule)})


def problem() -> Quadratic:
    """A convex quadratic whose minimum is outside the box, in some directions far outside."""
    Q = np.array([[2.0, 0.9, 0.0], [0.9, 1.0, 0.3], [0.0, 0.3, 0.5]])
    return Quadratic(Q, np.array([5.0, -4.0, 0.5]), np.array([0.5, 0.5, 0.5]))


@pytest.mark.parametrize("normaliser", ["mean", "plus_one", "clamped"])
def test_cautious_leaves_the_box(normaliser: str) -> None:
    """One entry of a thousand agrees, and takes a step of hundreds of lr."""
    n = 1000
    s = State(np.zeros(n), np.full(n, 50.0))
    g = np.ones(n)
    g[0] = -1.0
    x = cautious(L1(), s, g, **H, normaliser=normaliser).x
    factor = {"mean": n, "plus_one": n / 2, "clamped": n}[normaliser]
    assert np.isclose(x[0], H["lr"] * factor)
    assert abs(H["lam"] * x[0]) > 1
    assert not x[1:].any()
    assert np.abs(explicit(L1(), s, g, **H).x).max() <= 1


def test_cautious_without_a_mask_is_lion() -> None:
    """Where all entries agree every normaliser but n/(count + 1) is 1."""
    rng = np.random.default_rng(0)
    s, g = State(rng.normal(size=8), np.zeros(8)), rng.normal(size=8)
    for normaliser in NORMALISERS:
        ours = cautious(L1(), s, g, **H, normaliser=normaliser)
        h = H | {"lr": H["lr"]}
        lion = explicit(L1(), s, g, **h)
        assert np.array_equal(ours.m, lion.m)
        if normaliser != "plus_one":
            assert np.allclose(ours.x, lion.x, rtol=1e-15)


@pytest.mark.parametrize(
    "rule", [*(partial(cautious, normaliser=n) for n in ("mean", "clamped")), cautious_decay]
)
def test_the_certificate_breaks(rule: Any) -> None:
    """What claims to be Lion-K and is cautious is found out; Lion itself is not."""
    honest = certify(problem(), LionK(L1(), **H), steps=150)
    assert honest.ok
    assert not certify(problem(), claims(rule)(L1(), **H), steps=150).ok


def test_cautious_decay_has_no_box() -> None:
    """The minimum is at (5, -4, 0.5): with lam = 1 Lion stays in the box, this goes there."""
    f = Quadratic(np.eye(2), np.array([5.0, -4.0]), np.zeros(2))
    inside = run_on(explicit, f, np.zeros(2), 300)
    outside = run_on(cautious_decay, f, np.zeros(2), 300)
    assert np.abs(inside).max() <= 1 + 1e-12
    assert np.abs(outside).max() > 4


def check_decay_at_rest() -> None:
    """u_i = 0 does not point outwards: x_i decays, as by the source's 1(u_i x_i >= 0) for -u."""
    s = State(np.array([2.0, -2.0, 1.0]), np.zeros(3))
    x = cautious_decay(L1(), s, np.array([0.0, 0.0, -1.0]), **H).x
    assert x.tolist() == [2.0 - 0.1 * 2.0, -2.0 + 0.1 * 2.0, 1.0 + 0.1]


def test_cautious_decay_at_rest() -> None:
    """All of the decay where the step is 0, none where it points outwards."""
    check_decay_at_rest()


def test_unknown_normaliser() -> None:
    """In one line."""
    with pytest.raises(ValueError, match="normalisers are"):
        cautious(L1(), State(np.zeros(1), np.zeros(1)), np.ones(1), **H, normaliser="sum")


def workers(n: int, d: int, seed: int) -> tuple[DistributedState, list[Any]]:
    """A state with random momenta, and random gradients."""
    rng = np.random.default_rng(seed)
    momenta = tuple(rng.normal(size=d) for _ in range(n))
    return DistributedState(rng.normal(size=d), momenta), [rng.normal(size=d) for _ in range(n)]


@pytest.mark.parametrize("vote", ["average", "majority"])
def test_one_worker_is_lion(vote: str) -> None:
    """Alone, or with others who have seen the same."""
    s, (g,) = workers(1, 5, 0)
    single = explicit(L1(), State(s.x, s.m[0]), g, **H)
    for copies in (1, 3):
        many = distributed(L1(), DistributedState(s.x, s.m * copies), [g] * copies, **H, vote=vote)
        assert np.allclose(many.x, single.x, rtol=1e-15)
        assert np.array_equal(many.m[-1], single.m)


def check_votes(library: Library) -> None:
    """Counting ballots one by one, coordinate by coordinate."""
    s, gs = workers(4, 9, 1)
    x, m, g = library.make(s.x), tuple(map(library.make, s.m)), list(map(library.make, gs))
    for vote in ("average", "majority"):
        for tie in (0.0, 1.0, -1.0):
            after = distributed(L1(), DistributedState(x, m), g, **H, vote=vote, tie=tie)
            for i in range(9):
                ballots = [np.sign(0.9 * a[i] - 0.1 * b[i]) for a, b in zip(s.m, gs, strict=True)]
                ups, downs = ballots.count(1), ballots.count(-1)
                u = (ups - downs) / 4
                if vote == "majority":
                    u = tie if ups == downs else float(np.sign(u))
                expected = s.x[i] + 0.1 * (u - s.x[i])
                assert np.isclose(to_numpy(after.x)[i], expected, rtol=1e-14)


def test_votes(library: Library) -> None:
    """With four workers there are ties."""
    check_votes(library)


@pytest.mark.parametrize("vote", ["average", "majority"])
def test_the_box_holds(vote: str) -> None:
    """Phase 1: the distance to the box falls by 1 - lr lam at least, and then is 0."""
    s, _ = workers(3, 6, 2)
    s = s._replace(x=20 * s.x)
    rng, far = np.random.default_rng(3), L1().distance_to_domain(s.x)
    for _ in range(120):
        s = distributed(L1(), s, [rng.normal(size=6) for _ in range(3)], **H, vote=vote)
        near = L1().distance_to_domain(s.x)
        assert near <= 0.9 * far + 1e-14
        far = near
    assert far <= 0.9**120 * 20 * 6


def test_average_of_any_k_stays_in_its_domain() -> None:
    """dom K* is convex: the ball of L2 as well."""
    s, gs = workers(5, 4, 4)
    s = s._replace(x=np.zeros(4))
    assert L2().value(distributed(L2(), s, gs, **(H | {"lr": 1.0})).x) <= 1


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"vote": "unanimous"}, "vote is one of"),
        ({"tie": 0.5}, "tie -1, 0 or 1"),
    ],
)
def test_refuses(change: dict[str, Any], text: str) -> None:
    """In one line."""
    s, gs = workers(2, 3, 5)
    with pytest.raises(ValueError, match=text):
        distributed(L1(), s, gs, **H, **change)
    with pytest.raises(ValueError, match="2 momenta, got 1 gradients"):
        distributed(L1(), s, gs[:1], **H)
