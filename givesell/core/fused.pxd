"""What other kernels take from the scorer: `score_post`, the one place that scores a post, a model
as it takes it, and the room that it works in.
"""

from libc.stdint cimport int64_t, uint8_t, uint64_t

from givesell.core.calibration cimport SlopePair
from givesell.core.convolution cimport LayerRoom, Layers, Network, NetworkTables
from givesell.text.counting cimport Buckets, CountRoom, Counts, NgramSizes, Vocabulary
from givesell.text.reading cimport Language, LanguageTables
from givesell.text.scanner cimport Post, Rules, RuleTables, Tokens

cpdef enum:
    MOST_FACETS = 16
    NO_FACET = 255


cdef struct Linear:
    # `givesell.core.model_arrays.Linear`, checked.
    NgramSizes ngrams
    Buckets buckets
    const float* table  # two values for each bucket: weight times idf, and idf squared
    double intercept
    bint sublinear
    bint unit
    SlopePair slopes


cdef struct Head:
    # `givesell.core.model_arrays.Facets`, checked: the facets of a linear head.
    int count  # of facets, at most MOST_FACETS
    Buckets features  # those of the linear part's buckets, by their ranks, that have a row
    const float* weights  # MOST_FACETS for each row, in their order
    const float* intercepts  # count
    const uint8_t* sells  # count


cdef struct Scoring:
    # All that a post is scored by.
    const Rules* rules
    const Language* language
    Linear linear
    const Network* network  # NULL without one
    const Head* head  # NULL where facets are not recognised


cdef struct Scratch:
    # What is written about a post while it is scored. The arrays are those of a `ScoreRoom`.
    Tokens* tokens
    Counts* counts  # with places if the room was made so
    Layers* layers  # NULL without a network
    float facet_odds[MOST_FACETS]
    # What each of `counts.distinct` n-grams adds at each of its places: divided by `norm` it is in
    # log-odds. NULL in a room without places.
    double* shares


cdef struct PostScore:
    # `linear`, with the intercept, and `network` are log-odds before calibration; `norm` is what
    # the n-grams' sum was divided by. The others are as in `givesell.core.model_arrays.Scored`.
    double linear
    double network
    double norm
    float selling
    int status
    bint may_be_sure
    int facet


cdef PostScore score_post(const Scoring* scoring, Post post, Scratch* room) noexcept nogil


cdef class ScoreRoom:
    """The arrays that posts are scored in, reused from post to post."""

    cdef CountRoom counts
    cdef Scratch scratch  # `score_post` takes it
    cdef LayerRoom _layers
    cdef Py_ssize_t _most_shares
    cdef bint _with_places
    cdef NgramSizes _ngrams

    cdef int reserve(self, Py_ssize_t longest) except -1


cdef class FusedScorer:
    """A model as posts are scored by it, checked; threads can share it."""

    cdef Scoring scoring  # with the head, if there is one
    cdef Scoring without_facets
    cdef readonly object weights
    cdef readonly object facets
    cdef Head _head
    cdef Vocabulary _vocabulary
    cdef NetworkTables _network
    cdef RuleTables _rules
    cdef LanguageTables _language
    cdef const float[:, ::1] _table
    cdef uint64_t* _facet_features
    cdef const float[:, ::1] _facet_weights
    cdef const float[::1] _intercepts
    cdef const uint8_t[::1] _sells
    cdef list _rooms  # free ones, without places

    cdef ScoreRoom room(self, bint with_places)
    cdef ScoreRoom take_room(self)
    cdef void give_back(self, ScoreRoom room, Py_ssize_t longest)


cdef int mark_missing(
    const int64_t[::1] missing, uint8_t[::1] status, Py_ssize_t posts
) except -1
