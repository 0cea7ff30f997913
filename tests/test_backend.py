"""The choice of a backend, what it says when there is none, and the core's own step in place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from helpers import Library, to_numpy
from lionk_ref import backend as backends
from lionk_ref.convex import L1, L2, ConvexFunction, GroupL2
from lionk_ref.discrete import LionK, State
from lionk_ref.discrete.in_place import Core, choose

ROOT = Path(__file__).parents[1]
HYPER = {"lr": 0.1, "beta1": 0.5, "beta2": 0.75, "lam": 0.3}
X, M, G = [3.0, -4.0, 0.5], [0.0, 1.0, -2.0], [1.0, -2.0, 0.25]


class Fake:
    """A plug-in with a kernel for l1 that refuses l2 and steps by the core, counting the steps."""

    name, version, device = "fake", "1", "cpu"

    def __init__(self) -> None:
        self.steps, self.reason = 0, None

    def why_not(self) -> str | None:
        return self.reason

    def accepts(self, x: Any) -> bool:
        return isinstance(x, np.ndarray)

    def support(self, K: ConvexFunction) -> str:
        return "fused" if isinstance(K, L1) else "none" if isinstance(K, L2) else "core"

    def step_(self, *args: Any, **options: Any) -> None:
        self.steps += 1
        Core().step_(*args, **options)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The one plug-in that is installed."""
    module = ModuleType("lionk_fake")
    plugin = Fake()
    module.Backend = lambda: plugin  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "lionk_fake", module)
    monkeypatch.setattr(backends, "BUILT_IN", {"fake": "lionk_fake:Backend"})
    monkeypatch.setattr(backends, "_installed", dict)
    backends.find.cache_clear()
    yield plugin
    backends.find.cache_clear()


def state(library: Library) -> tuple[State, Any]:
    """A state and a gradient."""
    return State(library.make(X), library.make(M)), library.make(G)


def test_an_unknown_name_is_refused_with_those_that_are_known(fake: Fake) -> None:
    """When the optimizer is made, not at its first step."""
    with pytest.raises(ValueError, match=r"Unknown backend 'nosuch'. Known are: auto, core, fake."):
        LionK(L1(), lr=0.1, backend="nosuch")


def test_a_backend_that_cannot_be_used_is_refused_with_the_reason(fake: Fake) -> None:
    """Nothing else takes its place."""
    fake.reason = "the moon is full"
    with pytest.raises(ValueError, match=r"'fake' cannot be used: the moon is full. Or use"):
        LionK(L1(), lr=0.1, backend="fake")


