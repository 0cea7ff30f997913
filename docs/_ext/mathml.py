"""Formulas as MathML, which browsers draw by themselves: no script, no font, no network."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

TAG = re.compile(r"\\tag\{([^}]*)\}")
PRIME = re.compile(r"<msup>(<m[io]>[^<]*</m[io]>)<mi>(&#x02032;)</mi></msup>")
"""Fonts without tables for mathematics have a raised prime; as an exponent it would vanish."""
NAMES = re.compile(r"\\mathrm\{([A-Za-z]{2,})\}")
SPELLED = {
    r"\arg": r"\operatorname{arg}",
    r"\big\langle": r"\langle",
    r"\big\rangle": r"\rangle",
}


def spelled(latex: str) -> str:
    r"""The formula in the words that the converter knows.

    Examples
    --------
    >>> spelled(r"\arg\min x \in \mathrm{dom}\,K^*")
    '\\operatorname{arg}\\min x \\in \\operatorname{dom}\\,K^*'
    """
    for ours, known in SPELLED.items():
        latex = latex.replace(ours, known)
    return NAMES.sub(r"\\operatorname{\1}", latex)


def mathml(latex: str, display: str) -> str:
    """The formula as MathML.

    Raises
    ------
    ValueError
        If a command of LaTeX is not known and would be shown as it stands.
    """
    drawn = str(convert(spelled(latex), display=display))
    unknown = re.findall(r">(\\\w+)<", drawn)
    if unknown:
        raise ValueError(f"No MathML is known for {unknown} in {latex!r}.")
    drawn = PRIME.sub(r"<mrow>\1<mo lspace='0' rspace='0'>\2</mo></mrow>", drawn)
    return re.sub(r"<mo>([A-Za-z]{2,})</mo>", r'<mi mathvariant="normal">\1</mi>', drawn)


def inline(writer: Any, node: nodes.math) -> None:
    """A formula in a line of text."""
    writer.body.append(f'<span class="formula">{mathml(node.astext(), "inline")}</span>')
    raise nodes.SkipNode


def block(writer: Any, node: nodes.math_block) -> None:
    """A formula of its own, with the number of the paper where it has one."""
    latex = node.astext()
    number = "".join(f'<span class="tag">{tag}</span>' for tag in TAG.findall(latex))
    drawn = mathml(TAG.sub("", latex), "block")
    writer.body.append(f'<div class="formula">{drawn}{number}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer, for `html_math_renderer`."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
