"""The scorer: posts to probabilities in one pass, the same numbers as the scikit-learn pipeline.

`score_post` is the one place that scores a post. The explanations of `givesell.reasons` call it
too, with room for the parts that the score is made of.
"""

from libc.math cimport INFINITY, NAN, sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.stdlib cimport free
from libc.string cimport memset

from givesell.core.calibration cimport SlopePair, calibrate_one, probability
from givesell.core.convolution cimport layer_room, log_odds, write_sequence
from givesell.text.counting cimport (
    count_post,
    count_room,
    fetch,
    frequency,
    holds_bucket,
    most_features,
    rank_of,
)
from givesell.text.memory cimport new_array, new_zeros
from givesell.text.reading cimport Known, Reading, Status, read_post
from givesell.text.scanner cimport CheckedPosts, Post, Posts, post_at, spare_room

from givesell.text.language import language_tables
from givesell.text.scan import rule_tables

cdef extern from "givesell/core/lanes.h" nogil:
    void add_facets(
        const float* weights, const int64_t* rows, const float* values, int count, float* odds
    )

cdef enum:
    MOST_ROOMS = 64  # that wait for further posts
    LONGEST_KEPT = 1 << 16  # code points: a room for longer posts does not wait
    LONG = 1 << 12  # code points from which on other threads may run while a post is scored
    TOGETHER = 64  # n-grams whose rows of a head are fetched at once

cdef double THRESHOLD = 0.5  # `givesell.verdict.THRESHOLD`; a test holds the two equal


cdef struct Sums:
    double total  # of what n-grams add to the log-odds, before it is scaled to unit norm
    double squares


cdef struct FacetRows:
    # N-grams that have a row in a head: the row, and what it is multiplied by.
    int count
    int64_t rows[TOGETHER]
    float values[TOGETHER]


cdef PostScore score_post(const Scoring* scoring, Post post, Scratch* room) noexcept nogil:
    """Score a post, for which there is room: all that its verdict needs, and its parts if asked
    for.
    """
    cdef const Linear* linear = &scoring.linear
    cdef Counts* counts = room.counts
    cdef Known known = Known(&linear.ngrams, &linear.buckets, linear.table + 1, 2)
    cdef PostScore score
    cdef Sums sums
    cdef Reading reading
    count_post(scoring.rules, post, &linear.ngrams, &linear.buckets, room.tokens, counts)
    sums = add_up(linear, scoring.head, room)
    score.norm = sqrt(sums.squares) if linear.unit and sums.squares > 0 else 1.0
    score.linear = sums.total / score.norm + linear.intercept
    score.network = 0
    if scoring.network != NULL:
        write_sequence(room.tokens, room.layers)
        score.network = log_odds(scoring.network, room.layers)
    reading = read_post(room.tokens, counts.written - counts.known, scoring.language, &known)
    score.status = reading.status
    score.may_be_sure = reading.may_be_sure
    score.selling = NAN
    score.facet = NO_FACET
    if score.status == Status.OK:
        score.selling = <float>probability(score.linear + score.network, &linear.slopes)
        if scoring.head != NULL:
            score.facet = likeliest_facet(scoring.head, room.facet_odds, &score)
    return score


cdef Sums add_up(const Linear* linear, const Head* head, Scratch* room) noexcept nogil:
    """Add up what the counted n-grams of a post add to its log-odds, and to those of facets; where
    there is room for the shares, write them.
    """
    cdef const Counts* counts = room.counts
    cdef Sums sums = Sums(0, 0)
    cdef FacetRows found
    cdef const float* row
    cdef int32_t i
    cdef double value, part
    if head != NULL:
        found.count = 0
        memset(room.facet_odds, 0, sizeof(room.facet_odds))
    for i in range(counts.distinct):
        row = linear.table + 2 * <int64_t>counts.ranks[i]
        value = frequency(counts.counts[i], linear.sublinear)
        part = value * row[0]
        sums.total += part
        sums.squares += value * value * row[1]
        if room.shares != NULL:
            room.shares[i] = part / counts.counts[i]
        if head != NULL:
            find_facets(head, counts.ranks[i], <float>value, &found, room.facet_odds)
    if head != NULL:
        add_facets(head.weights, found.rows, found.values, found.count, room.facet_odds)
    return sums


