"""A module of a package that cannot be imported as a whole, as timm without torchvision."""

from __future__ import annotations

import gc
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType

import pytest

from lionk_ref.peers import without_init

FILES = {
    "__init__.py": "raise RuntimeError('operator torchvision::nms does not exist')",
    "part/__init__.py": "raise RuntimeError('nor do its parts')",
    "part/_helpers.py": "def sign(z):\n    return (z > 0) - (z < 0)",
    "part/lion.py": "from ._helpers import sign\ndef u(z):\n    return sign(z)",
    "part/needy.py": "import nowhere_to_be_found",
}


@contextmanager
def stand_in(files: dict[str, str]) -> Iterator[Path]:
    """A package of that name in a folder that is looked into first."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / "stand_in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        sys.path.insert(0, folder)
        invalidate_caches()
        try:
            yield Path(folder)
        finally:
            sys.path.remove(folder)
            forget()


def forget() -> None:
    """Nothing of the stand-in is imported any more."""
    for name in imported():
        del sys.modules[name]


def imported() -> dict[str, ModuleType]:
    """What is imported of the stand-in."""
    return {k: m for k, m in sys.modules.items() if k.partition(".")[0] == "stand_in"}


def check_broken() -> None:
    """The part works, on its own neighbours, where the whole does not."""
    with stand_in(FILES) as folder:
        lion = load("stand_in.part.lion")
        assert lion.__file__ == str(folder / "stand_in" / "part" / "lion.py")
        u = lion.u
        del lion
        gc.collect()
        assert [u(z) for z in (-2, 0, 3)] == [-1, 0, 1]


def load(name: str) -> ModuleType:
    """A module without its package; that it cannot be had so is a failure."""
    try:
        return without_init.module(name)
    except RuntimeError as error:
        raise AssertionError(error) from None


def check_later_import() -> None:
    """Nothing stays behind: what is imported later is the package itself, which may be broken."""
    with stand_in(FILES):
        load("stand_in.part.lion")
        assert imported() == {}
        with pytest.raises(RuntimeError, match="torchvision::nms"):
            import_module("stand_in")
    with stand_in({**FILES, "__init__.py": "whole = True"}):
        load("stand_in.part.lion")
        assert getattr(import_module("stand_in"), "whole", False)


def check_earlier_import() -> None:
    """A package that is imported already stays what it is, with every module of it."""
    with stand_in({**FILES, "__init__.py": "", "part/__init__.py": "from . import lion"}):
        import_module("stand_in.part")
        before = imported()
        again = load("stand_in.part.lion")
        assert imported() == before
        assert len(before) == 4
        assert before["stand_in.part"].lion is before["stand_in.part.lion"] is not again


CHECKS = check_broken, check_later_import, check_earlier_import


@pytest.mark.parametrize("check", CHECKS)
def test_module(check: Callable[[], None]) -> None:
    """It is found, and nobody else sees it."""
    check()


@pytest.mark.parametrize("name", ["no_such_package.part.lion", "stand_in.none.lion",
                                  "stand_in.part.none", "stand_in.part.needy"])  # fmt: skip
def test_missing(name: str) -> None:
    """The name that is missing is in the error, and nothing stays behind."""
    with stand_in(FILES):
        with pytest.raises(ModuleNotFoundError, match=r"No module named '(no_|stand_|nowhere)"):
            without_init.module(name)
        assert imported() == {}
