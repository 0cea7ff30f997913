"""Section 4. How other frameworks spell eq. (2): exact maps of their settings and state.

All of them store minus the paper's m, start it at zero, and read it out with beta1 before they
update it with beta2. They differ in names, in what the weight decay wd is a fraction of, and in
whether x decays before or after the step. In terms of a decay rate r:

==============  ===========  =============================================================
``decay``       r            who
==============  ===========  =============================================================
``"times_lr"``  wd           lion-pytorch, timm, Optax, Keras, DeepSpeed, Muon
``"fixed"``     wd / lr      pytorch_optimizer with ``fixed_decay=True``
``"relative"``  wd / max_lr  optimi with ``decouple_lr=True``; lion-pytorch with
                             ``decoupled_weight_decay=True``, where max_lr is the first lr
==============  ===========  =============================================================

Decay before the step, (1 - lr r) x + lr u, is eq. (2) with lam = r. Decay after it,
(1 - lr r)(x + lr u), is eq. (15) with 1 + lr lam = 1/(1 - lr r), hence lam = r/(1 - lr r).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from lionk_ref.arrays import Arrays, each
from lionk_ref.discrete.betas import Betas, Pair, Settings, Two, beta, number
from lionk_ref.discrete.updates import State, explicit_lr, implicit_lr, require_scheme


class Hyperparameters(NamedTuple):
    """The paper's own: ``LionK(K, **h._asdict())``."""

    lr: float
    beta1: float
    beta2: float
    lam: float
    scheme: str = "explicit"


