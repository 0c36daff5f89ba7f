"""The network: what it reads of a scanned post, and its log-odds. `givesell.core.network` says how
it is built, and makes its arrays.
"""

import numpy as np

from libc.math cimport sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.stdlib cimport free
from libc.string cimport memcpy, memset

from givesell.core.token_rows cimport MOST_READ, TokenRows, find_rows
from givesell.text.hashing cimport HashSet, lookup
from givesell.text.memory cimport new_array, new_zeros
from givesell.text.scanner cimport (
    CheckedPosts,
    Posts,
    RuleTables,
    Span,
    TokenRoom,
    Tokens,
    post_at,
    scan_post,
    trimmed,
)
from givesell.text.token_kinds cimport Kind

cdef extern from "givesell/core/lanes.h" nogil:
    void pool_windows(
        const float* const* rows,
        const float* mark_rows,
        const float* bias,
        const uint8_t* marks,
        int count,
        size_t channels,
        float* sums,
        float* maxima,
    )
    void add_rows(const float* values, const float* rows, size_t blocks, size_t length, float* sums)


cdef void write_sequence(const Tokens* tokens, Layers* layers) noexcept nogil:
    """Write the tokens of a scanned post for the network: the hash of each but white space,
    followed by those of the words inside it, and how each is written.
    """
    cdef Span span = trimmed(tokens)
    cdef int32_t i, extra = 0
    cdef int count = 0
    for i in range(span.first, span.last):
        if tokens.kinds[i] == Kind.SPACE:
            continue
        put_token(tokens.hashes[i], tokens.marks[i], count, layers)
        count += 1
        while extra < tokens.n_extras and tokens.owners[extra] <= i:
            put_token(tokens.extras[extra], EXTRA, count, layers)
            count += 1
            extra += 1
    if count > MOST_READ:
        turn_closing((count - OPENING) % CLOSING, layers)
    layers.count = min(count, <int>MOST_READ)


cdef inline void put_token(uint64_t hash, uint8_t mark, int count, Layers* layers) noexcept nogil:
    """Write one more token: after the opening, in the place of the one that came CLOSING before."""
    cdef int at = count if count < OPENING else OPENING + (count - OPENING) % CLOSING
    layers.hashes[at] = hash
    layers.marks[at] = mark


cdef void turn_closing(int first, Layers* layers) noexcept nogil:
    """Bring the tokens after the opening in order; the first of them is at ``first``."""
    cdef uint64_t hashes[CLOSING]
    cdef uint8_t marks[CLOSING]
    cdef int i
    memcpy(hashes, layers.hashes + OPENING, sizeof(hashes))
    memcpy(marks, layers.marks + OPENING, sizeof(marks))
    for i in range(CLOSING):
        layers.hashes[OPENING + i] = hashes[(first + i) % CLOSING]
        layers.marks[OPENING + i] = marks[(first + i) % CLOSING]


cdef double log_odds(const Network* network, Layers* layers) noexcept nogil:
    """Return the network's log-odds of a post whose tokens are written."""
    cdef int64_t nothing = network.rows.n_rows - 1
    cdef size_t channels = network.channels
    cdef int i
    layers.ids[0] = layers.ids[layers.count + 1] = nothing
    for i in range(layers.count):
        layers.ids[i + 1] = lookup(&network.vocabulary, layers.hashes[i])
    find_rows(network.rows, layers.ids, layers.count + 2, &layers.row_room)
    memset(layers.pooled, 0, 2 * channels * sizeof(float))
    pool_windows(
        layers.row_room.rows,
        network.mark_rows,
        network.bias,
        layers.marks,
        layers.count,
        channels,
        layers.pooled,
        layers.pooled + channels,
    )
    return add_members(network, layers)


