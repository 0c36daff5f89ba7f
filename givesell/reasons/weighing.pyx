"""Posts scored with the parts of their log-odds: what each n-gram adds at each of its places, and
the strongest phrases, in the pass that scores the post.

The log-odds are linear in the features of a post once its length is known. A feature that a post
has several times adds one amount, whose equal parts go to its places; so the parts and the
intercept sum to the log-odds exactly.
"""

from libc.math cimport isnan
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t

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
from givesell.text.scanner cimport Posts, Tokens, check_posts

import numpy as np

from givesell.reasons.parts import Parts


cdef class PartRoom:
    """Arrays for the parts of posts: of one after the other, or of all of a chunk if they are kept.

    There is room for the most that posts can have: memory that is not written is not taken.
    """

    cdef bint _keeps
    cdef int64_t _tokens  # of the posts that are kept
    cdef int64_t _ngrams
    cdef Py_ssize_t _posts
    cdef object _arrays  # the next seven, as Parts
    cdef int32_t[::1] _starts
    cdef int32_t[::1] _ends
    cdef uint8_t[::1] _kinds
    cdef double[::1] _weights
    cdef uint8_t[::1] _sources
    cdef int32_t[::1] _firsts
    cdef int32_t[::1] _lasts
    cdef int64_t[::1] _token_ends  # of each post
    cdef int64_t[::1] _ngram_ends

    def __init__(self, Py_ssize_t tokens, Py_ssize_t ngrams, Py_ssize_t posts):
        self._arrays = Parts(
            np.empty(tokens, np.int32),
            np.empty(tokens, np.int32),
            np.empty(tokens, np.uint8),
            np.empty(ngrams, np.float64),
            np.empty(ngrams, np.uint8),
            np.empty(ngrams, np.int32),
            np.empty(ngrams, np.int32),
        )
        (
            self._starts,
            self._ends,
            self._kinds,
            self._weights,
            self._sources,
            self._firsts,
            self._lasts,
        ) = self._arrays
        self._token_ends, self._ngram_ends = np.empty(posts, np.int64), np.empty(posts, np.int64)

    cdef Weighed weigh(self, const Scratch* room, uint64_t mask, double norm) noexcept nogil:
        """Write what each known n-gram of the post that was scored last adds at its place, unknown
        ones left out.
        """
        cdef const Counts* counts = room.counts
        cdef const Tokens* tokens = room.tokens
        cdef int64_t at = self._ngrams
        cdef int32_t i, position
        for i in range(counts.written):
            position = position_of(<int64_t>(counts.features[i] & mask), counts)
            if position >= 0:
                self._weights[at] = room.shares[position] / norm
                self._sources[at] = counts.sources[i]
                self._firsts[at] = counts.firsts[i]
                self._lasts[at] = counts.lasts[i]
                at += 1
        return Weighed(
            tokens.count,
            tokens.kinds,
            tokens.starts,
            tokens.ends,
            <int32_t>(at - self._ngrams),
            &self._weights[self._ngrams],
            &self._firsts[self._ngrams],
            &self._lasts[self._ngrams],
        )

    cdef void keep(self, const Weighed* post) noexcept nogil:
        """Keep the parts of the post that was weighed last."""
        cdef int32_t i
        for i in range(post.n_tokens):
            self._starts[self._tokens + i] = post.starts[i]
            self._ends[self._tokens + i] = post.ends[i]
            self._kinds[self._tokens + i] = post.kinds[i]
        self._tokens += post.n_tokens
        self._ngrams += post.n_ngrams
        self._token_ends[self._posts] = self._tokens
        self._ngram_ends[self._posts] = self._ngrams
        self._posts += 1

    cdef list of_each(self):
        """Return the parts of each post that was kept, in memory of just their size."""
        if self._posts == 0:
            return []
        starts, ends, kinds, weights, sources, firsts, lasts = [
            column[: self._tokens if place < 3 else self._ngrams].copy()
            for place, column in enumerate(self._arrays)
        ]
        cdef list parts = []
        cdef int64_t token = 0, ngram = 0
        cdef Py_ssize_t post
        for post in range(self._posts):
            tokens = slice(token, self._token_ends[post])
            ngrams = slice(ngram, self._ngram_ends[post])
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
            token, ngram = self._token_ends[post], self._ngram_ends[post]
        return parts


