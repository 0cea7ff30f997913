"""Section 4, in place: fused steps on an NVIDIA GPU, on the arrays of CuPy.

`Backend` is what the entry point ``cupy`` of the group ``lionk_ref.backends`` names. The kernels
are C++ in the ``.cuh`` files beside this one: data, which no import compiles. CuPy itself is not
imported before a GPU is asked for.
"""

from lionk_cupy.backend import Backend as Backend
