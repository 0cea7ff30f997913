"""Trainings, probes and figures, each against another derivation of the same numbers."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from lionk_ref import L1, LionK
from lionk_ref.convex import ConvexFunction, DeadZone, Huber, Lp, TopK
from lionk_ref.discrete import Cosine, State
from lionk_ref.discrete.updates import lion
from lionk_ref.experiments import FIGURES, Context, Results, Store, Training, phase_1, toy
from lionk_ref.experiments.energy import EnergyBalance, NetLoss
from lionk_ref.experiments.figure_1 import converged_loss
from lionk_ref.experiments.figure_4 import risen
from lionk_ref.experiments.probes import Confinement, Histogram, decay
from lionk_ref.experiments.state import digest
from lionk_ref.experiments.training import Moment
from lionk_ref.problems.datasets import Dataset
from lionk_ref.problems.nets.mlp import MLP


def data(n: int = 30) -> Dataset:
    """Three classes of points in the plane."""
    rng = np.random.default_rng(1)
    targets = np.arange(n) % 3
    inputs = (rng.standard_normal((n, 2, 1)) + targets[:, None, None]).astype(np.float32)
    return Dataset("points", inputs, targets, inputs, targets)


LION = LionK(L1(), lr=0.01, lam=2.0)
NET = MLP(shape=(2, 1), classes=3, widths=(4,))
SMOOTH = MLP(shape=(2, 1), classes=3, widths=())


def training(**changes: Any) -> Training:
    """A run of seven steps, with a checkpoint after every third."""
    values: dict[str, Any] = {"steps": 7, "batch_size": 5, "every": 2, "checkpoint": 3}
    return Training(
        **{"name": "run", "net": NET, "dataset": data(), "optimizer": LION} | values | changes
    )


def context(folder: Path | str) -> Context:
    """A place to run in, fresh or with what is unfinished there."""
    return Context(Store(Path(folder), {}, resume=(Path(folder) / "unfinished").exists()))


def trained(folder: Path | str, run: Training) -> str:
    """The metrics of a run, from where it stopped."""
    there = context(folder)
    run.run(there)
    return there.store.metrics()


def twin(run: Training) -> State:
    """The same training, written out: eq. (1) on each tensor."""
    x = run.net.parameters(run.seed, initialisation=run.initialisation)
    s = State(x, {n: np.zeros_like(a) for n, a in x.items()})
    for t in range(run.steps):
        _, g = run.net.loss_and_gradient(s.x, *run.dataset.batch(t, run.batch_size, run.seed))
        parts = {}
        for n in x:
            o = run.optimizer_of(n)
            weights = {"beta1": o.beta1, "beta2": o.beta2, "lam": o.lam}
            parts[n] = lion(State(s.x[n], s.m[n]), g[n], lr=o.lr_at(t), **weights)
        s = State({n: p.x for n, p in parts.items()}, {n: p.m for n, p in parts.items()})
    return s


def check_training(run: Training) -> None:
    """The state at the end is that of eq. (1), written out, bit for bit."""
    with TemporaryDirectory() as folder:
        metrics = trained(folder, run)
    assert Results.read(None, metrics).last("run", "sha256") == digest(twin(run))  # type: ignore[arg-type]


def different() -> dict[str, LionK]:
    """Another lr and lam for each tensor, one of them by a schedule."""
    names = list(NET.starts)
    lrs = [0.01, 0.02, 0.03, Cosine(0.04, steps=7)]
    return {
        n: LionK(L1(), lr=lr, lam=float(i))
        for i, (n, lr) in enumerate(zip(names, lrs, strict=True))
    }


def test_training_is_eq_1() -> None:
    """One optimizer for all tensors."""
    check_training(training())


def test_an_optimizer_for_each_tensor() -> None:
    """A dict of them."""
    check_training(training(optimizer=different()))


def test_normal_initialisation_and_seed() -> None:
    """Both reach the net and the batches."""
    check_training(training(initialisation="normal", seed=3))


class PowerError(Exception):
    """The power fails."""


class Fuse:
    """A probe that stops the run at a step."""

    every = 1

    def __init__(self, t: int) -> None:
        self.t = t

    def measure(self, training: Training, context: Context, at: Moment) -> dict[str, Any]:
        """Nothing, or the end."""
        if at.t == self.t:
            raise PowerError
        return {}


@pytest.mark.parametrize("t", [0, 2, 3, 5, 7])
def test_resumed_is_uninterrupted(tmp_path: Path, t: int) -> None:
    """PowerError at any step and resumed: the same metrics to the last byte, and the same bits."""
    whole = trained(tmp_path / "whole", training())
    with pytest.raises(PowerError):
        trained(tmp_path / "parts", training(probes=(Fuse(t),)))
    assert trained(tmp_path / "parts", training()) == whole


def test_a_finished_run_is_left_alone(tmp_path: Path) -> None:
    """Resuming a figure does not repeat its finished runs."""
    first = trained(tmp_path, training())
    assert trained(tmp_path, training(probes=(Fuse(0),))) == first


def test_scores_are_means_over_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In parts of unequal size as in one."""
    one = trained(tmp_path / "one", training())
    monkeypatch.setattr("lionk_ref.experiments.training.CHUNK", 7)
    seven = trained(tmp_path / "seven", training())
    for key in ("train_loss", "accuracy"):
        a, b = (Results.read(None, m).last("run", key) for m in (one, seven))  # type: ignore[arg-type]
        assert abs(a - b) <= 1e-6


