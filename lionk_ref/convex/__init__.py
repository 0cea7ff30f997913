"""Section 2. The catalogue of convex K: one import line for each, nothing else to touch."""

from lionk_ref.convex.asymmetric_box import AsymmetricBox as AsymmetricBox
from lionk_ref.convex.base import ConvexFunction as ConvexFunction
from lionk_ref.convex.blocks import Blocks as Blocks
from lionk_ref.convex.calculus import Dilated as Dilated
from lionk_ref.convex.calculus import Scaled as Scaled
from lionk_ref.convex.catalogue import collect, parse
from lionk_ref.convex.cosh import Cosh as Cosh
from lionk_ref.convex.dead_zone import DeadZone as DeadZone
from lionk_ref.convex.elastic_net import ElasticNet as ElasticNet
from lionk_ref.convex.ellipsoid import Ellipsoid as Ellipsoid
from lionk_ref.convex.group_l2 import GroupL2 as GroupL2
from lionk_ref.convex.half_square import HalfSquare as HalfSquare
from lionk_ref.convex.half_squared_norm import HalfSquaredNorm as HalfSquaredNorm
from lionk_ref.convex.huber import Huber as Huber
from lionk_ref.convex.ky_fan import KyFan as KyFan
from lionk_ref.convex.l1 import L1 as L1
from lionk_ref.convex.l2 import L2 as L2
from lionk_ref.convex.linf import LInf as LInf
from lionk_ref.convex.log_cosh import LogCosh as LogCosh
from lionk_ref.convex.log_sum_exp import LogSumExp as LogSumExp
from lionk_ref.convex.lp import Lp as Lp
from lionk_ref.convex.moreau_envelope import MoreauEnvelope as MoreauEnvelope
from lionk_ref.convex.newton_schulz import newton_schulz as newton_schulz
from lionk_ref.convex.nuclear import Nuclear as Nuclear
from lionk_ref.convex.nuclear_huber import NuclearHuber as NuclearHuber
from lionk_ref.convex.nuclear_log_cosh import NuclearLogCosh as NuclearLogCosh
from lionk_ref.convex.polar import polar_factor as polar_factor
from lionk_ref.convex.power import Power as Power
from lionk_ref.convex.pseudo_huber import PseudoHuber as PseudoHuber
from lionk_ref.convex.qdwh import qdwh as qdwh
from lionk_ref.convex.relativistic import Relativistic as Relativistic
from lionk_ref.convex.schatten import Schatten as Schatten
from lionk_ref.convex.sorted_l1 import SortedL1 as SortedL1
from lionk_ref.convex.spectral import Spectral as Spectral
from lionk_ref.convex.spectral_norm import SpectralNorm as SpectralNorm
from lionk_ref.convex.sums import Sum as Sum
from lionk_ref.convex.sums import infimal_convolution as infimal_convolution
from lionk_ref.convex.support_function import SupportFunction as SupportFunction
from lionk_ref.convex.top_k import TopK as TopK
from lionk_ref.convex.translated import Translated as Translated
from lionk_ref.convex.weighted_l1 import WeightedL1 as WeightedL1

CATALOGUE = collect(globals())
"""Every K by its key, in alphabetical order."""


def from_text(text: str) -> ConvexFunction:
    """The K that ``text`` names, as on the command line.

    Examples
    --------
    >>> from_text("huber:e=0.3")
    Huber(e=0.3)
    """
    return parse(text, CATALOGUE)
