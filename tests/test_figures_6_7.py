"""Section 5.2: Lion-lp on three nets, the bound on its norms, and how the p are compared."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lionk_ref.cli import main
from lionk_ref.discrete import Cosine, State
from lionk_ref.experiments import FIGURES, Results
from lionk_ref.experiments.comparison import best, finals, mean_and_error, verdict
from lionk_ref.experiments.figure_6 import Config6, DualNorms, Figure6, allowed
from lionk_ref.experiments.figure_7 import Config7
from lionk_ref.experiments.three_nets import ThreeNetsConfig, matched, tasks
from lionk_ref.experiments.training import Moment, step_
from lionk_ref.report.plots import new_figure

SMALL = ["steps=6", "every=2", "checkpoint=4", "widths=2,2", "width=4", "depth=1", "batch_size=4",
         "sequences=2", "context=4"]  # fmt: skip


def command(number: int, out: Path, *settings: str) -> list[str]:
    """A figure with nets of a hundred weights, for six steps."""
    every = [a for s in (*SMALL, *settings) for a in ("--set", s)]
    return ["figure", str(number), "--out", str(out), *every]


def check_matched() -> None:
    """The q-mean of a step is lr for every p and size, and lr lam is the same everywhere."""
    rng = np.random.default_rng(0)
    for p in (1.0, 1.25, 1.5, 2.0):
        sizes = {"a": 7, "b": 400}
        x = {name: np.zeros(n) for name, n in sizes.items()}
        g = {name: rng.standard_normal(n) for name, n in sizes.items()}
        s = State(x, {name: np.zeros(n) for name, n in sizes.items()})
        optimizer = matched(p, sizes, lr=0.01, lam=3.0)
        step_(optimizer, s, g, 0)
        for name, one in optimizer.items():
            assert one.lr_at(0) * one.lam == pytest.approx(0.03, rel=1e-14)
            u = np.abs(s.x[name]) / 0.01
            mean = u.max() if p == 1 else np.mean(u ** (p / (p - 1))) ** (1 - 1 / p)
            assert mean == pytest.approx(1, rel=1e-12)


def test_steps_are_matched() -> None:
    """What the step size means does not depend on p."""
    check_matched()


def test_schedules_are_scaled() -> None:
    """With a schedule the factor is that of the constant step size, at every step."""
    schedule = Cosine(0.01, steps=10, warmup=2)
    scheduled = matched(2.0, {"a": 25}, schedule, lam=1.0)["a"]
    assert [scheduled.lr_at(t) for t in range(10)] == [5 * schedule(t) for t in range(10)]


def check_allowed() -> None:
    """The recurrence a' = (1 - lr lam) a + lr lam, from inside and outside, in Fractions."""
    config, rate = Config6(lr=0.125, lam=2.0), Fraction(1, 4)
    for first in (Fraction(0), Fraction(1, 2), Fraction(1), Fraction(8)):
        a, exact = first, []
        for _ in range(12):
            exact.append(float(a))
            a = (1 - rate) * a + rate
        got = allowed(config, np.arange(12), np.array([float(first)]))[:, 0]
        assert got == pytest.approx(exact, rel=1e-13, abs=1e-15)


def test_allowed_norms() -> None:
    """Figure 6's prediction is what eq. (2) adds up to."""
    check_allowed()


def check_dual_norms() -> None:
    """lam max|w| for p = 1, lam times the root of the mean square for p = 2."""
    rng = np.random.default_rng(1)
    x = {"a": rng.standard_normal((3, 4)), "b": rng.standard_normal(5)}
    sizes = {name: a.size for name, a in x.items()}
    for p in (1, 2):
        optimizer = matched(p, sizes, lr=0.01, lam=3.0)
        training: Any = SimpleNamespace(optimizer_of=lambda name, of=optimizer: of[name])
        at = Moment(0, x, x, 0.0, x)
        got = DualNorms(1, p).measure(training, None, at)["norm"]  # type: ignore[arg-type]
        for name, w in x.items():
            mean = np.sqrt(np.mean(w * w)) if p == 2 else np.max(np.abs(w))
            assert got[name] == pytest.approx(3 * mean, rel=1e-12)


def test_dual_norms() -> None:
    """In units of the radius, whatever the size of the tensor."""
    check_dual_norms()


