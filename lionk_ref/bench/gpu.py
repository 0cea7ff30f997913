"""Section 4, timed: a GPU as a place to run. Its limit is a copy that moves as many bytes."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from lionk_ref.bench.clock import Runner
from lionk_ref.bench.limit import BYTES


class Gpu:
    """The current device of CuPy; there is no number of threads to choose, so it is given as 0."""

    name = "gpu"
    limit = "a device-to-device copy of as many bytes, by CuPy"

    @cached_property
    def cupy(self) -> Any:
        """CuPy, which is not imported before it is asked for."""
        import cupy

        return cupy

    @property
    def kind(self) -> str:
        """Such as ``NVIDIA H200``."""
        properties = self.cupy.cuda.runtime.getDeviceProperties(self.cupy.cuda.Device().id)
        return str(properties["name"].decode())

    def threads(self) -> list[int]:
        """No choice."""
        return [0]

    def free(self) -> int | None:
        """Bytes that the device and CuPy's own pool have left."""
        pool = self.cupy.get_default_memory_pool()
        return int(self.cupy.cuda.Device().mem_info[0] + pool.free_bytes())

    def arrays(self, n: int) -> tuple[Any, Any, Any]:
        """x, m and g of n normal numbers in float32."""
        rng = self.cupy.random.default_rng(n)
        x, m, g = (rng.standard_normal(n, dtype=self.cupy.float32) for _ in "xmg")
        return x, m, g

    def limits(self, x: Any, m: Any, g: Any, threads: int) -> dict[str, Runner]:
        """Half of the bytes of a step are read and half are written."""
        half = BYTES * x.size // 2
        source, target = (self.cupy.empty(half, self.cupy.uint8) for _ in range(2))
        return {"copy": lambda: self.cupy.copyto(target, source)}

    def two_passes(self, x: Any, m: Any, g: Any, threads: int) -> Runner | None:
        """Not measured on a GPU, where a copy is the limit of any traffic."""
        return None

    def download(self, a: Any) -> Any:
        """A copy, as an array of NumPy."""
        return self.cupy.asnumpy(a)

    def settle(self) -> None:
        """Wait for all that was launched, by whatever library."""
        self.cupy.cuda.Device().synchronize()
