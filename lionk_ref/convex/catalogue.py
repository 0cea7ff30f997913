"""Section 2. Finding a K by name."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from lionk_ref.convex.base import ConvexFunction

COMBINATORS = (
    *("scaled", "dilated", "blocks", "spectral", "translated"),
    *("sum", "moreau_envelope", "support_function"),
)
"""Keys of the K that are made from others, and so are no entries of the catalogue."""

NOT_CENTRED = ("log_sum_exp",)
"""Keys of the K without min K = K(0) = 0, which every entry of the catalogue has."""


def collect(namespace: Mapping[str, object]) -> dict[str, type[ConvexFunction]]:
    """The K classes of a namespace by key; the combinators and the base class left out."""
    classes = [
        c for c in namespace.values() if isinstance(c, type) and issubclass(c, ConvexFunction)
    ]
    named = {
        c.key: c
        for c in classes
        if c is not ConvexFunction and c.key not in COMBINATORS + NOT_CENTRED
    }
    return dict(sorted(named.items()))


def parse(text: str, catalogue: Mapping[str, type[ConvexFunction]]) -> ConvexFunction:
    """The K written ``key`` or ``key:name=value,name=value``.

    Raises
    ------
    ValueError
        If the key, a parameter or its value is unknown or wrong.
    """
    key, _, settings = text.partition(":")
    if key not in catalogue:
        raise ValueError(f"Unknown K {key!r}. The catalogue has: {', '.join(catalogue)}.")
    cls = catalogue[key]
    try:
        call = ast.parse(f"K({settings})", mode="eval").body
        if not isinstance(call, ast.Call) or call.args:
            raise SyntaxError
        arguments = {k.arg: ast.literal_eval(k.value) for k in call.keywords if k.arg}
        if len(arguments) != len(call.keywords):
            raise SyntaxError
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        raise ValueError(f"Cannot read {text!r}. Write it like huber:e=0.3 or lp:p=3.") from None
    known = getattr(cls, "__dataclass_fields__", {})
    for name in arguments:
        if name not in known:
            expected = ", ".join(known) or "none"
            raise ValueError(f"{cls.__name__} has no parameter {name!r}; it has: {expected}.")
    return cls(**arguments)
