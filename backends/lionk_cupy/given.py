"""Eq. (2) and (15) for a K without kernels: dK by the core, and then the sweep of separable K.

u takes the place of a weight for each entry, and lies elsewhere at each step: such a step asks for
memory, so that no graph can hold it. What a K may refuse it refuses before anything is written:
all u are formed first, and for a certificate the step is made on copies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from lionk_cupy.device import Device
from lionk_cupy.kinds import kind_of
from lionk_cupy.plan import Part
from lionk_cupy.tables import Table, Triple, gather
from lionk_ref.backend import Sums
from lionk_ref.convex import ConvexFunction
from lionk_ref.convex.required import called
from lionk_ref.discrete.by_core import Direction, direction, unpacked
from lionk_ref.discrete.step_sums import step_sums
from lionk_ref.discrete.updates import State


@dataclass
class Given:
    """One block whose dK is the core's, and the `JOB` that is told where it lies.

    ``copies`` are the x and m that a certified step writes to.
    """

    K: ConvexFunction
    block: Triple
    job: Any
    copies: tuple[Any, Any] | None = None
    direction: Direction | None = None
    sums: Sums | None = None
    held: Any = None

    def direct(self, device: Device, beta1: float) -> None:
        """Form u, and tell the job where it is."""
        _, m, g = self.block
        self.direction = direction(self.K, m, g, beta1)
        self.held = device.contiguous(self.direction.u)
        self.job["one"]["w"] = device.address(self.held)

    def add_up(self, lam: float) -> None:
        """What a certificate needs, by the core; waits for the step on the copies."""
        if self.copies is not None and self.direction is not None:
            x, m, _ = self.block
            before, after = (State(unpacked(a), unpacked(b)) for a, b in ((x, m), self.copies))
            self.sums = step_sums(self.K, before, after, *self.direction, lam)


def alone(K: ConvexFunction | None, triples: list[Triple]) -> list[list[Triple]]:
    """The arrays all at once, or block by block where dK is the core's: it sees whole arrays."""
    return [triples] if K is None else [[triple] for triple in triples]


def on_copies(device: Device, triple: Triple) -> Table:
    """A table on copies of x and m, which gives them back."""
    x, m, g = triple
    x_next, m_next = x.copy(), m.copy()
    (table,) = gather(device, [(x_next, m_next, g)])
    return table._replace(results=[(x, x_next), (m, m_next)])


def attached(part: Part, K: ConvexFunction, block: Triple, table: Table, certify: bool) -> Part:
    """The part of a step on one block, with the K whose core gives it u."""
    (call,) = part.calls
    copies = (table.results[0][1], table.results[1][1]) if certify else None
    return replace(part, given=Given(K, block, call.arguments[0], copies))


def require_kernels(kinds: Iterable[ConvexFunction]) -> None:
    """Raise ValueError where a K has no kernels of its own: its steps cannot be prepared."""
    for K in kinds:
        if kind_of(K) is None:
            raise ValueError(
                "A step that is prepared asks for no memory, but the core does for dK of "
                f"{called(K)}. Use step_ for it, outside of a graph."
            )
