"""The pages of the API: for each room of the library, the names that it exports."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import pkgutil
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from docstrings import plain
from sphinx.application import Sphinx

from lionk_ref.paper import INDEX

ROOMS = (
    *("convex", "discrete", "continuous", "certificates", "validation", "problems"),
    *("problems.nets", "problems.datasets", "arrays", "memory", "processes", "backend"),
    *("paper", "golden", "peers", "experiments", "bench", "learn", "report", "cli"),
)
"""In the order of the paper; a room that is not there is left out."""

ROOM = """\
{name}
{line}

.. automodule:: {name}
   :no-members:

.. currentmodule:: {name}

{listing}
"""


def exported(module: ModuleType) -> list[str]:
    """The public names of a module that the library defines, functions and classes."""
    source = inspect.getsource(module)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(value) or inspect.isfunction(value))
        and value.__module__.startswith("lionk_ref")
        and _is_home(module, value.__module__)
        and (value.__module__ == module.__name__ or f" as {name}\n" in source)
    ]


def _is_home(module: ModuleType, defined_in: str) -> bool:
    """A package exports what its own files define; a single module what it defines itself."""
    own = module.__name__
    return defined_in == own or (hasattr(module, "__path__") and defined_in.startswith(own + "."))


def page(module: ModuleType) -> str:
    """One room: its exported names, each with a page, or its modules where it exports none."""
    names = exported(module)
    listing = [".. autosummary::", "   :nosignatures:", "   :toctree: names", ""]
    listing += [f"   {name}" for name in (*names, *of_the_paper(module, names))]
    text = "\n".join(listing if names else modules(module))
    return ROOM.format(name=module.__name__, line="=" * len(module.__name__), listing=text)


def of_the_paper(module: ModuleType, names: list[str]) -> list[str]:
    """What else of this room computes an entry of the paper."""
    prefix = module.__name__ + "."
    inner = {e.computed_by.removeprefix(prefix) for e in INDEX if e.computed_by.startswith(prefix)}
    return sorted(name for name in inner if name.split(".")[0] not in names)


def modules(package: ModuleType) -> Iterator[str]:
    """The files of a room with their first lines; not imported, since some need an extra."""
    yield from [".. list-table::", "   :widths: 25 75", ""]
    for info in pkgutil.iter_modules(package.__path__):
        file = Path(package.__path__[0]) / f"{info.name}.py"
        if not info.ispkg and not info.name.startswith("_"):
            says = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
            first = says.partition("\n")[0]
            yield f"   * - ``{info.name}``\n     - {plain(first)}"


def rooms() -> Iterator[ModuleType]:
    """Those that exist."""
    for name in ROOMS:
        if importlib.util.find_spec(f"lionk_ref.{name}"):
            yield importlib.import_module(f"lionk_ref.{name}")


def write(app: Sphinx, config: object) -> None:
    """Write docs/api/, which is not kept under version control."""
    folder = Path(app.srcdir) / "api"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for module in rooms():
        (folder / f"{_within(module)}.rst").write_text(page(module), "utf-8")
    listing = "\n".join(f"   {_within(module)}" for module in rooms())
    (folder / "index.rst").write_text(FRONT + listing + "\n", "utf-8")


def _within(module: ModuleType) -> str:
    return module.__name__.removeprefix("lionk_ref.")


FRONT = """\
API reference
=============

Every public name, room by room, in the order of the paper. ``lionk_ref`` itself exports
what a first program needs: every K of :doc:`convex`, ``LionK``, ``State``, ``certify`` and
``Certificate``.

.. toctree::
   :maxdepth: 1

"""


def setup(app: Sphinx) -> dict[str, bool]:
    """Come before the pages are looked for, so that autosummary reads these as well."""
    app.connect("config-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
