"""Eq. (2) and (15) with a hook for every mistake: the right optimizer, to be got wrong."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from lionk_ref.convex import from_text
from lionk_ref.peers import Peer, Setting, Unsupported

Array = Any
FORMATS = ("binary64", "binary32")


class Lion:
    """The right one. A mutant overrides one method; its docstring says what is wrong.

    Attributes
    ----------
    seen : str
        The project, the textbook or the habit in which the mistake was seen.
    K : tuple of str
        The K that the mistake is about; ("*",) is any.
    blur : float
        How far its u may be from that of another who makes the same mistake.
    """

    seen: ClassVar[str] = ""
    blur: ClassVar[float] = 0.0
    K: ClassVar[tuple[str, ...]] = ("*",)
    schemes: ClassVar[tuple[str, ...]] = ("explicit", "implicit")

    def __init__(self, x0: Array, s: Setting) -> None:
        self.x, self.m, self.t, self.s = x0, np.zeros_like(x0), 0, s
        self.beta1, self.beta2, self.lam = s.beta1, s.beta2, s.lam
        self.function: Any = from_text(s.K)

    def step(self, g: Array, lr: float) -> tuple[Array, Array]:
        """One step, put together from the methods below."""
        g = self.gradient(g)
        new = self.momentum(g)
        m_tilde = self.look_ahead(g, new)
        self.x, self.m, self.t = self.update(self.slope(m_tilde, g), lr), new, self.t + 1
        return self.x, self.m

    def gradient(self, g: Array) -> Array:
        """The gradient as it is used."""
        return g

    def momentum(self, g: Array) -> Array:
        """m'."""
        return self.beta2 * self.m - (1 - self.beta2) * g

    def look_ahead(self, g: Array, new: Array) -> Array:
        """m_tilde."""
        return self.beta1 * self.m - (1 - self.beta1) * g

    def slope(self, m_tilde: Array, g: Array) -> Array:
        """dK(m_tilde)."""
        u: Array = self.function.subgradient(m_tilde)
        return u

    def update(self, u: Array, lr: float) -> Array:
        """x'."""
        if self.s.scheme == "implicit":
            return (self.x + lr * u) / (1 + lr * self.lam)
        return self.x + lr * (u - self.lam * self.x)

    @classmethod
    def peer(cls) -> Peer:
        """The mutant as an implementation under test."""

        def start(x0: Array, s: Setting) -> Any:
            if "*" not in cls.K and s.K.partition(":")[0] not in cls.K:
                raise Unsupported
            return cls(x0, s).step

        return Peer(cls.name(), start, "", ("*",), cls.schemes, FORMATS)

    @classmethod
    def name(cls) -> str:
        """The class as words: BetasSwapped is betas swapped."""
        words = "".join(f" {c.lower()}" if c.isupper() else c for c in cls.__name__)
        return words.strip()

    @classmethod
    def mistake(cls) -> str:
        """What is wrong, in one line."""
        return (cls.__doc__ or "").splitlines()[0]