def test_another_array_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop, the probes and the checkpoints never take NumPy for granted."""
    xp = pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
    probes = (Histogram(2, 1.0), Confinement(2), EnergyBalance(3))
    here = trained(tmp_path / "numpy", training(probes=probes))
    monkeypatch.setattr("lionk_ref.experiments.context.namespace_of", lambda backend: xp)
    there = trained(tmp_path / "strict", training(probes=probes))
    a, b = (Results.read(None, m).runs["run"] for m in (here, there))  # type: ignore[arg-type]
    assert [r["t"] for r in a] == [r["t"] for r in b]
    assert np.allclose([r["loss"] for r in a[:-1]], [r["loss"] for r in b[:-1]], rtol=1e-5)


def check_decay() -> None:
    """The factor of phase 1 in fractions: a product over a schedule, and both schemes."""
    schedule = Cosine(0.5, steps=4)
    exact = math.prod(1 - Fraction(schedule(t)) * Fraction(3, 2) for t in range(3))
    assert decay(LionK(L1(), lr=schedule, lam=1.5), 3) == pytest.approx(float(exact), rel=1e-14)
    implicit = LionK(L1(), lr=0.5, lam=1.5, scheme="implicit")
    assert decay(implicit, 3) == pytest.approx(float(Fraction(4, 7) ** 3), rel=1e-14)
    assert decay(implicit, 0) == 1.0


def test_decay() -> None:
    """See `check_decay`."""
    check_decay()


def moment(
    net: Any = NET, batch: int | None = None, dtype: str = "float64"
) -> tuple[Training, Moment]:
    """A training, and a state of it with a momentum and weights on both sides of the box."""
    run = training(net=net, dtype=dtype)
    rng = np.random.default_rng(5)
    x, m = (
        {n: rng.standard_normal(a.shape).astype(dtype) for n, a in net.parameters(0).items()}
        for _ in range(2)
    )
    d = run.dataset
    rows = slice(batch)
    loss, g = net.loss_and_gradient(x, d.train_inputs[rows].astype(dtype), d.train_targets[rows])
    return run, Moment(4, x, m, float(loss), g)


def check_confinement(folder: Path | str) -> None:
    """For Lion: the largest entry, and the length of what sticks out of the box of lam w."""
    run, at = moment()
    values = Confinement(1).measure(run, context(folder), at)
    for n, w in at.x.items():
        out = [max(0.0, abs(v) * 2.0 - 1.0) for v in w.ravel().tolist()]
        assert values["largest"][n] == max(abs(v) for v in w.ravel().tolist())
        assert values["excess"][n] == pytest.approx(math.sqrt(sum(v * v for v in out)), rel=1e-12)
        assert values["allowed"][n] == pytest.approx(0.98**4, rel=1e-12)


def test_confinement(tmp_path: Path) -> None:
    """See `check_confinement`."""
    check_confinement(tmp_path)


def test_histogram(tmp_path: Path) -> None:
    """Each weight is counted once, those beyond the reach in the last bins."""
    run, at = moment()
    counts = Histogram(1, 0.5, bins=4).measure(run, context(tmp_path), at)["histogram"]
    flat = [v for w in at.x.values() for v in w.ravel().tolist()]
    assert counts == [
        sum(v < -0.25 for v in flat), sum(-0.25 <= v < 0 for v in flat),
        sum(0 <= v < 0.25 for v in flat), sum(v >= 0.25 for v in flat),
    ]  # fmt: skip


def energy(run: Training, x: Any, m: Any, c: float) -> float:
    """H of Theorem 4.1 for Lion, the indicator left out: f + c (|m|_1 - lam <x, m>)."""
    d = run.dataset
    f = float(run.net.loss(x, d.train_inputs.astype(np.float64), d.train_targets))
    return f + c * sum(float(np.sum(np.abs(m[n]) - LION.lam * x[n] * m[n])) for n in x)


def check_balance(folder: Path | str, batch: int | None = 5) -> None:
    """The recorded change is that of H, its causes add up to it, and the noise is the batch's."""
    run, at = moment(SMOOTH, batch)
    terms = EnergyBalance(1).measure(run, context(folder), at)["balance"]
    after = LION.step(State(at.x, at.m), at.g)
    lr = 0.01 / (1 - 0.01 * 2.0)
    c = lr * 0.9 / (lr * 2.0 * 0.1 + 0.01)
    change = energy(run, after.x, after.m, c) - energy(run, at.x, at.m, c)
    assert terms["change"] == pytest.approx(change, abs=1e-12)
    causes = terms["curvature"] + terms["noise"] + terms["first"] + terms["second"]
    assert causes == pytest.approx(change, abs=1e-12)
    assert terms["residual"] <= terms["tolerance"] <= 1e-12
    assert terms["first"] <= 1e-14
    assert terms["second"] <= 1e-14
    assert terms["along"] == pytest.approx(terms["curvature"], rel=1e-6)
    full = NetLoss(run, context(f"{folder}/full")).gradient(at.x)
    noise = sum(float(np.sum((full[n] - at.g[n]) * (after.x[n] - at.x[n]))) for n in at.x)
    assert terms["noise"] == pytest.approx(noise, abs=1e-14)
    assert (abs(noise) > 1e-4) == (batch is not None)


