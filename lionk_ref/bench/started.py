"""Section 4 by others, timed: what a started peer is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from lionk_ref.bench.clock import Runner
from lionk_ref.bench.places import Place
from lionk_ref.peers.interface import Setting

SHOWN = 1000


class Started(NamedTuple):
    """A step that can be repeated, and a look at the first entries of x and of its momentum."""

    run: Runner
    look: Callable[[], tuple[Any, Any]]
    shown: int = SHOWN


Start: TypeAlias = Callable[[Place, Sequence[tuple[Any, Any, Any]], Setting], Started]
"""``start(place, arrays, setting)``: arrays of x, momentum and g, stepped where they lie."""
