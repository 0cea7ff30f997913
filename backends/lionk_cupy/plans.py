"""The plans of the last steps, found again by where their arrays lie.

To check 1,000 arrays and to send their addresses takes far longer than to step them. Arrays that
lie at the same addresses with the same shapes and dtypes need the same plan, though they may be
others: the gradients of the next step often lie where those of the last one did.
"""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Any

from lionk_cupy.device import Device
from lionk_cupy.run import Plan, prepare
from lionk_ref.arrays import Array, Arrays, leaves
from lionk_ref.backend import Kinds

MOST = 16
"""How many plans are kept."""


class Plans:
    """Steps on one machine; a plan holds its K and its scratch memory, not the arrays."""

    def __init__(self, device: Device) -> None:
        self.device, self._lock = device, Lock()
        self._plans: dict[Hashable, tuple[Plan, Any]] = {}

    def step(
        self, K: Kinds, scheme: str, x: Arrays, m: Arrays, g: Arrays, *,
        lr: float | Array, beta1: float, beta2: float, lam: float,
    ) -> None:  # fmt: skip
        """Eq. (2) or (15), by the plan that is there or a new one."""
        with self._lock:
            key = self._key(K, scheme, x, m, g)
            plan = self._known(key) or prepare(self.device, K, scheme, x, m, g)
            plan(lr=lr, beta1=beta1, beta2=beta2, lam=lam)
            if key is not None and plan.lasting:
                self._keep(key, plan, leaves(K))

    def _key(self, K: Kinds, scheme: str, *trees: Arrays) -> Hashable:
        """What a plan depends on; None if an array is of another kind."""
        try:
            where = tuple(tuple(map(self.device.place, leaves(tree))) for tree in trees)
        except AttributeError:
            return None
        names = tuple(tuple(t) if hasattr(t, "keys") else None for t in (K, *trees))
        return self.device.key(), scheme, tuple(map(id, leaves(K))), names, where

    def _known(self, key: Hashable) -> Plan | None:
        return self._plans[key][0] if key in self._plans else None

    def _keep(self, key: Hashable, plan: Plan, kinds: Any) -> None:
        # The K are kept as well, since their ids are part of the key.
        self._plans.pop(key, None)
        self._plans[key] = plan, kinds
        if len(self._plans) > MOST:
            del self._plans[next(iter(self._plans))]
