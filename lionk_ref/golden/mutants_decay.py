"""Wrong Lions: what can go wrong with the decay, the step size and the order of eq. (2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.golden.mutant import Lion
from lionk_ref.peers import Setting

Array = Any


def _short(value: float) -> float:
    return float(np.float32(value))


class NoDecay(Lion):
    """The decay is missing: there is no constraint set."""

    seen = "a weight_decay that is accepted and ignored"

    def update(self, u: Array, lr: float) -> Array:
        return self.x + lr * u


class CoupledDecay(Lion):
    """The decay is added to the gradient, inside the momentum and the sign."""

    seen = "bitsandbytes up to 0.49.2 on three backends; torch's L2 habit"

    def step(self, g: Array, lr: float) -> tuple[Array, Array]:
        return super().step(g + self.lam * self.x, lr)

    def update(self, u: Array, lr: float) -> Array:
        return self.x + lr * u


class DecayInsideTheSign(Lion):
    """The decay is added to m_tilde, inside the sign but not in m."""

    seen = "bitsandbytes' Lion kernels"

    def look_ahead(self, g: Array, new: Array) -> Array:
        return super().look_ahead(g, new) - self.lam * self.x

    def update(self, u: Array, lr: float) -> Array:
        return self.x + lr * u


class DecayNotTimesLr(Lion):
    """x shrinks by lam at every step instead of lr lam."""

    seen = "fixed decay; Loshchilov and Hutter's first form"
    schemes = ("explicit",)

    def update(self, u: Array, lr: float) -> Array:
        return (1 - self.lam) * self.x + lr * u


class DecayAfterTheStep(Lion):
    """x shrinks after the step, u with it: (1 - lr lam)(x + lr u)."""

    seen = "nadir"
    schemes = ("explicit",)

    def update(self, u: Array, lr: float) -> Array:
        return (1 - lr * self.lam) * (self.x + lr * u)


class DecayFlipped(Lion):
    """The decay pushes outwards."""

    seen = "a sign lost when m tracks minus the gradient"

    def update(self, u: Array, lr: float) -> Array:
        return self.x + lr * (u + self.lam * self.x)


class DecayOfTheFirstLr(Lion):
    """The decay keeps to the first step size while a schedule changes the other."""

    seen = "lion-pytorch's decoupled_weight_decay; optimi's decouple_lr"
    schemes = ("explicit",)

    def update(self, u: Array, lr: float) -> Array:
        return (1 - self.s.lr * self.lam) * self.x + lr * u


class OtherScheme(Lion):
    """The implicit scheme for the explicit one, or the other way round."""

    seen = "Theorem 4.1 read for eq. (2)"

    def update(self, u: Array, lr: float) -> Array:
        if self.s.scheme == "explicit":
            return (self.x + lr * u) / (1 + lr * self.lam)
        return self.x + lr * (u - self.lam * self.x)


class LrSquared(Lion):
    """The step size enters twice."""

    seen = "a schedule applied by the optimizer and by the loop"

    def update(self, u: Array, lr: float) -> Array:
        return super().update(u, lr * lr)


class LrOfTheFirstStep(Lion):
    """A schedule is ignored: the first step size stays."""

    seen = "lr captured when the optimizer was built"

    def update(self, u: Array, lr: float) -> Array:
        return super().update(u, self.s.lr)


class LrInFloat32(Lion):
    """lr alone is rounded to float32 even where x is float64."""

    seen = "mlx"

    def step(self, g: Array, lr: float) -> tuple[Array, Array]:
        return super().step(g, _short(lr))


class SettingsInFloat32(Lion):
    """lr, the betas and lam are rounded to float32 even where x is float64."""

    seen = "hyper-parameters made tensors of the default dtype"

    def __init__(self, x0: Array, s: Setting) -> None:
        super().__init__(x0, s)
        self.beta1, self.beta2, self.lam = map(_short, (s.beta1, s.beta2, s.lam))

    def step(self, g: Array, lr: float) -> tuple[Array, Array]:
        return super().step(g, _short(lr))


class DecayFactorInFloat32(Lion):
    """1 - lr lam is formed in float32, from lr in float32, even where x is float64."""

    seen = "Keras on PyTorch, whose lr is a float32 variable"
    schemes = ("explicit",)

    def update(self, u: Array, lr: float) -> Array:
        factor = _short(1 - _short(self.lam * _short(lr)))
        return factor * self.x + _short(lr) * u


class Float32Inside(Lion):
    """float64 in, float64 out, float32 between."""

    seen = "bitsandbytes; DeepSpeed's CPULion"

    def step(self, g: Array, lr: float) -> tuple[Array, Array]:
        self.x, self.m = self.x.astype(np.float32), self.m.astype(np.float32)
        x, m = super().step(g.astype(np.float32), lr)
        return x.astype(g.dtype), m.astype(g.dtype)


class DecayOfMomentum(Lion):
    """m shrinks along with x."""

    seen = "decay applied to every tensor of the state"

    def momentum(self, g: Array) -> Array:
        return (1 - 0.125 * self.lam) * super().momentum(g)
