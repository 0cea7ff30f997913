"""lionk_ref: a convex K goes in; an optimizer, its problem and a checked certificate come out."""

from lionk_ref.certificates import Certificate as Certificate
from lionk_ref.certificates import CertifiedRun as CertifiedRun
from lionk_ref.certificates import certify as certify
from lionk_ref.convex import *  # noqa: F403
from lionk_ref.discrete import LionK as LionK
from lionk_ref.discrete import State as State
from lionk_ref.validation import certify_convex as certify_convex

__version__ = "0.1.0"