cdef inline void find_facets(
    const Head* head, int64_t rank, float value, FacetRows* found, float* odds
) noexcept nogil:
    """Take down the row of an n-gram, if it has one: rows are added together, so that they arrive
    while others are looked for, and without a branch, since which have one cannot be predicted.
    """
    found.rows[found.count] = rank_of(&head.features, rank)
    found.values[found.count] = value
    fetch(head.weights + MOST_FACETS * found.rows[found.count])
    found.count += holds_bucket(&head.features, rank)
    if found.count == TOGETHER:
        add_facets(head.weights, found.rows, found.values, found.count, odds)
        found.count = 0


cdef int likeliest_facet(
    const Head* head, const float* odds, const PostScore* score
) noexcept nogil:
    """Return the likeliest facet of a post's label; there may be none of it."""
    cdef float scale = <float>(1 / score.norm), best = -INFINITY, value
    cdef bint sells = score.selling >= THRESHOLD
    cdef int facet = NO_FACET, j
    for j in range(head.count):
        value = odds[j] * scale + head.intercepts[j]
        if head.sells[j] == sells and value > best:
            best = value
            facet = j
    return facet


cdef class ScoreRoom:
    """The arrays that posts are scored in, reused from post to post."""

    def __cinit__(self):
        self._most_shares = -1

    cdef int reserve(self, Py_ssize_t longest) except -1:
        """Make room for a post of so many code points; what was written is lost."""
        cdef Py_ssize_t most
        self.counts.reserve(longest)
        if self._with_places:
            most = most_features(longest, &self._ngrams)
            if most > self._most_shares:
                free(self.scratch.shares)
                self.scratch.shares = NULL
                self._most_shares = -1
                most += spare_room(most)
                self.scratch.shares = <double*>new_array(most, sizeof(double))
                self._most_shares = most
        return 0

    def __dealloc__(self):
        free(self.scratch.shares)


