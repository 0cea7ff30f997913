"""Every K of the catalogue, the points where its mistakes show, and a careful way to ask it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pytest

from helpers import MAKERS, Library, to_numpy
from lionk_ref.arrays import array_namespace
from lionk_ref.convex import (
    CATALOGUE,
    L2,
    Blocks,
    DeadZone,
    Dilated,
    GroupL2,
    HalfSquare,
    Huber,
    LogCosh,
    Lp,
    MoreauEnvelope,
    Scaled,
    Sum,
    TopK,
)
from lionk_ref.convex.base import ConvexFunction

Vector = Any
SIZE = 6
DTYPES = ("float64", "float32")


def derived() -> list[ConvexFunction]:
    """A few K made from others."""
    return [
        Scaled(DeadZone(e=0.5), 2.5),
        Dilated(LogCosh(), 3.0),
        Scaled(Dilated(Huber(e=0.3), 0.4), 2.0),
        Dilated(Lp(p=3.0), 2.5),
        Blocks({"w": L2(), "b": Huber(e=0.3)}),
        Scaled(Blocks({"w": DeadZone(e=1.0), "b": Lp(p=1.5)}), 0.7),
        MoreauEnvelope(TopK(k=2), mu=0.5),
        Sum(GroupL2(size=3), HalfSquare(c=0.5)),
    ]


def instances(shape: tuple[int, ...] = (SIZE,)) -> list[ConvexFunction]:
    """The examples of every K in the catalogue, and the derived ones."""
    return [*(K for cls in CATALOGUE.values() for K in cls.examples(shape)), *derived()]


def matrix_instances(shape: tuple[int, int] = (2, 3)) -> list[ConvexFunction]:
    """Those to which a matrix is more than its entries."""
    z = np.random.default_rng(0).normal(size=shape)
    every = (K for cls in CATALOGUE.values() for K in cls.examples(shape))
    return [K for K in every if abs(K.value(z) - K.value(z.reshape(-1))) > 1e-6]


def label(K: object) -> str:
    """A short name for a test's id, the same in every process: no addresses."""
    return re.sub(r" at 0x[0-9a-f]+|[ '{}]", "", str(K))[:60]