@pytest.mark.parametrize("batch", [5, None])
def test_energy_balance_on_a_net(tmp_path: Path, batch: int | None) -> None:
    """With a batch, and without noise with all examples."""
    check_balance(tmp_path, batch)


def test_energy_balance_sees_a_wrong_gradient(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D_f from gradients parts from D_f by the loss as soon as the gradient is another's."""
    right = MLP.loss_and_gradient

    def wrong(self: MLP, *args: Any) -> Any:
        loss, g = right(self, *args)
        return loss, {n: 1.01 * a for n, a in g.items()}

    monkeypatch.setattr(MLP, "loss_and_gradient", wrong)
    run, at = moment(SMOOTH)
    terms = EnergyBalance(1).measure(run, context(tmp_path), at)["balance"]
    assert abs(terms["along"] / terms["curvature"] - 1) > 0.1


def records(factor: float, steps: int = 50, lam: float = 10.0) -> Results:
    """A made-up run: one weight whose distance to the box is multiplied by ``factor`` each step."""
    config = FIGURES[2].config(lam=lam, lr=0.01)  # type: ignore[call-arg]
    made = [
        {"t": t, "largest": {"W": 1 / lam + factor**t}, "excess": {"W": lam * factor**t},
         "allowed": {"W": 0.9**t}}
        for t in range(steps)
    ]  # fmt: skip
    return Results(config, {"run": made})


def check_phase_1() -> None:
    """What follows the law passes, what is slower fails, what is faster is no follower."""
    at, slow, fast = records(0.9), records(0.901), records(0.8)
    assert phase_1.bound_row(at, [("run", 10.0)], 1).verdict == "held"
    assert phase_1.bound_row(fast, [("run", 10.0)], 1).verdict == "held"
    assert phase_1.bound_row(slow, [("run", 10.0)], 1).verdict == "FAILED"
    assert phase_1.law_row(at, "run", 10.0).verdict == "reproduced"
    assert phase_1.law_row(fast, "run", 10.0).verdict == "partly"


def test_phase_1_rows() -> None:
    """See `check_phase_1`."""
    check_phase_1()


@pytest.mark.parametrize(("steps", "verdict"), [(150, "reproduced"), (20, "partly")])
def test_edge_row(steps: int, verdict: str) -> None:
    """0.1 to three digits, or not yet."""
    assert phase_1.edge_row(records(0.9, steps), "run", 10.0).verdict == verdict


OPTIMA: tuple[tuple[ConvexFunction, Any], ...] = (
    (L1(), lambda lam: min(1.5, 1 / lam)),
    (Lp(p=2.0), lambda lam: min(1.5, 1 / lam)),
    (Lp(p=1.5), lambda lam: min(1.5, 1 / lam)),
    (TopK(k=1), lambda lam: min(1.5, 1 / lam)),
    (DeadZone(e=0.5), lambda lam: min(1.25, 1 / lam)),
    (Huber(e=1.0), lambda lam: min(3 / (2 + lam), 1 / lam)),
)
"""The first coordinate of the minimum of (x_1 - 1.5)^2 + x_2^2 + K*(lam x)/lam, by hand."""


@pytest.mark.parametrize("lam", [0.3, 0.5, 2 / 3, 1.5])
@pytest.mark.parametrize(("K", "first"), OPTIMA, ids=lambda v: repr(v)[:12])
def test_optimum(K: ConvexFunction, first: Any, lam: float) -> None:
    """By hand: the second coordinate is 0, the first is where the slope vanishes, or the edge."""
    assert toy.optimum(K, lam) == pytest.approx([first(lam), 0.0], abs=1e-9)


@pytest.mark.parametrize("lam", [0.1, 0.6, 2 / 3, 0.7, 2.0])
def test_converged_loss(lam: float) -> None:
    """The prediction of Figure 1 (d) is f at the minimum found by proximal gradients."""
    x = toy.optimum(L1(), lam)
    assert float(converged_loss(lam)) == pytest.approx((x[0] - 1.5) ** 2 + x[1] ** 2, abs=1e-9)


def check_risen() -> None:
    """Seeds that are far apart do not hide a rise that each of them shows; one alone is no rise."""
    seeds = np.array([0.2, 0.5, 0.9])
    rises = np.array([[0.0, 0.0, 0.0], [0.01, 0.01, 0.01], [0.05, 0.06, 0.07], [0.0, 0.0, 0.3]])
    losses = seeds + rises
    assert risen(losses).tolist() == [False, True, True, False]
    assert risen(losses[:, :1]).tolist() == [False, True, True, False]


def test_risen() -> None:
    """See `check_risen`."""
    check_risen()


def small(number: int) -> list[str]:
    """Settings with which a figure takes a second."""
    toys = {1: ["sweep=0.3,1", "certified=20"], 5: ["certified=4"]}
    nets = ["widths=2,2", "steps=6", "batch_size=4", "every=2"]
    more = {2: [*nets, "balance_every=6"], 3: nets, 4: [*nets, "lams=0,1"]}
    return (toys | more)[number]


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Results]:
    """Figures 1 and 5, with fewer of their steps under watch."""
    from lionk_ref.experiments.settings import configured

    done = {}
    for number in (1, 5):
        figure, folder = FIGURES[number], tmp_path_factory.mktemp("toy")
        config = configured(figure.config, small(number))
        there = Context(Store(folder, {}))
        figure.run(config, there)
        done[number] = Results.read(config, there.store.metrics())
    return done


