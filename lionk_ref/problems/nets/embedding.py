"""Section 5. Embeddings: a vector for each token, and a vector for each place."""

from __future__ import annotations

from dataclasses import dataclass

import array_api_compat

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.layer import Layer, Parameters, Saved, Start
from lionk_ref.problems.nets.ops import namespace, one_hot, rows

DEVIATION = 0.1
"""Of the entries of an embedding at the start."""


@dataclass(frozen=True)
class Embedding(Layer):
    """Tokens (n, T) to rows of W, (n, T, width). Tokens have no gradient: dx is dy unchanged.

    Parameters
    ----------
    name : str
        The parameter is ``name.W``, of shape (vocabulary, width).
    vocabulary, width : int

    Examples
    --------
    >>> import numpy as np
    >>> w = {"e.W": np.array([[1.0], [2.0], [4.0]])}
    >>> y, saved = Embedding("e", 3, 1).forward(w, np.array([[2, 0, 2]]))
    >>> y.ravel(), Embedding("e", 3, 1).backward(w, saved, y)[1]["e.W"].ravel()
    (array([4., 1., 4.]), array([1., 0., 8.]))
    """

    name: str
    vocabulary: int
    width: int

    def starts(self) -> dict[str, Start]:
        return {f"{self.name}.W": Start((self.vocabulary, self.width), DEVIATION)}

    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        W = w[f"{self.name}.W"]
        taken = namespace(W).take(W, namespace(x).reshape(x, (-1,)), axis=0)
        return namespace(W).reshape(taken, (*x.shape, self.width)), x

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        # A product with a one-hot matrix adds the rows of equal tokens on every library.
        xp = namespace(dy)
        picked = xp.astype(rows(one_hot(saved, self.vocabulary)), dy.dtype)
        return dy, {f"{self.name}.W": picked.T @ rows(dy)}


@dataclass(frozen=True)
class Positions(Layer):
    """x + W[place], for sequences of at most ``places`` places.

    Parameters
    ----------
    name : str
        The parameter is ``name.W``, of shape (places, width).
    places, width : int

    Examples
    --------
    >>> import numpy as np
    >>> w = {"p.W": np.array([[1.0], [2.0]])}
    >>> Positions("p", 2, 1).forward(w, np.zeros((1, 2, 1)))[0].ravel()
    array([1., 2.])
    """

    name: str
    places: int
    width: int

    def starts(self) -> dict[str, Start]:
        return {f"{self.name}.W": Start((self.places, self.width), DEVIATION)}

    def forward(self, w: Parameters, x: Array) -> tuple[Array, Saved]:
        return x + w[f"{self.name}.W"][: x.shape[1], :], None

    def backward(self, w: Parameters, saved: Saved, dy: Array) -> tuple[Array, dict[str, Array]]:
        xp, device = namespace(dy), array_api_compat.device(dy)
        unused = (self.places - dy.shape[1], self.width)
        zeros = xp.zeros(unused, dtype=dy.dtype, device=device)
        return dy, {f"{self.name}.W": xp.concat([xp.sum(dy, axis=0), zeros])}