def test_a_backend_that_is_not_installed_is_refused_with_the_command(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The module is missing, or something that it imports."""
    monkeypatch.setattr(backends, "BUILT_IN", {"numba": "lionk_ghost:Backend"})
    with pytest.raises(ValueError, match=r"No module named 'lionk_ghost'. Install it with: pip in"):
        LionK(L1(), lr=0.1, backend="numba")


def test_an_entry_point_takes_the_place_of_a_built_in_name(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is installed comes first, and may have a new name."""
    monkeypatch.setattr(backends, "BUILT_IN", {"fake": "lionk_ghost:Backend"})
    installed = {"fake": "lionk_fake:Backend", "other": "lionk_fake:Backend"}
    monkeypatch.setattr(backends, "_installed", lambda: installed)
    assert backends.names() == ["fake", "other"]
    assert backends.require("other") is fake


def test_the_entry_points_are_those_of_setup_cfg() -> None:
    """Run from a tree or installed, the same plug-ins are known."""
    assert {"cupy", "numba"} <= set(backends.names())


@pytest.mark.parametrize(
    ("K", "x", "chosen"),
    [
        (L1(), np.zeros(2), "fake"),
        ({"w": L1(), "b": L1()}, {"w": np.zeros(2), "b": np.zeros(1)}, "fake"),
        ({"w": L1(), "b": L2()}, {"w": np.zeros(2), "b": np.zeros(1)}, "core"),
        ({"w": GroupL2(), "b": L1()}, {"w": np.zeros(2), "b": np.zeros(1)}, "fake"),
        ({"w": GroupL2(), "b": L2()}, {"w": np.zeros(2), "b": np.zeros(1)}, "core"),
        (GroupL2(), np.zeros(2), "core"),
        (L2(), np.zeros(2), "core"),
        (L1(), [0.0], "core"),
    ],
    ids=["l1", "blocks", "refused", "mixed", "mixed, refused", "by the core", "l2", "list"],
)
def test_auto_takes_the_plug_in_that_gains(fake: Fake, K: Any, x: Any, chosen: str) -> None:
    """One K fused and none refused; the core otherwise, and where all dK are the core's."""
    assert choose("auto", K, x).name == chosen
    fake.reason = "out of order"
    assert choose("auto", K, x).name == "core"


def test_step_runs_on_the_backend_and_changes_nothing(fake: Fake) -> None:
    """`step` is `step_` on copies; `minimize` and `run` go through it."""
    lion, core = LionK(L1(), **HYPER, backend="fake"), LionK(L1(), **HYPER)
    s, g = State(np.array(X), np.array(M)), np.array(G)
    after, wanted = lion.step(s, g), core.step(s, g)
    assert fake.steps == 1
    assert s.x.tolist() == X
    assert s.m.tolist() == M
    assert after.x.tolist() == wanted.x.tolist()
    assert after.m.tolist() == wanted.m.tolist()


@pytest.mark.parametrize("scheme", ["explicit", "implicit"])
@pytest.mark.parametrize("K", [L1(), L2(), GroupL2(size=2)], ids=lambda K: K.key)
def test_the_core_steps_in_place(library: Library, K: ConvexFunction, scheme: str) -> None:
    """The same arrays hold what `step` returns."""
    lion = LionK(K, **HYPER, scheme=scheme)
    s, g = state(library)
    wanted = lion.step(s, g)
    if library.name == "numpy-readonly":
        with pytest.raises(ValueError, match=r"this numpy.ndarray is read-only: give it a copy"):
            lion.step_(s, g)
        return
    x, m = s
    lion.step_(s, g)
    assert to_numpy(x).tolist() == to_numpy(wanted.x).tolist()
    assert to_numpy(m).tolist() == to_numpy(wanted.m).tolist()


def test_the_core_steps_blocks_in_place() -> None:
    """One K for all blocks, or one for each."""
    for K in (L2(), {"w": L2(), "b": L1()}):
        lion = LionK(K, **HYPER)
        s = State(
            {"w": np.array(X), "b": np.ones((2, 1))}, {"w": np.array(M), "b": np.zeros((2, 1))}
        )
        g = {"w": np.array(G), "b": np.array([[1.0], [-2.0]])}
        wanted = lion.step(s, g)
        lion.step_(s, g)
        for name in g:
            assert s.x[name].tolist() == wanted.x[name].tolist()
            assert s.m[name].tolist() == wanted.m[name].tolist()


def test_the_core_changes_nothing_when_it_refuses() -> None:
    """A wrong shape in the last block, one array for x and m, or a block that cannot be written."""
    lion = LionK(L1(), **HYPER)
    x = {"w": np.array(X), "b": np.zeros(2)}
    m = {"w": np.array(M), "b": np.zeros(2)}
    with pytest.raises(ValueError, match="Shapes must agree"):
        lion.step_(State(x, m), {"w": np.array(G), "b": np.zeros(3)})
    with pytest.raises(ValueError, match="must be its own array"):
        lion.step_(State(x, {"w": x["w"], "b": m["b"]}), x)
    m["b"].flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        lion.step_(State(x, m), x)
    assert x["w"].tolist() == X
    assert m["w"].tolist() == M


def test_the_core_takes_a_gradient_that_is_x() -> None:
    """All is computed before anything is written."""
    lion, s = LionK(L2(), **HYPER), State(np.array(X), np.array(M))
    wanted = lion.step(s, s.x.copy())
    lion.step_(s, s.x)
    assert s.x.tolist() == wanted.x.tolist()


def check_auto() -> None:
    """The same, by itself: mixed blocks are the plug-in's, dK by the core alone is the core's."""
    plugin, two = Fake(), {"w": np.zeros(2), "b": np.zeros(1)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backends, "names", lambda: ["fake"])
        patch.setattr(backends, "require", lambda name: plugin)
        assert choose("auto", {"w": GroupL2(), "b": L1()}, two).name == "fake"
        assert choose("auto", {"w": L2(), "b": L1()}, two).name == "core"
        assert choose("auto", GroupL2(), two).name == "core"


def test_auto() -> None:
    """Of two blocks, one fused."""
    check_auto()


def test_a_schedule_needs_the_number_of_the_step() -> None:
    """In place as well."""
    with pytest.raises(ValueError, match="the step number t"):
        LionK(L1(), lr=lambda t: 0.1).step_(State(np.zeros(2), np.zeros(2)), np.zeros(2))


def test_nothing_is_imported_before_a_step() -> None:
    """Naming a backend looks for it, and no more."""
    code = (
        "import sys, lionk_ref\n"
        "try:\n"
        "    lionk_ref.LionK(lionk_ref.L1(), lr=0.1, backend='numba')\n"
        "except ValueError:\n"
        "    pass\n"
        "print({'numba', 'llvmlite', 'cupy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
