"""Other frameworks' optimizers as their own texts give them: one coordinate, one step.

Each takes x, the framework's momentum, the gradient, the step's direction as a function, and the
framework's own settings by name; it returns the new x and momentum. They work on floats and on
Fractions, and know nothing of the paper.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

N = Any
"""A float or a Fraction."""

Direction = Callable[[N], N]
Two = tuple[N, N]


def sign(z: N) -> int:
    """1, 0 or -1."""
    return (z > 0) - (z < 0)


def itself(z: N) -> N:
    """The direction of plain momentum: z."""
    return z


def lion_pytorch(
    x: N, m: N, g: N, direction: Direction, *, lr: N, betas: Two, weight_decay: N
) -> Two:
    """Decay by lr * weight_decay, then step, then average."""
    x = x * (1 - lr * weight_decay)
    x = x - lr * direction(m * betas[0] + g * (1 - betas[0]))
    return x, m * betas[1] + g * (1 - betas[1])


def optax(
    x: N, m: N, g: N, direction: Direction, *, learning_rate: N, b1: N, b2: N, weight_decay: N
) -> Two:
    """A chain of updates: the direction, plus the decayed weights, times minus the rate."""
    update = direction((1 - b1) * g + b1 * m)
    update = update + weight_decay * x
    return x + -learning_rate * update, (1 - b2) * g + b2 * m


def keras(
    x: N,
    m: N,
    g: N,
    direction: Direction,
    *,
    learning_rate: N,
    beta_1: N,
    beta_2: N,
    weight_decay: N,
) -> Two:
    """The base class decays, the optimizer subtracts."""
    x = x - x * weight_decay * learning_rate
    x = x - learning_rate * direction(m * beta_1 + g * (1 - beta_1))
    return x, m * beta_2 + g * (1 - beta_2)


def deepspeed(x: N, m: N, g: N, direction: Direction, *, lr: N, betas: Two, weight_decay: N) -> Two:
    """The direction's sign is copied onto -lr and added to the decayed weight."""
    after_decay = 1 - lr * weight_decay
    return x * after_decay + -lr * direction(betas[0] * m + (1 - betas[0]) * g), (
        betas[1] * m + (1 - betas[1]) * g
    )


def fixed_decay(
    x: N, m: N, g: N, direction: Direction, *, lr: N, betas: Two, weight_decay: N
) -> Two:
    """The decay does not look at lr."""
    x = x * (1 - weight_decay) - lr * direction(m + (g - m) * (1 - betas[0]))
    return x, m + (g - m) * (1 - betas[1])


def optimi(
    x: N, m: N, g: N, direction: Direction, *, lr: N, betas: Two, weight_decay: N, max_lr: N
) -> Two:
    """The decay follows the schedule of lr, but not its size."""
    x = x * (1 - (lr / max_lr) * weight_decay) - lr * direction(m + (g - m) * (1 - betas[0]))
    return x, m + (g - m) * (1 - betas[1])


def late_decay(
    x: N, m: N, g: N, direction: Direction, *, lr: N, betas: Two, weight_decay: N
) -> Two:
    """Step first, then decay what has come out."""
    x = x - lr * direction(m * betas[0] + g * (1 - betas[0]))
    return x * (1 - lr * weight_decay), m * betas[1] + g * (1 - betas[1])


def torch_muon(
    x: N,
    m: N,
    g: N,
    direction: Direction,
    *,
    lr: N,
    momentum: N,
    nesterov: bool,
    weight_decay: N,
    scale: N = 1,
) -> Two:
    """An average; Nesterov mixes the gradient into it once more; only the step is scaled."""
    m = m + (g - m) * (1 - momentum)
    update = g + (m - g) * momentum if nesterov else m
    return x * (1 - lr * weight_decay) - lr * scale * direction(update), m


def keras_muon(
    x: N,
    m: N,
    g: N,
    direction: Direction,
    *,
    learning_rate: N,
    momentum: N,
    nesterov: bool,
    weight_decay: N,
) -> Two:
    """A sum instead of an average."""
    x = x - x * weight_decay * learning_rate
    m = m + (g + m * (momentum - 1))
    update = g + momentum * m if nesterov else m
    return x - learning_rate * direction(update), m
