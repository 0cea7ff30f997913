"""Section 2. Whether K, K*, dK, dK* and the domain of K* belong to one convex function."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lionk_ref.certificates.judgement import Verdict, judge
from lionk_ref.convex.base import ConvexFunction
from lionk_ref.validation.answers import Answers, points
from lionk_ref.validation.promises import promises


@dataclass(frozen=True)
class ConvexCertificate:
    """What was found out about a K.

    Attributes
    ----------
    K : ConvexFunction
        What was looked at.
    verdicts : tuple of Verdict
        One for each thing that must hold; ``at`` is the number of the worst point, or pair.
    """

    K: ConvexFunction
    verdicts: tuple[Verdict, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing contradicts the others."""
        return all(v.holds for v in self.verdicts)


def certify_convex(
    K: ConvexFunction, shape: tuple[int, ...] = (6,), seed: int = 0
) -> ConvexCertificate:
    """Hold the parts of K against each other, at points of this shape.

    A certificate of a run cannot see everything: where K is positively homogeneous K* is 0 on its
    domain, and a wrong one drops out of every balance. A K of one's own should pass here first.

    Parameters
    ----------
    K : ConvexFunction
        Of arrays; the parts of a `Blocks` are looked at one by one.
    shape : tuple of int, optional
        The shape of the points, at which K must be defined.
    seed : int, optional
        Of the random ones among them.

    Returns
    -------
    ConvexCertificate
        With a verdict for K >= K(0) = 0, the subgradient inequality, Fenchel-Young, eq. (7), on
        both sides, dK*, the domain of K* and the projection on it, and for what K says of itself.
        "tangent" and "monotone" see dK and dK* to first order: a slope that is off by r leaves a
        gap of the size |r|^2 in eq. (7) where K and K* are smooth.

    Raises
    ------
    TypeError, ValueError
        If K or K* is not one number, or dK, dK* or the projection no array like its argument.

    Examples
    --------
    >>> from lionk_ref import L1
    >>> certify_convex(L1()).ok
    True
    >>> class Half(L1):
    ...     def project_domain(self, y):
    ...         return super().project_domain(2 * y) / 2
    >>> [verdict.name for verdict in certify_convex(Half()).verdicts if not verdict.holds]
    ['projection']
    """
    with np.errstate(all="ignore"):
        sides = promises(Answers(K, points(shape, seed)))
        return ConvexCertificate(K, tuple(judge(name, side) for name, side in sides))
