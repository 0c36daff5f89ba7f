"""Whether a post can be read: the status of a scanned post, and whether a verdict on it may be
sure.

Whatever its probability, a verdict is never sure where the post's words say too little about it:

- of its words (of a post of hashtags alone, those inside them) more than a third are unknown to the
  model, or
- several are unknown, more than it knows beside the commonest, which more than one in 100 of the
  posts that it learned from holds: "the blorp is in the fnord" says nothing, or
- it is not plainly English and either leans to another language, or more than a third of its words
  are so rare that fewer than one in 5,000 of those posts holds them. A hash of letters typed at
  random is in the model's buckets by chance.

These are limits in the code and no part of a model: they say what it means to know a word, whatever
the model makes of it, and being shares they fit models of any size. `benchmarks/language.md` has
what they cost. `givesell.text.language` describes how English is distinguished.
"""

from libc.math cimport log
from libc.stdint cimport int8_t, int32_t, int64_t, uint32_t, uint64_t

from givesell.text.char_classes cimport Char
from givesell.text.counting cimport holds_bucket, rank_of
from givesell.text.entries cimport EXPANDS, VALUE, class_of
from givesell.text.scanner cimport Post, RuleTables, TokenRoom, scan_post
from givesell.text.token_kinds cimport Kind, Mark

# Limits that Python knows by the same names.
cpdef enum:
    SCALE = 16  # of the stored weights
    GROUPS = 1 << 15
    ENGLISH_BITS = 1 << 17
    # So many common words, and one word in so many, make a post English.
    FEWEST_ENGLISH = 2
    ENGLISH_SHARE = 3
    ENGLISH_WORD = 24  # 1.5 times SCALE: what a common English word takes from the log-odds
    FOREIGN_FROM = 48  # 3 times SCALE
    UNCERTAIN_FROM = 0
    CLEAR_FROM = -192  # -12 times SCALE: from here down the rest of a post is not looked at
    # Of a foreign post: words in Latin letters, or letters of another script.
    FEWEST_WORDS = 3
    FEWEST_LETTERS = 2
    RAREST = 5000  # a known word is rare if fewer than one in so many posts holds it
    COMMONEST = 100  # and one of the commonest if more than one in so many does

# Symbols of the letter groups, 5 bits each: 0 is a word's beginning and end, 1 to 26 are a to z.
cdef enum:
    SYMBOL_BITS = 5
    APOSTROPHE = 27
    OTHER_LETTER = 28
    DIGIT = 29
    ACCENT = 30
    MANY_ACCENTS = 31
    TWO_SYMBOLS = (1 << 10) - 1
    SYMBOL_REPEATS = 2  # further ones are dropped, as in "soooo"

cdef float LARGEST_SQUARE = (1 + log(RAREST)) ** 2  # idf squared of a word that is not rare
cdef float COMMON_SQUARE = (1 + log(COMMONEST)) ** 2  # and of one of the commonest


cdef Reading read_post(
    const Tokens* tokens, int32_t missed, const Language* language, const Known* known
) noexcept nogil:
    """Return whether a scanned post, ``missed`` of whose n-grams the model does not know, can be
    judged, and whether a verdict on it may be sure.
    """
    cdef int32_t i, words = 0, english = 0, tags = 0, visible = 0
    cdef int marks = 0
    cdef bint is_of_words
    for i in range(tokens.count):
        is_of_words = tokens.kinds[i] == Kind.WORD
        words += is_of_words
        english += is_of_words & has_bit(language.english, tokens.hashes[i])
        marks |= tokens.marks[i]
    if is_plainly_english(words, english) and not marks & Mark.FOREIGN:
        return Reading(Status.OK, knows_most(words, missed, tokens, known))
    for i in range(tokens.count):
        tags += tokens.kinds[i] == Kind.HASHTAG
        visible += tokens.kinds[i] < Kind.BREAK
    if words + tags == 0:
        return Reading(Status.NO_WORDS if visible > 0 else Status.EMPTY, False)
    return look_closely(tokens, language, known)


