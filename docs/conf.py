"""The book: `sphinx-build -W --keep-going -b html docs docs/_build/html`, without a network."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import lionk_ref

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
os.environ.setdefault("MPLBACKEND", "Agg")

project = "lionk_ref"
author = "The lionk_ref authors"
version = release = lionk_ref.__version__
copyright = "the lionk_ref authors, BSD 3-Clause"  # noqa: A001

extensions = [
    *("myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"),
    *("sphinx_gallery.gen_gallery", "mathml", "docstrings", "names", "rooms", "toctrees"),
]
exclude_patterns = ["_build", "_templates", "auto_examples/**.ipynb", "auto_examples/**.py"]
templates_path = ["_templates"]
suppress_warnings = ["toc.empty_glob", "config.cache"]
nitpicky = True
# Annotations name what has no page here: arrays of any library, the standard library.
nitpick_ignore_regex = [("py:.*", ".*")]

myst_enable_extensions = ["dollarmath", "attrs_inline"]
myst_heading_anchors = 4
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_excludepatterns = ["auto_examples/*"]
nb_merge_streams = True

autosummary_generate = True
autodoc_typehints = "none"
autodoc_default_options = {"members": True, "show-inheritance": False}
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = "lionk_ref"
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_copy_source = False
html_theme_options = {
    "show_prev_next": True,
    "navigation_with_keys": False,
    "header_links_before_dropdown": 7,
    "navbar_align": "left",
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": ["sphinx-version"],
}
html_sidebars = {"index": [], "start": [], "catalogue": []}

GALLERY = [
    *("plot_the_box", "plot_weights", "plot_fenchel_young", "plot_constraints", "plot_lyapunov"),
    *("plot_energy", "plot_two_cycle", "plot_schemes", "plot_flow", "plot_muon", "plot_blocks"),
    *("plot_gpu", "certify_your_own", "certify_on_line"),
]


def place(script: str) -> tuple[bool, int, str]:
    """Where a script stands in the gallery: those that are not listed come last."""
    name = Path(script).stem
    return name not in GALLERY, GALLERY.index(name) if name in GALLERY else 0, name


sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"\.py$",
    "within_subsection_order": place,
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
    "min_reported_time": 1e9,
    "remove_config_comments": True,
    "plot_gallery": True,
}

# Opt-in: LIONK_LITE names a wheel of this library, and each script of the gallery can be opened in
# JupyterLite. The book holds JupyterLab and the wheel; NumPy comes from a network when it runs.
if wheel := os.environ.get("LIONK_LITE"):
    extensions.append("jupyterlite_sphinx")
    jupyterlite_silence = True
    jupyterlite_build_command_options = {"piplite-wheels": str(Path(__file__).parents[1] / wheel)}
    sphinx_gallery_conf["jupyterlite"] = {"use_jupyter_lab": True}
    sphinx_gallery_conf["first_notebook_cell"] = "%pip install -q lionk-ref matplotlib"
