"""The strongest phrases of a post: up to four tokens in a row, and what the n-grams inside them
add to its log-odds.

The strongest is taken first, then the strongest that does not overlap it, and so on. Strength is
what a phrase adds over the square root of its length, so that a word joins a phrase only where it
adds to what the phrase says.

What n-grams add is looked up by the token that they end at::

    new   mugs  ,   DM    me
                    |<-  ->|       near: the pair "DM me" ends at "me" and begins at "DM"
          |<-            ->|       far: the triple "mugs DM me" ends there too
                           |       alone: "me", and what says how it is written

A phrase from one token to another adds what lies at its tokens and does not begin before it.
"""

from libc.math cimport fabs, sqrt
from libc.stdint cimport int32_t, uint8_t
from libc.stdlib cimport free
from libc.string cimport memset

from givesell.text.memory cimport new_array
from givesell.text.token_kinds cimport Kind

# Limits that Python knows by the same names.
cpdef enum:
    LONGEST_PHRASE = 4

cdef enum:
    REACH = 3 * LONGEST_PHRASE  # blanks lie between tokens, so that a phrase may reach over more
    MOST_TOKENS = 0x7FFFFFFF

cdef double LEAST = 0.02  # log-odds below which a phrase is no reason
cdef double[LONGEST_PHRASE + 1] ROOTS  # of the lengths of phrases


cdef void take_roots() noexcept:
    cdef int length
    for length in range(LONGEST_PHRASE + 1):
        ROOTS[length] = sqrt(length)


take_roots()


cdef void find_phrases(
    const Weighed* post, Added* added, Phrase* phrases, Found* found
) noexcept nogil:
    """Find the strongest phrases of a post. There is room for a value for each of its tokens in
    ``added`` and ``phrases``, and ``found`` holds zeros.
    """
    cdef int32_t i, rank, start, end
    cdef double weight
    add_up_by_end(post, added)
    for i in range(post.n_tokens):
        phrases[i] = strongest_from(i, post.n_tokens, post, added)
    for rank in range(found.top):
        start = strongest(phrases, post.n_tokens)
        if start < 0:
            break
        end = phrases[start].end
        weight = phrases[start].strength * ROOTS[length_of(post.kinds, start, end)]
        if fabs(weight) < LEAST:
            break
        insert(found, rank, post.starts[start], post.ends[end - 1], weight)
        for i in range(start, end):
            phrases[i].end = -1
        for i in range(max(0, start - REACH), start):
            if phrases[i].end > start:  # it reaches into the phrase: let it end before
                phrases[i] = strongest_from(i, start, post, added)


cdef void add_up_by_end(const Weighed* post, Added* added) noexcept nogil:
    """Add up what the n-grams add by the token that they end at and where they begin."""
    cdef Added* here
    cdef int32_t i, first
    memset(added, 0, post.n_tokens * sizeof(Added))
    for i in range(post.n_ngrams):
        here = &added[post.lasts[i]]
        first = post.firsts[i]
        if first == post.lasts[i]:
            here.alone += post.weights[i]
        elif here.near == 0 or here.near_from == first:
            here.near += post.weights[i]
            here.near_from = first
        else:
            here.far += post.weights[i]
            here.far_from = first


cdef Phrase strongest_from(
    int32_t start, int32_t stop, const Weighed* post, const Added* added
) noexcept nogil:
    """Return the strongest phrase that begins at a token and ends before another."""
    cdef Phrase best = Phrase(0.0, -1)
    cdef double total = 0.0, mean
    cdef int32_t at = start, length = 0
    cdef int kind = post.kinds[start]
    # A comma alone is no reason to show.
    if kind == Kind.SPACE or kind == Kind.BREAK or kind == Kind.PUNCT:
        return best
    stop = min(stop, start + REACH)
    while at < stop and length < LONGEST_PHRASE:
        kind = post.kinds[at]
        if kind == Kind.BREAK or (kind == Kind.PUNCT and not is_inside_a_word(at, stop, post)):
            break
        if kind != Kind.SPACE:
            length += 1
            total += added_at(&added[at], start)
            mean = total / ROOTS[length]
            if fabs(mean) > fabs(best.strength) and (length == 1 or kind != Kind.PUNCT):
                best = Phrase(mean, at + 1)
            if kind == Kind.BANG:
                break
        at += 1
    return best


cdef inline bint is_inside_a_word(int32_t at, int32_t stop, const Weighed* post) noexcept nogil:
    """Whether a sign is between two tokens without a blank, as a hyphen is, but no comma."""
    return (
        at + 1 < stop
        and post.starts[at] <= post.ends[at - 1]
        and post.starts[at + 1] <= post.ends[at]
        and post.kinds[at + 1] != Kind.BREAK
    )


