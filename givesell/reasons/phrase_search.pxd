"""What the kernel that explains posts takes from the search for their strongest phrases."""

from libc.stdint cimport int32_t, uint8_t


cdef struct Weighed:
    # A post as phrases see it: its tokens, and what each n-gram at its place adds.
    int32_t n_tokens  # the next three have so many values
    const uint8_t* kinds
    const int32_t* starts
    const int32_t* ends
    int32_t n_ngrams  # the next three have so many values
    const double* weights
    const int32_t* firsts  # the first and the last token of each, in order
    const int32_t* lasts


cdef struct Added:
    # What the n-grams add that end at a token: that token alone, those that begin at a near one,
    # those that begin at a far one.
    double alone
    double near
    double far
    int32_t near_from
    int32_t far_from


cdef struct Phrase:
    # The strongest phrase that begins at a token; its end is -1 for none.
    double strength
    int32_t end


cdef struct Found:
    # The strongest phrases of a post: where each begins and ends, and what it adds. All three have
    # `top` values; an end of 0 says that there are no more.
    int32_t top
    int32_t* starts
    int32_t* ends
    double* weights


cdef class PhraseRoom:
    """Arrays with a place for each token of one post, reused from post to post."""

    cdef Added* added
    cdef Phrase* phrases
    cdef Py_ssize_t _longest

    cdef int reserve(self, Py_ssize_t tokens) except -1


cdef void find_phrases(
    const Weighed* post, Added* added, Phrase* phrases, Found* found
) noexcept nogil
