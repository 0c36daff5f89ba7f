"""The arrays of a sparse matrix of features: the counts of posts' n-grams, the columns that are
kept, and their weights.

A row's values and columns are those between its place in ``ends`` and the next one.
"""

from libc.math cimport sqrt
from libc.stdint cimport int32_t, int64_t
from libc.stdlib cimport free, realloc

import numpy as np

from givesell.text.counting cimport (
    CountRoom,
    Counts,
    Vocabulary,
    count_post,
    count_room,
    frequency,
    rank_of,
)
from givesell.text.scanner cimport CheckedPosts, Posts, RuleTables, post_at

ctypedef fused Index:
    int32_t
    int64_t


cdef class Cells:
    """Columns and values of a matrix, row after row; there is room for more where it is needed."""

    cdef int32_t* columns  # `room` each, of which `total` are written
    cdef float* values
    cdef Py_ssize_t total
    cdef Py_ssize_t room

    cdef bint reserve(self, Py_ssize_t more) noexcept nogil:
        """Make room for so many more, and return whether there is memory for them."""
        cdef Py_ssize_t room = 2 * (self.total + more)
        cdef void* columns
        cdef void* values
        if self.total + more <= self.room:
            return True
        columns = realloc(self.columns, room * sizeof(int32_t))
        if columns == NULL:
            return False
        self.columns = <int32_t*>columns
        values = realloc(self.values, room * sizeof(float))
        if values == NULL:
            return False
        self.values = <float*>values
        self.room = room
        return True

    def __dealloc__(self):
        free(self.columns)
        free(self.values)


def count_posts(
    RuleTables tables not None, Vocabulary vocabulary not None, chunk, bint by_rank
):
    """Count the n-grams of posts.

    Parameters
    ----------
    tables : RuleTables
    vocabulary : Vocabulary
    chunk : Chunk
    by_rank : bool
        Whether there is a column for each bucket of the vocabulary, or one for each that there is.

    Returns
    -------
    columns : ndarray of int32, shape (n_values,)
    counts : ndarray of float32, shape (n_values,)
    ends : ndarray of int64, shape (n,)
        Where each post's end.
    """
    cdef CheckedPosts checked = CheckedPosts(chunk)
    cdef const Posts* posts = &checked.posts
    cdef CountRoom room = count_room(vocabulary, False)
    cdef Cells cells = Cells()
    cdef int64_t[::1] ends
    cdef bint has_room
    room.reserve(posts.longest)
    written = np.empty(posts.count, np.int64)
    ends = written
    with nogil:
        has_room = fill(tables, vocabulary, posts, by_rank, room, cells, ends)
    if not has_room:
        raise MemoryError
    if not cells.total:
        return np.empty(0, np.int32), np.empty(0, np.float32), written
    return (
        np.array(<int32_t[:cells.total]>cells.columns),
        np.array(<float[:cells.total]>cells.values),
        written,
    )


cdef bint fill(
    RuleTables tables,
    Vocabulary vocabulary,
    const Posts* posts,
    bint by_rank,
    CountRoom room,
    Cells cells,
    int64_t[::1] ends,
) noexcept nogil:
    """Count posts into cells, and return whether there is memory for them."""
    cdef Counts* counts = &room.counts
    cdef Py_ssize_t i, j, at
    for i in range(posts.count):
        count_post(
            &tables.rules,
            post_at(posts, i),
            &vocabulary.ngrams,
            &vocabulary.buckets,
            room.tokens,
            counts,
        )
        if not cells.reserve(counts.distinct):
            return False
        at = cells.total
        for j in range(counts.distinct):
            cells.columns[at + j] = (
                <int32_t>rank_of(&vocabulary.buckets, counts.buckets[j])
                if by_rank
                else counts.buckets[j]
            )
            cells.values[at + j] = <float>counts.counts[j]
        cells.total = ends[i] = at + counts.distinct
    return True


