"""The features of a scanned post: hashes of its n-grams, made from its tokens, and their counts.

`givesell.text.ngrams` lists the features. A feature's bucket is its hash under a mask; only buckets
of a vocabulary are counted.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free
from libc.string cimport memset

from givesell.text.entries cimport VALUE
from givesell.text.hashing cimport (
    CHAR_SEED,
    EDGE,
    MARK_SEED,
    finish,
    join,
    kind_hash,
    step,
)
from givesell.text.memory cimport new_array, new_zeros
from givesell.text.scanner cimport (
    Post,
    Rules,
    RuleTables,
    Span,
    TokenRoom,
    Tokens,
    scan_post,
    spare_room,
    trimmed,
)
from givesell.text.token_kinds cimport Kind, Mark

cdef enum:
    FEWEST_SLOTS = 64
    MOST_NUMBERS = 0x7FFFFFFF  # of posts that one set of slots tells apart
    # Code points of a post: seven n-grams of characters and a few of words for each are counted in
    # 32 bits.
    MOST_COUNTED = 1 << 27


cdef struct Before:
    # The tokens that the next n-grams begin with: hashes of the last one and of the last two, and
    # the first token of each.
    uint64_t one
    uint64_t two
    int32_t one_at
    int32_t two_at


cdef void write_features(
    const Tokens* tokens, const NgramSizes* ngrams, Counts* counts
) noexcept nogil:
    """Write the features of a scanned post."""
    cdef Before before = Before(EDGE, 0, 0, 0)
    cdef Span span = trimmed(tokens)
    cdef int32_t i
    cdef int kind
    counts.written = 0
    for i in range(span.first, span.last):
        kind = tokens.kinds[i]
        if kind == Kind.SPACE:
            continue
        if ngrams.low == 1:
            put(counts, tokens.hashes[i], Source.TOKEN, i, i)
        if tokens.marks[i] & (Mark.CAPS | Mark.ELONGATED):
            put_marks(tokens.marks[i], counts, i)
        if kind == Kind.PUNCT:
            continue
        if kind == Kind.EMOJI or kind == Kind.HASHTAG:
            put(counts, kind_hash(kind), Source.KIND, i, i)
        elif kind == Kind.WORD and ngrams.char_high > 0:
            put_chars(tokens, i, ngrams, counts)
        if ngrams.high > 1:
            put_word_ngrams(tokens.hashes[i], i, ngrams, &before, counts)
    if ngrams.high > 1 and before.one != EDGE:
        put_closing(&before, ngrams, counts)
    if ngrams.low == 1:
        for i in range(tokens.n_extras):
            put(counts, tokens.extras[i], Source.INNER, tokens.owners[i], tokens.owners[i])


cdef inline void put(
    Counts* counts, uint64_t feature, int source, int32_t first, int32_t last
) noexcept nogil:
    """Write one feature."""
    cdef int32_t at = counts.written
    counts.features[at] = feature
    if counts.sources != NULL:
        counts.sources[at] = source
        counts.firsts[at] = first
        counts.lasts[at] = last
    counts.written = at + 1


cdef inline void put_marks(int mark, Counts* counts, int32_t token) noexcept nogil:
    """Write the features of how a word is written."""
    if mark & Mark.CAPS:
        put(counts, finish(step(MARK_SEED, Mark.CAPS)), Source.CAPITALS, token, token)
    if mark & Mark.ELONGATED:
        put(counts, finish(step(MARK_SEED, Mark.ELONGATED)), Source.ELONGATED, token, token)


cdef inline void put_word_ngrams(
    uint64_t hash, int32_t token, const NgramSizes* ngrams, Before* before, Counts* counts
) noexcept nogil:
    """Write the pair and the triple that end with a token."""
    cdef uint64_t pair = join(before.one, hash)
    cdef bint opens = before.one == EDGE
    cdef int32_t pair_at = token if opens else before.one_at
    cdef int source
    if ngrams.low <= 2:
        put(counts, pair, Source.OPENING if opens else Source.PAIR, pair_at, token)
    if ngrams.high > 2 and before.two != 0:
        # The second token's triple begins at the opening.
        source = Source.OPENING if before.two == join(EDGE, before.one) else Source.TRIPLE
        put(counts, join(before.two, hash), source, before.two_at, token)
    before.one = hash
    before.two = pair
    before.one_at = token
    before.two_at = pair_at


cdef inline void put_closing(
    const Before* before, const NgramSizes* ngrams, Counts* counts
) noexcept nogil:
    """Write the n-grams that end with the post's closing."""
    if ngrams.low <= 2:
        put(counts, join(before.one, EDGE), Source.CLOSING, before.one_at, before.one_at)
    if ngrams.high > 2:
        put(counts, join(before.two, EDGE), Source.CLOSING, before.two_at, before.one_at)


