"""Mistakes in the trainings and the probes of the paper's figures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import test_experiments
import test_experiments_store
from lionk_ref.discrete import LionK, State
from lionk_ref.experiments import state, store, training
from lionk_ref.experiments.context import to_host
from mutants import Mutant


def somewhere(check: Callable[[Path], object]) -> Callable[[], None]:
    """A check that needs a folder, in one of its own."""

    def run() -> None:
        with TemporaryDirectory() as folder:
            check(Path(folder))

    return run


def each_tensor() -> None:
    """One optimizer for each tensor."""
    test_experiments.check_training(
        test_experiments.training(optimizer=test_experiments.different())
    )


def one_tensor() -> None:
    """One optimizer for all."""
    test_experiments.check_training(test_experiments.training())


def first_for_all(optimizer: Any, s: State, g: Any, t: int) -> None:
    """The first optimizer of the dict steps every tensor."""
    one = optimizer if isinstance(optimizer, LionK) else next(iter(optimizer.values()))
    one.step_(s, g, t)


def always_step_0(optimizer: Any, s: State, g: Any, t: int) -> None:
    """The schedule stays at its beginning."""
    STEP(optimizer, s, g, 0)


def decay_twice(optimizer: LionK, t: int) -> float:
    """The rate of the squared distance."""
    return DECAY(optimizer, t) ** 2


def explicit_for_both(optimizer: LionK, t: int) -> float:
    """1 - lr lam in the implicit scheme, too."""
    return float(np.prod([1 - optimizer.lr_at(k) * optimizer.lam for k in range(t)]))


def no_noise(f: Any, x: Any) -> Any:
    """The mean over the first five examples for the gradient over all."""
    d = f.training.dataset
    part = d.train_inputs[:5].astype(np.float64), d.train_targets[:5]
    return f.training.net.loss_and_gradient(x, *part)


def keep_later_lines(log: store.Log) -> store.Checkpoint:
    """A resumed run appends to what the interrupted one had written after its checkpoint."""
    kept = log.lines.read_bytes() if log.lines.exists() else b""
    checkpoint = RESTORED(log)
    log.lines.write_bytes(kept)
    return checkpoint


def digest_of_x(s: State) -> str:
    """The momentum left out, and tensors in the order in which they come."""
    return hashlib.sha256(b"".join(to_host(a).tobytes() for a in s.x.values())).hexdigest()


def digest_differs() -> None:
    """Two states that differ in m only are two."""
    x = {"W": np.ones(2)}
    one, two = State(x, {"W": np.zeros(2)}), State(x, {"W": np.ones(2)})
    assert state.digest(one) != state.digest(two)


def excess_of_w(training: Any, context: Any, at: Any) -> Any:
    """The distance of w to the box of 1, for that of lam w."""
    return {"largest": {n: float(np.max(np.abs(w))) for n, w in at.x.items()},
            "excess": {n: float(np.maximum(abs(w) - 1, 0).max()) for n, w in at.x.items()},
            "allowed": {n: DECAY(training.optimizer_of(n), at.t) for n in at.x}}  # fmt: skip


def risen_unpaired(losses: Any) -> Any:
    """The means are compared, with the scatter of the seeds in the uncertainty."""
    means, errors = losses.mean(axis=1), losses.var(axis=1, ddof=1) / losses.shape[1]
    return means - means[0] > 2 * np.sqrt(errors + errors[0])


STEP, DECAY = training.step_, test_experiments.decay
RESTORED = store.Log._restored

MUTANTS = (
    Mutant("figure-one-for-all", "one optimizer of the dict for all tensors",
           "lionk_ref.experiments.training.step_", first_for_all, each_tensor),
    Mutant("figure-schedule", "the schedule is asked for step 0 only",
           "lionk_ref.experiments.training.step_", always_step_0, each_tensor),
    Mutant("figure-state", "the digest leaves m out",
           "lionk_ref.experiments.state.digest", digest_of_x, digest_differs),
    Mutant("figure-decay", "the distance shrinks by the square", "test_experiments.decay",
           decay_twice, test_experiments.check_decay),
    Mutant("figure-scheme", "the explicit factor for both schemes", "test_experiments.decay",
           explicit_for_both, test_experiments.check_decay),
    Mutant("figure-excess", "w is held against the box of lam w",
           "lionk_ref.experiments.probes.Confinement.measure",
           lambda self, *at: excess_of_w(*at), somewhere(test_experiments.check_confinement)),
    Mutant("figure-full-gradient", "f is the mean over a part of the examples",
           "lionk_ref.experiments.energy.NetLoss._over_all", no_noise,
           somewhere(test_experiments.check_balance)),
    Mutant("figure-quadrature", "the rule of one node for that of three",
           "lionk_ref.experiments.energy:NODES", 1, somewhere(test_experiments.check_balance)),
    Mutant("figure-cut", "lines after the checkpoint stay",
           "lionk_ref.experiments.store.Log._restored", keep_later_lines,
           somewhere(test_experiments_store.check_cut)),
    Mutant("figure-unpaired", "the seeds are not paired", "test_experiments.risen",
           risen_unpaired, test_experiments.check_risen),
    Mutant("figure-phase-1", "a tolerance a thousand times as large",
           "lionk_ref.experiments.phase_1:ROUNDOFF", {"float32": 1e-2},
           test_experiments.check_phase_1),
)  # fmt: skip
