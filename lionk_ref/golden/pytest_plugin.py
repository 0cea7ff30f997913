"""``pytest --lionk-impl module:factory``: every case of the vectors as a test of its own.

The plug-in is loaded by ``-p lionk_ref.golden.pytest_plugin``, or by itself where the package is
installed. Without the option it does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--lionk-impl`` and ``--lionk-run``."""
    group = parser.getgroup("lionk", "golden vectors of Lion-K")
    group.addoption("--lionk-impl", metavar="MODULE:FACTORY", help="the implementation to test")
    group.addoption("--lionk-run", action="append", default=[], metavar="GLOB", help="these cases")


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add one item for each case."""
    if name := config.getoption("--lionk-impl"):
        items.extend(_items(session, name, config.getoption("--lionk-run")))


def _items(session: pytest.Session, name: str, run: list[str]) -> Iterator[pytest.Item]:
    from lionk_ref.golden.cases import cases, chosen
    from lionk_ref.golden.read import committed
    from lionk_ref.peers import find

    try:
        peer = find(name)
    except ValueError as error:
        if hasattr(session.config, "workerinput"):  # What a worker of xdist refuses is not shown.
            yield RefusedItem.from_parent(session, name=name, message=str(error))
            return
        raise pytest.UsageError(str(error)) from None
    for case in chosen(cases(committed()), run, ()):
        if case.kind != "closed_loop":
            yield CaseItem.from_parent(session, name=case.id, peer=peer, case=case)


class RefusedItem(pytest.Item):
    """An implementation that cannot be imported, as a failure."""

    def __init__(self, *, message: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.message = message

    def runtest(self) -> None:
        """Say so."""
        pytest.fail(self.message, pytrace=False)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, peer: Any, case: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self.peer, self.case = peer, case

    def runtest(self) -> None:
        """Replay it."""
        from lionk_ref.golden.replay import replay

        result = replay(self.peer, self.case)
        if result.outcome == "skip":
            pytest.skip(result.detail)
        if not result.ok:
            raise MissError(f"{self.case.comment}: {result.detail}", result)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """The miss in one line, and the mistake that it looks like."""
        if not isinstance(excinfo.value, MissError):
            return super().repr_failure(excinfo, style)
        from lionk_ref.golden.diagnose import suspects

        message, result = excinfo.value.args
        return "\n".join(
            [message, *(f"looks like {s}" for s in suspects([result], self.peer.nan)[:3])]
        )

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it is: in the vectors."""
        return Path(__file__), None, f"lionk {self.case.id}"


class MissError(AssertionError):
    """A case that failed."""
