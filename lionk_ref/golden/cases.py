"""A test of a file of vectors, unpacked: what an implementation is asked, and what is expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lionk_ref.golden.formats import decode
from lionk_ref.golden.read import documents
from lionk_ref.peers import Setting

Array = Any


class Expected(NamedTuple):
    """One line of a test: what to do, and where it should lead; arrays of the case's shape."""

    lr: float
    repeat: int
    g: Array
    m_tilde: Array
    u: Array
    m: Array
    x: Array
    m_tolerance: Array
    x_tolerance: Array
    decisive: Array


class Case(NamedTuple):
    """One test. ``id`` is file#group.test."""

    id: str
    tier: str
    kind: str
    comment: str
    flags: tuple[str, ...]
    setting: Setting
    shape: tuple[int, ...]
    x0: Array
    steps: tuple[Expected, ...]
    problem: str = ""
    length: int = 0


def cases(folder: Path) -> Iterator[Case]:
    """Every test in a folder of vectors."""
    for document in documents(folder):
        for number, group in enumerate(document["groups"]):
            for test in group["tests"]:
                name = f"{document['name']}#{number}.{test['tcId']}"
                make = _closed if group["type"] == "closed_loop" else _open
                yield make(name, document["tier"], group, test)


def chosen(found: Iterable[Case], run: Iterable[str], skip: Iterable[str]) -> Iterator[Case]:
    """Those whose id matches a pattern of ``run``, if there is one, and none of ``skip``."""
    run, skip = [p + "*" for p in run] or ["*"], [p + "*" for p in skip]
    for case in found:
        if any(fnmatchcase(case.id, p) for p in run) and not any(
            fnmatchcase(case.id, p) for p in skip
        ):
            yield case


def _setting(group: dict[str, Any], lr: float) -> Setting:
    beta1, beta2, lam = (_scalar(group["params"][name]) for name in ("beta1", "beta2", "lam"))
    return Setting(group["K"]["text"], lr, beta1, beta2, lam, group["scheme"], group["dtype"])


def _scalar(scalar: dict[str, str]) -> float:
    return decode(scalar["bits"], "binary64")


def _open(name: str, tier: str, group: dict[str, Any], test: dict[str, Any]) -> Case:
    dtype, shape = group["dtype"], tuple(group["shape"])
    steps = tuple(_expected(step, dtype, shape) for step in test["steps"])
    x0 = _array(test["x0"], dtype, shape)
    words = (test["comment"], tuple(test["flags"]))
    return Case(name, tier, group["type"], *words, _setting(group, steps[0].lr), shape, x0, steps)


def _closed(name: str, tier: str, group: dict[str, Any], test: dict[str, Any]) -> Case:
    setting, words = _setting(group, _scalar(test["lr"])), (test["comment"], tuple(test["flags"]))
    x0, problem, length = np.zeros(0), test["problem"], test["steps"]
    shape = tuple(group["shape"])
    return Case(name, tier, group["type"], *words, setting, shape, x0, (), problem, length)


def _expected(step: dict[str, Any], dtype: str, shape: tuple[int, ...]) -> Expected:
    g, m_tilde, u, m, x = (_array(step[n], dtype, shape) for n in ("g", "m_tilde", "u", "m", "x"))
    exact = {"bits": ["00000000"] * g.size}
    m_off, x_off = (
        _array(step.get(name, exact), "binary32", shape).astype(np.float64)
        for name in ("m_tolerance", "x_tolerance")
    )
    decisive = np.reshape(step.get("decisive", [True] * g.size), shape)
    lr, repeat = _scalar(step["lr"]), step["repeat"]
    return Expected(lr, repeat, g, m_tilde, u, m, x, m_off, x_off, decisive)


def _array(array: dict[str, Any], dtype: str, shape: tuple[int, ...]) -> Array:
    kind = np.float64 if dtype == "binary64" else np.float32
    values = np.array([decode(bits, dtype) for bits in array["bits"]], dtype=kind)
    values = values.reshape(shape)
    values.flags.writeable = False
    return values