cdef PartRoom part_room(const Posts* posts, const NgramSizes* ngrams, bint keeps):
    """Make room for the parts of a chunk's posts, or of one at a time."""
    cdef Py_ssize_t post, most = 0
    if not keeps:
        return PartRoom(0, most_features(posts.longest, ngrams), 0)
    for post in range(posts.count):
        most += most_features(posts.offsets[post + 1] - posts.offsets[post], ngrams)
    return PartRoom(posts.offsets[posts.count] - posts.offsets[0], most, posts.count)


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


cdef int take_results(explained, Py_ssize_t posts, Results* into) except -1:
    """Check the arrays for the results of so many posts, and point to them."""
    cdef float[::1] selling = explained.scored.selling
    cdef uint8_t[::1] status = explained.scored.status
    cdef uint8_t[::1] may_be_sure = explained.scored.may_be_sure.view("u1")
    cdef uint8_t[::1] facet = explained.scored.facet
    cdef double[::1] linear = explained.linear, network = explained.network
    cdef int32_t[:, ::1] starts = explained.phrases.starts, ends = explained.phrases.ends
    cdef double[:, ::1] weights = explained.phrases.weights
    cdef Py_ssize_t top = starts.shape[1]
    if (
        min(selling.shape[0], status.shape[0], may_be_sure.shape[0]) < posts
        or min(linear.shape[0], network.shape[0]) < posts
        or (facet is not None and facet.shape[0] < posts)
        or min(starts.shape[0], ends.shape[0], weights.shape[0]) < posts
        or not ends.shape[1] == weights.shape[1] == top <= 0x7FFFFFFF
    ):
        raise ValueError("no room for the results")
    into.selling = &selling[0]
    into.status = &status[0]
    into.may_be_sure = &may_be_sure[0]
    into.facet = NULL if facet is None else &facet[0]
    into.linear = &linear[0]
    into.network = &network[0]
    into.top = top
    into.starts = &starts[0, 0]
    into.ends = &ends[0, 0]
    into.weights = &weights[0, 0]
    return 0


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


def explain_chunk(FusedScorer scorer, chunk, explained, bint keep_parts):
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
    cdef Posts posts
    cdef Results results
    cdef const Scoring* scoring = &scorer.scoring
    cdef const NgramSizes* ngrams = &scoring.linear.ngrams
    cdef ScoreRoom room = scorer.room(True)
    cdef PhraseRoom phrase_room = PhraseRoom()
    cdef PartRoom parts
    cdef PostScore score
    cdef Weighed weighed
    cdef Found found
    cdef Py_ssize_t post
    check_posts(chunk.codes, chunk.offsets, chunk.longest, &posts)
    take_results(explained, posts.count, &results)
    if results.facet == NULL:
        scoring = &scorer.without_facets
    elif scoring.head == NULL:
        raise ValueError("room for facets that the model does not have")
    room.reserve(posts.longest)
    phrase_room.reserve(posts.longest)
    parts = part_room(&posts, ngrams, keep_parts)
    with nogil:
        for post in range(posts.count):
            score = score_post(
                scoring,
                posts.codes + posts.offsets[post],
                <int32_t>(posts.offsets[post + 1] - posts.offsets[post]),
                &room.scratch,
            )
            write_score(&score, post, &results)
            weighed = parts.weigh(&room.scratch, ngrams.mask, score.norm)
            if not isnan(score.selling):
                found = Found(
                    <int32_t>results.top,
                    results.starts + post * results.top,
                    results.ends + post * results.top,
                    results.weights + post * results.top,
                )
                find_phrases(&weighed, phrase_room.added, phrase_room.phrases, &found)
            if keep_parts:
                parts.keep(&weighed)
    mark_missing(chunk.missing, explained.scored.status, posts.count)
    return parts.of_each()
