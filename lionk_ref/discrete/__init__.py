"""Section 4. Lion-K in discrete time."""

from lionk_ref.discrete.optimizer import LionK as LionK
from lionk_ref.discrete.schedules import Constant as Constant
from lionk_ref.discrete.schedules import Cosine as Cosine
from lionk_ref.discrete.schedules import InverseSquareRoot as InverseSquareRoot
from lionk_ref.discrete.updates import State as State
from lionk_ref.discrete.updates import Step as Step
from lionk_ref.discrete.updates import explicit as explicit
from lionk_ref.discrete.updates import explicit_lr as explicit_lr
from lionk_ref.discrete.updates import implicit as implicit
from lionk_ref.discrete.updates import implicit_lr as implicit_lr
from lionk_ref.discrete.updates import lion as lion
from lionk_ref.discrete.updates import look_ahead as look_ahead