cdef double add_members(const Network* network, Layers* layers) noexcept nogil:
    """Return the sum of what the members make of a post's pooled values."""
    cdef float shrink = <float>(1 / (SHARE * sqrt(<double>max(layers.count, 1))))
    cdef Py_ssize_t width = network.channels // network.members, cells = network.cells
    cdef const float* sums = layers.pooled
    cdef const float* maxima = layers.pooled + network.channels
    cdef const float* out
    cdef Py_ssize_t member, c, j
    cdef double total = 0
    for member in range(network.members):
        for c in range(width):
            layers.member[c] = sums[member * width + c] * shrink
            layers.member[width + c] = maxima[member * width + c]
        memcpy(layers.cells, network.top_bias + member * cells, cells * sizeof(float))
        add_rows(
            layers.member,
            network.top + member * network.blocks * ROWS * cells,
            network.blocks,
            cells,
            layers.cells,
        )
        out = network.out + member * cells
        total += <double>layers.cells[0] * out[0]
        for j in range(1, cells):
            total += <double>max(layers.cells[j], <float>0) * out[j]
    return total


cdef class NetworkTables:
    """The arrays of a network, checked.

    Parameters
    ----------
    network : Network

    Raises
    ------
    ValueError
        If their shapes do not fit together, or a token leads to no row.
    """

    def __cinit__(self, network):
        (
            vocabulary,
            self._rows,
            self._mark_rows,
            self._bias,
            self._top,
            self._top_bias,
            self._out,
        ) = network
        self._vocabulary = np.array(vocabulary)  # a copy: nobody changes where it leads
        if not (has_shapes(self) and leads_to_rows(self._vocabulary, self._rows.table.n_rows)):
            raise ValueError("a network of shapes that do not fit together")
        self.network.vocabulary = HashSet(&self._vocabulary[0, 0], self._vocabulary.shape[0] - 1)
        self.network.rows = &self._rows.table
        self.network.mark_rows = &self._mark_rows[0, 0, 0]
        self.network.bias = &self._bias[0]
        self.network.top = &self._top[0, 0, 0, 0]
        self.network.top_bias = &self._top_bias[0, 0]
        self.network.out = &self._out[0, 0]
        self.network.channels = self._bias.shape[0]
        self.network.members = self._top.shape[0]
        self.network.blocks = self._top.shape[1]
        self.network.cells = self._top.shape[3]


