"""The passes over a batch that are no products of matrices, and Adam's step.

A batch is some posts one after the other: post i has the tokens from ``offsets[i]`` on to
``offsets[i + 1]``. Arrays that do not fit together are a ValueError.
"""

from cython cimport floating
from libc.math cimport sqrtf
from libc.stdint cimport INT32_MAX, int32_t, int64_t, uint8_t
from libc.string cimport memcpy

from givesell.core.convolution cimport WINDOW


cdef struct Step:
    # Adam's numbers for one step; see `adam`.
    float rate
    float correct
    float shrink
    float first
    float second


def gather(
    const floating[:, ::1] vectors,
    const floating[:, ::1] mark_vectors,
    const int64_t[::1] ids,
    const uint8_t[::1] marks,
    const int64_t[::1] offsets,
    floating[:, ::1] inputs,
):
    """Lay each token's vector beside those of its neighbours in the same post.

    Parameters
    ----------
    vectors : ndarray of float, shape (n_rows, size)
    mark_vectors : ndarray of float, shape (n_marks, size)
    ids : ndarray of int64, shape (n_tokens,)
        Each token's row of ``vectors``.
    marks : ndarray of uint8, shape (n_tokens,)
        Each token's row of ``mark_vectors``.
    offsets : ndarray of int64, shape (n + 1,)
    inputs : ndarray of float, shape (n_tokens, WINDOW * size)
        Written to; zeros before.
    """
    cdef Py_ssize_t post, at, low, high, size = vectors.shape[1]
    cdef floating* own
    check_posts(offsets, ids.shape[0])
    check_tokens(ids, vectors.shape[0], marks, mark_vectors.shape[0])
    check(mark_vectors.shape[1] == size)
    check(inputs.shape[0] == ids.shape[0] and inputs.shape[1] == WINDOW * size)
    if not inputs.shape[0] or not size:
        return
    with nogil:
        for post in range(offsets.shape[0] - 1):
            low, high = offsets[post], offsets[post + 1]
            for at in range(low, high):
                own = &inputs[at, size]
                add(&vectors[ids[at], 0], &mark_vectors[marks[at], 0], size, own)
                if at > low:
                    memcpy(&inputs[at - 1, 2 * size], own, size * sizeof(floating))
                if at + 1 < high:
                    memcpy(&inputs[at + 1, 0], own, size * sizeof(floating))


def scatter(
    const floating[:, ::1] to_inputs,
    const int64_t[::1] rows,
    const uint8_t[::1] marks,
    const int64_t[::1] offsets,
    floating[:, ::1] vectors,
    floating[:, ::1] mark_vectors,
):
    """Add up the gradients of what `gather` laid out, by token row and by mark.

    Parameters
    ----------
    to_inputs : ndarray of float, shape (n_tokens, WINDOW * size)
    rows : ndarray of int64, shape (n_tokens,)
        Each token's row of ``vectors``.
    marks : ndarray of uint8, shape (n_tokens,)
    offsets : ndarray of int64, shape (n + 1,)
    vectors : ndarray of float, shape (n_rows, size)
        Added to.
    mark_vectors : ndarray of float, shape (n_marks, size)
        Added to.
    """
    cdef Py_ssize_t post, i, part, at, low, high, size = vectors.shape[1]
    cdef const floating* one
    check_posts(offsets, rows.shape[0])
    check_tokens(rows, vectors.shape[0], marks, mark_vectors.shape[0])
    check(mark_vectors.shape[1] == size)
    check(to_inputs.shape[0] == rows.shape[0] and to_inputs.shape[1] == WINDOW * size)
    if not to_inputs.shape[0] or not size:
        return
    with nogil:
        for post in range(offsets.shape[0] - 1):
            low, high = offsets[post], offsets[post + 1]
            for i in range(low, high):
                for part in range(WINDOW):
                    at = i + part - 1
                    if low <= at < high:
                        one = &to_inputs[i, part * size]
                        increase(&vectors[rows[at], 0], one, size)
                        increase(&mark_vectors[marks[at], 0], one, size)


