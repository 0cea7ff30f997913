"""Section 5. What Figures 2 to 4 train: a residual ConvNet on data found by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lionk_ref.experiments.settings import Config
from lionk_ref.experiments.training import Optimizer, Probe, Training
from lionk_ref.problems.datasets import DATASETS, Dataset
from lionk_ref.problems.nets.convnet import ConvNet


@dataclass(frozen=True)
class NetConfig(Config):
    """The settings that Figures 2 to 4 share; ``data`` is the folder that some data sets need."""

    dataset: str = "digits_1d"
    data: str = ""
    widths: tuple[int, ...] = (16, 32)
    groups: int = 0
    dtype: str = "float32"
    lr: float = 0.001
    steps: int = 1000
    batch_size: int = 128
    seed: int = 0
    every: int = 20
    checkpoint: int = 200

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dtype not in ("float32", "float64"):
            raise ValueError(f"The setting dtype is float32 or float64, got {self.dtype!r}.")


NEEDS_FOLDER = ("cifar10",)
TAKES_PATH = (*NEEDS_FOLDER, "text")


def dataset(name: str, folder: str = "") -> Dataset:
    """The data of Section 5 with this name; some need the folder where the files lie.

    Raises
    ------
    ValueError
        If there are none of this name, or their files or their package are not there.

    Examples
    --------
    >>> dataset("digits_1d").shape
    (40, 1)
    """
    if name not in DATASETS:
        raise ValueError(f"Unknown dataset {name!r}; known: {', '.join(DATASETS)}.")
    if name in NEEDS_FOLDER and not folder:
        raise ValueError(f"The dataset {name} needs its folder: --set data=DIR.")
    if folder and name not in TAKES_PATH:
        raise ValueError(f"The dataset {name} needs no files: leave out data={folder}.")
    try:
        return DATASETS[name](folder) if folder else DATASETS[name]()
    except ModuleNotFoundError as error:
        raise ValueError(str(error)) from None
    except ValueError as error:
        raise ValueError(f"The setting data={folder}: {error}") from None


def training(
    config: NetConfig,
    data: Dataset,
    name: str,
    optimizer: Optimizer,
    probes: tuple[Probe, ...],
    initialisation: str = "uniform",
) -> Training:
    """A training for Figures 2 to 4: the ConvNet that fits the data, with the shared settings."""
    net = ConvNet(data.shape, data.classes, config.widths, groups=config.groups)
    same = {key: getattr(config, key) for key in SHARED}
    return Training(
        name, net, data, optimizer, probes=probes, initialisation=initialisation, **same
    )


SHARED = ("steps", "batch_size", "seed", "dtype", "every", "checkpoint")


def at_step(records: list[dict[str, Any]], t: int, key: str) -> Any:
    """What was recorded under ``key`` at the step nearest to t: for the histograms of Figure 2."""
    having: list[Mapping[str, Any]] = [r for r in records if key in r]
    nearest = min(having, key=lambda r: abs(r["t"] - t))
    return nearest["t"], nearest[key]
