"""The layers of Section 5 once more, by their definitions, in loops over numbers."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np


def convolution(x: Any, W: Any, b: Any, stride: int) -> Any:
    """y[i] = b + sum_k x[stride i + k - size//2] W[k], in one or two dimensions."""
    size, spatial = W.shape[0], x.shape[1:-1]
    places = [range((length + stride - 1) // stride) for length in spatial]
    y = np.tile(b, (x.shape[0], *(len(p) for p in places), 1)).astype(float)
    for i in itertools.product(*places):
        for k in itertools.product(range(size), repeat=len(spatial)):
            at = tuple(stride * a + c - size // 2 for a, c in zip(i, k, strict=True))
            if all(0 <= a < length for a, length in zip(at, spatial, strict=True)):
                y[(slice(None), *i)] += x[(slice(None), *at)] @ W[k]
    return y


def attention(x: Any, heads: int, causal: bool) -> Any:
    """Each query's average of the values, weighted by exp(<q, k>/sqrt(d))."""
    n, places, width = x.shape[0], x.shape[1], x.shape[2] // 3
    y, d = np.empty((n, places, width)), width // heads
    for e, h, t in itertools.product(range(n), range(heads), range(places)):
        own = slice(h * d, (h + 1) * d)
        seen = range(t + 1) if causal else range(places)
        q, keys, values = x[e, t, own], x[e, :, width : 2 * width][:, own], x[e, :, 2 * width :]
        share = [math.exp(float(q @ keys[s]) / math.sqrt(d)) for s in seen]
        mean = sum(a * values[s, own] for a, s in zip(share, seen, strict=True))
        y[e, t, own] = mean / sum(share)
    return y


def group_norm(x: Any, scale: Any, shift: Any, groups: int) -> Any:
    """(x - mean)/sqrt(variance + 1e-5), example by example and group by group."""
    y, width = np.empty_like(x), x.shape[-1] // groups
    for e, g in itertools.product(range(len(x)), range(groups)):
        own = slice(g * width, (g + 1) * width)
        part = x[e, ..., own]
        y[e, ..., own] = (part - part.mean()) / math.sqrt(part.var() + 1e-5)
    return y * scale + shift


def patches(x: Any, size: int) -> Any:
    """The pieces of an image, row by row."""
    rows, columns = (range(0, length, size) for length in x.shape[1:3])
    pieces = [x[:, i : i + size, j : j + size].reshape(len(x), -1) for i in rows for j in columns]
    return np.stack(pieces, axis=1)


def cross_entropy(logits: Any, targets: Any) -> float:
    """The mean of -log softmax(logits)[target], one example after the other."""
    flat, labels = logits.reshape(-1, logits.shape[-1]), targets.ravel()
    losses = [
        -math.log(math.exp(s[y]) / sum(map(math.exp, s))) for s, y in zip(flat, labels, strict=True)
    ]
    return math.fsum(losses) / len(losses)