def posts_with(const Index[::1] columns, Py_ssize_t width):
    """Return how many posts hold each column, as `numpy.bincount` does, which would first write
    all of them again in 8 bytes each.

    Parameters
    ----------
    columns : ndarray of int32 or int64, shape (n_values,)
    width : int

    Returns
    -------
    ndarray of int32, shape (width,)
    """
    cdef int32_t[::1] held
    cdef Py_ssize_t i
    check_columns(columns, width)
    counted = np.zeros(width, np.int32)
    held = counted
    with nogil:
        for i in range(columns.shape[0]):
            held[columns[i]] += 1
    return counted


def keep_columns(float[::1] values, Index[::1] columns, Index[::1] ends, const Index[::1] ranks):
    """Move the values of the columns to keep to the front, and rename the columns, in place.

    Parameters
    ----------
    values : ndarray of float32, shape (n_values,)
    columns : ndarray of int32 or int64, shape (n_values,)
    ends : ndarray as ``columns``, shape (n + 1,)
    ranks : ndarray as ``columns``, shape (width,)
        What to call each column; -1 for one that is dropped.

    Returns
    -------
    int
        How many values are kept.
    """
    cdef Py_ssize_t row, i, total = 0, start = 0, stop
    cdef Index rank
    check_rows(values.shape[0], columns, ends)
    check_columns(columns, ranks.shape[0])
    with nogil:
        for row in range(ends.shape[0] - 1):
            stop = ends[row + 1]
            for i in range(start, stop):
                rank = ranks[columns[i]]
                if rank >= 0:
                    values[total] = values[i]
                    columns[total] = rank
                    total += 1
            start = stop
            ends[row + 1] = <Index>total
    return total


def weigh_rows(
    float[::1] values,
    const Index[::1] columns,
    const Index[::1] ends,
    const float[::1] idf,
    bint sublinear,
    bint unit,
):
    """Turn counts into weighted frequencies, in place.

    Parameters
    ----------
    values : ndarray of float32, shape (n_values,)
    columns : ndarray of int32 or int64, shape (n_values,)
    ends : ndarray as ``columns``, shape (n + 1,)
    idf : ndarray of float32, shape (width,)
        The weight of each column.
    sublinear : bool
        Whether a count of n becomes ``1 + log(n)``.
    unit : bool
        Whether each row is brought to unit length.
    """
    cdef Py_ssize_t row, at
    cdef double value, squares, scale
    check_rows(values.shape[0], columns, ends)
    check_columns(columns, idf.shape[0])
    with nogil:
        for row in range(ends.shape[0] - 1):
            squares = 0.0
            for at in range(ends[row], ends[row + 1]):
                value = frequency(values[at], sublinear) * idf[columns[at]]
                squares += value * value
            scale = 1.0 / sqrt(squares) if unit and squares > 0 else 1.0
            for at in range(ends[row], ends[row + 1]):
                value = frequency(values[at], sublinear) * idf[columns[at]]
                values[at] = <float>(value * scale)


cdef int check_columns(const Index[::1] columns, Py_ssize_t width) except -1:
    """Check that all columns are among so many."""
    cdef Py_ssize_t i
    cdef Index least = 0, most = -1
    for i in range(columns.shape[0]):
        least = min(least, columns[i])
        most = max(most, columns[i])
    if least < 0 or most >= width:
        raise ValueError("columns that are not there")
    return 0


cdef int check_rows(
    Py_ssize_t count, const Index[::1] columns, const Index[::1] ends
) except -1:
    """Check that there are as many values as columns, and that the rows lie among them."""
    cdef Py_ssize_t row, rows = ends.shape[0] - 1
    cdef bint fit = (
        columns.shape[0] == count and rows >= 0 and ends[0] == 0 and ends[rows] <= count
    )
    if fit:
        for row in range(rows):
            fit &= ends[row] <= ends[row + 1]
    if not fit:
        raise ValueError("rows that do not lie within their values")
    return 0