cdef inline void put_chars(
    const Tokens* tokens, int32_t token, const NgramSizes* ngrams, Counts* counts
) noexcept nogil:
    """Write the character n-grams of a word and the blank on either side of it."""
    cdef int32_t start = tokens.starts[token], end = tokens.ends[token], first, at
    cdef int size
    cdef uint64_t state
    for size in range(ngrams.char_low, ngrams.char_high + 1):
        for first in range(start - 1, end - size + 2):
            state = CHAR_SEED
            for at in range(first, first + size):
                state = step(state, tokens.entries[at] & VALUE if start <= at < end else c" ")
            put(counts, finish(state), Source.CHARS, token, token)


cdef void count_features(
    const NgramSizes* ngrams, const Buckets* vocabulary, Counts* counts
) noexcept nogil:
    """Count those of the written features whose buckets are in the vocabulary."""
    cdef uint64_t* features = counts.known_features
    cdef int32_t* ranks = counts.ranks
    cdef int64_t* slots = counts.slots
    cdef int64_t stamp, held, slot, last, rank
    cdef uint64_t bucket
    cdef int32_t i, known = 0, distinct = 0
    for i in range(counts.written):
        fetch(vocabulary.units + ((counts.features[i] & ngrams.mask) >> 5))
    for i in range(counts.written):  # without a branch: which are known cannot be predicted
        bucket = counts.features[i] & ngrams.mask
        rank = rank_of(vocabulary, bucket)
        fetch(vocabulary.rows + vocabulary.stride * rank)
        features[known] = bucket
        ranks[known] = <int32_t>rank
        known += holds_bucket(vocabulary, bucket)
    counts.known = known
    start_slots(counts)
    last = last_slot(counts)
    stamp = counts.number << 32
    for i in range(known):
        bucket = features[i]
        slot = <int64_t>bucket & last
        while True:
            held = slots[slot]
            if held < stamp:
                slots[slot] = stamp | distinct
                counts.buckets[distinct] = <int32_t>bucket
                ranks[distinct] = ranks[i]
                counts.counts[distinct] = 1
                distinct += 1
                break
            if counts.buckets[<uint32_t>held] == <int32_t>bucket:
                counts.counts[<uint32_t>held] += 1
                break
            slot = (slot + 1) & last
    counts.distinct = distinct


cdef inline void start_slots(Counts* counts) noexcept nogil:
    """Give the post a number of its own, so that the slots of others count as empty."""
    if counts.number == MOST_NUMBERS:
        memset(counts.slots, 0, (counts.last_slot + 1) * sizeof(int64_t))
        counts.number = 0
    counts.number += 1


cdef inline int64_t last_slot(const Counts* counts) noexcept nogil:
    """Return the last slot for a post's features: few of a large table's slots are used for a short
    post, and lie near each other.
    """
    cdef int64_t size = FEWEST_SLOTS
    while size < 2 * <int64_t>counts.known and size <= counts.last_slot:
        size *= 2
    return size - 1


cdef int32_t position_of(int64_t bucket, const Counts* counts) noexcept nogil:
    """Return the position of a bucket among the distinct ones of the post that was counted last,
    -1 where it was passed over.
    """
    cdef int64_t last = last_slot(counts), stamp = counts.number << 32
    cdef int64_t slot = bucket & last
    cdef int32_t position
    while counts.slots[slot] >= stamp:
        position = <int32_t><uint32_t>counts.slots[slot]
        if counts.buckets[position] == bucket:
            return position
        slot = (slot + 1) & last
    return -1


cdef void count_post(
    const Rules* rules,
    Post post,
    const NgramSizes* ngrams,
    const Buckets* vocabulary,
    Tokens* tokens,
    Counts* counts,
) noexcept nogil:
    """Scan a post and count its features, for which there is room."""
    scan_post(rules, post, tokens)
    write_features(tokens, ngrams, counts)
    count_features(ngrams, vocabulary, counts)


cdef Py_ssize_t most_features(Py_ssize_t length, const NgramSizes* ngrams) noexcept nogil:
    """Return how many features a post of ``length`` code points can have at most.

    A token gives ``high`` n-grams, and up to three features more, for how it is written and for its
    kind, where it has two code points or more; of one code point it gives at most one more.
    Inner words have a code point each. Two n-grams, the closing ones, are the post's. A word of n
    code points has at most n + 1 character n-grams of each size from 2 on.
    """
    cdef Py_ssize_t chars = 0
    if ngrams.char_high > 0:
        chars = (ngrams.char_high - ngrams.char_low + 1) * (length + 2) * 2
    return length * (ngrams.high + 1) + 8 + chars