@pytest.mark.parametrize("number", [1, 5])
def test_the_toy_is_reproduced(toys: dict[int, Results], number: int) -> None:
    """Every claim of Figures 1 and 5, and every certificate."""
    verdicts = [row.verdict for row in FIGURES[number].rows(toys[number])]
    assert verdicts == ["reproduced"] * (len(verdicts) - 1) + ["held"]


def test_a_failed_certificate_is_named(toys: dict[int, Results]) -> None:
    """One promise that failed in one run fails the row."""
    results = toys[1]
    results = Results(results.config, {n: [dict(r) for r in rs] for n, rs in results.runs.items()})
    results.runs["path,lam=1.5"][-1]["failed"] = ["Theorem 4.1"]
    row = FIGURES[1].rows(results)[-1]
    assert (row.verdict, row.measured) == ("FAILED", "failed: Theorem 4.1")


def test_the_progress_bar_ends_full(tmp_path: Path) -> None:
    """What a figure says that it will take is what it takes."""
    from lionk_ref.experiments.settings import configured

    for number in (2, 5):
        figure, taken = FIGURES[number], [0]
        config = configured(figure.config, small(number))
        store = Store(tmp_path / str(number), {})

        def count(steps: int, label: str, taken: list[int] = taken) -> None:
            taken[0] += steps

        figure.run(config, Context(store, progress=count))
        assert taken[0] == figure.steps(config)
