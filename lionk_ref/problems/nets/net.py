"""Section 5. A net: a chain of layers from inputs to logits, its loss, and its gradient."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any

from lionk_ref.arrays import Array
from lionk_ref.problems.nets.cross_entropy import cross_entropy, cross_entropy_gradient
from lionk_ref.problems.nets.initialise import initialise
from lionk_ref.problems.nets.layer import Layer, Parameters, Start
from lionk_ref.problems.nets.ops import namespace


class Net(ABC):
    """A map from parameters and inputs to logits. Subclasses are frozen dataclasses."""

    @abstractmethod
    def build(self) -> Layer:
        """The layers, from the hyper-parameters."""

    @abstractmethod
    def check_inputs(self, parameters: Parameters, inputs: Array) -> None:
        """Raise ValueError or TypeError, in one line, for inputs that do not fit."""

    @cached_property
    def layers(self) -> Layer:
        """The layers of Section 5's net, built once."""
        return self.build()

    @cached_property
    def starts(self) -> dict[str, Start]:
        """Shape, mean and deviation of each parameter at step 0, by name."""
        return self.layers.starts()

    def parameters(
        self, seed: int, *, initialisation: str = "uniform", like: Array = None, dtype: Any = None
    ) -> dict[str, Array]:
        """Figure 3: the parameters at step 0; see `initialise`."""
        return initialise(self.starts, seed, initialisation, like, dtype)

    def logits(self, parameters: Parameters, inputs: Array) -> Array:
        """The scores of the classes, on the last axis."""
        self._check(parameters, inputs)
        return self.layers.forward(parameters, inputs)[0]

    def loss(self, parameters: Parameters, inputs: Array, targets: Array) -> Array:
        """Section 5's f on these examples: the mean softmax cross-entropy, a 0-d array."""
        return cross_entropy(self.logits(parameters, inputs), targets)

    def loss_and_gradient(
        self, parameters: Parameters, inputs: Array, targets: Array
    ) -> tuple[Array, dict[str, Array]]:
        """Section 5's f and its gradient, a dict like the parameters, by one pass back."""
        self._check(parameters, inputs)
        logits, saved = self.layers.forward(parameters, inputs)
        dlogits = cross_entropy_gradient(logits, targets)
        _, gradient = self.layers.backward(parameters, saved, dlogits)
        return cross_entropy(logits, targets), {name: gradient[name] for name in parameters}

    def accuracy(self, parameters: Parameters, inputs: Array, targets: Array) -> Array:
        """The share of examples whose largest logit is the target's, a 0-d array."""
        logits = self.logits(parameters, inputs)
        xp = namespace(logits)
        right = xp.argmax(logits, axis=-1) == targets
        return xp.mean(xp.astype(right, logits.dtype))

    def _check(self, parameters: Parameters, inputs: Array) -> None:
        kind = type(self).__name__
        if parameters.keys() != self.starts.keys():
            odd = ", ".join(sorted(parameters.keys() ^ self.starts.keys()))
            raise ValueError(
                f"{kind}: the parameters do not fit this net, which differs in: {odd}."
            )
        for name, start in self.starts.items():
            if parameters[name].shape != start.shape:
                got = f"{name} {parameters[name].shape}"
                raise ValueError(f"{kind}: expected {name} {start.shape}, got {got}.")
        self.check_inputs(parameters, inputs)


def require_signal(kind: str, shape: tuple[int, ...], parameters: Parameters, x: Array) -> None:
    """Section 5: raise unless ``x`` is (n, *shape) and of the dtype of the parameters."""
    dtype = next(iter(parameters.values())).dtype
    if x.shape[1:] != shape or x.ndim == 0:
        wanted = ", ".join(str(size) for size in shape)
        raise ValueError(f"{kind}: expected inputs of shape (n, {wanted}), got {x.shape}.")
    if x.dtype != dtype:
        raise TypeError(f"{kind}: inputs are {x.dtype}, parameters {dtype}. Convert to one.")
