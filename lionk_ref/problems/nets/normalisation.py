"""Section 5. Layer and group normalisation: zero mean, unit variance, then a scale and a shift."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.layer import Layer, Parameters, Saved, Start
from lionk_ref.problems.nets.ops import namespace, rows

FLOOR = 1e-5
"""Added to the variance, as everywhere."""

Mean: TypeAlias = Callable[[Array], Array]
"""From x to the mean over the entries that are normalised together, of a shape that broadcasts."""


def standardised(x: Array, mean: Mean) -> tuple[Array, Array]:
    """Section 5: h = (x - mean) / sqrt(variance + 1e-5), and 1/sqrt(...).

    Examples
    --------
    >>> import numpy as np
    >>> standardised(np.array([1.0, 3.0]), np.mean)[0].round(3)
    array([-1.,  1.])
    """
    centred = x - mean(x)
    inverse = 1 / namespace(x).sqrt(mean(centred * centred) + FLOOR)
    return centred * inverse, inverse


def standardised_backward(h: Array, inverse: Array, dh: Array, mean: Mean) -> Array:
    """Section 5: dL/dx of `standardised`, (dh - mean(dh) - h mean(h dh)) / sqrt(...).

    Examples
    --------
    >>> import numpy as np
    >>> h, inverse = standardised(np.array([1.0, 3.0, 5.0]), np.mean)
    >>> standardised_backward(h, inverse, np.ones(3), np.mean).round(12) + 0.0
    array([0., 0., 0.])
    """
    return inverse * (dh - mean(dh) - h * mean(h * dh))


@dataclass(frozen=True)
class GroupNorm(Layer):
    """Mean and variance over all places and the channels of a group, for each example.

    Parameters
    ----------
    name : str
        The parameters are ``name.scale`` and ``name.shift``.
    channels, groups : int
        The number of channels, a multiple of that of the groups.

    Examples
    --------
    >>> import numpy as np
    >>> w = {"n.scale": np.ones(2), "n.shift": np.zeros(2)}
    >>> x = np.array([[[1.0, 5.0], [3.0, 5.0]]])
    >>> GroupNorm("n", channels=2, groups=2).forward(w, x)[0].round(3)
    array([[[-1.,  0.],
            [ 1.,  0.]]])
    """

    name: str
    channels: int
    groups: int = 1

    def __post_init__(self) -> None:
        if self.channels % self.groups:
            got = f"channels={self.channels}, groups={self.groups}"
            raise ValueError(f"GroupNorm needs channels to be a multiple of groups, got {got}.")

    def starts(self) -> dict[str, Start]:
        shape = (self.channels,)
        return {f"{self.name}.scale": Start(shape, mean=1.0), f"{self.name}.shift": Start(shape)}

    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        h, inverse = standardised(x, self._mean)
        return h * w[f"{self.name}.scale"] + w[f"{self.name}.shift"], (h, inverse)

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        xp, (h, inverse) = namespace(dy), saved
        dx = standardised_backward(h, inverse, dy * w[f"{self.name}.scale"], self._mean)
        dscale, dshift = xp.sum(rows(dy * h), axis=0), xp.sum(rows(dy), axis=0)
        return dx, {f"{self.name}.scale": dscale, f"{self.name}.shift": dshift}

    def _mean(self, x: Array) -> Array:
        xp, n = namespace(x), x.shape[0]
        places = tuple(range(1, x.ndim - 1))
        grouped = (n, self.groups, self.channels // self.groups)
        parts = xp.reshape(xp.mean(x, axis=places), grouped)
        whole = xp.broadcast_to(xp.mean(parts, axis=-1, keepdims=True), grouped)
        return xp.reshape(whole, (n, *(1 for _ in places), self.channels))


@dataclass(frozen=True)
class LayerNorm(GroupNorm):
    """Mean and variance over the channels, for each place of each example.

    Examples
    --------
    >>> import numpy as np
    >>> w = {"n.scale": np.ones(2), "n.shift": np.zeros(2)}
    >>> LayerNorm("n", channels=2).forward(w, np.array([[1.0, 3.0]]))[0].round(3)
    array([[-1.,  1.]])
    """

    def _mean(self, x: Array) -> Array:
        return namespace(x).mean(x, axis=-1, keepdims=True)