cdef inline bint has_bit(const uint64_t* english, uint64_t hash) noexcept nogil:
    """Whether a word, given by its hash, is a common English one; of others, 2 % count as such."""
    return (english[(hash >> 6) & (ENGLISH_BITS // 64 - 1)] >> (hash & 63)) & 1


cpdef bint is_plainly_english(int64_t words, int64_t english) noexcept nogil:
    """Whether so many words, of which so many are common English ones, need no closer look."""
    return english >= FEWEST_ENGLISH and ENGLISH_SHARE * english >= words


cpdef bint looks_foreign(
    int64_t words, int64_t log_odds, int64_t script, int64_t letters
) noexcept nogil:
    """Whether a post that is not plainly English is in another language.

    Parameters
    ----------
    words : int
        Its words.
    log_odds : int
        Of another language, by the letters and words, times `SCALE`.
    script, letters : int
        Its letters of another script, and those of its other words.

    Returns
    -------
    bool
    """
    return (script >= FEWEST_LETTERS and 2 * script > letters) or (
        words >= FEWEST_WORDS and log_odds > FOREIGN_FROM
    )


cpdef bint suffice(int64_t known, int64_t words) noexcept nogil:
    """Whether a model knows enough words of a post: at least two of three."""
    return known > 0 and 3 * known >= 2 * words


cpdef bint says_enough(
    int64_t known, int64_t words, int64_t known_others, int64_t others
) noexcept nogil:
    """Whether a model knows enough words of a post, and, if it does not know several, at least half
    of the others than the commonest.
    """
    return suffice(known, words) and (words - known <= 1 or 2 * known_others >= others)


cdef bint knows_most(
    int32_t words, int32_t missed, const Tokens* tokens, const Known* known
) noexcept nogil:
    """Whether a model knows most words of a post. Each word that is unknown is an n-gram that it
    missed, so that few of them settle it.
    """
    cdef int32_t i, known_words = 0, common = 0
    cdef uint64_t bucket
    # A model without single words cannot say.
    if known.ngrams.low > 1 or missed <= 1 and suffice(words - missed, words):
        return True
    for i in range(tokens.count):
        bucket = tokens.hashes[i] & known.ngrams.mask
        if tokens.kinds[i] == Kind.WORD and holds_bucket(known.buckets, bucket):
            known_words += 1
            common += is_common_square(known.squares[known.stride * rank_of(known.buckets, bucket)])
    return says_enough(known_words, words, known_words - common, words - common)


cdef inline bint is_common_square(float square) noexcept nogil:
    """Whether a squared idf is that of one of the commonest words; 1 is that of any word where
    features have no idf.
    """
    return 1 < square <= COMMON_SQUARE


cdef inline bint is_frequent(const Known* known, uint64_t hash) noexcept nogil:
    """Whether a word, given by its hash, is known to a model and not rare."""
    cdef uint64_t bucket = hash & known.ngrams.mask
    return holds_bucket(known.buckets, bucket) and (
        known.squares[known.stride * rank_of(known.buckets, bucket)] <= LARGEST_SQUARE
    )


cdef Reading look_closely(
    const Tokens* tokens, const Language* language, const Known* known
) noexcept nogil:
    """Read a post with words that is not plainly English at first sight."""
    cdef int64_t words = 0, english = 0, script = 0, letters = 0, log_odds = language.intercept
    cdef int32_t i, length
    cdef bint common, plain
    for i in range(tokens.count):
        if tokens.kinds[i] != Kind.WORD:
            continue
        words += 1
        length = tokens.ends[i] - tokens.starts[i]
        if tokens.marks[i] & Mark.FOREIGN:
            script += length if length > 1 else 0  # a single letter may be part of a face
            continue
        letters += length
        common = has_bit(language.english, tokens.hashes[i])
        english += common
        log_odds -= ENGLISH_WORD * common
        if log_odds > CLEAR_FROM:
            log_odds += take_groups(tokens, i, language.weights, NULL)
    plain = is_plainly_english(words, english)
    if looks_foreign(words, log_odds, script, letters) and not plain:
        return Reading(Status.NOT_ENGLISH, False)
    if not plain and (log_odds > UNCERTAIN_FROM or script > 0):
        return Reading(Status.OK, False)
    return Reading(Status.OK, known.ngrams.low > 1 or has_frequent_words(words, tokens, known))


cdef bint has_frequent_words(
    int64_t words, const Tokens* tokens, const Known* known
) noexcept nogil:
    """Whether at least two of three of a post's words are known and not rare; of a post of hashtags
    alone, of those inside them.
    """
    cdef int64_t frequent = 0
    cdef int32_t i
    for i in range(tokens.count):
        if tokens.kinds[i] == Kind.WORD and not suffice(frequent, words):
            frequent += is_frequent(known, tokens.hashes[i])
    if words == 0:
        for i in range(tokens.n_extras):
            if tokens.kinds[tokens.owners[i]] == Kind.HASHTAG:
                words += 1
                frequent += is_frequent(known, tokens.extras[i])
    return suffice(frequent, words)


cdef struct Groups:
    # Letter groups of a word as they are taken: their number, and the sum of their weights.
    int32_t* out
    const int8_t* weights
    int32_t count
    int64_t total


cdef inline void take_group(Groups* groups, int32_t group) noexcept nogil:
    if groups.out != NULL:
        groups.out[groups.count] = group
    groups.count += 1
    groups.total += groups.weights[group]


cdef int64_t take_groups(
    const Tokens* tokens, int32_t token, const int8_t* weights, Groups* taken
) noexcept nogil:
    """Take the letter groups of a word, at most two for each of its code points and one, and return
    the sum of their weights; where each goes is said by ``taken``, if it is not NULL.
    """
    cdef Groups groups = Groups(NULL, weights, 0, 0)
    cdef int32_t at, group = 0, symbol, last = 0, repeats = 0
    cdef uint32_t code
    if taken != NULL:
        groups.out = taken.out
    for at in range(tokens.starts[token], tokens.ends[token]):
        code = tokens.codes[at]
        # Letters with accents, and accents; the second as Vietnamese has them.
        if 0xC0 <= code < 0x370:
            take_group(&groups, (ACCENT << 2 * SYMBOL_BITS) | (code & TWO_SYMBOLS))
        elif 0x1E00 <= code < 0x1F00:
            take_group(&groups, (MANY_ACCENTS << 2 * SYMBOL_BITS) | (code & TWO_SYMBOLS))
        symbol = symbol_of(tokens.entries[at])
        if symbol == 0:
            continue
        repeats = repeats + 1 if symbol == last else 1
        last = symbol
        if repeats <= SYMBOL_REPEATS:
            group = ((group & TWO_SYMBOLS) << SYMBOL_BITS) | symbol
            take_group(&groups, group)
    take_group(&groups, (group & TWO_SYMBOLS) << SYMBOL_BITS)
    if taken != NULL:
        taken.count = groups.count
    return groups.total


cdef inline int32_t symbol_of(uint32_t entry) noexcept nogil:
    """Return the symbol of a character of a word, 0 for one that does not count."""
    cdef int kind = class_of(entry)
    cdef uint32_t value = entry & VALUE
    if kind == Char.LETTER:
        if not entry & EXPANDS and c"a" <= value <= c"z":
            return value - (c"a" - 1)
        return OTHER_LETTER
    if kind == Char.DIGIT:
        return DIGIT
    return APOSTROPHE if kind == Char.APOSTROPHE else 0


cdef class LanguageTables:
    """How English is distinguished from other languages, checked.

    Parameters
    ----------
    table : LanguageTable

    Raises
    ------
    ValueError
        If an array is of another size.
    """

    def __cinit__(self, table):
        self._weights, intercept, self._english = table
        if self._weights.shape[0] != GROUPS or self._english.shape[0] != ENGLISH_BITS // 64:
            raise ValueError("tables of languages of other sizes than are needed")
        self.language = Language(&self._weights[0], int(intercept[0]), &self._english[0])


def is_common(LanguageTables tables not None, uint64_t word):
    """Whether a word, given by its hash, counts as a common English one; for tests."""
    return bool(has_bit(tables.language.english, word))


def words_of(RuleTables rules not None, LanguageTables tables not None, text):
    """Return the words of a text, as their language is seen.

    Parameters
    ----------
    rules : RuleTables
    tables : LanguageTables
    text : str

    Returns
    -------
    hashes : list of int
        One for each token that is a word.
    groups : list of list of int
        The letter groups of each.
    """
    cdef TokenRoom room = TokenRoom()
    cdef Tokens* tokens = &room.tokens
    cdef int32_t length = room.read(text), i
    cdef Groups taken
    cdef int32_t[::1] out
    cdef list hashes = [], groups = []
    scan_post(&rules.rules, Post(room.codes, length), tokens)
    for i in range(tokens.count):
        if tokens.kinds[i] == Kind.WORD:
            out = memoryview(bytearray(4 * (2 * (tokens.ends[i] - tokens.starts[i]) + 1))).cast("i")
            taken.out = &out[0]
            take_groups(tokens, i, tables.language.weights, &taken)
            hashes.append(tokens.hashes[i])
            groups.append([out[j] for j in range(taken.count)])
    return hashes, groups
