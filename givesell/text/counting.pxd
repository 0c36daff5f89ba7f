"""What other kernels take from the counting of n-grams."""

from libc.math cimport log
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

from givesell.text.scanner cimport Post, Rules, TokenRoom, Tokens

cdef extern from "givesell/text/processor.h" nogil:
    int64_t bits_in "givesell_bits_in"(uint32_t bits) noexcept
    void fetch "GIVESELL_FETCH"(const void* address) noexcept

# Limits of n-gram settings, which Python knows by the same names.
cpdef enum:
    MOST_WORDS = 3
    FEWEST_CHARS = 2
    MOST_CHARS = 8
    MOST_FEATURES = 1 << 26


cdef enum Source:
    # `givesell.text.ngrams.Source`; a test holds the two equal.
    TOKEN = 0
    PAIR = 1
    TRIPLE = 2
    OPENING = 3
    CLOSING = 4
    CAPITALS = 5
    ELONGATED = 6
    KIND = 7
    INNER = 8
    CHARS = 9


cdef struct NgramSizes:
    # `givesell.text.ngrams.Ngrams`, checked.
    int low
    int high
    int char_low
    int char_high
    uint64_t mask


cdef struct Buckets:
    # A set of buckets, in (mask >> 5) + 1 units: a bit for each of 32 buckets in the lower half,
    # and how many of the set come before them in the upper: a bucket costs one cache line.
    const uint64_t* units
    # What a user of the counts reads next, if not NULL: `stride` bytes for each bucket of the set,
    # which are fetched while a post's buckets are counted.
    const char* rows
    size_t stride


cdef struct Counts:
    # The features of a post, which `write_features` and `count_features` write. The arrays are
    # those of a `CountRoom`; all but `slots` have room for `most_features` of its longest post.
    # `sources`, `firsts` and `lasts` are NULL where places are not asked for.
    int32_t written  # features, each at its place
    int32_t known  # those of them whose buckets are in the vocabulary
    int32_t distinct  # buckets among the known ones
    uint64_t* features  # the hash of each; `written` of them
    uint8_t* sources  # a Source
    int32_t* firsts  # the first and the last token that it is made of
    int32_t* lasts
    uint64_t* known_features  # the buckets of the known ones, in `features` unless there are places
    int32_t* buckets  # the distinct ones in the order of their first appearance
    int32_t* ranks  # of each among the buckets of the vocabulary
    int32_t* counts
    int64_t* slots  # finds them: a position, and the number of the post that set it
    int64_t last_slot  # of all; their number is a power of two
    int64_t number  # of the post


cdef inline bint holds_bucket(const Buckets* buckets, uint64_t bucket) noexcept nogil:
    """Whether a bucket is one of the set."""
    return (buckets.units[bucket >> 5] >> (bucket & 31)) & 1


cdef inline int64_t rank_of(const Buckets* buckets, uint64_t bucket) noexcept nogil:
    """Return the position of a bucket among those of the set that holds it."""
    cdef uint64_t unit = buckets.units[bucket >> 5]
    return (unit >> 32) + bits_in(<uint32_t>unit & ((<uint32_t>1 << (bucket & 31)) - 1))


cdef inline double frequency(double count, bint sublinear) noexcept nogil:
    """Return the value of a feature that a post has ``count`` times."""
    return 1.0 + log(count) if sublinear and count > 1 else count


cdef Py_ssize_t most_features(Py_ssize_t length, const NgramSizes* ngrams) noexcept nogil

cdef int check_ngrams(object ngrams, NgramSizes* sizes) except -1

cdef void write_features(
    const Tokens* tokens, const NgramSizes* ngrams, Counts* counts
) noexcept nogil

cdef void count_features(
    const NgramSizes* ngrams, const Buckets* vocabulary, Counts* counts
) noexcept nogil

cdef int32_t position_of(int64_t bucket, const Counts* counts) noexcept nogil


cdef class Vocabulary:
    """The n-grams that are counted: their sizes, and the set of their buckets, checked."""

    cdef NgramSizes ngrams
    cdef Buckets buckets
    cdef readonly Py_ssize_t size
    cdef uint64_t* _units

    cdef void fetch_rows(self, const void* rows, size_t stride) noexcept


cdef class CountRoom:
    """Arrays for the tokens and the features of one post, reused from post to post."""

    cdef readonly TokenRoom token_room
    cdef Tokens* tokens  # those of the token room
    cdef Counts counts
    cdef NgramSizes _ngrams
    cdef Py_ssize_t _longest
    cdef Py_ssize_t _countable
    cdef bint _with_places

    cdef int reserve(self, Py_ssize_t longest) except -1

cdef CountRoom count_room(Vocabulary vocabulary, bint with_places)

cdef void count_post(
    const Rules* rules,
    Post post,
    const NgramSizes* ngrams,
    const Buckets* vocabulary,
    Tokens* tokens,
    Counts* counts,
) noexcept nogil
