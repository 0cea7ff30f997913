"""Section 4, in place: fused steps on the CPU, compiled by Numba.

`Backend` is what the entry point ``numba`` of the group ``lionk_ref.backends`` names. Numba itself
is not imported before the first step.
"""

from lionk_numba.backend import Backend as Backend
