"""Requests at the edge: what is refused says so at once, and what is allowed is done."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from lionk_ref import L1, Ellipsoid, Huber, LionK, State, certify
from lionk_ref import backend as backends
from lionk_ref.certificates import certify_continuous
from lionk_ref.cli.cross_check import fitting
from lionk_ref.convex import HalfSquare, LogCosh, WeightedL1, from_text
from lionk_ref.discrete import Cosine
from lionk_ref.discrete.conventions import OPTAX, Hyperparameters
from lionk_ref.discrete.in_place import Core
from lionk_ref.discrete.updates import SCHEMES
from lionk_ref.problems import PROBLEMS
from lionk_ref.report.plots import boundary

TOY = PROBLEMS["toy"]()
X = np.array([1.0, -2.0, 0.5])


def refused(call: Callable[[], object], says: str) -> None:
    """It is, with a TypeError or a ValueError of one line that says so."""
    said = ""
    try:
        call()
    except Exception as error:
        said = str(error) if isinstance(error, TypeError | ValueError) else ""
    assert says in said
    assert "\n" not in said


def check_schedules_that_end_at_zero() -> None:
    """The last steps of a cosine have lr = 0; they change nothing and keep every promise."""
    for scheme, lam in itertools.product(SCHEMES, (1.0, 1e-300)):
        lion = LionK(Huber(), lr=Cosine(0.1, steps=5), lam=lam, scheme=scheme)
        assert certify(TOY, lion, steps=10).ok
    tiny = LionK(Huber(), lr=1e-200, lam=1e-200)
    assert certify(TOY, tiny, steps=2).ok


@pytest.mark.parametrize("time", [0, -1.0, np.inf, np.nan, True, "long"])
def test_times(time: Any) -> None:
    """A flow that would never end, or not begin, is not followed."""
    check_time(time)


def check_time(time: Any) -> None:
    """It is refused by the name of the argument."""
    refused(lambda: certify_continuous(TOY, LogCosh(), time=time), "finite time > 0, got time=")


class Nameless:
    """A problem without a name."""

    def __getattr__(self, name: str) -> Any:
        if name in ("key", "__array_namespace__"):
            raise AttributeError(name)
        return getattr(TOY, name)


class Rough(Nameless):
    """A problem without a smoothness."""

    key = "rough"

    def __getattr__(self, name: str) -> Any:
        if name == "smoothness":
            raise AttributeError(name)
        return getattr(TOY, name)


def test_what_a_problem_lacks() -> None:
    """It is named before the work."""
    refused(lambda: certify_continuous(Nameless(), LogCosh()), "has no key")  # type: ignore[arg-type]
    refused(lambda: certify_continuous(TOY, "l1"), "such as LogCosh(), got 'l1'")  # type: ignore[arg-type]
    refused(lambda: certify(Rough(), LionK(L1(), lr=0.1)), "has no smoothness")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["huber:e=1)+(2", "huber:e=" + "-" * 20_000 + "1", "huber:e=[]+1"])
def test_texts_that_are_no_K(text: str) -> None:
    """Each is answered by how to write one."""
    refused(lambda: from_text(text), "Write it like huber:e=0.3")


def check_schemes() -> None:
    """An unknown one is refused by its name, and nothing is written."""
    x, hyper = X.copy(), {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "lam": 0.0}
    says = "['explicit', 'implicit'], got 'euler'"
    for run in (Core().step_, Core().certified_step_):
        refused(partial(run, L1(), "euler", x, 0 * X, X, **hyper), says)
    assert np.array_equal(x, X)


def test_schemes() -> None:
    """In both steps."""
    check_schemes()


def test_steps_that_cannot_be_made() -> None:
    """A run is refused when it is asked for, not when its first step is."""
    refused(lambda: LionK(L1(), lr=0.1).run(TOY, TOY.x0(), -3), "steps >= 0, got steps=-3")


@pytest.mark.parametrize("wrong", [{"beta1": 1.0}, {"beta2": -0.1}, {"lam": -1.0}, {"lr": 0.0}])
def test_conventions_know_the_ranges(wrong: dict[str, float]) -> None:
    """In both directions."""
    check_ranges(wrong)


def check_ranges(wrong: dict[str, float]) -> None:
    """A number out of its range is refused, and shown."""
    h = Hyperparameters(0.1, 0.9, 0.99, 0.5)._replace(**wrong)
    names = ("learning_rate", "b1", "b2", "weight_decay")
    refused(lambda: OPTAX.from_paper(h), f", got {next(iter(wrong.values()))!r}")
    refused(lambda: OPTAX.to_paper(dict(zip(names, h[:4], strict=True))), ", got ")


def test_no_arrays() -> None:
    """A step on none is none, whoever makes it."""
    for name in ("auto", "core"):
        LionK(L1(), lr=0.1, backend=name).step_(State({}, {}), {})


def test_a_step_that_nobody_speeds_up_overwrites_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With "auto" the core makes it, also where arrays cannot be written, as JAX's."""
    monkeypatch.setattr(backends, "names", list)
    x = X.copy()
    x.flags.writeable = False
    monkeypatch.setattr(Core, "step_", None)
    lion = LionK(L1(), lr=0.1, backend="auto")
    assert np.array_equal(lion.step(State(x, 0 * x), x).x, X - 0.1 * np.sign(X))


def test_a_plug_in_that_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named with what it said, and "auto" goes on without it."""
    monkeypatch.setitem(backends.sys.modules, "lionk_broken", ModuleType("lionk_broken"))
    monkeypatch.setattr(backends, "BUILT_IN", {"broken": "lionk_broken:Missing"})
    monkeypatch.setattr(backends, "_installed", dict)
    backends.find.cache_clear()
    refused(lambda: backends.find("broken"), "fails with AttributeError: ")
    assert backends.fastest(L1(), X) is None


def test_cross_checks_fit_K() -> None:
    """As many entries as K has weights, or a diagonal, for."""
    assert fitting(Ellipsoid(A=(1.0, 4.0))) == 2


def check_edges_far_away() -> None:
    """A picture shows the edge of a set however large it is, and none where there is none."""
    for radius in (1e-3, 100.0, 1e12):
        edge = boundary(WeightedL1(weights=radius), 2.0)
        assert edge is not None
        np.testing.assert_allclose(np.max(np.abs(edge), axis=1), radius / 2, rtol=1e-4)
    assert boundary(Huber(), 1.0) is not None
    assert boundary(HalfSquare(), 1.0) is None


def test_edges_far_away() -> None:
    """For every size."""
    check_edges_far_away()


def test_a_schedule_that_ends_at_zero() -> None:
    """In both schemes."""
    check_schedules_that_end_at_zero()