@dataclass(frozen=True)
class Convention:
    """One framework's names and places; ``dataclasses.replace`` makes a variant.

    Parameters
    ----------
    name : str
        The framework, for messages.
    lr, weight_decay : str
        What it calls them.
    betas : Betas
        What it calls the weights, and how it encodes them.
    decay : {"times_lr", "fixed", "relative"}
        What ``weight_decay`` is a fraction of; see the table of this module.
    late : bool
        Whether x decays after the step.
    heavy_ball : bool
        Whether its momentum is the sum beta2 buf + g, which is -m/(1 - beta2). It steps along
        m_tilde times the same factor, to which only a positively homogeneous K is blind.
    scale : float
        Its step is ``scale * lr`` while its decay keeps to lr, as Muon has it.

    Examples
    --------
    >>> OPTAX.to_paper({"learning_rate": 0.01, "b1": 0.9, "b2": 0.99, "weight_decay": 0.5})
    Hyperparameters(lr=0.01, beta1=0.9, beta2=0.99, lam=0.5, scheme='explicit')
    >>> TORCH.from_paper(Hyperparameters(1.0, 0.9, 0.99, 1.0, "implicit"))
    {'lr': 0.5, 'betas': (0.9, 0.99), 'weight_decay': 1.0}
    """

    name: str
    lr: str
    betas: Betas
    weight_decay: str = "weight_decay"
    decay: str = "times_lr"
    late: bool = False
    heavy_ball: bool = False
    scale: float = 1.0

    def __post_init__(self) -> None:
        if self.decay not in ("times_lr", "fixed", "relative"):
            raise ValueError(f"decay is times_lr, fixed or relative, got {self.decay!r}.")

    @property
    def names(self) -> tuple[str, ...]:
        """The settings that it reads."""
        relative = ("max_lr",) if self.decay == "relative" else ()
        return (self.lr, *self.betas.names, self.weight_decay, *relative)

    def to_paper(self, settings: Settings) -> Hyperparameters:
        """The hyper-parameters of eq. (2), or of eq. (15) where the decay is late.

        Raises
        ------
        ValueError, TypeError
            If a setting is missing, unknown, or no number in its range.
        """
        self._require_names(settings)
        lr = number(self.lr, settings[self.lr], "> 0")
        wd = number(self.weight_decay, settings[self.weight_decay], ">= 0")
        rate = wd / self._unit(lr, settings.get("max_lr"))
        lam = self._late_lam(lr, rate) if self.late else rate
        betas = self.betas.read(settings)
        return Hyperparameters(lr * self.scale, *betas, lam / self.scale, self.scheme)

    def from_paper(self, h: Hyperparameters, max_lr: float | None = None) -> dict[str, Any]:
        """The settings whose run equals that of h; ``max_lr`` where the decay is relative to it.

        Raises
        ------
        ValueError, TypeError
            If the framework cannot express h, or h has a number out of its range.
        """
        number("lr", h.lr, "> 0")
        lr, lam = self._own_lr(h) / self.scale, number("lam", h.lam, ">= 0") * self.scale
        rate = lam / (1 + lr * lam) if self.late else lam
        settings = {self.lr: lr, **self.betas.write(beta("beta1", h.beta1), beta("beta2", h.beta2))}
        settings[self.weight_decay] = rate * self._unit(lr, max_lr)
        return settings | ({"max_lr": max_lr} if self.decay == "relative" else {})

    def state_to_paper(self, x: Arrays, momentum: Arrays, beta2: float | None = None) -> State:
        """The paper's state: m = -momentum, or -(1 - beta2) momentum for a heavy ball.

        Examples
        --------
        >>> import numpy as np
        >>> OPTAX.state_to_paper(np.array([1.0]), np.array([0.5]))
        State(x=array([1.]), m=array([-0.5]))
        """
        weight = self._weight(beta2)
        return State(x, each(lambda a: -(a * weight), momentum))

    def state_from_paper(self, s: State, beta2: float | None = None) -> tuple[Arrays, Arrays]:
        """The framework's x and momentum; ``beta2`` is needed for a heavy ball.

        Examples
        --------
        >>> import numpy as np
        >>> OPTAX.state_from_paper(State(np.array([1.0]), np.array([-0.5])))
        (array([1.]), array([0.5]))
        """
        weight = self._weight(beta2)
        return s.x, each(lambda a: -(a / weight), s.m)

    @property
    def scheme(self) -> str:
        """The paper's scheme that its step is."""
        return "implicit" if self.late else "explicit"

    def _require_names(self, settings: Settings) -> None:
        missing = sorted(set(self.names) - set(settings))
        unknown = sorted(set(settings) - set(self.names))
        if missing or unknown:
            wrong = [f"missing: {', '.join(missing)}"] if missing else []
            wrong += [f"unknown: {', '.join(unknown)}"] if unknown else []
            raise ValueError(f"{self.name} takes {', '.join(self.names)}; {'; '.join(wrong)}.")

    def _unit(self, lr: float, max_lr: float | None) -> float:
        """What weight_decay is to be divided by."""
        if self.decay == "relative":
            return number("max_lr", max_lr, "> 0")
        return lr if self.decay == "fixed" else 1.0

    def _late_lam(self, lr: float, rate: float) -> float:
        if not lr * rate < 1:
            raise ValueError(f"{self.name} decays by lr * rate = {lr * rate!r}; it must be < 1.")
        return rate / (1 - lr * rate)

    def _own_lr(self, h: Hyperparameters) -> float:
        require_scheme(h.scheme)
        if h.scheme == self.scheme:
            return h.lr
        return (implicit_lr if self.late else explicit_lr)(h.lr, h.lam)

    def _weight(self, beta2: float | None) -> float:
        if not self.heavy_ball:
            return 1.0
        if beta2 is None:
            raise ValueError(f"{self.name} keeps a sum of gradients: give beta2 as well.")
        return 1 - beta2


TORCH = Convention("lion-pytorch", "lr", Pair("betas"))
OPTAX = Convention("optax.lion", "learning_rate", Two("b1", "b2"))
KERAS = Convention("keras.optimizers.Lion", "learning_rate", Two("beta_1", "beta_2"))
DEEPSPEED = Convention("DeepSpeed's Lion", "lr", Pair("betas"))
"""Its sign(0) is not 0, so where m_tilde = 0 no K reproduces it."""
