"""Names of K that fit into a table or a legend."""

from __future__ import annotations


def short_name(K: object, most: int = 24) -> str:
    """The repr of a K, cut where it has more than ``most`` characters.

    Examples
    --------
    >>> from lionk_ref.convex import Huber
    >>> short_name(Huber(e=0.3)), short_name(Huber(e=0.3), most=9)
    ('Huber(e=0.3)', 'Huber...)')
    """
    text = repr(K)
    return text if len(text) <= most else f"{text[: most - 4]}...)"
