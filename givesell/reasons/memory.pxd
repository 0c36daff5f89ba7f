"""Memory for the arrays of C that the kernels of this room own."""

from cpython.pyport cimport PY_SSIZE_T_MAX
from libc.stdlib cimport malloc


cdef inline void* new_array(Py_ssize_t values, Py_ssize_t size) except NULL:
    """Return memory for so many values of a size, to be given to `free`; nothing is written."""
    cdef void* array
    if values > PY_SSIZE_T_MAX // size:
        raise MemoryError
    array = malloc(max(1, values * size))
    if array == NULL:
        raise MemoryError
    return array