cdef class FusedScorer:
    """A model as posts are scored by it: all that is relied on is checked once, here. Threads can
    share it.

    Parameters
    ----------
    weights : Weights
    facets : Facets, optional

    Attributes
    ----------
    weights, facets
        What it was made of, which may not change.

    Raises
    ------
    ValueError
        If arrays do not fit together.
    """

    def __cinit__(self, weights, facets=None):
        self.weights, self.facets = weights, facets
        self._rooms = []
        self._rules, self._language = rule_tables(), language_tables()
        self.scoring.rules = &self._rules.rules
        self.scoring.language = &self._language.language
        take_linear(self, weights.linear)
        if weights.network is not None:
            self._network = NetworkTables(weights.network)
            self.scoring.network = &self._network.network
        self.without_facets = self.scoring
        if facets is not None:
            take_facets(self, facets)
            self.scoring.head = &self._head

    def __dealloc__(self):
        free(self._facet_features)

    def __reduce__(self):
        return FusedScorer, (self.weights, self.facets)

    cdef ScoreRoom room(self, bint with_places):
        """Return a new room for posts, with places and shares if they are asked for."""
        cdef ScoreRoom room = ScoreRoom()
        room.counts = count_room(self._vocabulary, with_places)
        room.scratch.tokens = room.counts.tokens
        room.scratch.counts = &room.counts.counts
        room._with_places = with_places
        room._ngrams = self.scoring.linear.ngrams
        if self._network is not None:
            room._layers = layer_room(self.scoring.network)
            room.scratch.layers = &room._layers.layers
        return room

    cdef ScoreRoom take_room(self):
        """Take a room that waits, or a new one."""
        if self._rooms:
            return self._rooms.pop()
        return self.room(False)

    cdef void give_back(self, ScoreRoom room, Py_ssize_t longest):
        """Let a room wait for further posts, if it is not too large."""
        if longest <= LONGEST_KEPT and len(self._rooms) < MOST_ROOMS:
            self._rooms.append(room)

    def score_chunk(self, chunk, scored):
        """Score the posts of a chunk; other threads may run meanwhile.

        Parameters
        ----------
        chunk : Chunk
        scored : Scored
            The results are written into its arrays; those of facets, if it has room for them.

        Raises
        ------
        ValueError
            If arrays do not fit together.
        """
        cdef const Scoring* scoring = &self.scoring
        cdef CheckedPosts checked = CheckedPosts(chunk)
        cdef const Posts* posts = &checked.posts
        cdef float[::1] selling = scored.selling
        cdef uint8_t[::1] status = scored.status
        cdef uint8_t[::1] may_be_sure = scored.may_be_sure.view("u1")
        cdef uint8_t[::1] facet = scored.facet
        cdef PostScore score
        cdef Py_ssize_t post
        cdef ScoreRoom room
        if facet is None:
            scoring = &self.without_facets
            facet = status  # is not written
        elif scoring.head == NULL:
            raise ValueError("room for facets that the model does not have")
        if min(
            selling.shape[0], status.shape[0], may_be_sure.shape[0], facet.shape[0]
        ) < posts.count:
            raise ValueError("no room for the results")
        room = self.take_room()
        room.reserve(posts.longest)
        with nogil:
            for post in range(posts.count):
                score = score_post(scoring, post_at(posts, post), &room.scratch)
                selling[post] = score.selling
                if scoring.head != NULL:
                    facet[post] = score.facet
                status[post] = score.status
                may_be_sure[post] = score.may_be_sure
        self.give_back(room, posts.longest)
        mark_missing(chunk.missing, status, posts.count)

    def score_one(self, text):
        """Score one post, with facets if the model has some.

        Parameters
        ----------
        text : str

        Returns
        -------
        selling : float
            NaN without a label.
        status : int
            A `givesell.verdict.Status`.
        may_be_sure : bool
        facet : int
            The index of the likeliest facet, 255 where there is none.
        """
        cdef ScoreRoom room = self.take_room()
        cdef int32_t length = <int32_t>room.counts.token_room.read(text)
        cdef Post post = Post(room.counts.token_room.codes, length)
        cdef PostScore score
        room.reserve(length)
        if length < LONG:  # it takes less time than another thread would keep the interpreter
            score = score_post(&self.scoring, post, &room.scratch)
        else:
            with nogil:
                score = score_post(&self.scoring, post, &room.scratch)
        self.give_back(room, length)
        return score.selling, score.status, bool(score.may_be_sure), score.facet


cdef int take_linear(FusedScorer scorer, linear) except -1:
    """Check the linear part of a model, and point to it."""
    cdef Linear* into = &scorer.scoring.linear
    scorer._table = linear.table
    if scorer._table.shape[1] != 2:
        raise ValueError("buffers of other sizes than are needed")
    scorer._vocabulary = Vocabulary(linear.ngrams, linear.vocabulary, scorer._table.shape[0])
    into.ngrams = scorer._vocabulary.ngrams
    scorer._vocabulary.fetch_rows(&scorer._table[0, 0], 2 * sizeof(float))
    into.buckets = scorer._vocabulary.buckets
    into.table = &scorer._table[0, 0]
    into.intercept = linear.intercept
    into.sublinear = linear.sublinear
    into.unit = linear.unit
    into.slopes = SlopePair(linear.slopes.below, linear.slopes.above)
    return 0


cdef int take_facets(FusedScorer scorer, facets) except -1:
    """Check the facets of a model, and point to them."""
    cdef Head* head = &scorer._head
    cdef const int32_t[::1] rows = facets.rows
    scorer._facet_weights = facets.weights
    scorer._intercepts = facets.intercepts
    scorer._sells = facets.sells.view("u1")
    if not (
        rows.shape[0] == scorer._table.shape[0]
        and scorer._facet_weights.shape[0] >= 1
        and scorer._facet_weights.shape[1] == MOST_FACETS
        and 1 <= scorer._sells.shape[0] <= MOST_FACETS
        and scorer._intercepts.shape[0] == scorer._sells.shape[0]
    ):
        raise ValueError("facets of shapes that do not fit together")
    scorer._facet_features = features_with_rows(rows, scorer._facet_weights.shape[0])
    head.count = <int>scorer._sells.shape[0]
    head.features.units = scorer._facet_features
    head.weights = &scorer._facet_weights[0, 0]
    head.intercepts = &scorer._intercepts[0]
    head.sells = &scorer._sells[0]
    return 0


