"""Posts scored with the parts of their log-odds: what each n-gram adds at each of its places, and
the strongest phrases, in the pass that scores the post.

The log-odds are linear in the features of a post once its length is known. A feature that a post
has several times adds one amount, whose equal parts go to its places; so the parts and the
intercept sum to the log-odds exactly.
"""

from libc.math cimport isnan
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.stdlib cimport free
from libc.string cimport memcpy

from givesell.core.fused cimport (
    FusedScorer,
    PostScore,
    ScoreRoom,
    Scoring,
    Scratch,
    mark_missing,
    score_post,
)
from givesell.reasons.phrase_search cimport Found, PhraseRoom, Weighed, find_phrases
from givesell.text.counting cimport Counts, NgramSizes, most_features, position_of
from givesell.text.memory cimport new_array
from givesell.text.scanner cimport CheckedPosts, Posts, Tokens, post_at

import numpy as np

from givesell.reasons.parts import Parts


cdef struct Listed:
    # Parts of posts, one post after the other; see `givesell.reasons.parts.Parts`.
    int64_t tokens  # written in each of the next three
    int32_t* starts
    int32_t* ends
    uint8_t* kinds
    int64_t ngrams  # written in each of the next four
    double* weights
    uint8_t* sources
    int32_t* firsts
    int32_t* lasts
    int64_t posts  # written, in the next two, which say where the parts of each post end
    int64_t* token_ends
    int64_t* ngram_ends


cdef class PartRoom:
    """Arrays for the parts of a chunk's posts: of all of them if they are kept, else of one.

    There is room for the most that posts can have: memory that is not written is not taken.
    """

    cdef Listed listed

    cdef int reserve(self, const Posts* posts, const NgramSizes* ngrams, bint keeps) except -1:
        """Make the room, once."""
        cdef Listed* listed = &self.listed
        cdef Py_ssize_t post, tokens = 0, count = 0, most = most_features(posts.longest, ngrams)
        if keeps and posts.count > 0:
            tokens, count, most = posts.offsets[posts.count] - posts.offsets[0], posts.count, 0
            for post in range(count):
                most += most_features(posts.offsets[post + 1] - posts.offsets[post], ngrams)
        listed.starts = <int32_t*>new_array(tokens, sizeof(int32_t))
        listed.ends = <int32_t*>new_array(tokens, sizeof(int32_t))
        listed.kinds = <uint8_t*>new_array(tokens, 1)
        listed.weights = <double*>new_array(most, sizeof(double))
        listed.sources = <uint8_t*>new_array(most, 1)
        listed.firsts = <int32_t*>new_array(most, sizeof(int32_t))
        listed.lasts = <int32_t*>new_array(most, sizeof(int32_t))
        listed.token_ends = <int64_t*>new_array(count, sizeof(int64_t))
        listed.ngram_ends = <int64_t*>new_array(count, sizeof(int64_t))
        return 0

    def __dealloc__(self):
        free(self.listed.starts)
        free(self.listed.ends)
        free(self.listed.kinds)
        free(self.listed.weights)
        free(self.listed.sources)
        free(self.listed.firsts)
        free(self.listed.lasts)
        free(self.listed.token_ends)
        free(self.listed.ngram_ends)


cdef Weighed weigh(
    const Scratch* room, uint64_t mask, double norm, const Listed* listed
) noexcept nogil:
    """Write what each known n-gram of the post that was scored last adds at its place, after those
    of the posts that are kept; return the post as phrases see it.
    """
    cdef const Counts* counts = room.counts
    cdef const Tokens* tokens = room.tokens
    cdef double* weights = listed.weights + listed.ngrams
    cdef uint8_t* sources = listed.sources + listed.ngrams
    cdef int32_t* firsts = listed.firsts + listed.ngrams
    cdef int32_t* lasts = listed.lasts + listed.ngrams
    cdef int32_t i, position, count = 0
    for i in range(counts.written):
        position = position_of(<int64_t>(counts.features[i] & mask), counts)
        if position >= 0:  # the model knows it
            weights[count] = room.shares[position] / norm
            sources[count] = counts.sources[i]
            firsts[count] = counts.firsts[i]
            lasts[count] = counts.lasts[i]
            count += 1
    return Weighed(
        tokens.count, tokens.kinds, tokens.starts, tokens.ends, count, weights, firsts, lasts
    )


cdef void keep(const Weighed* post, Listed* listed) noexcept nogil:
    """Keep the parts of the post that was weighed last."""
    memcpy(listed.starts + listed.tokens, post.starts, post.n_tokens * sizeof(int32_t))
    memcpy(listed.ends + listed.tokens, post.ends, post.n_tokens * sizeof(int32_t))
    memcpy(listed.kinds + listed.tokens, post.kinds, post.n_tokens)
    listed.tokens += post.n_tokens
    listed.ngrams += post.n_ngrams
    listed.token_ends[listed.posts] = listed.tokens
    listed.ngram_ends[listed.posts] = listed.ngrams
    listed.posts += 1


cdef list parts_of_each(const Listed* listed):
    """Return the parts of each post that was kept, in memory of just their size."""
    starts = array_of(listed.starts, listed.tokens * sizeof(int32_t), np.int32)
    ends = array_of(listed.ends, listed.tokens * sizeof(int32_t), np.int32)
    kinds = array_of(listed.kinds, listed.tokens, np.uint8)
    weights = array_of(listed.weights, listed.ngrams * sizeof(double), np.float64)
    sources = array_of(listed.sources, listed.ngrams, np.uint8)
    firsts = array_of(listed.firsts, listed.ngrams * sizeof(int32_t), np.int32)
    lasts = array_of(listed.lasts, listed.ngrams * sizeof(int32_t), np.int32)
    cdef list parts = []
    cdef int64_t token = 0, ngram = 0, post
    for post in range(listed.posts):
        tokens = slice(token, listed.token_ends[post])
        ngrams = slice(ngram, listed.ngram_ends[post])
        parts.append(
            Parts(
                starts[tokens],
                ends[tokens],
                kinds[tokens],
                weights[ngrams],
                sources[ngrams],
                firsts[ngrams],
                lasts[ngrams],
            )
        )
        token, ngram = listed.token_ends[post], listed.ngram_ends[post]
    return parts


