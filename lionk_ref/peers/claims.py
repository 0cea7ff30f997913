"""Section 4: what an implementation may claim to be; what nobody can be is refused."""

from __future__ import annotations

from typing import Any

from lionk_ref.convex import CATALOGUE
from lionk_ref.discrete.updates import SCHEMES
from lionk_ref.peers.storage import ROUND

KNOWN = {
    "K": ("*", *CATALOGUE),
    "schemes": tuple(SCHEMES),
    "dtypes": tuple(ROUND),
    "nan": ("propagate", "freeze"),
}
EXAMPLE = {"K": "l1", "schemes": "explicit", "dtypes": "binary32", "notes": "it has no decay"}
ALIASES = {"float64": "binary64", "float32": "binary32", "float16": "binary16"}
"""The formats as NumPy calls them."""


def claims(whose: str, **found: Any) -> dict[str, Any]:
    """The claims of a `Peer` from Section 4's names as its author wrote them.

    Raises
    ------
    ValueError
        If a name is unknown, or where several are expected is none.

    Examples
    --------
    >>> claims("mine", K=["l1"], dtypes=("float32", "binary64"))
    {'K': ('l1',), 'dtypes': ('binary32', 'binary64')}
    >>> claims("mine", schemes=["explicits"])
    Traceback (most recent call last):
        ...
    ValueError: mine: unknown scheme 'explicits'. Known: explicit, implicit.
    """
    return {name: _checked(whose, name, value) for name, value in found.items()}


def _checked(whose: str, name: str, value: Any) -> Any:
    if name == "version":
        return str(value)
    if name == "nan":
        return _known(whose, name, value)
    if not isinstance(value, list | tuple | set | frozenset) or (name in KNOWN and not value):
        example = (EXAMPLE[name],)
        raise ValueError(f"{whose}: {name} is {value!r}, expected a tuple such as {example}.")
    return tuple(_known(whose, name, v) if name in KNOWN else str(v) for v in value)


def _known(whose: str, name: str, value: Any) -> str:
    found: Any = ALIASES.get(value, value) if isinstance(value, str) else value
    if found not in KNOWN[name]:
        known = ", ".join(KNOWN[name])
        raise ValueError(f"{whose}: unknown {name.rstrip('s')} {value!r}. Known: {known}.")
    return str(found)
