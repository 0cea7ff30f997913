"""Section 5.2. The nets of Figures 6 and 7 at a small size, and Lion-lp with matched steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lionk_ref.convex import L1, L2, ConvexFunction, Lp
from lionk_ref.discrete import LionK
from lionk_ref.discrete.schedules import Schedule
from lionk_ref.experiments.settings import Config
from lionk_ref.problems.datasets import Dataset, digits_1d, text
from lionk_ref.problems.nets import CausalLM, ConvNet, Net, Transformer

TITLES = {
    "convnet": "residual ConvNet, 1-D digits",
    "transformer": "Transformer, 1-D digits",
    "language": "language model, bytes",
}
"""The three by the names that the setting ``nets`` takes."""


@dataclass(frozen=True)
class ThreeNetsConfig(Config):
    """What Figures 6 and 7 share; ``text`` is a file for the language model, or Python's help."""

    nets: tuple[str, ...] = tuple(TITLES)
    steps: int = 600
    batch_size: int = 100
    sequences: int = 32
    context: int = 32
    widths: tuple[int, ...] = (16, 32)
    groups: int = 0
    width: int = 32
    heads: int = 2
    depth: int = 2
    text: str = ""
    dtype: str = "float32"
    every: int = 10
    checkpoint: int = 200

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in self.nets:
            if name not in TITLES:
                raise ValueError(f"The setting nets knows {', '.join(TITLES)}, got {name!r}.")
        if self.dtype not in ("float32", "float64"):
            raise ValueError(f"The setting dtype is float32 or float64, got {self.dtype!r}.")


@dataclass(frozen=True)
class Task:
    """A net of Section 5.2 with its data and the size of a batch."""

    name: str
    net: Net
    dataset: Dataset
    batch_size: int

    @property
    def sizes(self) -> dict[str, int]:
        """The number of entries of each tensor."""
        return {name: _product(start.shape) for name, start in self.net.starts.items()}


def tasks(config: ThreeNetsConfig) -> list[Task]:
    """The nets and data of Section 5.2 that the settings ask for.

    Examples
    --------
    >>> [(task.name, sum(task.sizes.values())) for task in tasks(ThreeNetsConfig(width=16))][:2]
    [('convnet', 7210), ('transformer', 7002)]
    """
    return [_task(name, config) for name in config.nets]


def matched(
    p: float, sizes: Mapping[str, int], lr: float | Schedule, lam: float, backend: str = "core"
) -> dict[str, LionK]:
    """Lion-lp of Section 5.2 on each tensor by itself, with steps of one size for every p.

    K = |z|_p has |grad K|_q = 1, 1/p + 1/q = 1, so the q-mean of the entries of a step falls with
    their number n. With s = n^(1 - 1/p) the step is lr s and the decay lam/s: the q-mean of a step
    is lr for every p and n, lr lam is untouched, and the constraint is q-mean(w) <= 1/lam. Tensors
    of one size share their optimizer.

    Examples
    --------
    >>> lion = matched(2.0, {"W": 100, "b": 1}, lr=0.001, lam=10.0)
    >>> lion["W"].lr, lion["W"].lam, lion["b"].lam
    (0.01, 1.0, 10.0)
    """
    K, factors = k_of(p), {name: n ** (1 - 1 / p) for name, n in sizes.items()}
    made = {s: _scaled(K, s, lr, lam, backend) for s in set(factors.values())}
    return {name: made[s] for name, s in factors.items()}


def k_of(p: float) -> ConvexFunction:
    """The K of Lion-lp, Table 2, line 2; `L1` and `L2` at the ends.

    Examples
    --------
    >>> k_of(1), k_of(1.5)
    (L1(), Lp(p=1.5))
    """
    ends: dict[float, ConvexFunction] = {1.0: L1(), 2.0: L2()}
    return ends[p] if p in ends else Lp(p=p)


def _scaled(K: ConvexFunction, s: float, lr: float | Schedule, lam: float, backend: str) -> LionK:
    step = Times(s, lr) if callable(lr) else s * lr
    return LionK(K, lr=step, lam=lam / s, backend=backend)


@dataclass(frozen=True)
class Times:
    """A schedule of Section 4 times a factor."""

    factor: float
    schedule: Schedule

    def __call__(self, t: int) -> float:
        return self.factor * self.schedule(t)


def _task(name: str, config: ThreeNetsConfig) -> Task:
    if name == "language":
        data = _text(config)
        shape = (config.width, config.heads, config.depth)
        return Task(name, CausalLM(data.classes, config.context, *shape), data, config.sequences)
    data = digits_1d()
    net: Any = ConvNet(data.shape, data.classes, config.widths, groups=config.groups)
    if name == "transformer":
        net = Transformer(
            data.shape, data.classes, width=config.width, heads=config.heads, depth=config.depth
        )
    return Task(name, net, data, config.batch_size)


def _text(config: ThreeNetsConfig) -> Dataset:
    try:
        return text(config.text or None, context=config.context, test_share=0.05)
    except ValueError as error:
        raise ValueError(
            f"The settings text={config.text}, context={config.context}: {error}"
        ) from None


def _product(shape: tuple[int, ...]) -> int:
    n = 1
    for size in shape:
        n *= size
    return n
