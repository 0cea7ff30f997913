"""Section 2. The objectives f: one import line for each, nothing else to touch."""

from collections.abc import Callable, Mapping

from lionk_ref.problems.base import Problem as Problem
from lionk_ref.problems.data import load_digits as load_digits
from lionk_ref.problems.data import load_file as load_file
from lionk_ref.problems.least_squares import LeastSquares as LeastSquares
from lionk_ref.problems.logistic import Logistic as Logistic
from lionk_ref.problems.matrix_sensing import MatrixSensing as MatrixSensing
from lionk_ref.problems.minibatch import Minibatch as Minibatch
from lionk_ref.problems.quadratic import Quadratic as Quadratic
from lionk_ref.problems.rosenbrock import Rosenbrock as Rosenbrock
from lionk_ref.problems.softmax import Softmax as Softmax
from lionk_ref.problems.softmax import softmax_digits as softmax_digits
from lionk_ref.problems.softmax import softmax_from as softmax_from


def _collect(namespace: Mapping[str, object]) -> dict[str, Callable[[], Problem]]:
    classes = [c for c in namespace.values() if isinstance(c, type) and issubclass(c, Problem)]
    builders = {
        name: build for c in classes if c is not Problem for name, build in c.named().items()
    }
    return dict(sorted(builders.items()))


PROBLEMS = _collect(globals())
"""The builders of problems by name, in alphabetical order; each is called without arguments."""
