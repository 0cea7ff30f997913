"""Wrong Lions: what can go wrong with m and m_tilde of eq. (2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.golden.mutant import Lion

Array = Any


class BetasSwapped(Lion):
    """beta1 and beta2 change places: m is the fast average, m_tilde the slow one."""

    seen = "ports that follow Adam's habit of beta1 for the first moment"

    def momentum(self, g: Array) -> Array:
        return self.beta1 * self.m - (1 - self.beta1) * g

    def look_ahead(self, g: Array, new: Array) -> Array:
        return self.beta2 * self.m - (1 - self.beta2) * g


class OneAverageBeta1(Lion):
    """One average for both, with beta1: m keeps too little of the past."""

    seen = "Signum; Lion written with a single momentum"

    def momentum(self, g: Array) -> Array:
        return self.beta1 * self.m - (1 - self.beta1) * g


class OneAverageBeta2(Lion):
    """One average for both, with beta2: the step follows m', without the look-ahead."""

    seen = "timm's Muon by default: nesterov off, beta1 = beta2"

    def look_ahead(self, g: Array, new: Array) -> Array:
        return new


class NoMomentum(Lion):
    """m_tilde is minus the gradient: m is kept but never read."""

    seen = "sign descent"

    def look_ahead(self, g: Array, new: Array) -> Array:
        return -g


class OldMomentumOnly(Lion):
    """m_tilde is the old m: the current gradient comes one step late."""

    seen = "momentum read before it is updated"

    def look_ahead(self, g: Array, new: Array) -> Array:
        return self.m


class NewMomentumInLookAhead(Lion):
    """m_tilde is made from m' in place of m: the current gradient counts twice."""

    seen = "Nesterov's form with the updated buffer"

    def look_ahead(self, g: Array, new: Array) -> Array:
        return self.beta1 * new - (1 - self.beta1) * g


class HeavyBall(Lion):
    """m is a sum, not an average: the factor 1 - beta2 is missing."""

    seen = "torch.optim.SGD's momentum with dampening 0"

    def momentum(self, g: Array) -> Array:
        return self.beta2 * self.m - g


class UnweightedGradientInLookAhead(Lion):
    """m_tilde lacks the factor 1 - beta1: the gradient drowns the momentum."""

    seen = "the interpolation written as beta1 m - g"

    def look_ahead(self, g: Array, new: Array) -> Array:
        return self.beta1 * self.m - g


class WeightsExchanged(Lion):
    """m_tilde weighs m by 1 - beta1 and the gradient by beta1."""

    seen = "lerp(m, g, beta) with its weight on the wrong side"

    def look_ahead(self, g: Array, new: Array) -> Array:
        return (1 - self.beta1) * self.m - self.beta1 * g


class StartsAtTheFirstGradient(Lion):
    """m starts at minus the first gradient instead of 0."""

    seen = "torch.optim.SGD's first momentum buffer"

    def step(self, g: Array, lr: float) -> tuple[Array, Array]:
        self.m = -g if self.t == 0 else self.m
        return super().step(g, lr)


class BiasCorrection(Lion):
    """m is divided by 1 - beta2^t where it is read, as in Adam."""

    seen = "Adam; Optax's Muon"

    def look_ahead(self, g: Array, new: Array) -> Array:
        m = self.m / (1 - self.beta2**self.t) if self.t else self.m
        return self.beta1 * m - (1 - self.beta1) * g


class Ascent(Lion):
    """The sign of the step is flipped: x climbs."""

    seen = "maximize left on; DeepSpeed's own test passes it"

    def slope(self, m_tilde: Array, g: Array) -> Array:
        return -super().slope(m_tilde, g)


class MomentumOfLookAhead(Lion):
    """m' continues from m_tilde instead of m: beta1 enters twice."""

    seen = "update and state kept in one buffer"

    def momentum(self, g: Array) -> Array:
        return self.beta2 * self.look_ahead(g, self.m) - (1 - self.beta2) * g


class StaleGradient(Lion):
    """Every step uses the gradient before the last."""

    seen = "asynchronous or pipelined updates"

    def gradient(self, g: Array) -> Array:
        used = getattr(self, "last", np.zeros_like(g))
        self.last = g
        return used


class ClippedGradient(Lion):
    """Gradients are clipped to [-1, 1] on the way in."""

    seen = "clipping that is on by default"

    def gradient(self, g: Array) -> Array:
        return np.clip(g, -1, 1)


class Frozen(Lion):
    """Nothing moves: x stays, m is updated."""

    seen = "DeepSpeed's own test passes it"

    def update(self, u: Array, lr: float) -> Array:
        return self.x