def pool(
    floating[:, ::1] windows,
    const floating[::1] bias,
    const int64_t[::1] offsets,
    const floating[::1] shrinks,
    floating[:, ::1] pooled,
    int32_t[:, ::1] peaks,
):
    """Add the bias to each window, cut off what is negative, and pool each post's windows.

    Parameters
    ----------
    windows : ndarray of float, shape (n_tokens, channels)
        Changed in place.
    bias : ndarray of float, shape (channels,)
    offsets : ndarray of int64, shape (n + 1,)
    shrinks : ndarray of float, shape (n,)
        What the sums are multiplied by.
    pooled : ndarray of float, shape (n, 2 * channels)
        Written to: sums, then maxima; zeros before.
    peaks : ndarray of int32, shape (n, channels)
        Written to: the token of each maximum; -1 before.
    """
    cdef Py_ssize_t post, i, c, channels = windows.shape[1]
    check_posts(offsets, windows.shape[0])
    check_pooled(offsets, shrinks, channels, pooled, peaks)
    check(bias.shape[0] == channels and windows.shape[0] < INT32_MAX)
    if not channels:
        return
    with nogil:
        for post in range(shrinks.shape[0]):
            for i in range(offsets[post], offsets[post + 1]):
                take_window(
                    &windows[i, 0], &bias[0], <int32_t>i, channels,
                    &pooled[post, 0], &pooled[post, channels], &peaks[post, 0],
                )
            for c in range(channels):
                pooled[post, c] *= shrinks[post]


def unpool(
    floating[:, ::1] windows,
    const int64_t[::1] offsets,
    const floating[::1] shrinks,
    const floating[:, ::1] to_pooled,
    const int32_t[:, ::1] peaks,
):
    """Replace windows by their gradients, given those of what `pool` made of them.

    Parameters
    ----------
    windows : ndarray of float, shape (n_tokens, channels)
        Changed in place.
    offsets : ndarray of int64, shape (n + 1,)
    shrinks : ndarray of float, shape (n,)
    to_pooled : ndarray of float, shape (n, 2 * channels)
    peaks : ndarray of int32, shape (n, channels)
    """
    cdef Py_ssize_t post, i, c, channels = windows.shape[1]
    check_posts(offsets, windows.shape[0])
    check_pooled(offsets, shrinks, channels, to_pooled, peaks)
    check_peaks(peaks, windows.shape[0])
    if not channels:
        return
    with nogil:
        for post in range(shrinks.shape[0]):
            for i in range(offsets[post], offsets[post + 1]):
                spread(&windows[i, 0], &to_pooled[post, 0], shrinks[post], channels)
            for c in range(channels):
                if peaks[post, c] >= 0:
                    windows[peaks[post, c], c] += to_pooled[post, channels + c]


def adam(
    float[:, ::1] values,
    float[:, ::1] means,
    float[:, ::1] squares,
    const float[:, ::1] slopes,
    const int64_t[::1] rows,
    float rate,
    float correct,
    float shrink,
    float first,
    float second,
):
    """Take a step of Adam in some rows of values, in place.

    Parameters
    ----------
    values, means, squares : ndarray of float32, shape (n_rows, size)
        The weights, and the running means of the gradients and their squares.
    slopes : ndarray of float32, shape (n, size)
        The gradients.
    rows : ndarray of int64, shape (n,)
        Which rows they are of, each once.
    rate, correct, shrink : float
        The learning rate, corrected for the means' start; the correction of the squares; what the
        weights are multiplied by before.
    first, second : float
        The shares of the means that a gradient leaves.
    """
    cdef Py_ssize_t i, size = values.shape[1]
    cdef Step step = Step(rate, correct, shrink, first, second)
    check_rows(rows, values.shape[0])
    check(means.shape[0] == squares.shape[0] == values.shape[0])
    check(means.shape[1] == squares.shape[1] == slopes.shape[1] == size)
    check(slopes.shape[0] == rows.shape[0])
    if not slopes.shape[0] or not size:
        return
    with nogil:
        for i in range(rows.shape[0]):
            descend(
                &values[rows[i], 0], &means[rows[i], 0], &squares[rows[i], 0],
                &slopes[i, 0], size, &step,
            )


cdef inline void add(
    const floating* one, const floating* other, Py_ssize_t size, floating* out
) noexcept nogil:
    cdef Py_ssize_t e
    for e in range(size):
        out[e] = one[e] + other[e]