cdef inline double added_at(const Added* added, int32_t start) noexcept nogil:
    """Return what the n-grams add that end at a token and do not begin before a phrase."""
    cdef double total = added.alone
    if added.near_from >= start and added.near != 0:
        total += added.near
    if added.far_from >= start and added.far != 0:
        total += added.far
    return total


cdef int32_t strongest(const Phrase* phrases, int32_t count) noexcept nogil:
    """Return the token that the strongest phrase begins at, -1 where there is none left."""
    cdef int32_t i, start = -1
    for i in range(count):
        if phrases[i].end > i and (
            start < 0 or fabs(phrases[i].strength) > fabs(phrases[start].strength)
        ):
            start = i
    return start


cdef inline int32_t length_of(const uint8_t* kinds, int32_t start, int32_t end) noexcept nogil:
    """Return how many tokens a phrase has, blanks left out."""
    cdef int32_t i, length = 0
    for i in range(start, end):
        length += kinds[i] != Kind.SPACE
    return length


cdef void insert(
    Found* found, int32_t rank, int32_t start, int32_t end, double weight
) noexcept nogil:
    """Insert a phrase among the ``rank`` that are there already, by what it adds or takes."""
    while rank > 0 and fabs(found.weights[rank - 1]) < fabs(weight):
        found.starts[rank] = found.starts[rank - 1]
        found.ends[rank] = found.ends[rank - 1]
        found.weights[rank] = found.weights[rank - 1]
        rank -= 1
    found.starts[rank] = start
    found.ends[rank] = end
    found.weights[rank] = weight


cdef class PhraseRoom:
    """Arrays with a place for each token of one post, reused from post to post."""

    def __cinit__(self):
        self._longest = -1

    cdef int reserve(self, Py_ssize_t tokens) except -1:
        """Make room for a post of so many tokens; what was written is lost."""
        if tokens > self._longest:
            self._longest = -1
            free(self.added)
            free(self.phrases)
            self.added, self.phrases = NULL, NULL
            self.added = <Added*>new_array(tokens, sizeof(Added))
            self.phrases = <Phrase*>new_array(tokens, sizeof(Phrase))
            self._longest = tokens
        return 0

    def __dealloc__(self):
        free(self.added)
        free(self.phrases)


def write_phrases(parts, phrases):
    """Write the strongest phrases of a post whose parts are known.

    Parameters
    ----------
    parts : Parts
    phrases : Phrases
        Of one post, zeros; filled.

    Raises
    ------
    ValueError
        If the parts do not fit together, or there is no room for the phrases.
    """
    cdef const int32_t[::1] starts = parts.starts, ends = parts.ends
    cdef const int32_t[::1] firsts = parts.firsts, lasts = parts.lasts
    cdef const uint8_t[::1] kinds = parts.kinds
    cdef const double[::1] weights = parts.weights
    cdef int32_t[:, ::1] out_starts = phrases.starts, out_ends = phrases.ends
    cdef double[:, ::1] out_weights = phrases.weights
    cdef Py_ssize_t top = out_starts.shape[1]
    cdef PhraseRoom room = PhraseRoom()
    cdef Weighed post
    cdef Found found
    if not (
        starts.shape[0] == ends.shape[0] == kinds.shape[0] <= MOST_TOKENS
        and weights.shape[0] <= MOST_TOKENS
        and lie_within(firsts, lasts, weights.shape[0], kinds.shape[0])
        and out_starts.shape[0] == out_ends.shape[0] == out_weights.shape[0] == 1
        and top == out_ends.shape[1] == out_weights.shape[1] <= MOST_TOKENS
    ):
        raise ValueError("parts of other sizes than are needed")
    post = Weighed(
        <int32_t>kinds.shape[0],
        &kinds[0],
        &starts[0],
        &ends[0],
        <int32_t>weights.shape[0],
        &weights[0],
        &firsts[0],
        &lasts[0],
    )
    found = Found(<int32_t>top, &out_starts[0, 0], &out_ends[0, 0], &out_weights[0, 0])
    room.reserve(post.n_tokens)
    with nogil:
        find_phrases(&post, room.added, room.phrases, &found)


cdef bint lie_within(
    const int32_t[::1] firsts, const int32_t[::1] lasts, Py_ssize_t ngrams, Py_ssize_t tokens
) noexcept nogil:
    """Whether there are as many first and last tokens as n-grams, and all are of the post."""
    cdef Py_ssize_t i
    if firsts.shape[0] != ngrams or lasts.shape[0] != ngrams:
        return False
    for i in range(ngrams):
        if not 0 <= firsts[i] <= lasts[i] < tokens:
            return False
    return True
