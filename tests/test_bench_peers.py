"""Other people's Lion in ``lionk bench``, where they are installed."""

from __future__ import annotations

import numpy as np
import pytest

from lionk_ref.bench import peers
from lionk_ref.bench.host import Host
from lionk_ref.peers import PEERS


def installed() -> list[str]:
    """Those that can be had here and start within a few seconds."""
    found = []
    for name in sorted(set(peers.STARTS) - peers.SLOW):
        try:
            peers.version(name)
        except ValueError:
            continue
        found.append(name)
    return found


def test_each_is_known() -> None:
    """The names are those of `lionk conform`, but for the variants."""
    assert {peers.ADAPTERS.get(name, name) for name in peers.STARTS} - set(PEERS) == {
        "torch-compile"
    }
    assert set(peers.STARTS) >= peers.SLOW | peers.OWN_THREADS | peers.ONE_BY_ONE
    with pytest.raises(ValueError, match=r"Unknown peer 'nobody'\. Known are: bitsandbytes"):
        peers.version("nobody")


def test_each_steps_on_the_memory_that_it_is_given() -> None:
    """`peers.start` looks at a step of each; all but Optax move x and m where they lie."""
    pytest.importorskip("torch", reason="torch is not installed")
    names = installed()
    assert names
    for name in names:
        arrays = [Host().arrays(1000) for _ in range(1 if name in peers.ONE_BY_ONE else 3)]
        before = [[a.copy() for a in triple] for triple in arrays]
        peers.set_threads(1)
        peers.start(name, Host(), arrays).run()
        for triple, old in zip(arrays, before, strict=True):
            moved = [not np.array_equal(a, b) for a, b in zip(triple, old, strict=True)]
            assert moved == [name != "optax", name != "optax", False], name
