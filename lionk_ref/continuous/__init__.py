"""Section 3. Lion-K in continuous time."""

from lionk_ref.continuous.coefficients import Coefficients as Coefficients
from lionk_ref.continuous.coefficients import Rates as Rates
from lionk_ref.continuous.discretise import Betas as Betas
from lionk_ref.continuous.discretise import betas as betas
from lionk_ref.continuous.discretise import rates as rates
from lionk_ref.continuous.flow import Flow as Flow
from lionk_ref.continuous.flow import Phase as Phase
from lionk_ref.continuous.flow import velocity as velocity
from lionk_ref.continuous.lyapunov import delta as delta
from lionk_ref.continuous.lyapunov import lyapunov as lyapunov
from lionk_ref.continuous.lyapunov import objective as objective
from lionk_ref.continuous.march import march as march
from lionk_ref.continuous.solve import solve as solve
from lionk_ref.continuous.special_cases import TABLE_1 as TABLE_1
from lionk_ref.continuous.trajectory import NonsmoothWarning as NonsmoothWarning
from lionk_ref.continuous.trajectory import Trajectory as Trajectory
