"""What other kernels take from the network: a view of its arrays, the room for a post's tokens, and
the log-odds.
"""

from libc.stdint cimport int64_t, uint8_t, uint64_t

from givesell.core.token_rows cimport MOST_READ, RowRoom, RowTable, TokenRows
from givesell.text.hashing cimport HashSet
from givesell.text.scanner cimport Tokens

cpdef enum:
    WINDOW = 3
    ROWS = 4
    LANES = 8
    SHARE = 3  # divides the sum over a post's windows: sum and maximum are of similar size
    OPENING = 72  # of a longer post only its first and last tokens are read
    CLOSING = 40  # OPENING and CLOSING are MOST_READ
    EXTRA = 8  # the mark of parts of tokens: the words of a hashtag, the host of a URL
    MARKS = 9


cdef struct Network:
    # `givesell.core.network.Network`, checked.
    HashSet vocabulary  # of each token its row
    const RowTable* rows  # of tokens: WINDOW, channels each
    const float* mark_rows  # MARKS, WINDOW, channels
    const float* bias  # channels
    const float* top  # members, blocks, ROWS, cells
    const float* top_bias  # members, cells
    const float* out  # members, cells
    Py_ssize_t channels
    Py_ssize_t members
    Py_ssize_t blocks
    Py_ssize_t cells


cdef struct Layers:
    # What is computed of one post. The arrays are those of a `LayerRoom`.
    int count  # of the tokens that are read, at most MOST_READ
    uint64_t hashes[MOST_READ]
    uint8_t marks[MOST_READ]
    int64_t ids[MOST_READ + 2]  # the row of each, between two of no token
    RowRoom row_room  # its `spare` is one of the arrays
    float* pooled  # 2 * channels: sums over the windows, and maxima
    float* member  # ROWS * blocks
    float* cells  # cells


cdef void write_sequence(const Tokens* tokens, Layers* layers) noexcept nogil

cdef double log_odds(const Network* network, Layers* layers) noexcept nogil


cdef class NetworkTables:
    """The arrays of a network, checked; ``network`` leads into them."""

    cdef Network network
    cdef const uint64_t[:, ::1] _vocabulary
    cdef TokenRows _rows
    cdef const float[:, :, ::1] _mark_rows
    cdef const float[::1] _bias
    cdef const float[:, :, :, ::1] _top
    cdef const float[:, ::1] _top_bias
    cdef const float[:, ::1] _out


cdef class LayerRoom:
    """Arrays for what a network computes of one post, reused from post to post."""

    cdef Layers layers

cdef LayerRoom layer_room(const Network* network)
