"""Which part of a wrong Lion `lionk conform` names where no mutant fits, and what it does not say.

Each table has the decay, or another part, as a user gets it wrong, and the whole of what is said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lionk_ref.golden import place, symptoms, symptoms_decay
from lionk_ref.golden.cases import cases
from lionk_ref.golden.conform import conform
from lionk_ref.golden.mutants import MUTANTS
from lionk_ref.golden.read import committed
from lionk_ref.golden.replay import replay
from lionk_ref.peers import Peer

CASES = [c for c in cases(committed()) if c.kind != "closed_loop"]
LION = [c for c in CASES if c.setting.K == "l1"]
MUON = [c for c in CASES if c.setting.K == "nuclear"]

Decay = Callable[..., Any]


def lion(decay: Decay) -> Peer:
    """Lion of docs/start.md with ``decay(lam, x, m, m_tilde, g)`` in the place of lam x."""

    def start(x: Any, s: Any) -> Any:
        m = np.zeros_like(x)

        def step(g: Any, lr: float) -> Any:
            nonlocal x, m
            m_tilde = s.beta1 * m - (1 - s.beta1) * g
            x = x + lr * (np.sign(m_tilde) + 0.0 - decay(s.lam, x, m, m_tilde, g))
            m = s.beta2 * m - (1 - s.beta2) * g
            return x, m

        return step

    return Peer("lion", start)


DECAYS: dict[str, tuple[Decay, str]] = {
    "lam*2*x": (lambda lam, x, m, z, g: lam * 2 * x, "x[0] = 1 loses 0.125, not 0.0625"),
    "lam*m": (lambda lam, x, m, z, g: lam * m, "x[0] = 1 loses 0, not 0.0625"),
    "lam*m_tilde": (lambda lam, x, m, z, g: lam * z, "x[0] = 1 loses -0.125, not 0.0625"),
    "lam*g": (lambda lam, x, m, z, g: lam * g, "x[0] = 1 loses 0.25, not 0.0625"),
    "lam*lam*x": (lambda lam, x, m, z, g: lam * lam * x, "x[0] = 1 loses 0.03125, not 0.0625"),
    "lam*sign(x)": (
        lambda lam, x, m, z, g: lam * np.sign(x),
        "x[2] = 0.5 loses 0.0625, not 0.03125",
    ),
    "lam*1": (lambda lam, x, m, z, g: lam, "x[1] = -1 loses 0.0625, not -0.0625"),
}


def check_decays() -> None:
    """The decay is named, with its numbers, and nothing else is said to be wrong."""
    for name, (decay, numbers) in DECAYS.items():
        verdict = conform(lion(decay), LION)
        assert verdict.suspects == (), name
        assert len(verdict.symptoms) == 1, name
        assert verdict.symptoms[0].startswith(symptoms_decay.EXPLICIT + ": with lam = 0 none of")
        assert verdict.symptoms[0].endswith(numbers), name


def check_lam_forgotten() -> None:
    """A decay that lam does not scale is no drift of coordinates without gradient."""
    peer = lion(lambda lam, x, m, z, g: x)
    assert conform(peer, LION).symptoms == (symptoms_decay.WITHOUT_LAM,)


def said(name: str) -> list[str]:
    """What is said of a mutant, as if it were not among those that are tried."""
    peer = MUTANTS[name].peer()
    chosen = MUON if MUTANTS[name].K == ("nuclear",) else LION
    return symptoms.symptoms(peer, [replay(peer, case) for case in chosen])


SAID = {
    "betas swapped": [place.MOMENTUM],
    "heavy ball": [place.MOMENTUM],
    "one average beta2": [place.LATER],
    "new momentum in look ahead": [place.LATER],
    "lr squared": [place.AT_ONCE],
    "clip for sign": [place.AT_ONCE],
    "stale gradient": [],
    "decay of the first lr": [symptoms_decay.SCHEDULE],
    "nan is zero": [symptoms.POISON],
    "nan spreads": [symptoms.POISON],
    "quantised zero": [symptoms.DRIFT],
    "sign of zero plus": [symptoms.DRIFT, symptoms.POISON],
    "float32 inside": [symptoms.NARROW],
    "newton schulz": [symptoms.NO_POLAR_FACTOR],
}
OF_LAM = {
    "coupled decay": symptoms_decay.IN_MOMENTUM,
    "decay of momentum": symptoms_decay.IN_MOMENTUM,
    "decay after the step": symptoms_decay.EXPLICIT,
    "decay not times lr": symptoms_decay.EXPLICIT,
    "no decay": symptoms_decay.EXPLICIT,
}


def check_said() -> None:
    """The cause or the place, and no more: a wrong m blames neither ties nor NaN."""
    assert {name: said(name) for name in SAID} == SAID


def check_of_lam() -> None:
    """One line each, about the decay."""
    for name, words in OF_LAM.items():
        assert [line.startswith(words) for line in said(name)] == [True], name


def check_missing_at_1() -> None:
    """torch-optimi's: x is not shrunk where lr lam = 1, and nowhere else is anything wrong."""

    def start(x: Any, s: Any) -> Any:
        m = np.zeros_like(x)

        def step(g: Any, lr: float) -> Any:
            nonlocal x, m
            u = np.sign(s.beta1 * m - (1 - s.beta1) * g) + 0.0
            x = x * (1 - lr * s.lam or 1) + lr * u
            m = s.beta2 * m - (1 - s.beta2) * g
            return x, m

        return step

    assert conform(Peer("late", start), LION).symptoms == (symptoms_decay.MISSING_AT_1,)


def check_implicit() -> None:
    """A factory that claims both schemes and knows the explicit one is wrong in the other only."""
    peer = lion(lambda lam, x, m, z, g: lam * x)
    both = Peer("both", peer.start, schemes=("explicit", "implicit"))
    (line,) = conform(both, LION).symptoms
    assert line == f"{symptoms_decay.IMPLICIT}: with lam = 0 none of 6 failures is left"


def check_hidden() -> None:
    """Where m is not shown only x tells, and less is said."""
    swapped = MUTANTS["one average beta2"].peer()

    def start(x: Any, s: Any) -> Any:
        inner = swapped.start(x, s)
        return lambda g, lr: (inner(g, lr)[0], None)

    peer = Peer("hidden", start)
    found = symptoms.symptoms(peer, [replay(peer, case) for case in LION])
    assert found == [place.HIDDEN]


CHECKS = (
    *(check_decays, check_lam_forgotten, check_said, check_of_lam),
    *(check_missing_at_1, check_implicit, check_hidden),
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_symptoms(check: Callable[[], None]) -> None:
    """What is said is so."""
    check()


def test_a_peer_that_conforms_has_none() -> None:
    """Nothing failed, nothing is said."""
    assert conform(lion(lambda lam, x, m, z, g: lam * x), LION).symptoms == ()
