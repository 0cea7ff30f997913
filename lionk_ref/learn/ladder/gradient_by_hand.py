"""Section 5: the gradient of a net with one hidden layer, held against its loss by differences."""

from __future__ import annotations

from typing import Any

import numpy as np

from lionk_ref.learn.claims import equal, holds
from lionk_ref.learn.exercise import Exercise, Random

Array = Any
SHAPE = (7, 4, 3)
"""Examples, hidden units, inputs."""


def drawn(random: Random) -> tuple[Array, Array, Array, Array]:
    """W, v, X and y."""
    examples, hidden, inputs = SHAPE
    W, v = random.standard_normal((hidden, inputs)), random.standard_normal(hidden)
    return W, v, random.standard_normal((examples, inputs)), random.standard_normal(examples)


def predicted(W: Array, v: Array, X: Array) -> Any:
    """What the net says, example by example and unit by unit."""
    return np.array([sum(a * np.tanh(w @ x) for a, w in zip(v, W, strict=True)) for x in X])


def the_loss(ask: Any, random: Random) -> None:
    """2 N f is the sum of the squared errors, here summed one by one."""
    W, v, X, y = drawn(random)
    errors = predicted(W, v, X) - y
    equal(2 * len(y) * ask("loss", W, v, X, y), errors @ errors, "2 N f")


def along_a_direction(ask: Any, random: Random) -> None:
    """The gradient times a direction is how fast the loss changes along it, by differences."""
    W, v, X, y = drawn(random)
    dW, dv = ask("gradient", W, v, X, y)
    A, b, h = random.standard_normal(W.shape), random.standard_normal(v.shape), 1e-5
    for P, p in ((A, 0 * b), (0 * A, b), (A, b)):
        ends = (predicted(W + t * P, v + t * p, X) - y for t in (h, -h))
        up, down = (np.mean(e * e) / 2 for e in ends)
        equal(np.sum(dW * P) + dv @ p, (up - down) / (2 * h), "gradient times direction", 1e-7)


def nothing_to_learn(ask: Any, random: Random) -> None:
    """Where the net is right everywhere, loss and gradient are 0."""
    W, v, X, _ = drawn(random)
    y = predicted(W, v, X)
    equal(ask("loss", W, v, X, y), 0.0, "the loss")
    for part in ask("gradient", W, v, X, y):
        equal(part, np.zeros(part.shape), "the gradient")


def twice_the_data(ask: Any, random: Random) -> None:
    """Every example twice: loss and gradient stay, as both are means."""
    W, v, X, y = drawn(random)
    X2, y2 = np.concatenate([X, X]), np.concatenate([y, y])
    equal(ask("loss", W, v, X2, y2), ask("loss", W, v, X, y), "the loss of the data twice")
    pairs = zip(ask("gradient", W, v, X2, y2), ask("gradient", W, v, X, y), strict=True)
    for twice, once in pairs:
        equal(twice, once, "the gradient of the data twice")
        holds(np.any(once), "the gradient is 0 at random weights")


def a_hidden_symmetry(ask: Any, random: Random) -> None:
    """Turning the signs of a unit's weights turns its gradient; the loss does not notice."""
    W, v, X, y = drawn(random)
    turn = random.choice([-1.0, 1.0], len(v))
    equal(ask("loss", turn[:, None] * W, turn * v, X, y), ask("loss", W, v, X, y), "the loss")
    dW, dv = ask("gradient", W, v, X, y)
    holds(np.any(dW) & np.any(dv), "the gradient is 0 at random weights")
    eW, ev = ask("gradient", turn[:, None] * W, turn * v, X, y)
    equal(eW, turn[:, None] * dW, "the gradient in W")
    equal(ev, turn * dv, "the gradient in v")


def a_sum(W: Array, v: Array, X: Array, y: Array) -> Any:
    """That is the sum over the examples; the mean makes the step independent of N."""
    return np.sum((np.tanh(X @ W.T) @ v - y) ** 2) / 2


def no_half(W: Array, v: Array, X: Array, y: Array) -> Any:
    """The half is missing: the gradient would gain a factor 2."""
    return np.mean((np.tanh(X @ W.T) @ v - y) ** 2)


def absolute(W: Array, v: Array, X: Array, y: Array) -> Any:
    """The errors are not squared."""
    return np.mean(np.abs(np.tanh(X @ W.T) @ v - y)) / 2


def backward(W: Array, v: Array, X: Array, y: Array, slope: Any) -> Any:
    """The gradient with any derivative of the activation."""
    z = X @ W.T
    hidden = np.tanh(z)
    error = (hidden @ v - y) / len(y)
    return (np.outer(error, v) * slope(z, hidden)).T @ X, hidden.T @ error


def no_slope(W: Array, v: Array, X: Array, y: Array) -> Any:
    """The derivative of tanh is missing on the way back to W."""
    return backward(W, v, X, y, lambda z, hidden: 1.0)


def slope_of_the_input(W: Array, v: Array, X: Array, y: Array) -> Any:
    """tanh' = 1 - tanh^2: the square is that of the output of tanh, not of its input."""
    return backward(W, v, X, y, lambda z, hidden: 1 - z**2)


def sigmoid_slope(W: Array, v: Array, X: Array, y: Array) -> Any:
    """h (1 - h) is the derivative of the sigmoid; that of tanh is 1 - h^2."""
    return backward(W, v, X, y, lambda z, hidden: hidden * (1 - hidden))


def of_the_sum(W: Array, v: Array, X: Array, y: Array) -> Any:
    """The gradient is that of the sum: divide by N, as the loss does."""
    dW, dv = backward(W, v, X, y, lambda z, hidden: 1 - hidden**2)
    return len(y) * dW, len(y) * dv


def downhill(W: Array, v: Array, X: Array, y: Array) -> Any:
    """The sign is turned: that is minus the gradient. Lion's m tracks it, but g is the gradient."""
    dW, dv = backward(W, v, X, y, lambda z, hidden: 1 - hidden**2)
    return -dW, -dv


def library_gradient(W: Array, v: Array, X: Array, y: Array) -> Any:
    """By complex steps, exact to rounding: no chain rule."""
    return _complex(W, lambda P: _loss(P, v, X, y)), _complex(v, lambda p: _loss(W, p, X, y))


def _loss(W: Array, v: Array, X: Array, y: Array) -> Any:
    errors = predicted(W, v, X) - y
    return errors @ errors / (2 * len(y))


def _complex(at: Array, f: Any) -> Array:
    units = np.eye(at.size).reshape(at.size, *at.shape)
    return np.array([f(at + 1e-30j * unit).imag / 1e-30 for unit in units]).reshape(at.shape)


EXERCISE = Exercise(
    number=12,
    key="gradient_by_hand",
    paper="Section 5",
    holes={"loss": "scalar", "gradient": ("W", "v")},
    checks=(the_loss, along_a_direction, nothing_to_learn, twice_the_data, a_hidden_symmetry),
    mutants={
        "loss": (a_sum, no_half, absolute),
        "gradient": (no_slope, slope_of_the_input, sigmoid_slope, of_the_sum, downhill),
    },
    hints=(
        "hidden = np.tanh(X @ W.T) has a row for each example; hidden @ v is the prediction.",
        "With error = (prediction - y)/N the gradient in v is hidden.T @ error.",
        "For W: spread the error over the units, np.outer(error, v), times 1 - hidden**2; .T @ X.",
    ),
    originals={"loss": _loss, "gradient": library_gradient},
)