cdef int check_ngrams(object ngrams, NgramSizes* sizes) except -1:
    """Check n-gram settings, whoever made them, and read them: `most_features` must hold."""
    cdef int64_t low, high, char_low, char_high, mask
    low, high, char_low, char_high, mask = ngrams
    if not (
        1 <= low <= high <= MOST_WORDS
        and (
            (char_low == 0 and char_high == 0)
            or FEWEST_CHARS <= char_low <= char_high <= MOST_CHARS
        )
        and 0 < mask < MOST_FEATURES
        and mask & (mask + 1) == 0
    ):
        raise ValueError("n-gram settings that ngrams_of would refuse")
    sizes.low = <int>low
    sizes.high = <int>high
    sizes.char_low = <int>char_low
    sizes.char_high = <int>char_high
    sizes.mask = mask
    return 0


cdef class Vocabulary:
    """The n-grams that are counted, checked.

    Parameters
    ----------
    ngrams : Ngrams
    buckets : BucketSet
    size : int
        How many buckets the set should hold.

    Raises
    ------
    ValueError
        If the settings are none that `ngrams_of` makes, or the set is of other buckets than n-grams
        hash to, or of another size.
    """

    def __cinit__(self, ngrams, buckets, Py_ssize_t size):
        check_ngrams(ngrams, &self.ngrams)
        words, ranks = buckets
        self._units = units_of(words, ranks, self.ngrams.mask, size)
        self.size = size
        self.buckets = Buckets(self._units, NULL, 0)

    cdef void fetch_rows(self, const void* rows, size_t stride) noexcept:
        """Fetch ``stride`` bytes for each of the buckets of a post, while they are counted."""
        self.buckets.rows = <const char*>rows
        self.buckets.stride = stride

    def __dealloc__(self):
        free(self._units)


cdef uint64_t* units_of(
    const uint64_t[::1] words, const uint32_t[::1] ranks, uint64_t mask, Py_ssize_t size
) except NULL:
    """Return the units of a set of buckets, which has a bit for each in words of 64; it must cover
    what n-grams hash to, hold so many of them, and have the right ranks.
    """
    cdef Py_ssize_t i, count = <Py_ssize_t>(mask >> 6) + 1
    cdef uint64_t total = 0, word
    cdef bint fits = words.shape[0] == count and ranks.shape[0] == count
    cdef uint64_t* units = NULL
    if fits:
        fits = mask >= 63 or words[0] >> (mask + 1) == 0
        units = <uint64_t*>new_array(2 * count, sizeof(uint64_t))
        for i in range(count):
            word = words[i]
            fits &= ranks[i] == total
            units[2 * i] = total << 32 | <uint32_t>word
            total += bits_in(<uint32_t>word)
            units[2 * i + 1] = total << 32 | word >> 32
            total += bits_in(word >> 32)
    if not fits or <Py_ssize_t>total != size:
        free(units)
        raise ValueError("buffers of other sizes than are needed")
    return units


cdef class CountRoom:
    """Arrays for the tokens and the features of one post, reused from post to post."""

    def __cinit__(self):
        self.token_room = TokenRoom()
        self.tokens = &self.token_room.tokens
        self._longest = -1

    cdef int reserve(self, Py_ssize_t longest) except -1:
        """Make room for a post of so many code points; what was written is lost."""
        cdef Counts* counts = &self.counts
        cdef Py_ssize_t most, slots = FEWEST_SLOTS
        if longest > MOST_COUNTED:
            raise ValueError("a post of more code points than are counted")
        self.token_room.reserve(longest)
        if longest <= self._longest:
            return 0
        self._longest = -1
        free_counts(counts)
        longest += spare_room(longest)
        most = most_features(longest, &self._ngrams)
        while slots < 2 * min(most, self._countable):
            slots *= 2
        counts.features = <uint64_t*>new_array(most, sizeof(uint64_t))
        counts.known_features = counts.features
        counts.buckets = <int32_t*>new_array(most, sizeof(int32_t))
        counts.ranks = <int32_t*>new_array(most, sizeof(int32_t))
        counts.counts = <int32_t*>new_array(most, sizeof(int32_t))
        counts.slots = <int64_t*>new_zeros(slots, sizeof(int64_t))
        counts.last_slot = slots - 1
        counts.number = 0
        if self._with_places:
            counts.known_features = <uint64_t*>new_array(most, sizeof(uint64_t))
            counts.sources = <uint8_t*>new_array(most, 1)
            counts.firsts = <int32_t*>new_array(most, sizeof(int32_t))
            counts.lasts = <int32_t*>new_array(most, sizeof(int32_t))
        self._longest = longest
        return 0

    def __dealloc__(self):
        free_counts(&self.counts)