cdef uint64_t* features_with_rows(const int32_t[::1] rows, Py_ssize_t n_rows) except NULL:
    """Return the units (see `Buckets`) of the features whose row is not the last one; these must
    have the other rows in their order.
    """
    cdef Py_ssize_t i, count = 0
    cdef bint fit = True
    cdef uint64_t* units = <uint64_t*>new_zeros(rows.shape[0] // 32 + 1, sizeof(uint64_t))
    for i in range(rows.shape[0]):
        if i % 32 == 0:
            units[i >> 5] = <uint64_t>count << 32
        if rows[i] != n_rows - 1:
            fit &= rows[i] == count
            units[i >> 5] |= <uint64_t>1 << (i & 31)
            count += 1
    if not fit or count != n_rows - 1:
        free(units)
        raise ValueError("facets of shapes that do not fit together")
    return units


cdef int mark_missing(
    const int64_t[::1] missing, uint8_t[::1] status, Py_ssize_t posts
) except -1:
    """Correct the status of missing posts, which were read as empty ones."""
    cdef Py_ssize_t i
    for i in range(missing.shape[0]):
        if not 0 <= missing[i] < posts:
            raise ValueError("missing posts that are not there")
        status[missing[i]] = Status.MISSING
    return 0


cdef class PostReader:
    """The n-grams that a model knows, checked: whether posts can be judged by it, where it scores
    them by other means.

    Parameters
    ----------
    known : KnownNgrams

    Raises
    ------
    ValueError
        If arrays do not fit together.
    """

    cdef Vocabulary _vocabulary
    cdef RuleTables _rules
    cdef LanguageTables _language
    cdef const float[:] _squares
    cdef Known _known

    def __cinit__(self, known):
        self._rules, self._language = rule_tables(), language_tables()
        self._squares = known.squares
        self._vocabulary = Vocabulary(known.ngrams, known.vocabulary, self._squares.shape[0])
        self._known.ngrams = &self._vocabulary.ngrams
        self._known.buckets = &self._vocabulary.buckets
        self._known.squares = &self._squares[0]
        self._known.stride = self._squares.strides[0] // <Py_ssize_t>sizeof(float)

    def read_chunk(self, chunk, status, may_be_sure):
        """Write whether the posts of a chunk can be judged, and whether verdicts on them may be
        sure; other threads may run meanwhile.

        Parameters
        ----------
        chunk : Chunk
        status : ndarray of uint8, shape (n,)
        may_be_sure : ndarray of bool, shape (n,)

        Raises
        ------
        ValueError
            If arrays do not fit together.
        """
        cdef CheckedPosts checked = CheckedPosts(chunk)
        cdef const Posts* posts = &checked.posts
        cdef uint8_t[::1] statuses = status, sure = may_be_sure.view("u1")
        cdef CountRoom room = count_room(self._vocabulary, False)
        cdef Counts* counts = &room.counts
        cdef Reading reading
        cdef Py_ssize_t post
        if min(statuses.shape[0], sure.shape[0]) < posts.count:
            raise ValueError("no room for the results")
        room.reserve(posts.longest)
        with nogil:
            for post in range(posts.count):
                count_post(
                    &self._rules.rules,
                    post_at(posts, post),
                    self._known.ngrams,
                    self._known.buckets,
                    room.tokens,
                    counts,
                )
                reading = read_post(
                    room.tokens,
                    counts.written - counts.known,
                    &self._language.language,
                    &self._known,
                )
                statuses[post] = reading.status
                sure[post] = reading.may_be_sure
        mark_missing(chunk.missing, statuses, posts.count)


def calibrated(double log_odds, slopes):
    """Return log-odds as the scorer calibrates them, and the probability; for tests.

    Parameters
    ----------
    log_odds : float
    slopes : Slopes

    Returns
    -------
    calibrated, probability : float
    """
    cdef SlopePair pair = SlopePair(slopes.below, slopes.above)
    return calibrate_one(log_odds, &pair), probability(log_odds, &pair)
