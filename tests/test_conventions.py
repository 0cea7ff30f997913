"""The maps of ``discrete/conventions.py`` against other frameworks' own texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pytest

import textbooks
from helpers import to_numpy
from lionk_ref.convex import L1, ConvexFunction, HalfSquare, Nuclear
from lionk_ref.discrete import LionK, State
from lionk_ref.discrete.conventions import (
    DEEPSPEED,
    KERAS,
    OPTAX,
    TORCH,
    Convention,
    Hyperparameters,
)
from lionk_ref.discrete.muon import KERAS_MUON, MUON, muon_scale

EPS = np.finfo(float).eps
N = 64
FIXED = replace(TORCH, decay="fixed")
RELATIVE = replace(TORCH, decay="relative")
LATE = replace(TORCH, late=True)
LATE_AND_FIXED = replace(LATE, decay="fixed", scale=2.0)
WIDE = replace(MUON, scale=muon_scale(64, 16))


class Case(NamedTuple):
    """A convention, its framework's text, settings for the run and the lr of its steps."""

    convention: Convention
    textbook: Callable[..., Any]
    settings: Mapping[str, Any]
    lrs: tuple[float, ...] = (0.25, 0.125, 0.5, 0.25)


def torchlike(weight_decay: float, **more: float) -> dict[str, Any]:
    """Settings as PyTorch names them."""
    return {"betas": (0.5, 0.75), "weight_decay": weight_decay, **more}


def muonlike(*, nesterov: bool) -> dict[str, Any]:
    """Settings as Muon names them."""
    return {"momentum": 0.75, "nesterov": nesterov, "weight_decay": 0.5}


CASES = {
    "lion-pytorch": Case(TORCH, textbooks.lion_pytorch, torchlike(0.5)),
    "optax": Case(OPTAX, textbooks.optax, {"b1": 0.5, "b2": 0.75, "weight_decay": 0.5}),
    "keras": Case(KERAS, textbooks.keras, {"beta_1": 0.5, "beta_2": 0.75, "weight_decay": 0.5}),
    "deepspeed": Case(DEEPSPEED, textbooks.deepspeed, torchlike(0.5)),
    "fixed": Case(FIXED, textbooks.fixed_decay, torchlike(0.25)),
    "relative": Case(RELATIVE, textbooks.optimi, torchlike(0.25, max_lr=0.5)),
    "late": Case(LATE, textbooks.late_decay, torchlike(1.0), (0.5, 0.75, 0.5)),
    "muon": Case(MUON, textbooks.torch_muon, muonlike(nesterov=True)),
    "muon, polyak": Case(MUON, textbooks.torch_muon, muonlike(nesterov=False)),
    "keras muon": Case(KERAS_MUON, textbooks.keras_muon, muonlike(nesterov=True)),
    "keras muon, polyak": Case(KERAS_MUON, textbooks.keras_muon, muonlike(nesterov=False)),
    "wide muon": Case(
        WIDE,
        lambda *args, **settings: textbooks.torch_muon(*args, scale=2, **settings),
        muonlike(nesterov=True),
    ),
}
DIRECTIONS = {L1(): textbooks.sign, HalfSquare(): textbooks.itself}
REPLAYS = [
    pytest.param(case, K, id=f"{name}-{K.key}")
    for name, case in CASES.items()
    for K in DIRECTIONS
    if K.positively_homogeneous or not case.convention.heavy_ball
]


def settings_of(case: Case) -> list[dict[str, Any]]:
    """The settings of each step of a run: the rate varies."""
    return [{case.convention.lr: lr, **case.settings} for lr in case.lrs]


