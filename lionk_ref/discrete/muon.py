"""Section 4. Muon as Lion-K: K the nuclear norm, one momentum mu for both betas.

The authors' page on Muon looks ahead with the new momentum; in terms of the old one that is eq. (2)
with beta1 = mu^2 and beta2 = mu. Any step that looks only at the direction of m_tilde serves as K.
Optax's Muon divides by 1 - mu^t, which with ``nesterov=True`` is no constant beta1: no map.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from lionk_ref.discrete.betas import Settings, beta
from lionk_ref.discrete.conventions import Convention


@dataclass(frozen=True)
class Nesterov:
    r"""One momentum mu and a switch, as Muon has it.

    With the switch off the step follows the new momentum itself, beta1 = beta2 = mu. With it on the
    step follows mu m' - (1 - mu) g, and m' = mu m - (1 - mu) g makes that mu^2 m - (1 - mu^2) g:
    beta1 = mu^2, beta2 = mu.

    Examples
    --------
    >>> Nesterov("momentum", "nesterov").read({"momentum": 0.5, "nesterov": True})
    (0.25, 0.5)
    >>> Nesterov("momentum", "nesterov").write(0.5, 0.5)
    {'momentum': 0.5, 'nesterov': False}
    """

    momentum: str
    nesterov: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.momentum, self.nesterov)

    def read(self, settings: Settings) -> tuple[float, float]:
        mu, on = beta(self.momentum, settings[self.momentum]), settings[self.nesterov]
        if not isinstance(on, bool):
            raise TypeError(f"{self.nesterov} must be True or False, got {on!r}.")
        return (mu * mu if on else mu), mu

    def write(self, beta1: float, beta2: float) -> dict[str, Any]:
        # beta1 may have been typed in: 0.9025 is not the float 0.95 * 0.95.
        on = math.isclose(beta1, beta2 * beta2, rel_tol=1e-15)
        if not on and beta1 != beta2:
            raise ValueError(
                f"One momentum gives beta1 = beta2 or beta1 = beta2^2, got {beta1=!r}, {beta2=!r}. "
                "Use a convention with two betas."
            )
        return {self.momentum: beta2, self.nesterov: on}


MUON = Convention("torch.optim.Muon", "lr", Nesterov("momentum", "nesterov"))
KERAS_MUON = Convention(
    "keras.optimizers.Muon", "learning_rate", Nesterov("momentum", "nesterov"), heavy_ball=True
)


def muon_scale(rows: int, columns: int, adjust_lr_fn: str = "original") -> float:
    """The ``scale`` of `MUON` on a matrix: how much it enlarges its step, but not its decay.

    Examples
    --------
    >>> from dataclasses import replace
    >>> tall = replace(MUON, scale=muon_scale(64, 16))
    >>> settings = {"lr": 0.5, "momentum": 0.5, "nesterov": True, "weight_decay": 0.25}
    >>> tall.to_paper(settings)
    Hyperparameters(lr=1.0, beta1=0.25, beta2=0.5, lam=0.125, scheme='explicit')
    """
    if adjust_lr_fn == "original":
        return math.sqrt(max(1.0, rows / columns))
    if adjust_lr_fn == "match_rms_adamw":
        return 0.2 * math.sqrt(max(rows, columns))
    raise ValueError(f"adjust_lr_fn is original or match_rms_adamw, got {adjust_lr_fn!r}.")