cdef inline void increase(floating* out, const floating* by, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t e
    for e in range(size):
        out[e] += by[e]


cdef inline void take_window(
    floating* window,
    const floating* bias,
    int32_t token,
    Py_ssize_t channels,
    floating* sums,
    floating* maxima,
    int32_t* peaks,
) noexcept nogil:
    """Add the bias to a window, cut off what is negative, and pool it."""
    cdef Py_ssize_t c
    cdef floating value, best
    cdef int32_t peak
    for c in range(channels):  # all is read and written, so that it is done for several at a time
        value, best, peak = window[c] + bias[c], maxima[c], peaks[c]
        value = value if value > 0 else 0
        window[c] = value
        sums[c] += value
        maxima[c] = value if value > best else best
        peaks[c] = token if value > best else peak


cdef inline void spread(
    floating* window, const floating* to_sums, floating shrink, Py_ssize_t channels
) noexcept nogil:
    """Replace a window by its gradient, as far as that comes from the sums."""
    cdef Py_ssize_t c
    cdef floating value
    for c in range(channels):
        value = to_sums[c]
        value = value if window[c] > 0 else 0
        window[c] = value * shrink


cdef inline void descend(
    float* values,
    float* means,
    float* squares,
    const float* slopes,
    Py_ssize_t size,
    const Step* step,
) noexcept nogil:
    """Take a step of Adam in one row."""
    cdef float rate = step.rate, correct = step.correct, shrink = step.shrink, tiny = 1e-8
    cdef float first = step.first, second = step.second
    cdef float to_first = 1 - first, to_second = 1 - second
    cdef Py_ssize_t e
    for e in range(size):
        means[e] = first * means[e] + to_first * slopes[e]
        squares[e] = second * squares[e] + to_second * slopes[e] * slopes[e]
        values[e] = values[e] * shrink - rate * means[e] / (sqrtf(squares[e] * correct) + tiny)


cdef int check(bint fits) except -1:
    if not fits:
        raise ValueError("arrays of a batch that do not fit together")
    return 0


cdef int check_posts(const int64_t[::1] offsets, Py_ssize_t tokens) except -1:
    """Check that posts lie within their tokens."""
    cdef Py_ssize_t post, posts = offsets.shape[0] - 1
    check(posts >= 0 and offsets[0] == 0 and offsets[posts] == tokens)
    for post in range(posts):
        check(offsets[post] <= offsets[post + 1])
    return 0


cdef int check_rows(const int64_t[::1] rows, Py_ssize_t count) except -1:
    """Check that rows are among so many."""
    cdef Py_ssize_t i
    cdef int64_t least = 0, most = -1
    for i in range(rows.shape[0]):
        least = min(least, rows[i])
        most = max(most, rows[i])
    return check(least >= 0 and most < count)


cdef int check_tokens(
    const int64_t[::1] rows, Py_ssize_t count, const uint8_t[::1] marks, Py_ssize_t mark_count
) except -1:
    """Check that the tokens' rows and marks are among so many."""
    cdef Py_ssize_t i
    cdef int most = -1
    check(rows.shape[0] == marks.shape[0])
    for i in range(marks.shape[0]):
        most = max(most, <int>marks[i])
    check(most < mark_count)
    return check_rows(rows, count)


cdef int check_pooled(
    const int64_t[::1] offsets,
    const floating[::1] shrinks,
    Py_ssize_t channels,
    const floating[:, ::1] pooled,
    const int32_t[:, ::1] peaks,
) except -1:
    cdef Py_ssize_t posts = offsets.shape[0] - 1
    check(shrinks.shape[0] == pooled.shape[0] == peaks.shape[0] == posts)
    return check(pooled.shape[1] == 2 * channels and peaks.shape[1] == channels)


cdef int check_peaks(const int32_t[:, ::1] peaks, Py_ssize_t tokens) except -1:
    """Check that maxima are of tokens that there are, or of none."""
    cdef Py_ssize_t post, c
    cdef int32_t most = -1
    for post in range(peaks.shape[0]):
        for c in range(peaks.shape[1]):
            most = max(most, peaks[post, c])
    return check(most < tokens)
