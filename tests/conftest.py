"""What every test gets: the array libraries, Hypothesis' settings, and an account of the skips.

A test that asks for ``library`` runs once on each `helpers.Library`. One that is not installed is
skipped with the reason; one asked for by ``--library NAME`` and not installed is an error. With
CI set in the environment a skip whose reason is not in ``.ci/skips.txt`` fails the run.
"""

from __future__ import annotations

import os
from typing import Any

import hypothesis
import pytest

import helpers
import skips

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

hypothesis.settings.register_profile(
    "lionk", deadline=None, derandomize=IN_CI, max_examples=40, print_blob=True
)
hypothesis.settings.load_profile("lionk")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--library``."""
    parser.addoption(
        "--library",
        action="append",
        metavar="NAME",
        help=f"run on these array libraries only; known: {', '.join(helpers.MAKERS)}",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a library that is asked for and cannot be had."""
    for name in config.getoption("--library") or ():
        if name not in helpers.MAKERS:
            known = ", ".join(helpers.MAKERS)
            raise pytest.UsageError(f"Unknown library {name!r}; known: {known}.")
        if reason := helpers.why_missing(name):
            raise pytest.UsageError(f"Library {name!r} was asked for, but {reason}.")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``library`` once on each."""
    if "library" in metafunc.fixturenames:
        names = metafunc.config.getoption("--library") or helpers.MAKERS
        metafunc.parametrize("library", [_library(name) for name in names], scope="session")


def _library(name: str) -> Any:
    if reason := helpers.why_missing(name):
        return pytest.param(None, id=name, marks=pytest.mark.skip(reason=f"[{name}] {reason}"))
    return pytest.param(helpers.MAKERS[name](), id=name)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI, fail a run that passed but for a skip that is not on the list."""
    if session.exitstatus == pytest.ExitCode.OK and IN_CI and _skips(session.config)[1]:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Count the skips by reason."""
    counted, unlisted = _skips(config)
    if counted:
        terminalreporter.section("skips by reason")
    for reason, n in counted.items():
        verdict = "NOT in .ci/skips.txt" if reason in unlisted else "listed"
        terminalreporter.line(f"{n:5d}  {reason}  ({verdict})")


def _skips(config: pytest.Config) -> tuple[dict[str, int], list[str]]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    counted = skips.count(getattr(reporter, "stats", {}))
    return counted, skips.unlisted(counted, skips.allowed(skips.ALLOWED.read_text("utf-8")))
