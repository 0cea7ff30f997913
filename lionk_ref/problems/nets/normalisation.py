"""Section 5. Layer and group normalisation: zero mean, unit variance, then a scale and a shift."""

from __future__ import annotations

from dataclasses import dataclass

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.layer import Layer, Parameters, Saved, Start
from lionk_ref.problems.nets.ops import namespace, rows

FLOOR = 1e-5
"""Added to the variance, as everywhere."""


def standardised(x: Array, axes: tuple[int, ...]) -> tuple[Array, Array]:
    """Section 5: h = (x - mean) / sqrt(variance + 1e-5) over ``axes``, and 1/sqrt(...).

    Examples
    --------
    >>> import numpy as np
    >>> standardised(np.array([1.0, 3.0]), (0,))[0].round(3)
    array([-1.,  1.])
    """
    xp = namespace(x)
    centred = x - xp.mean(x, axis=axes, keepdims=True)
    variance = xp.mean(centred * centred, axis=axes, keepdims=True)
    inverse = 1 / xp.sqrt(variance + FLOOR)
    return centred * inverse, inverse


def standardised_backward(h: Array, inverse: Array, dh: Array, axes: tuple[int, ...]) -> Array:
    """Section 5: dL/dx of `standardised`, (dh - mean(dh) - h mean(h dh)) / sqrt(...).

    Examples
    --------
    >>> import numpy as np
    >>> h, inverse = standardised(np.array([1.0, 3.0, 5.0]), (0,))
    >>> standardised_backward(h, inverse, np.ones(3), (0,)).round(12) + 0.0
    array([0., 0., 0.])
    """
    xp = namespace(h)
    along = xp.mean(h * dh, axis=axes, keepdims=True)
    return inverse * (dh - xp.mean(dh, axis=axes, keepdims=True) - h * along)


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
        h, inverse = standardised(self._grouped(x), self._axes)
        h = namespace(x).reshape(h, x.shape)
        return h * w[f"{self.name}.scale"] + w[f"{self.name}.shift"], (h, inverse)

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        xp, (h, inverse) = namespace(dy), saved
        dh = self._grouped(dy * w[f"{self.name}.scale"])
        dx = xp.reshape(standardised_backward(self._grouped(h), inverse, dh, self._axes), dy.shape)
        dscale, dshift = xp.sum(rows(dy * h), axis=0), xp.sum(rows(dy), axis=0)
        return dx, {f"{self.name}.scale": dscale, f"{self.name}.shift": dshift}

    @property
    def _axes(self) -> tuple[int, ...]:
        return (1, 3)

    def _grouped(self, x: Array) -> Array:
        width = self.channels // self.groups
        return namespace(x).reshape(x, (x.shape[0], -1, self.groups, width))


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

    @property
    def _axes(self) -> tuple[int, ...]:
        return (-1,)

    def _grouped(self, x: Array) -> Array:
        return x