cdef object array_of(const void* values, Py_ssize_t size, dtype):
    """Copy so many bytes into a read-only array."""
    return np.frombuffer((<const char*>values)[:size], dtype)


cdef struct Results:
    # Where the results of posts are written, a value for each post.
    float* selling
    uint8_t* status
    uint8_t* may_be_sure
    uint8_t* facet  # NULL without facets
    double* linear
    double* network
    Py_ssize_t top  # phrases of a post: the next three have so many values for each
    int32_t* starts
    int32_t* ends
    double* weights


cdef class CheckedResults:
    """The arrays for the results of so many posts, checked; ``results`` leads into them."""

    cdef Results results
    cdef float[::1] _selling
    cdef uint8_t[::1] _status
    cdef uint8_t[::1] _may_be_sure
    cdef uint8_t[::1] _facet
    cdef double[::1] _linear
    cdef double[::1] _network
    cdef int32_t[:, ::1] _starts
    cdef int32_t[:, ::1] _ends
    cdef double[:, ::1] _weights

    def __cinit__(self, explained, Py_ssize_t posts):
        cdef Results* into = &self.results
        self._selling, self._status, may_be_sure, self._facet = explained.scored
        self._may_be_sure = may_be_sure.view("u1")
        self._linear, self._network = explained.linear, explained.network
        self._starts, self._ends, self._weights = explained.phrases
        if not have_room(self, posts):
            raise ValueError("no room for the results")
        into.selling = &self._selling[0]
        into.status = &self._status[0]
        into.may_be_sure = &self._may_be_sure[0]
        into.facet = NULL if self._facet is None else &self._facet[0]
        into.linear = &self._linear[0]
        into.network = &self._network[0]
        into.top = self._starts.shape[1]
        into.starts = &self._starts[0, 0]
        into.ends = &self._ends[0, 0]
        into.weights = &self._weights[0, 0]


cdef bint have_room(CheckedResults checked, Py_ssize_t posts):
    cdef Py_ssize_t top = checked._starts.shape[1]
    return (
        min(checked._selling.shape[0], checked._status.shape[0]) >= posts
        and checked._may_be_sure.shape[0] >= posts
        and min(checked._linear.shape[0], checked._network.shape[0]) >= posts
        and (checked._facet is None or checked._facet.shape[0] >= posts)
        and min(checked._starts.shape[0], checked._ends.shape[0]) >= posts
        and checked._weights.shape[0] >= posts
        and checked._ends.shape[1] == checked._weights.shape[1] == top <= 0x7FFFFFFF
    )


cdef inline void write_score(
    const PostScore* score, Py_ssize_t post, const Results* results
) noexcept nogil:
    results.selling[post] = score.selling
    results.status[post] = score.status
    results.may_be_sure[post] = score.may_be_sure
    if results.facet != NULL:
        results.facet[post] = score.facet
    results.linear[post] = score.linear
    results.network[post] = score.network


def explain_chunk(FusedScorer scorer not None, chunk, explained, bint keep_parts):
    """Score the posts of a chunk and find their strongest phrases; other threads may run meanwhile.

    Parameters
    ----------
    scorer : FusedScorer
    chunk : Chunk
    explained : Explained
        The results are written into its arrays, of which those of phrases hold zeros; those of
        facets, if it has room for them.
    keep_parts : bool

    Returns
    -------
    list of Parts
        Those of each post, if they are kept.

    Raises
    ------
    ValueError
        If arrays do not fit together.
    """
    cdef CheckedPosts checked = CheckedPosts(chunk)
    cdef const Posts* posts = &checked.posts
    cdef CheckedResults room_for = CheckedResults(explained, posts.count)
    cdef const Results* results = &room_for.results
    cdef const Scoring* scoring = &scorer.scoring
    cdef const NgramSizes* ngrams = &scoring.linear.ngrams
    cdef ScoreRoom room = scorer.room(True)
    cdef PhraseRoom phrase_room = PhraseRoom()
    cdef PartRoom part_room = PartRoom()
    cdef Listed* listed = &part_room.listed
    cdef PostScore score
    cdef Weighed weighed
    cdef Found found
    cdef Py_ssize_t post
    if results.facet == NULL:
        scoring = &scorer.without_facets
    elif scoring.head == NULL:
        raise ValueError("room for facets that the model does not have")
    room.reserve(posts.longest)
    phrase_room.reserve(posts.longest)
    part_room.reserve(posts, ngrams, keep_parts)
    with nogil:
        for post in range(posts.count):
            score = score_post(scoring, post_at(posts, post), &room.scratch)
            write_score(&score, post, results)
            weighed = weigh(&room.scratch, ngrams.mask, score.norm, listed)
            if not isnan(score.selling):
                found = Found(
                    <int32_t>results.top,
                    results.starts + post * results.top,
                    results.ends + post * results.top,
                    results.weights + post * results.top,
                )
                find_phrases(&weighed, phrase_room.added, phrase_room.phrases, &found)
            if keep_parts:
                keep(&weighed, listed)
    mark_missing(chunk.missing, room_for._status, posts.count)
    return parts_of_each(listed) if keep_parts else []
