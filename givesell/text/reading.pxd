"""What other kernels take from the judgement whether a post can be read."""

from libc.stdint cimport int8_t, int32_t, int64_t, uint64_t

from givesell.text.counting cimport Buckets, NgramSizes
from givesell.text.scanner cimport Tokens


cdef enum Status:
    # `givesell.verdict.Status`; a test holds the two equal.
    OK = 0
    MISSING = 1
    EMPTY = 2
    NO_WORDS = 3
    NOT_ENGLISH = 4


cdef struct Language:
    # `givesell.text.language.LanguageTable`.
    const int8_t* weights  # GROUPS
    int64_t intercept
    const uint64_t* english  # ENGLISH_BITS / 64


cdef struct Known:
    # The n-grams that a model knows, and the squared idf of each: at `squares[stride * rank]`.
    const NgramSizes* ngrams
    const Buckets* buckets
    const float* squares
    Py_ssize_t stride


cdef struct Reading:
    int status  # a `givesell.verdict.Status`
    bint may_be_sure


cdef Reading read_post(
    const Tokens* tokens, int32_t missed, const Language* language, const Known* known
) noexcept nogil


cdef class LanguageTables:
    """How English is distinguished from other languages; ``language`` leads into the tables."""

    cdef Language language
    cdef const int8_t[::1] _weights
    cdef const uint64_t[::1] _english