cdef CountRoom count_room(Vocabulary vocabulary, bint with_places):
    """Return a room for posts whose n-grams of a vocabulary are counted."""
    cdef CountRoom room = CountRoom()
    room._ngrams = vocabulary.ngrams
    room._countable = vocabulary.size
    room._with_places = with_places
    return room


cdef void free_counts(Counts* counts) noexcept nogil:
    if counts.known_features != counts.features:
        free(counts.known_features)
    free(counts.features)
    free(counts.sources)
    free(counts.firsts)
    free(counts.lasts)
    free(counts.buckets)
    free(counts.ranks)
    free(counts.counts)
    free(counts.slots)
    counts.features = counts.known_features = NULL
    counts.sources = NULL
    counts.firsts = counts.lasts = counts.buckets = counts.ranks = counts.counts = NULL
    counts.slots = NULL


def features_of(RuleTables tables not None, ngrams, text):
    """Return the features of a text, each at its place.

    Parameters
    ----------
    tables : RuleTables
    ngrams : Ngrams
    text : str

    Returns
    -------
    features : list of int
        Hashes.
    sources : list of int
        A `givesell.text.ngrams.Source` each.
    starts, ends : list of int
        Where the tokens begin and end that each is made of, in code points.
    firsts, lasts : list of int
        Those tokens.
    """
    cdef CountRoom room = CountRoom()
    cdef Counts* counts = &room.counts
    cdef Tokens* tokens = room.tokens
    cdef int32_t length
    check_ngrams(ngrams, &room._ngrams)
    room._countable = 1
    room._with_places = True
    length = room.token_room.read(text)
    room.reserve(length)
    with nogil:
        scan_post(&tables.rules, Post(room.token_room.codes, length), tokens)
        write_features(tokens, &room._ngrams, counts)
    return (
        [counts.features[i] for i in range(counts.written)],
        [counts.sources[i] for i in range(counts.written)],
        [tokens.starts[counts.firsts[i]] for i in range(counts.written)],
        [tokens.ends[counts.lasts[i]] for i in range(counts.written)],
        [counts.firsts[i] for i in range(counts.written)],
        [counts.lasts[i] for i in range(counts.written)],
    )


def count_text(RuleTables tables not None, Vocabulary vocabulary not None, text):
    """Count those features of a text whose buckets are in a vocabulary; for tests.

    Parameters
    ----------
    tables : RuleTables
    vocabulary : Vocabulary
    text : str

    Returns
    -------
    dict of int to int
        Bucket to count, in the order of first appearance.
    """
    cdef CountRoom room = count_room(vocabulary, False)
    cdef Counts* counts = &room.counts
    cdef int32_t length = room.token_room.read(text)
    room.reserve(length)
    with nogil:
        count_post(
            &tables.rules,
            Post(room.token_room.codes, length),
            &vocabulary.ngrams,
            &vocabulary.buckets,
            room.tokens,
            counts,
        )
    return {counts.buckets[i]: counts.counts[i] for i in range(counts.distinct)}


def most_features_of(Py_ssize_t length, ngrams):
    """Return how many features a text can have at most; for tests.

    Parameters
    ----------
    length : int
        In code points.
    ngrams : Ngrams

    Returns
    -------
    int
    """
    cdef NgramSizes sizes
    check_ngrams(ngrams, &sizes)
    return most_features(length, &sizes)


def ranks_of(Vocabulary vocabulary not None, buckets):
    """Return the position of each bucket among those of a vocabulary, -1 for one that it does not
    hold; for tests.

    Parameters
    ----------
    vocabulary : Vocabulary
    buckets : iterable of int

    Returns
    -------
    list of int
    """
    cdef const Buckets* held = &vocabulary.buckets
    cdef uint64_t bucket
    cdef list ranks = []
    for bucket in buckets:
        if bucket > vocabulary.ngrams.mask:
            raise ValueError("a bucket that no n-gram hashes to")
        ranks.append(rank_of(held, bucket) if holds_bucket(held, bucket) else -1)
    return ranks
