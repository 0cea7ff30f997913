"""The kernels as text: the C++ of this folder, and one entry point for each kernel asked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

BLOCK = 256
"""Threads in a block, of every kernel."""

FILES = (
    "storage", "update", "subgradients", "sweep", "separable",
    "measure", "norms", "groups", "select", "terms", "certified",
    "certified_norms", "certified_groups", "certified_select",
)  # fmt: skip
"""In this order; before them comes the binary16 of the machine they run on."""

SIGNATURES = {
    "separable": "Job job",
    "measure": "Job job, Measure* parts",
    "join": "Job job, const Measure* parts, Measure* whole",
    "norm_step": "Job job, const Measure* whole",
    "group_step": "Job job, long long size",
    "certified": "Job job, Sums* parts",
    "certified_join": "long long chunks, const Sums* parts, Sums* whole",
    "certified_norm": "Job job, const Measure* whole, NormSums* parts",
    "certified_norm_join": "Job job, const NormSums* parts, Sums* rows",
    "certified_group": "Job job, long long size, Sums* parts",
    "select_start": "long long k, Selection* found, Count* counts",
    "select_count": "Job job, int shift, int bits, Selection* found, Count* counts",
    "select_digit": "int shift, Selection* found, Count* counts",
    "select_step": "Job job, long long k, const Selection* found",
    "select_above": "Job job, const Selection* after, SelectSums* parts",
    "certified_select": (
        "Job job, long long k, const Selection* found, const Selection* before, SelectSums* parts"
    ),
    "certified_select_join": (
        "Job job, long long k, const Selection* tilde, const Selection* before, "
        "const Selection* after, const SelectSums* parts, Sums* rows"
    ),
}
"""The arguments of each kernel, before those that all have."""

COMMON = "Hyper hyper, const double* lr"


class Kernel(NamedTuple):
    """A kernel: a function template of the ``.cuh`` files, and its arguments.

    >>> Kernel("separable", ("l1", "Explicit", "float", "Brain", "float")).name
    'lionk_separable_l1_Explicit_float_Brain_float'
    """

    template: str
    arguments: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name in a compiled module."""
        return "_".join(["lionk", self.template, *self.arguments])


@cache
def part(name: str) -> str:
    """One of the ``.cuh`` files."""
    return Path(__file__).with_name(f"{name}.cuh").read_text("utf-8")


def templates() -> str:
    """All templates, without an entry point and without binary16."""
    return "\n".join([f"#define BLOCK {BLOCK}", *(part(name) for name in FILES)])


def entry(kernel: Kernel) -> str:
    """The entry point of a kernel."""
    signature = f"{SIGNATURES[kernel.template]}, {COMMON}"
    passed = ", ".join(p.split()[-1] for p in signature.split(","))
    arguments = f"<{', '.join(kernel.arguments)}>" if kernel.arguments else ""
    return (
        f'extern "C" __global__ void __launch_bounds__({BLOCK}) {kernel.name}({signature}) '
        f"{{ {kernel.template}{arguments}({passed}); }}"
    )


def text(kernels: Iterable[Kernel]) -> str:
    """A translation unit for NVRTC with these kernels."""
    return "\n".join([part("half_device"), templates(), *map(entry, kernels), ""])
