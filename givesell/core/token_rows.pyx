"""The rows of a network: what a token adds to the windows in which it is first, second and last.

A row is the product of the token's vector and a matrix. All of them take most of a second and 200
MB, a post needs a few: each is made when the first post needs it, and kept.
"""

import numpy as np

from libc.stdint cimport int64_t, uintptr_t
from libc.stdlib cimport free

from givesell.text.memory cimport new_zeros

cdef extern from "givesell/core/lanes.h" nogil:
    enum: TILE "GIVESELL_TILE"
    void multiply(
        const float* const* vectors,
        float* const* products,
        int count,
        const float* tiles,
        size_t size,
        size_t width,
    )

cdef extern from "givesell/core/once.h" nogil:
    bint is_made(char* state)
    bint claim(char* state)
    void set_made(char* state)


cdef enum:
    LINE = 64  # bytes of a cache line, at which the rows begin


cdef void find_rows(
    const RowTable* table, const int64_t* ids, int count, RowRoom* room
) noexcept nogil:
    """Point to the rows of tokens, at most MOST_READ + 2; those that are not there are made."""
    cdef int i
    room.wanted = 0
    for i in range(count):
        if is_made(&table.states[ids[i]]):
            room.rows[i] = table.rows + ids[i] * table.width
        else:
            room.rows[i] = want_row(table, ids[i], room)
    if not room.wanted:
        return
    multiply(room.vectors, room.made, room.wanted, table.tiles, table.size, table.width)
    for i in range(room.wanted):
        if room.claimed[i]:
            set_made(&table.states[room.ids[i]])


cdef const float* want_row(const RowTable* table, int64_t id, RowRoom* room) noexcept nogil:
    """Note that a row is to be made, and return where: if another thread has begun to make it,
    apart, since no thread waits for another.
    """
    cdef int at = room.wanted, i
    for i in range(at):
        if room.ids[i] == id:
            return room.made[i]
    room.ids[at] = id
    room.vectors[at] = table.vectors + id * table.size
    room.claimed[at] = claim(&table.states[id])
    room.made[at] = (
        table.rows + id * table.width if room.claimed[at] else room.spare + at * table.width
    )
    room.wanted += 1
    return room.made[at]


cdef class TokenRows:
    """The rows of a network.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, size)
        Of the tokens.
    windows : ndarray of float32, shape (size, width)

    Raises
    ------
    ValueError
        If they do not fit together.
    """

    def __cinit__(self, vectors, windows):
        self._vectors, self._windows = vectors, windows
        cdef Py_ssize_t n = self._vectors.shape[0], size = self._vectors.shape[1]
        cdef Py_ssize_t width = windows.shape[1]
        if n < 1 or size < 1 or width < 1 or windows.shape[0] != size:
            raise ValueError("vectors and windows of shapes that do not fit together")
        whole = np.zeros((size, (width + TILE - 1) // TILE * TILE), np.float32)
        whole[:, :width] = windows
        self._tiles = np.ascontiguousarray(whole.reshape(size, -1, TILE).transpose(1, 0, 2))
        self.table.vectors = &self._vectors[0, 0]
        self.table.tiles = &self._tiles[0, 0, 0]
        self.table.size, self.table.width, self.table.n_rows = size, width, n + 1
        # More than the rows, so that they begin at a cache line.
        self._memory = <char*>new_zeros(n + 1 + LINE, width * sizeof(float))
        self.table.states = <char*>new_zeros(n + 1, 1)
        self.table.rows = <float*>(self._memory + LINE - <uintptr_t>self._memory % LINE)
        set_made(&self.table.states[n])

    def __dealloc__(self):
        free(self._memory)
        free(self.table.states)

    def __reduce__(self):
        return TokenRows, (np.asarray(self._vectors), self._windows)

    def __len__(self):
        return self.table.n_rows

    @property
    def shape(self):
        """How many rows there are, that of no token included, and how long each is."""
        return self.table.n_rows, self.table.width

    def product(self, Py_ssize_t row):
        """Return a row as it is made, whether it is there or not.

        Parameters
        ----------
        row : int

        Returns
        -------
        ndarray of float32, shape (width,)
        """
        cdef const float* vector
        cdef float* product
        cdef float[::1] out
        if not 0 <= row < self.table.n_rows - 1:
            raise IndexError(row)
        found = np.empty(self.table.width, np.float32)
        out = found
        vector = self.table.vectors + row * self.table.size
        product = &out[0]
        multiply(&vector, &product, 1, self.table.tiles, self.table.size, self.table.width)
        return found
