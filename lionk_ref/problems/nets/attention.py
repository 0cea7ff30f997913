"""Section 5. Scaled dot-product attention between the places of a sequence, in several heads."""

from __future__ import annotations

import math
from dataclasses import dataclass

import array_api_compat

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.layer import Layer, Parameters, Saved
from lionk_ref.problems.nets.ops import namespace, softmax


@dataclass(frozen=True)
class Attention(Layer):
    """softmax(q k' / sqrt(width of a head)) v, from (n, T, 3 width) to (n, T, width).

    The input holds the queries, keys and values side by side, each split into heads. There are no
    parameters: the linear maps before and after are layers of their own.

    Parameters
    ----------
    heads : int
    causal : bool
        Whether a place sees only itself and the places before it.

    Examples
    --------
    >>> import numpy as np
    >>> v = np.array([1.0, 2.0, 6.0])
    >>> qkv = np.stack([0 * v, 0 * v, v], axis=1)[None]
    >>> Attention(heads=1, causal=True).forward({}, qkv)[0].ravel()
    array([1. , 1.5, 3. ])
    """

    heads: int
    causal: bool = False

    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        q, k, v = self._split(x)
        scores = q @ _transposed(k) / math.sqrt(q.shape[-1])
        share = softmax(_masked(scores) if self.causal else scores)
        return self._joined(share @ v), (q, k, v, share)

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        xp, (q, k, v, share) = namespace(dy), saved
        dy = self._apart(dy)
        dshare = dy @ _transposed(v)
        # A masked score has the share 0, and so the gradient 0.
        dscores = share * (dshare - xp.sum(share * dshare, axis=-1, keepdims=True))
        dscores = dscores / math.sqrt(q.shape[-1])
        parts = dscores @ k, _transposed(dscores) @ q, _transposed(share) @ dy
        return xp.concat([self._joined(part) for part in parts], axis=-1), {}

    def _split(self, x: Array) -> tuple[Array, Array, Array]:
        width = x.shape[-1] // 3
        q, k, v = (self._apart(x[..., i * width : (i + 1) * width]) for i in range(3))
        return q, k, v

    def _apart(self, x: Array) -> Array:
        n, places, width = x.shape
        xp, shape = namespace(x), (n, places, self.heads, width // self.heads)
        return xp.permute_dims(xp.reshape(x, shape), (0, 2, 1, 3))

    def _joined(self, x: Array) -> Array:
        n, heads, places, width = x.shape
        xp = namespace(x)
        return xp.reshape(xp.permute_dims(x, (0, 2, 1, 3)), (n, places, heads * width))


def _transposed(a: Array) -> Array:
    return namespace(a).permute_dims(a, (0, 1, 3, 2))


def _masked(scores: Array) -> Array:
    """-inf where a query would see a later key."""
    xp, places = namespace(scores), scores.shape[-1]
    index = xp.arange(places, device=array_api_compat.device(scores))
    seen = index[:, None] >= index[None, :]
    return xp.where(seen, scores, xp.full_like(scores, -math.inf))
