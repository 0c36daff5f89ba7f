"""Memory for the arrays of C that kernels own, to be given to `free`."""

from cpython.pyport cimport PY_SSIZE_T_MAX
from libc.stdlib cimport calloc, malloc


cdef inline void* new_array(Py_ssize_t values, Py_ssize_t size) except NULL:
    """Return memory for so many values of ``size`` bytes; nothing is written to it."""
    cdef void* array
    if values > PY_SSIZE_T_MAX // size:
        raise MemoryError
    array = malloc(max(1, values * size))
    if array == NULL:
        raise MemoryError
    return array


cdef inline void* new_zeros(Py_ssize_t values, Py_ssize_t size) except NULL:
    """Return memory for so many values of ``size`` bytes, all zeros; pages that nothing is written
    to take no memory.
    """
    cdef void* array = calloc(max(1, values), size)
    if array == NULL:
        raise MemoryError
    return array
