"""Section 5. What every layer needs of an array library, with complex arrays let through.

`lionk_ref.arrays` admits real arrays only. A layer admits complex ones as well, so that the tests
may differentiate it by the complex step.
"""

from __future__ import annotations

from types import ModuleType

import array_api_compat

from lionk_ref.arrays import Array


def namespace(a: Array) -> ModuleType:
    """Section 5: the Array-API namespace of ``a``, whatever its dtype."""
    xp: ModuleType = array_api_compat.array_namespace(a)
    return xp


def real(a: Array) -> Array:
    """Section 5: the real part, which is what comparisons see.

    Examples
    --------
    >>> import numpy as np
    >>> float(real(np.array(2 + 1j)))
    2.0
    """
    xp = namespace(a)
    return xp.real(a) if xp.isdtype(a.dtype, "complex floating") else a


def softmax(scores: Array) -> Array:
    """exp(s_k) / sum_j exp(s_j) over the last axis, for Section 5; -inf gives exactly 0.

    Examples
    --------
    >>> import numpy as np
    >>> softmax(np.array([1e4, 1e4, -np.inf]))
    array([0.5, 0.5, 0. ])
    """
    xp = namespace(scores)
    e = xp.exp(scores - xp.max(real(scores), axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


def one_hot(labels: Array, classes: int) -> Array:
    """Section 5: True where the last, new axis equals the label.

    Examples
    --------
    >>> import numpy as np
    >>> one_hot(np.array([2, 0]), 3).astype(int)
    array([[0, 0, 1],
           [1, 0, 0]])
    """
    device = array_api_compat.device(labels)
    every = namespace(labels).arange(classes, dtype=labels.dtype, device=device)
    return labels[..., None] == every


def rows(a: Array) -> Array:
    """Section 5: ``a`` as a matrix, its last axis kept and the others joined."""
    return namespace(a).reshape(a, (-1, a.shape[-1]))