def every_probe(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test on each K in both dtypes; on matrices too where that makes a difference."""
    return pytest.mark.parametrize("probe", _probes(*DTYPES))(test)


def each_probe(test: Callable[..., None]) -> Callable[..., None]:
    """The same in float64 only."""
    return pytest.mark.parametrize("probe", _probes("float64"))(test)


def _probes(*dtypes: str) -> list[Any]:
    cases = [((SIZE,), K) for K in instances()] + [((2, 3), K) for K in matrix_instances()]
    return [
        pytest.param(Probe(K, dtype=dtype, shape=shape), id=f"{label(K)}-{len(shape)}d-{dtype}")
        for shape, K in cases
        for dtype in dtypes
    ]


def constants(K: object) -> Iterator[float]:
    """The positive numbers among the parameters of K: thresholds, weights, exponents."""
    for f in fields(K):  # type: ignore[arg-type]
        value = getattr(K, f.name)
        if isinstance(value, ConvexFunction):
            yield from constants(value)
        elif isinstance(value, dict):
            yield from (c for part in value.values() for c in constants(part))
        elif isinstance(value, int | float | tuple):
            yield from (abs(float(v)) for v in np.ravel(value)[:2] if v)


def moderate_points(K: object, size: int = SIZE) -> list[Vector]:
    """Zeros of both signs, ties, steps, values at the thresholds, Gaussians."""
    rng = np.random.default_rng(7)
    patterns: list[Any] = [[0.0], [-0.0], [1.0, 0, 0, 0, 0, 0], [1.0], [-2.0, 2.0]]
    patterns += [[1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0, -2.0, 0.0]]
    patterns += [[3.0, -3.0, 3.0, 1.0, -1.0, 0.0], [3.0, 2.0, 1.0, 0.0]]
    patterns += [[c, -c, 0.0, 2 * c, -c / 2, c] for c in sorted(set(constants(K)))]
    patterns += [rng.integers(-2, 3, size) * 1.0 for _ in range(3)]
    patterns += [rng.normal(size=size) for _ in range(3)]
    return [np.resize(p, size) for p in patterns]


def near_points(K: object, u: float) -> list[Vector]:
    """Values next to each other and next to the thresholds."""
    patterns = [[c, -c * (1 + u), -c * (1 - u)] for c in {1.0, *constants(K)}]
    return [np.resize(p, SIZE) for p in patterns]


SCALES = {
    "float64": (1e-300, 1e-9, 1e-3, 30.0, 1e17, 1e150),
    "float32": (1e-36, 1e-3, 30.0, 1e9, 1e18),
}


@dataclass(frozen=True)
class Probe:
    """A K on one library, dtype and shape, asked with and answering flat float64 NumPy vectors.

    Every answer is checked for what holds everywhere: it has the library, the device, the dtype
    and the shape of the question, shares no memory with it and leaves it as it was.
    """

    K: ConvexFunction
    maker: Library = field(default_factory=lambda: MAKERS["numpy-readonly"]())
    dtype: str = "float64"
    shape: tuple[int, ...] = (SIZE,)

    @property
    def u(self) -> float:
        """The spacing of the dtype at 1: twice the unit roundoff."""
        return float(np.finfo(self.dtype).eps)

    def round(self, z: Vector) -> Vector:
        """The vector as this dtype holds it."""
        return np.ravel(z).astype(self.dtype).astype("float64")

    @property
    def moderate(self) -> list[Vector]:
        """`moderate_points`, as this dtype holds them."""
        return [self.round(z) for z in moderate_points(self.K)]

    @property
    def points(self) -> list[Vector]:
        """The moderate points, near ties, and very large, small and mixed magnitudes."""
        g = np.random.default_rng(8).normal(size=SIZE)
        mixed = [g * [1, 1e-8, 1e3, 1e-3, 1, 1e6], np.array([1e9, 1, -1e9, 1e-9, 0, 1])]
        scaled = [g * s for s in SCALES[self.dtype]]
        others = [*near_points(self.K, self.u), *scaled, *mixed]
        return self.moderate + [self.round(z) for z in others]

    def ask(self, z: Vector) -> Any:
        """The vector as the array, or the dict of arrays, that K takes."""
        inner: Any = self.K
        while hasattr(inner, "K"):
            inner = inner.K
        if not isinstance(inner, Blocks):
            return self._make(z, self.shape)
        parts = np.array_split(z, len(inner.parts))
        return {n: self._make(p, (-1, 1)) for n, p in zip(inner.parts, parts, strict=True)}

    def _make(self, z: Vector, shape: tuple[int, ...]) -> Any:
        return self.maker.make(np.reshape(z, shape), self.dtype)

    def scalar(self, method: str, *zs: Vector) -> float:
        """What a method with a 0-d result answers."""
        asked = [self.ask(z) for z in zs]
        with np.errstate(over="ignore"):
            answer = getattr(self.K, method)(*asked)
        self._inspect(answer, _leaves(asked[0])[0], ())
        self._unwritten(asked, zs)
        return float(to_numpy(answer))

    def vector(self, method: str, z: Vector) -> Vector:
        """What a method with a result of the shape of z answers."""
        asked = self.ask(z)
        with np.errstate(over="ignore"):
            answer = getattr(self.K, method)(asked)
        assert isinstance(answer, dict) == isinstance(asked, dict)
        for a, b in zip(_leaves(answer), _leaves(asked), strict=True):
            self._inspect(a, b, b.shape)
            assert not np.shares_memory(to_numpy(a), to_numpy(b)), f"{method} returns a view"
        self._unwritten([asked], [z])
        return _flat(answer)

    def values(self, method: str, zs: list[Vector]) -> Vector:
        """`scalar` at each point."""
        return np.array([self.scalar(method, z) for z in zs])

    def vectors(self, method: str, zs: list[Vector]) -> Vector:
        """`vector` at each point, as the rows of a matrix."""
        return np.array([self.vector(method, z) for z in zs])

    def _inspect(self, answer: Any, like: Any, shape: tuple[int, ...]) -> None:
        assert array_namespace(answer) is array_namespace(like)
        assert answer.dtype == like.dtype, f"{answer.dtype}, expected {like.dtype}"
        assert answer.device == like.device
        assert answer.shape == shape, f"shape {answer.shape}, expected {shape}"

    def _unwritten(self, asked: list[Any], zs: Any) -> None:
        for a, z in zip(asked, zs, strict=True):
            assert np.array_equal(_flat(a), self.round(z), equal_nan=True), (
                "an input was written to"
            )


def _leaves(tree: Any) -> list[Any]:
    return list(tree.values()) if isinstance(tree, dict) else [tree]


def _flat(tree: Any) -> Vector:
    return np.concatenate([np.ravel(to_numpy(a)) for a in _leaves(tree)]).astype("float64")
