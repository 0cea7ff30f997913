"""Conformance: every case, what was expected to fail, and the verdict on the whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from lionk_ref.golden.cases import Case
from lionk_ref.golden.closed_loop import run_closed
from lionk_ref.golden.diagnose import Suspect, suspects
from lionk_ref.golden.replay import Result, replay
from lionk_ref.golden.symptoms import symptoms
from lionk_ref.peers import Peer


@dataclass(frozen=True)
class Verdict:
    """What became of a peer.

    Attributes
    ----------
    results : tuple of Result
        One for each case.
    expected : tuple of str
        The patterns of the cases that were expected to fail.
    stale : tuple of str
        Those of them that met no failure: they must be struck from the list.
    suspects : tuple of Suspect
        The mistakes that the failures look like, the likeliest first.
    symptoms : tuple of str
        Which part of the update is wrong, as far as the failures tell.
    """

    peer: Peer
    results: tuple[Result, ...]
    expected: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    suspects: tuple[Suspect, ...] = field(default=())
    symptoms: tuple[str, ...] = ()

    def is_expected(self, result: Result) -> bool:
        """Whether a failure is on the list."""
        return any(fnmatchcase(result.case.id, p) for p in self.expected)

    @property
    def unexpected(self) -> list[Result]:
        """The failures that are not on the list."""
        return [r for r in self.results if not r.ok and not self.is_expected(r)]

    @property
    def ok(self) -> bool:
        """Whether at least one case ran and nothing was unexpected."""
        ran = any(r.outcome != "skip" for r in self.results)
        return ran and not self.unexpected and not self.stale

    def counts(self) -> dict[str, Counter[str]]:
        """How often each outcome occurred, by tier."""
        table: dict[str, Counter[str]] = {}
        for r in self.results:
            table.setdefault(r.case.tier, Counter())[r.outcome] += 1
        return table


def conform(
    peer: Peer,
    cases: Iterable[Case],
    expected: Sequence[str] = (),
    closed_loop: bool = False,
    progress: Callable[[str], object] = lambda label: None,
) -> Verdict:
    """Run a peer on cases; the closed loops, which take longer, only if asked for."""
    results = []
    for case in cases:
        if case.kind != "closed_loop" or closed_loop:
            results.append((run_closed if case.kind == "closed_loop" else replay)(peer, case))
            progress(case.id)
    failed = [r.case.id for r in results if not r.ok]
    stale = [p for p in expected if not any(fnmatchcase(name, p) for name in failed)]
    found = suspects(results, peer.nan) if failed else []
    told = symptoms(peer, results) if failed else []
    return Verdict(peer, tuple(results), tuple(expected), tuple(stale), tuple(found), tuple(told))


def expected_failures(path: Path) -> list[str]:
    """The patterns of a file: one a line; # at its start or after a space begins a comment."""
    lines = path.read_text("utf-8").splitlines()
    patterns = (re.sub(r"(^|\s)#.*", "", line).strip() for line in lines)
    return [pattern.replace("[", "[[]") for pattern in patterns if pattern]