cdef bint has_shapes(NetworkTables tables):
    cdef Py_ssize_t channels = tables._bias.shape[0]
    cdef Py_ssize_t members = tables._top.shape[0], cells = tables._top.shape[3]
    return (
        tables._rows is not None
        and channels >= 1
        and members >= 1
        and cells >= 1
        and channels % members == 0
        and tables._rows.table.width == <size_t>(WINDOW * channels)
        and tables._mark_rows.shape[0] == MARKS
        and tables._mark_rows.shape[1] == WINDOW
        and tables._mark_rows.shape[2] == channels
        and tables._top.shape[2] == ROWS
        and ROWS * tables._top.shape[1] >= 2 * (channels // members)
        and tables._top_bias.shape[0] == members
        and tables._top_bias.shape[1] == cells
        and tables._out.shape[0] == members
        and tables._out.shape[1] == cells
    )


cdef bint leads_to_rows(const uint64_t[:, ::1] vocabulary, Py_ssize_t rows) noexcept nogil:
    """Whether a set of tokens has an empty slot, where a search ends, and only numbers of rows."""
    cdef Py_ssize_t i, slots = vocabulary.shape[0]
    cdef bint has_empty = False
    if slots < 1 or slots & (slots - 1) or vocabulary.shape[1] != 2:
        return False
    for i in range(slots):
        has_empty |= vocabulary[i, 1] == 0
        if vocabulary[i, 1] >= <uint64_t>rows:
            return False
    return has_empty


cdef class LayerRoom:
    """Arrays for what a network computes of one post, reused from post to post."""

    def __dealloc__(self):
        free(self.layers.row_room.spare)
        free(self.layers.pooled)
        free(self.layers.member)
        free(self.layers.cells)


cdef LayerRoom layer_room(const Network* network):
    """Return a room for a network."""
    cdef LayerRoom room = LayerRoom()
    cdef Layers* layers = &room.layers
    layers.pooled = <float*>new_array(2 * network.channels, sizeof(float))
    # Zeros, since the last block may have more values than there are channels to write.
    layers.member = <float*>new_zeros(ROWS * network.blocks, sizeof(float))
    layers.cells = <float*>new_array(network.cells, sizeof(float))
    layers.row_room.spare = <float*>new_array(MOST_READ * network.rows.width, sizeof(float))
    return room


def score_sequences(network, hashes, marks, offsets):
    """Return the log-odds of posts as `givesell.core.sequences.sequences` reads them.

    Parameters
    ----------
    network : Network
    hashes : ndarray of uint64, shape (n_tokens,)
    marks : ndarray of uint8, shape (n_tokens,)
    offsets : ndarray of int64, shape (n + 1,)

    Returns
    -------
    ndarray of float64, shape (n,)

    Raises
    ------
    ValueError
        If the arrays do not fit together.
    """
    cdef NetworkTables tables = NetworkTables(network)
    cdef LayerRoom room = layer_room(&tables.network)
    cdef Layers* layers = &room.layers
    cdef const uint64_t[::1] token_hashes = hashes
    cdef const uint8_t[::1] token_marks = marks
    cdef const int64_t[::1] starts = offsets
    cdef Py_ssize_t post, posts = starts.shape[0] - 1
    cdef double[::1] scores
    if not are_sequences(token_hashes, token_marks, starts):
        raise ValueError("tokens of posts that do not fit together")
    found = np.empty(posts, np.float64)
    scores = found
    with nogil:
        for post in range(posts):
            layers.count = <int>(starts[post + 1] - starts[post])
            if layers.count:
                memcpy(
                    layers.hashes, &token_hashes[starts[post]], layers.count * sizeof(uint64_t)
                )
                memcpy(layers.marks, &token_marks[starts[post]], layers.count)
            scores[post] = log_odds(&tables.network, layers)
    return found


cdef bint are_sequences(
    const uint64_t[::1] hashes, const uint8_t[::1] marks, const int64_t[::1] starts
) noexcept nogil:
    """Whether posts lie within their tokens, none longer than is read, and all marks exist."""
    cdef Py_ssize_t i, posts = starts.shape[0] - 1
    if (
        posts < 0
        or marks.shape[0] != hashes.shape[0]
        or starts[0] < 0
        or starts[posts] > hashes.shape[0]
    ):
        return False
    for i in range(posts):
        if starts[i] > starts[i + 1] or starts[i + 1] - starts[i] > MOST_READ:
            return False
    for i in range(marks.shape[0]):
        if marks[i] >= MARKS:
            return False
    return True


def read_sequences(RuleTables rules not None, chunk):
    """Return the tokens of the posts of a chunk as the network reads them.

    Parameters
    ----------
    rules : RuleTables
    chunk : Chunk

    Returns
    -------
    hashes : ndarray of uint64, shape (n_tokens,)
        The tokens of all posts, one post after the other.
    marks : ndarray of uint8, shape (n_tokens,)
    ends : ndarray of int64, shape (n,)
        Where each post ends.
    """
    cdef CheckedPosts checked = CheckedPosts(chunk)
    cdef const Posts* posts = &checked.posts
    cdef TokenRoom room = TokenRoom()
    cdef Layers layers
    cdef uint64_t[::1] hashes
    cdef uint8_t[::1] marks
    cdef int64_t[::1] ends
    cdef Py_ssize_t post, total = 0
    room.reserve(posts.longest)
    all_hashes = np.empty(posts.count * MOST_READ, np.uint64)
    all_marks = np.empty(posts.count * MOST_READ, np.uint8)
    all_ends = np.empty(posts.count, np.int64)
    hashes, marks, ends = all_hashes, all_marks, all_ends
    with nogil:
        for post in range(posts.count):
            scan_post(&rules.rules, post_at(posts, post), &room.tokens)
            write_sequence(&room.tokens, &layers)
            if layers.count:
                memcpy(&hashes[total], layers.hashes, layers.count * sizeof(uint64_t))
                memcpy(&marks[total], layers.marks, layers.count)
            total += layers.count
            ends[post] = total
    return all_hashes[:total].copy(), all_marks[:total].copy(), all_ends
