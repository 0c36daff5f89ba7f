"""What other kernels take from the scanner: the tokens of a post, and the room for them."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from givesell.text.hashing cimport HashSet


cdef extern from *:
    """
    #ifdef GIVESELL_SANITIZE
    #define GIVESELL_SPARE(n) 0
    #else
    #define GIVESELL_SPARE(n) ((n) / 8 + 64)
    #endif
    """
    # How much longer a room is made than a post needs, so that longer ones fit too; not at all
    # where sanitizers look for what is read or written beyond that.
    Py_ssize_t spare_room "GIVESELL_SPARE"(Py_ssize_t longest) noexcept nogil


cdef struct Rules:
    # The tables that the scanner reads: `givesell.text.fold_table` describes the first three.
    const uint16_t* pages  # PAGES
    const uint32_t* entries  # 256 for each page
    const uint32_t* expansions  # EXPANSION in a row
    HashSet domains


cdef struct Tokens:
    # A post, and what `scan_post` writes about it. The arrays are those of a `TokenRoom`.
    const uint32_t* codes  # `length`, each of Unicode's range
    int32_t length
    uint32_t* entries  # `length` and PADDING
    int32_t count  # of the tokens; each of the next five arrays has room for `length` and one
    int32_t* starts
    int32_t* ends
    uint8_t* kinds  # a Kind
    uint8_t* marks  # of Mark
    uint64_t* hashes
    int32_t n_extras  # further hashes, a hashtag's words and a URL's host; room for `length`
    uint64_t* extras
    int32_t* owners  # the tokens that they belong to, ascending


cdef struct Post:
    const uint32_t* codes  # `length`, each of Unicode's range
    int32_t length


cdef void scan_post(const Rules* rules, Post post, Tokens* tokens) noexcept nogil

cdef struct Span:
    int32_t first
    int32_t last

cdef Span trimmed(const Tokens* tokens) noexcept nogil


cdef class RuleTables:
    """The tables that the scanner reads, checked; ``rules`` leads into them."""

    cdef Rules rules
    cdef const uint16_t[::1] _pages
    cdef const uint32_t[::1] _entries
    cdef const uint32_t[:, ::1] _expansions
    cdef const uint64_t[:, ::1] _domains


cdef class TokenRoom:
    """Arrays for the tokens of one post, reused from post to post."""

    cdef Tokens tokens
    cdef Py_ssize_t longest  # code points that there is room for
    cdef uint32_t* codes  # room for a text's code points, if it is read by `read`
    cdef Py_ssize_t _longest_text

    cdef int reserve(self, Py_ssize_t longest) except -1
    cdef Py_ssize_t read(self, object text) except -1


cdef struct Posts:
    # Posts, one after the other: post i is codes[offsets[i]:offsets[i + 1]].
    const uint32_t* codes
    const int64_t* offsets  # `count` and one
    Py_ssize_t count
    Py_ssize_t longest  # code points of the longest


cdef inline Post post_at(const Posts* posts, Py_ssize_t at) noexcept nogil:
    """Return one of the posts."""
    cdef int64_t start = posts.offsets[at]
    return Post(posts.codes + start, <int32_t>(posts.offsets[at + 1] - start))


cdef class CheckedPosts:
    """The posts of a chunk, checked; ``posts`` leads into its arrays, which it keeps."""

    cdef Posts posts
    cdef const uint32_t[::1] _codes
    cdef const int64_t[::1] _offsets
