"""Section 5. The loss of every net: the mean softmax cross-entropy."""

from __future__ import annotations

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.ops import namespace, one_hot, real, softmax


def cross_entropy(logits: Array, targets: Array) -> Array:
    """Section 5's loss: the mean of log sum_k exp(s_k) - s_y over all leading axes, a 0-d array.

    Parameters
    ----------
    logits : array, shape (..., classes)
    targets : integer array, shape (...)

    Examples
    --------
    >>> import numpy as np
    >>> round(float(cross_entropy(np.zeros((5, 2)), np.zeros(5, dtype=int))), 6)
    0.693147
    """
    xp, picked = namespace(logits), one_hot(targets, logits.shape[-1])
    shifted = logits - xp.max(real(logits), axis=-1, keepdims=True)
    score = xp.sum(xp.where(picked, shifted, xp.zeros_like(shifted)), axis=-1)
    return xp.mean(xp.log(xp.sum(xp.exp(shifted), axis=-1)) - score)


def cross_entropy_gradient(logits: Array, targets: Array) -> Array:
    """The gradient of Section 5's loss in the logits: (softmax - one_hot) / number of examples.

    Examples
    --------
    >>> import numpy as np
    >>> cross_entropy_gradient(np.zeros((1, 2)), np.array([1]))
    array([[ 0.5, -0.5]])
    """
    xp, p = namespace(logits), softmax(logits)
    picked = xp.astype(one_hot(targets, logits.shape[-1]), p.dtype)
    count = 1
    for size in targets.shape:
        count *= size
    return (p - picked) / count
