"""Names lead somewhere: `lionk_ref.discrete.lion` to the API, eq-15 to the entry of the paper."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from lionk_ref.paper import INDEX
from lionk_ref.paper.entry import anchor


def label(place: str) -> str:
    """The label of an entry of the paper; empty if there is none.

    Examples
    --------
    >>> label("Eq. (15)"), label("Table 2, line 4"), label("eq. (99)")
    ('eq-15', 'table-2-line-4', '')
    """
    return LABELS.get(place.lower().removeprefix("eq. "), "")


LABELS = {
    e.label.lower(): anchor(f"eq {e.label}" if e.label.startswith("(") else e.label) for e in INDEX
}


def add_labels(app: Sphinx, env: object) -> None:
    """Make each entry of the paper a target by its label."""
    standard = app.env.domains.standard_domain
    slugs = app.env.metadata["paper"].get("myst_slugs", {})
    for entry in INDEX:
        _, place, title = slugs[anchor(entry.heading)]
        name = LABELS[entry.label.lower()]
        standard.labels[name] = ("paper", place, title)
        standard.anonlabels[name] = ("paper", place)


def link(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Wrap each name in code that has a page of the API in a link to it."""
    objects = app.env.domains.python_domain.objects
    for literal in list(doctree.findall(nodes.literal)):
        found = objects.get(literal.astext().removesuffix("()"))
        if found and not isinstance(literal.parent, nodes.reference):
            uri = app.builder.get_relative_uri(page, found.docname) + "#" + found.node_id
            around = nodes.reference("", "", internal=True, refuri=uri)
            literal.replace_self(around)
            around += literal


def setup(app: Sphinx) -> dict[str, bool]:
    """Hook in."""
    app.connect("env-updated", add_labels)
    app.connect("doctree-resolved", link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