def test_three_nets() -> None:
    """Each setting arrives; the language model's alphabet is that of its text."""
    config = ThreeNetsConfig(widths=(3, 5), width=8, depth=1, context=7, sequences=9)
    convnet, transformer, language = tasks(config)
    assert convnet.sizes["head.W"] == 5 * 10
    assert transformer.sizes["block0.up.W"] == 8 * 32
    assert "block1.up.W" not in transformer.sizes
    assert language.sizes["token.W"] == 8 * len(language.dataset.alphabet)
    assert language.dataset.shape == (7,)
    assert [task.batch_size for task in (convnet, transformer, language)] == [100, 100, 9]


def check_verdicts() -> None:
    """Losses (p, seed) as the paper has them, the other way round, mixed, and too noisy."""
    up = np.array([[1.0, 1.2], [1.3, 1.4], [1.5, 1.7]])
    mixed, noisy = up[[1, 0, 2]], np.array([[1.0, 2.0], [1.3, 2.0], [3.0, 2.0]])
    for losses, smaller, expected in [
        (up, True, "reproduced"),
        (up, False, "not at this scale"),
        (up[::-1], False, "reproduced"),
        (up[::-1], True, "not at this scale"),
        (mixed, True, "partly"),
        (noisy, True, "not at this scale"),
        (up[:, :1], True, "not at this scale"),
    ]:
        assert verdict(losses, smaller) == expected


def test_verdicts() -> None:
    """One seed has no error, so no verdict for the paper."""
    check_verdicts()


def test_standard_error() -> None:
    """Against the formula: the root of the sum of squares over n (n - 1)."""
    mean, error = mean_and_error(np.array([[1.0, 2.0, 6.0]]))
    assert mean[0] == pytest.approx(3)
    assert error[0] == pytest.approx(np.sqrt((4 + 1 + 9) / 6))


def test_figure_6(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All three nets under both K; the bound holds, and one norm too large is seen."""
    (tmp_path / "text.txt").write_bytes(bytes(range(32, 127)) * 9)
    draw = Figure6.draw
    monkeypatch.setattr(Figure6, "draw", lambda self, results: new_figure(1, 1))
    assert main(command(6, tmp_path, "lr=0.01", f"text={tmp_path / 'text.txt'}")) == 0
    config = Config6(lr=0.01, steps=6)
    metrics = (tmp_path / "metrics.jsonl").read_text("utf-8")
    results = Results.read(config, metrics)
    assert len(results.runs) == 6
    assert len(draw(Figure6(), results).axes) == 6
    rows = FIGURES[6].rows(results)
    assert (len(rows), rows[0].verdict) == (13, "held")
    results.runs["language,p=2"][2]["norm"]["token.W"] = 1e3
    assert FIGURES[6].rows(results)[0].verdict == "FAILED"


def test_figure_7(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says first what it will cost; every p goes on with its best step size."""
    few = ("nets=convnet", "ps=1,2", "lrs=0.001,0.1", "seeds=2", "warmup=1")
    assert main(command(7, tmp_path, *few)) == 0
    assert "figure 7: 8 runs of 6 steps, some " in capsys.readouterr().err
    config = Config7(nets=("convnet",), ps=(1.0, 2.0), lrs=(0.001, 0.1), seeds=2, steps=6)
    results = Results.read(config, (tmp_path / "metrics.jsonl").read_text("utf-8"))
    assert len(results.runs) == 8
    for i, p in enumerate(config.ps):
        tuned = {
            lr: results.last(f"convnet,p={p:g},lr={lr:g},seed=1000", "train_loss")
            for lr in config.lrs
        }
        chosen = best(results, "convnet", p)
        assert tuned[chosen] == min(tuned.values())
        runs = [f"convnet,p={p:g},lr={chosen:g},seed={seed}" for seed in (0, 1)]
        expected = [results.last(run, "test_loss") for run in runs]
        assert finals(results, "convnet", "test_loss")[i].tolist() == expected
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert len(summary["rows"]) == 2
    assert "the end of those tried" in summary["rows"][0]["measured"]


@pytest.mark.parametrize(
    ("number", "setting", "message"),
    [
        (6, "nets=resnet", "nets knows convnet, transformer, language, got 'resnet'"),
        (6, "dtype=half", "float32 or float64, got 'half'"),
        (6, "context=0", "context needs a finite number >= 1, got 0"),
        (6, "text=none.txt", "none.txt: there is no such file"),
        (7, "ps=1,3", "ps rises between 1 and 2, got (1.0, 3.0)"),
        (7, "ps=2,1", "ps rises between 1 and 2, got (2.0, 1.0)"),
        (7, "lrs=", "lrs needs one value or more, got none"),
    ],
)
def test_settings_that_do_not_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], number: int, setting: str, message: str
) -> None:
    """One line, and exit status 2."""
    assert main(command(number, tmp_path, setting)) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