def each_number(f: Callable[[float], Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """``f`` of every number among the settings."""

    def convert(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(f, value))
        return f(value) if isinstance(value, float) else value

    return {name: convert(value) for name, value in settings.items()}


def lion_k(
    convention: Convention, K: ConvexFunction, runs: Sequence[Any], x: Any, m: Any, gs: Any
) -> tuple[Any, Any]:
    """A run of Lion-K, entered and left in the framework's convention."""
    hs = [convention.to_paper(settings) for settings in runs]
    s = convention.state_to_paper(x, m, hs[0].beta2)
    for h, g in zip(hs, gs, strict=True):
        s = LionK(K, **h._asdict()).step(s, g)
    return convention.state_from_paper(s, hs[0].beta2)


@pytest.mark.parametrize(("case", "K"), REPLAYS)
def test_replays_the_framework_exactly(case: Case, K: ConvexFunction) -> None:
    """On dyadic data float64 ends at the framework's own x and momentum in Fractions."""
    rng, runs = np.random.default_rng(0), settings_of(case)
    x, m, gs = (rng.integers(-8, 9, shape) / 8 for shape in (N, N, (len(runs), N)))
    got = np.stack(lion_k(case.convention, K, runs, x, m, gs))
    for i in range(N):
        state = Fraction(x[i]), Fraction(m[i])
        for settings, g in zip(runs, gs[:, i], strict=True):
            values = each_number(Fraction, settings)
            state = case.textbook(*state, Fraction(g), DIRECTIONS[K], **values)
        assert tuple(map(Fraction, got[:, i])) == state


@pytest.mark.parametrize(("case", "K"), REPLAYS)
def test_replays_the_framework_closely(case: Case, K: ConvexFunction) -> None:
    """On generic data and settings the two differ by the few roundings of each step."""
    rng, runs = (
        np.random.default_rng(0),
        [each_number(lambda v: 0.99 * v, s) for s in settings_of(case)],
    )
    x, m, gs = (rng.standard_normal(shape) for shape in (N, N, (len(runs), N)))
    got = np.stack(lion_k(case.convention, K, runs, x, m, gs))
    for i in range(N):
        state = x[i].item(), m[i].item()
        for settings, g in zip(runs, gs[:, i].tolist(), strict=True):
            state = case.textbook(*state, g, DIRECTIONS[K], **settings)
        # Ten roundings a step and side, each of half an ulp of at most the largest sum of moduli.
        largest = np.abs([x[i], m[i], *gs[:, i], 1.0]).sum()
        assert np.abs(got[:, i] - state).max() <= len(runs) * 10 * EPS * largest


def polar(z: Any) -> Any:
    """The orthogonal factor of a matrix of full rank, by its singular value decomposition."""
    U, _, Vt = np.linalg.svd(z, full_matrices=False)
    return U @ Vt


@pytest.mark.parametrize("nesterov", [True, False])
def test_muon_is_lion_k_with_the_nuclear_norm(nesterov: bool) -> None:
    """Muon's text with the exact polar factor, on a tall matrix whose step it enlarges."""
    settings = {"lr": 0.1, "momentum": 0.95, "nesterov": nesterov, "weight_decay": 0.2}
    convention = replace(MUON, scale=muon_scale(9, 4))
    optimizer = LionK(Nuclear(), **convention.to_paper(settings)._asdict())
    x, m, *gs = np.random.default_rng(0).standard_normal((8, 9, 4))
    s = convention.state_to_paper(x, m)
    for g in gs:
        s = optimizer.step(s, g)
        x, m = textbooks.torch_muon(x, m, g, polar, scale=1.5, **settings)
    # The smallest singular value stays above 1: the polar factor is as accurate as its argument.
    np.testing.assert_allclose(convention.state_from_paper(s), (x, m), rtol=0, atol=1e-13)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_settings_come_back_exactly(case: Case) -> None:
    """Settings to the paper and back are the same settings."""
    for settings in settings_of(case):
        h = case.convention.to_paper(settings)
        assert case.convention.from_paper(h, settings.get("max_lr")) == settings


@pytest.mark.parametrize("convention", [TORCH, OPTAX, KERAS, DEEPSPEED, FIXED, RELATIVE, MUON])
@pytest.mark.parametrize("mu", [0.0, 0.5, 0.9, 0.95, 0.99, 1 / 3])
def test_hyperparameters_come_back(convention: Convention, mu: float) -> None:
    """The paper's hyper-parameters to a framework and back are the same, whatever mu rounds to."""
    h = Hyperparameters(2**-6, mu * mu, mu, 0.75, "explicit")
    max_lr = 0.5 if convention is RELATIVE else None
    assert convention.to_paper(convention.from_paper(h, max_lr)) == h


@pytest.mark.parametrize("convention", [LATE, LATE_AND_FIXED])
def test_late_decay_is_the_implicit_scheme(convention: Convention) -> None:
    """Eq. (15) to a late decay and back is the same."""
    h = Hyperparameters(0.5, 0.5, 0.75, 2.0, "implicit")
    assert convention.to_paper(convention.from_paper(h)) == h


@pytest.mark.parametrize("convention", [TORCH, LATE])
@pytest.mark.parametrize(("lr", "lam", "scheme"), [(1.0, 1.0, "implicit"), (0.5, 1.0, "explicit")])
def test_the_other_scheme_is_converted(
    convention: Convention, lr: float, lam: float, scheme: str
) -> None:
    """A framework that has only one of eq. (2) and (15) takes the other with another lr."""
    h = Hyperparameters(lr, 0.5, 0.75, lam, scheme)
    twin = convention.to_paper(convention.from_paper(h))
    assert twin.scheme == ("implicit" if convention is LATE else "explicit")
    s, g = State(np.array([2.0, -1.5]), np.array([0.5, 0.25])), np.array([3.0, -1.0])
    for optimizer in (LionK(L1(), **h._asdict()), LionK(L1(), **twin._asdict())):
        assert_states_equal(optimizer.step(s, g), State([0.5, -0.25], [-0.375, 0.4375]))


def assert_states_equal(got: State, wanted: State) -> None:
    """Both x and m agree to the last bit."""
    np.testing.assert_array_equal(got.x, wanted.x)
    np.testing.assert_array_equal(got.m, wanted.m)


@pytest.mark.parametrize("convention", [TORCH, KERAS_MUON], ids=["average", "sum"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_states_come_back(library: Any, convention: Convention, dtype: str) -> None:
    """The state to the paper and back is the same, for dicts, on every library and dtype."""
    x = {"w": library.make([1.0, 2.0], dtype), "b": library.make([[3.0]], dtype)}
    momentum = {"w": library.make([0.5, -4.0], dtype), "b": library.make([[8.0]], dtype)}
    s = convention.state_to_paper(x, momentum, 0.75)
    factor = -0.25 if convention is KERAS_MUON else -1.0
    np.testing.assert_array_equal(to_numpy(s.m["w"]), [factor * 0.5, factor * -4.0])
    x_back, back = convention.state_from_paper(s, 0.75)
    assert x_back is x
    assert back["b"].dtype == momentum["b"].dtype
    np.testing.assert_array_equal(to_numpy(back["w"]), to_numpy(momentum["w"]))
    np.testing.assert_array_equal(to_numpy(back["b"]), to_numpy(momentum["b"]))


@pytest.mark.parametrize(
    ("shape", "adjust", "scale"),
    [
        ((64, 16), "original", 2.0),
        ((16, 64), "original", 1.0),
        ((25, 16), "match_rms_adamw", 1.0),
        ((16, 25), "match_rms_adamw", 1.0),
    ],
)
def test_muon_scale(shape: tuple[int, int], adjust: str, scale: float) -> None:
    """sqrt(max(1, rows/columns)), or 0.2 sqrt(max(rows, columns))."""
    assert muon_scale(*shape, adjust) == scale


def test_typed_in_betas_suit_muon() -> None:
    """0.9025 is not the float 0.95 * 0.95, yet it means Nesterov."""
    settings = MUON.from_paper(Hyperparameters(0.01, 0.9025, 0.95, 0.1))
    assert (settings["momentum"], settings["nesterov"]) == (0.95, True)


RIGHT = {"lr": 0.1, "betas": (0.9, 0.99), "weight_decay": 0.5}
MUON_RIGHT = {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.5}


@pytest.mark.parametrize(
    ("convention", "settings", "message"),
    [
        (TORCH, {"lr": 0.1}, "lion-pytorch takes lr, betas, weight_decay; missing: betas, weight"),
        (TORCH, RIGHT | {"eps": 0.1}, "unknown: eps"),
        (RELATIVE, RIGHT, "missing: max_lr"),
        (TORCH, RIGHT | {"lr": 0}, "lr must be a finite number > 0, got 0"),
        (TORCH, RIGHT | {"lr": float("nan")}, "lr must be a finite number > 0, got nan"),
        (TORCH, RIGHT | {"lr": abs}, "lr must be a finite number > 0, got <built-in"),
        (
            TORCH,
            RIGHT | {"weight_decay": -1.0},
            "weight_decay must be a finite number >= 0, got -1",
        ),
        (TORCH, RIGHT | {"weight_decay": None}, "weight_decay must be .* got None"),
        (TORCH, RIGHT | {"betas": 0.9}, r"betas must be a pair \(beta1, beta2\), got 0.9"),
        (TORCH, RIGHT | {"betas": (0.9, True)}, "betas must be a finite number, got True"),
        (RELATIVE, RIGHT | {"max_lr": 0.0}, "max_lr must be a finite number > 0, got 0.0"),
        (LATE, RIGHT | {"lr": 2.0}, r"decays by lr \* rate = 1.0; it must be < 1"),
        (MUON, MUON_RIGHT | {"nesterov": 1}, "nesterov must be True or False, got 1"),
    ],
)
def test_wrong_settings(convention: Convention, settings: Mapping[str, Any], message: str) -> None:
    """A setting that is missing, unknown or out of range is named."""
    with pytest.raises((ValueError, TypeError), match=message):
        convention.to_paper(settings)


H = Hyperparameters(0.1, 0.9, 0.99, 0.5)


@pytest.mark.parametrize(
    ("convention", "h", "message"),
    [
        (MUON, H, "gives beta1 = beta2 or beta1 = beta2.*got beta1=0.9, beta2=0.99"),
        (RELATIVE, H, "max_lr must be a finite number > 0, got None"),
        (TORCH, H._replace(scheme="midpoint"), r"schemes are \['explicit', 'implicit'\], got 'mid"),
        (LATE, H._replace(lr=2.0), "explicit scheme needs lr lam < 1, got lr=2.0, lam=0.5"),
    ],
)
def test_what_a_framework_cannot_express(
    convention: Convention, h: Hyperparameters, message: str
) -> None:
    """It says what it cannot express instead of coming near it."""
    with pytest.raises((ValueError, TypeError), match=message):
        convention.from_paper(h)


def test_other_mistakes() -> None:
    """An unknown kind of decay, of adjustment, and a heavy ball without its weight."""
    with pytest.raises(ValueError, match="times_lr, fixed or relative, got 'l2'"):
        replace(TORCH, decay="l2")
    with pytest.raises(ValueError, match="original or match_rms_adamw, got 'none'"):
        muon_scale(4, 4, "none")
    with pytest.raises(ValueError, match="keeps a sum of gradients: give beta2"):
        KERAS_MUON.state_to_paper(np.zeros(1), np.zeros(1))
