"""Section 4, on line: a run certified by the ten numbers that each of its steps hands over."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lionk_ref.arrays import Array, array_namespace, leaves
from lionk_ref.backend import Sums
from lionk_ref.certificates import summed_domain as domain
from lionk_ref.certificates import summed_promises as of
from lionk_ref.certificates.judgement import Equality, Inequality, Verdict, judge
from lionk_ref.certificates.known_state import after_step, extent, known_state
from lionk_ref.certificates.on_line_settings import implicit_lr_at, require_certifiable
from lionk_ref.certificates.rounding import unit_roundoff
from lionk_ref.certificates.spread import spread, subgradient_units
from lionk_ref.certificates.step_sizes import Rule
from lionk_ref.certificates.summed_average import Average
from lionk_ref.certificates.summed_promises import Promise
from lionk_ref.certificates.summed_rise import rise_of
from lionk_ref.certificates.summed_step import SummedStep
from lionk_ref.certificates.verdicts_text import verdicts_text
from lionk_ref.discrete import LionK, State
from lionk_ref.discrete.betas import number
from lionk_ref.discrete.in_place import choose
from lionk_ref.discrete.wanted import iterate


class CertifiedRun:
    r"""Theorem 4.1 on line: `LionK.certified_step_` measures, and this judges.

    No array is kept: a run on 10^8 entries is certified at the cost of its sums. The state that it
    begins with is evaluated once, by the core in float64; each step must be handed over by `add`.
    Without f three equalities are judged, the energy balance among them, the brackets and phase 1:
    all that a step can get wrong. With f and a bound L of its curvature, Theorem 4.1 and its
    telescoped sum are judged as well, with the part of Delta that the sums hold. Both are promised
    of steps inside the domain of K* alone; a run outside is said to be outside.

    Parameters
    ----------
    optimizer : LionK
        What steps: beta1 <= beta2 and lam > 0.
    state : State
        Where the run begins, before its first step; it is read and not kept.
    L : float, optional
        The smoothness of f: \|grad f(x') - grad f(x)\| <= L \|x' - x\|. Needed with f, unless each
        step comes with its own curvature.

    Attributes
    ----------
    inside : list of bool
        For each step whether it began and ended inside the domain of K*, up to rounding.

    Raises
    ------
    ValueError, TypeError
        If there is no certificate on line: beta1 > beta2, lam = 0, or a K for which the sums bound
        no rounding; or L is no finite number >= 0.

    Notes
    -----
    The tolerances are derived for the worst case, see `lionk_ref.certificates.summed_step`: each
    is a few hundred units of the dtype of x times sums of K and K*. In float32 a run is judged to
    about 10^-5 of these, so that a step with lr lam far below that is judged loosely. For a K that
    is not positively homogeneous the lower bounds of the brackets, and Theorem 4.1 with them, are
    judged if its K* is bounded on its domain; the equalities always.

    Examples
    --------
    >>> import numpy as np
    >>> from lionk_ref import L1, CertifiedRun, LionK
    >>> lion = LionK(L1(), lr=0.1, lam=0.5, backend="auto")
    >>> state = lion.init(np.zeros(3))
    >>> run = CertifiedRun(lion, state)
    >>> for t in range(10):
    ...     run.add(lion.certified_step_(state, state.x - np.array([1.0, 2.0, 3.0]), t))
    >>> run.ok
    True
    >>> float(run.promises["energy balance"].residual.max()) < 1e-14
    True
    """

    def __init__(self, optimizer: LionK, state: State, L: float | None = None) -> None:
        require_certifiable(optimizer)
        K, unit = optimizer.convex_function(iterate(state)), unit_roundoff(state.x)
        self.optimizer, self.L = optimizer, None if L is None else number("L", L, ">= 0")
        self._entries = sum(a.size for a in leaves(state.x))
        core = choose(optimizer.backend, optimizer.K, state.x).name == "core"
        self._rule = Rule(
            optimizer.beta1, optimizer.beta2, optimizer.lam, unit,
            spread(K, state.x), subgradient_units(K), K.positively_homogeneous,
            math.sqrt(self._entries) if core else 1.0,
        )  # fmt: skip
        self._extent = extent(K, state.x, unit)
        self._known = known_state(K, state.x, state.m, optimizer.lam)
        first = leaves(state.x)[0]
        self._xp, self._device = array_namespace(first), first.device
        self._rows: list[dict[str, Promise]] = []
        self._average, self._border = Average(), domain.Border()
        self.inside: list[bool] = []

    @property
    def steps(self) -> int:
        """How many steps were added."""
        return len(self._rows)

    def add(
        self,
        sums: Sums,
        f: float | None = None,
        f_next: float | None = None,
        curvature: float | None = None,
        f_error: float = 0.0,
        t: int | None = None,
    ) -> None:
        """The next step: what `certified_step_` returned, and f before and after it.

        Parameters
        ----------
        sums : Sums
            Those of the step.
        f, f_next : float, optional
            f(x) and f(x'), of the same minibatch, if of any: that of which g was the gradient.
        curvature : float, optional
            A bound on f(x') - f(x) - <g, x' - x>; by default L |x' - x|^2/2.
        f_error : float
            How far the rounding of f, f_next and g may put that difference off. A few roundings of
            float64 for f, and 16 of the dtype of x for each entry of g, are allowed anyhow.
        t : int, optional
            The number of the step, for a schedule; by default the steps are counted from 0.

        Raises
        ------
        ValueError
            If the step has lr = 0, f comes alone, or nothing bounds its curvature.
        """
        q = SummedStep(
            self._rule,
            implicit_lr_at(self.optimizer, self.steps if t is None else t),
            self._known,
            sums,
        )
        begins, ends = self._border.cross(q, self._entries)
        inside, allowed = begins and ends, self._border.allowed
        row = {"phase 1": domain.phase_1(q, begins, allowed)}
        row["energy balance"] = balance = of.energy_balance(q)
        row["subgradient"], row["position"] = of.subgradient(q), of.position(q)
        row["first bracket"] = first = of.first_bracket(q, self._extent, inside, allowed)
        row["second bracket"] = second = of.second_bracket(q, self._extent)
        known = after_step(self._known, sums, q.lr, self._rule.unit)
        rise = rise_of(q, known.reach, f, f_next, curvature, f_error, self.L)
        if rise:
            row["smoothness"] = of.smoothness(q, rise)
            row["Fenchel-Young"] = general = of.fenchel_young(q, rise, balance, inside)
            row["Theorem 4.1"] = step = of.theorem_4_1(q, rise, general, first, second)
            row["telescoped"] = self._average.add(q, rise, step)
        self._rows.append(row)
        self.inside.append(inside)
        self._known = known

    @property
    def promises(self) -> dict[str, Inequality | Equality]:
        """Both sides of each promise, their tolerance and where it applies, over the steps."""
        names = dict.fromkeys(name for row in self._rows for name in row)
        return {name: self._stacked(name) for name in names}

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """One for each promise; a promise that applied to no step has ``steps`` = 0."""
        return tuple(judge(name, promise) for name, promise in self.promises.items())

    @property
    def ok(self) -> bool:
        """Whether each promise held at every step to which it applied; False without a step."""
        return bool(self._rows) and all(verdict.holds for verdict in self.verdicts)

    def __str__(self) -> str:
        return verdicts_text(self.verdicts, self.inside)

    def _stacked(self, name: str) -> Inequality | Equality:
        rows = [row.get(name, ABSENT) for row in self._rows]
        measured, promised, tolerance = (self._array([r[k] for r in rows]) for k in range(3))
        if rows[0].scale is not None:
            return Equality(measured, promised, tolerance, self._array([r.scale for r in rows]))
        applies = self._xp.asarray([r.applies for r in rows], device=self._device)
        return Inequality(measured, promised, tolerance, applies)

    def _array(self, column: Sequence[float | None]) -> Array:
        # What overflowed holds no promise: as NaN it fails, and without a library's warning.
        finite = [x if x is not None and math.isfinite(x) else math.nan for x in column]
        return self._xp.asarray(finite, dtype=self._xp.float64, device=self._device)


ABSENT = Promise(math.nan, math.nan, math.nan, False)
"""What a step without f promises of f."""
