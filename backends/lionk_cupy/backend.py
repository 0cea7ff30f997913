"""The plug-in: what `lionk_ref.backend.Backend` asks for."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING

from lionk_cupy.kinds import kind_of
from lionk_ref.arrays import Array, Arrays, leaves
from lionk_ref.backend import Kinds, Sums
from lionk_ref.convex import ConvexFunction

if TYPE_CHECKING:
    from lionk_cupy.device import Device
    from lionk_cupy.plans import Plans
    from lionk_cupy.run import Plan

WHEELS = ("cupy-cuda13x", "cupy-cuda12x", "cupy")


class Backend:
    """Steps on arrays of CuPy, fused where K has kernels.

    Examples
    --------
    >>> from lionk_ref.convex import L1, Nuclear
    >>> Backend().support(L1()), Backend().support(Nuclear())
    ('fused', 'core')
    """

    name = "cupy"

    def __init__(self, device: Device | None = None) -> None:
        self._device = device
        self._plans: Plans | None = None

    @property
    def version(self) -> str:
        for wheel in WHEELS:
            try:
                return version(wheel)
            except PackageNotFoundError:
                continue
        return "-"

    @property
    def device(self) -> str:
        return "cuda"

    def why_not(self) -> str | None:
        return why_not()

    def accepts(self, x: Array) -> bool:
        return type(x).__module__.split(".")[0] == "cupy"

    def support(self, K: ConvexFunction) -> str:
        if not isinstance(K, ConvexFunction):
            return "none"
        return "core" if kind_of(K) is None else "fused"

    def prepare(self, K: Kinds, scheme: str, x: Arrays, m: Arrays, g: Arrays) -> Plan:
        """A step that can be repeated on the same arrays, and captured in a CUDA graph.

        Raises
        ------
        ValueError
            If dK is the core's, which asks for memory at each step.
        """
        from lionk_cupy import given, run

        given.require_kernels(leaves(K))
        plan = run.prepare(self._machine(), K, scheme, x, m, g)
        plan.arrays = x, m, g
        return plan

    def step_(
        self, K: Kinds, scheme: str, x: Arrays, m: Arrays, g: Arrays, *,
        lr: float | Array, beta1: float, beta2: float, lam: float, threads: int | None = None,
    ) -> None:  # fmt: skip
        """The step; ``threads`` is for the CPU. ``lr`` may be one number on the device."""
        self._steps().step(K, scheme, x, m, g, lr=lr, beta1=beta1, beta2=beta2, lam=lam)

    def certified_step_(
        self, K: Kinds, scheme: str, x: Arrays, m: Arrays, g: Arrays, *,
        lr: float, beta1: float, beta2: float, lam: float, threads: int | None = None,
    ) -> Sums:  # fmt: skip
        """The step, and what it summed. Waits for the device."""
        from lionk_cupy import run

        plan = run.prepare(self._machine(), K, scheme, x, m, g, certify=True)
        plan(lr=lr, beta1=beta1, beta2=beta2, lam=lam)
        return plan.sums()

    def _steps(self) -> Plans:
        if self._plans is None:
            from lionk_cupy.plans import Plans

            self._plans = Plans(self._machine())
        return self._plans

    def _machine(self) -> Device:
        if self._device is None:
            from lionk_cupy.cuda import Cuda

            self._device = Cuda()
        return self._device


@cache
def why_not() -> str | None:
    """Why no kernel can be run here, found out by running one; or None."""
    if find_spec("cupy") is None:
        return "CuPy is not installed"
    try:
        from lionk_cupy.cuda import first_launch
    except ImportError as error:
        return f"CuPy cannot be imported: {error}"
    return first_launch()
