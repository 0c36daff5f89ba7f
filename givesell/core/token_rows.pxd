"""What the network takes of its rows: where they lie, made when a post first needs them."""

from libc.stdint cimport int64_t

cdef enum:
    MOST_READ = 112  # of the tokens of a post


cdef struct RowTable:
    # The rows of a network; the last one, of no token, is zeros. A row is there once its state says
    # so, and does not change any more.
    const float* vectors  # n_rows - 1, size
    const float* tiles  # the matrix, as `multiply` takes it
    float* rows  # n_rows, width
    char* states  # n_rows
    size_t size
    size_t width
    Py_ssize_t n_rows


cdef struct RowRoom:
    # Where the rows of a post's tokens lie, and what is made on the way.
    const float* rows[MOST_READ + 2]  # of the tokens, between two of no token
    int wanted  # the first of these arrays, rows that are to be made, each once
    int64_t ids[MOST_READ]
    const float* vectors[MOST_READ]
    float* made[MOST_READ]  # in the table, or in `spare` while another thread makes it there
    bint claimed[MOST_READ]
    float* spare  # MOST_READ, width


cdef void find_rows(
    const RowTable* table, const int64_t* ids, int count, RowRoom* room
) noexcept nogil


cdef class TokenRows:
    """The rows of a network, which threads and networks can share."""

    cdef RowTable table
    cdef char* _memory  # the rows are in it
    cdef const float[:, ::1] _vectors
    cdef const float[:, :, ::1] _tiles
    cdef object _windows
