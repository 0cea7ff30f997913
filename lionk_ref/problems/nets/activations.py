"""Section 5. The activations: ReLU, and GELU in the form of GPT-2."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.layer import Layer, Parameters, Saved
from lionk_ref.problems.nets.ops import namespace, real

SLOPE, CUBIC = math.sqrt(2 / math.pi), 0.044715
"""tanh(SLOPE (x + CUBIC x^3)) is near erf(x/sqrt(2)) (Hendrycks, Gimpel, arXiv:1606.08415)."""


@dataclass(frozen=True)
class ReLU(Layer):
    """max(x, 0); the derivative at 0 is taken as 0.

    Examples
    --------
    >>> import numpy as np
    >>> ReLU().forward({}, np.array([-1.0, 2.0]))[0]
    array([0., 2.])
    """

    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        xp, on = namespace(x), real(x) > 0
        return xp.where(on, x, xp.zeros_like(x)), on

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        xp = namespace(dy)
        return xp.where(saved, dy, xp.zeros_like(dy)), {}


@dataclass(frozen=True)
class GELU(Layer):
    """x (1 + tanh(c (x + 0.044715 x^3)))/2, c = sqrt(2/pi).

    Examples
    --------
    >>> import numpy as np
    >>> GELU().forward({}, np.array([-9.0, 0.0, 9.0]))[0]
    array([-0.,  0.,  9.])
    """

    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        half = (1 + namespace(x).tanh(SLOPE * x * (1 + CUBIC * x * x))) / 2
        return x * half, (x, half)

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        x, half = saved
        # (1 - tanh^2)/2 = 2 half (1 - half)
        inner = SLOPE * (1 + 3 * CUBIC * x * x)
        return dy * (half + x * 2 * half * (1 - half) * inner), {}
