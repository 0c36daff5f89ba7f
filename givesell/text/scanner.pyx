r"""The scanner: code points to tokens, in one pass, in linear time.

Every consumer takes its tokens from here: training, the scorer and spaCy's tokenizer slot. The
tokens cover the post; only a single space after a token lies between two.

========= ============================== ==========================================================
kind      example                        rule
========= ============================== ==========================================================
WORD      ``don't``, ``2nd``, ``mp3``    letters, digits and inner apostrophes; digits match alike
NUMBER    ``1,200``, ``24/7``            digits with inner ``. , / - :``; matched by their shape
PRICE     ``$20``, ``£1.5k``, ``20 €``   a currency sign beside a number, a blank between at most
PERCENT   ``20%``, ``20 %``              a number and a per cent sign
TIME      ``7pm``, ``19:30``, ``8 a.m.`` a number with am or pm, hours and minutes, or a span
PHONE     ``+1 555-010-9999``            8 to 15 digits after ``+``, 3-3-4, or 0 and 9 to 11
EMAIL     ``jo@example.com``             a local part, ``@`` and a host that ends in letters
URL       ``https://x.io/a``, ``x.com``  a scheme, ``www.``, or a host with a known ending
HANDLE    ``@jo``, ``@jo@example.com``   ``@`` and a name, no time or short number; all are alike
HASHTAG   ``#BlackFriday``               ``#`` and a name with a letter; its words match too
CASHTAG   ``$ACME``                      ``$`` and up to six letters, not inside a word
EMOJI     ``👩🏽‍🚒``, ``🇬🇧``, ``1️⃣``           one emoji, its skin tone, ZWJ parts, flag or keycap
BANG      ``?!``, ``!!!``                a run of ``!`` and ``?``
PUNCT     ``...``, ``-``, ``™``          any other sign, or a run of the same one
BREAK     ``\n``                          line breaks and the blanks between and after them
SPACE     two blanks, a tab              other white space, or what does not show; no match
========= ============================== ==========================================================

Zero-width, combining and control characters belong to the token before them and change nothing
about it.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free

from givesell.text.char_classes cimport Char
from givesell.text.entries cimport (
    EXPANDS,
    EXPANSION,
    FOREIGN_LETTER,
    PADDING,
    SHIFT,
    SIGN,
    UPPER,
    VALUE,
    class_of,
    hash_entry,
    is_word,
    skip_invisible,
)
from givesell.text.hashing cimport (
    HOST_SEED,
    KIND_SEED,
    SEED,
    SIGN_SEED,
    TAG_SEED,
    HashSet,
    finish,
    kind_hash,
    step,
)
from givesell.text.hosts cimport LETTERS, NEEDS_PATH, SURE, Host, host_at, url_end
from givesell.text.memory cimport new_array
from givesell.text.numbers cimport Number, half_day, number_at, phone_end
from givesell.text.tags cimport (
    Emoji,
    begins_name,
    emoji_at,
    handle_end,
    is_name,
    keycap_end,
    tag_end,
)
from givesell.text.token_kinds cimport Kind, Mark

cdef extern from "Python.h":
    Py_ssize_t PyUnicode_GetLength(object) except -1
    bint PyUnicode_Check(object)
    uint32_t* PyUnicode_AsUCS4(object, uint32_t*, Py_ssize_t, int) except NULL

cpdef enum:
    ELONGATED_AFTER = 2  # a letter's third and later repeats are dropped: "soooo" matches "soo"

cdef enum:
    PAGES = 4352  # of 256 code points each
    LAST_CODE_POINT = 0x10FFFF
    LONGEST_LOCAL = 64  # RFC 5321, the part of an e-mail address before the @
    LONGEST_CASHTAG = 6
    LONGEST_EXPANSION = 4
    MOST_CODE_POINTS = 0x7FFFFF00 // 2  # places in a post are counted in 32 bits

cdef uint64_t WWW  # the hash of the word


cdef struct Cursor:
    # The token that is being read, and the post around it.
    const Rules* rules
    const uint32_t* entries
    Tokens* tokens  # those before it
    int32_t start  # where it begins
    int32_t at  # its first visible character, and where it ends once a rule has read it
    int32_t beside  # the next visible place
    int first  # the class at `at`
    int follow  # the class at `beside`
    int32_t no_host  # dots before this place are in no host
    int kind
    int mark
    uint64_t hash


cdef void scan_post(const Rules* rules, Post post, Tokens* tokens) noexcept nogil:
    """Scan a post into the arrays of ``tokens``, which have room for it."""
    cdef const uint32_t* codes = post.codes
    cdef int32_t length = post.length, i
    cdef Cursor c
    for i in range(length):
        tokens.entries[i] = rules.entries[
            (<uint32_t>rules.pages[codes[i] >> 8] << 8) | (codes[i] & 255)
        ]
    for i in range(length, length + PADDING):
        tokens.entries[i] = Char.SPACE << SHIFT
    tokens.codes = codes
    tokens.length = length
    tokens.count = tokens.n_extras = 0
    c.rules = rules
    c.entries = tokens.entries
    c.tokens = tokens
    c.start = c.no_host = 0
    while c.start < length:
        read_token(&c)
        c.at = skip_invisible(c.entries, c.at)
        i = tokens.count
        tokens.starts[i] = c.start
        tokens.ends[i] = c.at
        tokens.kinds[i] = c.kind
        tokens.marks[i] = c.mark
        tokens.hashes[i] = c.hash
        tokens.count += 1
        # one blank may follow a token
        c.start = c.at + 1 if c.at < length and codes[c.at] == 32 else c.at


cdef inline void read_token(Cursor* c) noexcept nogil:
    """Read the token that begins at ``c.start`` by the first rule that fits."""
    c.at = skip_invisible(c.entries, c.start)
    c.first = class_of(c.entries[c.at])
    c.mark = 0
    if c.first == Char.LETTER:
        word(c)
        return
    c.beside = skip_invisible(c.entries, c.at + 1)
    c.follow = class_of(c.entries[c.beside])
    if keycap(c) or phone(c):
        return
    if c.first == Char.DIGIT:
        number(c)
    elif c.first == Char.SPACE:
        blanks(c)
    elif c.first == Char.BREAK:
        line_breaks(c)
    elif c.first == Char.BANG:
        bang(c)
    elif c.first == Char.EMOJI or c.first == Char.REGIONAL or c.first == Char.SKIN:
        emoji(c)
    elif not (
        (c.first == Char.DOT and bare_url(c))
        or (c.first == Char.AT and (email(c) or handle(c)))
        or (c.first == Char.HASH and hashtag(c))
        or (c.first == Char.CURRENCY and (price(c) or cashtag(c)))
    ):
        sign(c)


cdef inline bint all_alike(Cursor* c, int kind, int32_t end) noexcept nogil:
    """Note a token of a kind whose tokens all match, whatever is written in them."""
    c.kind = kind
    c.at = end
    c.mark = 0
    c.hash = kind_hash(kind)
    return True


cdef inline bint ends_here(const Cursor* c, int kind, int32_t at) noexcept nogil:
    """Whether the token before is of a kind and reaches to ``at``."""
    cdef const Tokens* tokens = c.tokens
    cdef int32_t last = tokens.count - 1
    return last >= 0 and tokens.ends[last] == at and tokens.kinds[last] == kind


cdef struct Letters:
    # A word's letters so far. The entries are those of letters: what all have, and what some have.
    uint64_t hash
    uint32_t last
    uint32_t last_but_one
    uint32_t count
    uint32_t of_all
    uint32_t of_some
    bint elongated


cdef inline void take_letter(Letters* letters, uint32_t value) noexcept nogil:
    """Take a folded letter into the hash, unless the ELONGATED_AFTER before it are the same."""
    if value == letters.last and value == letters.last_but_one:
        letters.elongated = True
    else:
        letters.hash = step(letters.hash, value)
    letters.last_but_one = letters.last
    letters.last = value


cdef inline void take_other(Letters* letters, uint32_t value) noexcept nogil:
    letters.hash = step(letters.hash, value)
    letters.last = 0


cdef inline void take_entry(
    Letters* letters, uint32_t entry, const uint32_t* expansions
) noexcept nogil:
    """Take a letter, as one or several folded ones."""
    cdef const uint32_t* expansion = expansions + EXPANSION * (entry & VALUE)
    cdef uint32_t i
    letters.count += 1
    letters.of_all &= entry
    letters.of_some |= entry
    if not entry & EXPANDS:
        take_letter(letters, entry & VALUE)
    else:
        for i in range(expansion[0]):
            take_letter(letters, expansion[1 + i])


cdef void word(Cursor* c) noexcept nogil:
    """WORD, or a URL whose scheme the letters are."""
    cdef const uint32_t* entries = c.entries
    cdef Letters letters = Letters(SEED, 0, 0, 0, ~<uint32_t>0, 0, False)
    cdef int32_t at = c.at
    cdef uint32_t entry
    cdef int inner
    while True:
        entry = entries[at]
        inner = class_of(entry)
        if inner == Char.LETTER:
            take_entry(&letters, entry, c.rules.expansions)
        elif inner == Char.DIGIT:
            take_other(&letters, 48)
        elif (
            inner == Char.APOSTROPHE
            and letters.count > 0
            and class_of(entries[skip_invisible(entries, at + 1)]) == Char.LETTER
        ):
            take_other(&letters, entry & VALUE)
        elif inner != Char.INVISIBLE:
            break
        at += 1
    c.at = at
    c.kind = Kind.WORD
    c.hash = finish(letters.hash)
    if letters.elongated:
        c.mark |= Mark.ELONGATED
    if letters.of_some & FOREIGN_LETTER:
        c.mark |= Mark.FOREIGN
    if letters.count > 1 and letters.of_all & UPPER:
        c.mark |= Mark.CAPS
    if inner == Char.COLON:
        url_after_scheme(c)


cdef bint url_after_scheme(Cursor* c) noexcept nogil:
    """URL: ``://`` after a word, and a host."""
    cdef const uint32_t* after = c.entries + c.at
    cdef Host host
    if (
        class_of(after[1]) != Char.SLASH
        or class_of(after[2]) != Char.SLASH
        or not is_word(after[3])
    ):
        return False
    host = host_at(c.entries, c.at + 3, 0, &c.rules.domains)
    add_host(c.tokens, host.name)
    return all_alike(c, Kind.URL, url_end(c.entries, host.end, c.tokens.length))


cdef inline void add_host(Tokens* tokens, uint64_t name) noexcept nogil:
    """Add a URL's host to the further hashes, if it has a name."""
    if name != 0:
        add_extra(tokens, finish(step(HOST_SEED, name)))


cdef inline void add_extra(Tokens* tokens, uint64_t extra) noexcept nogil:
    """Add a further hash of the token that is being read."""
    tokens.extras[tokens.n_extras] = extra
    tokens.owners[tokens.n_extras] = tokens.count
    tokens.n_extras += 1


cdef void number(Cursor* c) noexcept nogil:
    """TIME, PERCENT, PRICE, NUMBER, or a WORD that begins with digits."""
    cdef const uint32_t* entries = c.entries
    cdef Number number = number_at(entries, c.at)
    cdef int32_t end = number.end, half = half_day(entries, end)
    cdef int after = class_of(entries[end]), beyond = class_of(entries[end + 1])
    if half > 0:
        all_alike(c, Kind.TIME, half)
    elif after == Char.PERCENT:
        all_alike(c, Kind.PERCENT, end + 1)
    elif after == Char.CURRENCY:
        all_alike(c, Kind.PRICE, end + 1)
    elif (
        after == Char.SPACE
        and (beyond == Char.PERCENT or beyond == Char.CURRENCY)
        and not is_word(entries[end + 2])
    ):
        all_alike(c, Kind.PERCENT if beyond == Char.PERCENT else Kind.PRICE, end + 2)
    elif number.colon and number.run == 2 and (number.separators == 1 or number.separators == 3):
        all_alike(c, Kind.TIME, end)
    elif after == Char.LETTER and number.separators == 0:
        word(c)
    else:
        c.kind = Kind.NUMBER
        c.at = end
        c.hash = number.hash


cdef inline bint price(Cursor* c) noexcept nogil:
    """PRICE: a currency sign before a number."""
    cdef const uint32_t* entries = c.entries
    cdef int32_t end
    cdef uint32_t unit
    if c.follow == Char.SPACE or c.follow == Char.DOT:
        if class_of(entries[c.beside + 1]) != Char.DIGIT:
            return False
    elif c.follow != Char.DIGIT:
        return False
    end = number_at(entries, c.beside + 1 if c.follow == Char.SPACE else c.beside).end
    unit = entries[end] & SIGN
    if (
        class_of(entries[end]) == Char.LETTER
        and (unit == c"k" or unit == c"m")
        and not is_word(entries[end + 1])
    ):
        end += 1
    return all_alike(c, Kind.PRICE, end)


cdef inline bint cashtag(Cursor* c) noexcept nogil:
    """CASHTAG."""
    cdef const uint32_t* entries = c.entries
    cdef uint64_t state = step(TAG_SEED, c"$")
    cdef int32_t end = c.beside
    cdef int letters = 0, kind
    if (
        c.follow != Char.LETTER
        or (entries[c.at] & SIGN) != c"$"
        or (
            c.tokens.count > 0
            and c.tokens.ends[c.tokens.count - 1] >= c.start
            and c.tokens.kinds[c.tokens.count - 1] == Kind.WORD
        )
    ):
        return False
    while letters <= LONGEST_CASHTAG:
        kind = class_of(entries[end])
        if kind == Char.LETTER:
            state = hash_entry(state, entries[end], c.rules.expansions)
            letters += 1
        elif kind != Char.INVISIBLE:
            break
        end += 1
    if letters > LONGEST_CASHTAG or is_word(entries[end]):
        return False
    c.kind = Kind.CASHTAG
    c.hash = finish(state)
    c.at = end
    return True


cdef inline bint hashtag(Cursor* c) noexcept nogil:
    """HASHTAG, and the words inside it."""
    cdef uint64_t state = TAG_SEED
    cdef int32_t end, i
    if not begins_name(c.follow):
        return False
    end = tag_end(c.entries, c.beside)
    if end == c.beside:
        return False
    for i in range(c.beside, end):
        if class_of(c.entries[i]) != Char.INVISIBLE:
            state = hash_entry(state, c.entries[i], c.rules.expansions)
    add_tag_words(c, end)
    c.kind = Kind.HASHTAG
    c.hash = finish(state)
    c.at = end
    return True


cdef inline void add_tag_words(Cursor* c, int32_t end) noexcept nogil:
    """Add the words of a hashtag's name, split at ``_``, at digits and where a capital follows a
    small letter.
    """
    cdef uint64_t state = SEED
    cdef int letters = 0, before = 0, kind
    cdef bint was_upper = False, upper
    cdef int32_t i
    for i in range(c.beside, end + 1):
        kind = class_of(c.entries[i]) if i < end else <int>Char.SPACE
        if kind == Char.INVISIBLE:
            continue
        upper = (c.entries[i] & UPPER) != 0
        if letters > 0 and (kind != before or (upper and not was_upper) or kind == Char.UNDERSCORE):
            if before == Char.LETTER:
                add_extra(c.tokens, finish(state))
            state = SEED
            letters = 0
        state = hash_entry(state, c.entries[i], c.rules.expansions)
        letters += 1
        before = kind
        was_upper = upper


cdef inline bint email(Cursor* c) noexcept nogil:
    """EMAIL: the tokens before an ``@`` are its local part."""
    cdef Tokens* tokens = c.tokens
    cdef int32_t first = tokens.count, reach = c.at
    cdef Host host
    if not begins_name(c.follow) or c.start != c.at:
        return False
    host = host_at(c.entries, c.beside, 0, &c.rules.domains)
    if host.labels < 2 or not host.flags & LETTERS:
        return False
    while (
        first > 0
        and tokens.ends[first - 1] == reach
        and c.at - tokens.starts[first - 1] <= LONGEST_LOCAL
        and is_local(c, first - 1)
    ):
        first -= 1
        reach = tokens.starts[first]
    while first < tokens.count and tokens.kinds[first] == Kind.PUNCT:
        first += 1
    if first == tokens.count:
        return False
    c.start = tokens.starts[first]
    tokens.count = first
    return all_alike(c, Kind.EMAIL, host.end)


cdef inline bint is_local(const Cursor* c, int32_t token) noexcept nogil:
    """Whether a token may be in the local part of an e-mail address."""
    cdef int kind = c.tokens.kinds[token], sign
    if kind != Kind.PUNCT:
        return kind == Kind.WORD or kind == Kind.NUMBER
    sign = class_of(c.entries[c.tokens.starts[token]])
    return (
        sign == Char.DOT or sign == Char.UNDERSCORE or sign == Char.HYPHEN or sign == Char.PLUS
    )


cdef inline bint handle(Cursor* c) noexcept nogil:
    """HANDLE."""
    if not begins_name(c.follow) or (c.follow == Char.DIGIT and not is_name(c.entries, c.beside)):
        return False
    return all_alike(c, Kind.HANDLE, handle_end(c.entries, c.beside))


cdef inline void emoji(Cursor* c) noexcept nogil:
    """EMOJI."""
    cdef Emoji emoji = emoji_at(c.entries, c.tokens.codes, c.at)
    c.kind = Kind.EMOJI
    c.at = emoji.end
    c.hash = emoji.hash


cdef inline bint keycap(Cursor* c) noexcept nogil:
    """EMOJI: a digit, ``#`` or ``*`` with a keycap after it."""
    cdef uint32_t entry = c.entries[c.at]
    cdef int32_t end
    if c.beside == c.at + 1 or not (
        c.first == Char.DIGIT
        or c.first == Char.HASH
        or (c.first == Char.OTHER and (entry & SIGN) == c"*")
    ):
        return False
    end = keycap_end(c.tokens.codes, c.tokens.length, c.at)
    if end == 0:
        return False
    c.kind = Kind.EMOJI
    c.at = end
    c.hash = finish(step(SIGN_SEED, (1 << SHIFT) | (entry & VALUE)))
    return True


cdef inline bint phone(Cursor* c) noexcept nogil:
    """PHONE."""
    cdef int32_t end
    if c.first != Char.DIGIT and not (
        (c.first == Char.PLUS or c.first == Char.OPEN)
        and (c.follow == Char.DIGIT or c.follow == Char.OPEN)
    ):
        return False
    end = phone_end(c.entries, c.at)
    return end > 0 and all_alike(c, Kind.PHONE, end)


cdef inline void bang(Cursor* c) noexcept nogil:
    """BANG: which of the two signs there are, and whether there are several."""
    cdef uint32_t entry
    cdef const uint32_t* expansion
    cdef uint32_t seen = 0, count = 0
    cdef int kind = c.first
    while kind == Char.BANG or kind == Char.INVISIBLE:
        entry = c.entries[c.at]
        if entry & EXPANDS:
            expansion = c.rules.expansions + EXPANSION * (entry & VALUE)
            count += 1
            seen |= 1 if expansion[2] == c"!" else 2
            entry = expansion[1]
        if entry & VALUE:
            seen |= 1 if (entry & VALUE) == c"!" else 2
            count += 1
        c.at += 1
        kind = class_of(c.entries[c.at])
    c.kind = Kind.BANG
    c.hash = finish(step(step(SIGN_SEED, seen), 256 + min(count, <uint32_t>2)))


cdef inline void line_breaks(Cursor* c) noexcept nogil:
    """BREAK: whether there are several, a carriage return before a line feed not counted."""
    cdef const uint32_t* codes = c.tokens.codes
    cdef int32_t length = c.tokens.length, at = c.at
    cdef int kind
    cdef uint32_t count = 0
    while at < length:
        kind = class_of(c.entries[at])
        if kind == Char.BREAK:
            count += not (codes[at] == 13 and at + 1 < length and codes[at + 1] == 10)
        elif kind != Char.SPACE and kind != Char.INVISIBLE:
            break
        at += 1
    c.kind = Kind.BREAK
    c.at = at
    c.hash = finish(step(step(KIND_SEED, Kind.BREAK), min(count, <uint32_t>2)))


cdef inline void blanks(Cursor* c) noexcept nogil:
    """SPACE."""
    cdef int kind
    while c.at < c.tokens.length:
        kind = class_of(c.entries[c.at])
        if kind != Char.SPACE and kind != Char.INVISIBLE:
            break
        c.at += 1
    c.kind = Kind.SPACE
    c.hash = 0


cdef inline bint bare_url(Cursor* c) noexcept nogil:
    """URL: the words before and after a dot are a host."""
    cdef Tokens* tokens = c.tokens
    cdef const HashSet* domains = &c.rules.domains
    cdef uint64_t before
    cdef int32_t end
    cdef int after
    cdef Host host, all_labels
    if (
        c.at < c.no_host
        or (c.follow != Char.LETTER and c.follow != Char.DIGIT)
        or not ends_here(c, Kind.WORD, c.at)
    ):
        return False
    before = tokens.hashes[tokens.count - 1]
    host = host_at(c.entries, c.at, before, domains)
    end = host.end
    after = class_of(c.entries[end])
    if after == Char.AT or not (
        host.flags & SURE
        or (host.flags & NEEDS_PATH and after == Char.SLASH and is_word(c.entries[end + 1]))
        or (host.labels > 2 and before == WWW)
    ):
        c.no_host = end
        return False
    tokens.count = first_of_host(tokens, c.at)
    c.start = tokens.starts[tokens.count]
    all_labels = host_at(c.entries, skip_invisible(c.entries, c.start), 0, domains)
    # The name is what it would be after a scheme.
    add_host(tokens, all_labels.name if all_labels.end == end else host.name)
    if after == Char.SLASH:
        end = url_end(c.entries, end, tokens.length)
    return all_alike(c, Kind.URL, end)


cdef inline int32_t first_of_host(const Tokens* tokens, int32_t dot) noexcept nogil:
    """Return the first token of a host's first label, whose last is the one before a dot: in
    ``my-shop.com``, a hyphen and the word before it belong to the label.
    """
    cdef int32_t first = tokens.count - 1
    while (
        first > 1
        and tokens.ends[first - 1] == tokens.starts[first]
        and tokens.ends[first - 2] == tokens.starts[first - 1]
        and dot - tokens.starts[first - 2] < LONGEST_LOCAL
        and tokens.kinds[first - 1] == Kind.PUNCT
        and class_of(tokens.entries[tokens.starts[first - 1]]) == Char.HYPHEN
        and tokens.ends[first - 1] - tokens.starts[first - 1] == 1
        and (tokens.kinds[first - 2] == Kind.WORD or tokens.kinds[first - 2] == Kind.NUMBER)
    ):
        first -= 2
    return first


cdef inline void sign(Cursor* c) noexcept nogil:
    """PUNCT: a sign, and whether there are two or several of it."""
    cdef uint32_t value = c.entries[c.at], count = 0
    while c.at < c.tokens.length and c.entries[c.at] == value:
        count += 1
        c.at += 1
    if value & EXPANDS:
        count = c.rules.expansions[EXPANSION * (value & VALUE)]
        value = c.rules.expansions[EXPANSION * (value & VALUE) + 1]
    c.kind = Kind.PUNCT
    c.hash = finish(step(step(SIGN_SEED, value & VALUE), min(count, <uint32_t>3)))


cdef Span trimmed(const Tokens* tokens) noexcept nogil:
    """Return where the tokens begin and end without the white space around the post, which says
    nothing about it.
    """
    cdef Span span = Span(0, tokens.count)
    while span.first < span.last and tokens.kinds[span.first] >= Kind.BREAK:
        span.first += 1
    while span.first < span.last and tokens.kinds[span.last - 1] >= Kind.BREAK:
        span.last -= 1
    return span


cdef class RuleTables:
    """The tables that the scanner reads, checked.

    Parameters
    ----------
    fold : FoldTable
    domains : ndarray of uint64, shape (slots, 2)
        See `givesell.text.domains.domain_table`.

    Raises
    ------
    ValueError
        If they do not fit together.
    """

    def __cinit__(self, fold, domains):
        self._pages, self._entries, self._expansions = fold
        self._domains = domains
        if not fit_together(self):
            raise ValueError("tables of the scanner that do not fit together")
        self.rules.pages = &self._pages[0]
        self.rules.entries = &self._entries[0]
        self.rules.expansions = &self._expansions[0, 0]
        self.rules.domains = HashSet(&self._domains[0, 0], self._domains.shape[0] - 1)


cdef bint fit_together(RuleTables tables):
    cdef Py_ssize_t i, rows = tables._expansions.shape[0], slots = tables._domains.shape[0]
    cdef bint has_empty = False
    if tables._pages.shape[0] != PAGES or tables._expansions.shape[1] != EXPANSION or rows < 1:
        return False
    for i in range(PAGES):
        if (<Py_ssize_t>tables._pages[i] + 1) * 256 > tables._entries.shape[0]:
            return False
    for i in range(tables._entries.shape[0]):
        if tables._entries[i] & EXPANDS and tables._entries[i] & VALUE >= <uint32_t>rows:
            return False
    for i in range(rows):
        if tables._expansions[i, 0] > LONGEST_EXPANSION:
            return False
    if slots < 1 or slots & (slots - 1) or tables._domains.shape[1] != 2:
        return False
    for i in range(slots):
        has_empty |= tables._domains[i, 1] == 0
    return has_empty


cdef class TokenRoom:
    """Arrays for the tokens of one post, reused from post to post."""

    def __cinit__(self):
        self.longest = self._longest_text = -1

    cdef int reserve(self, Py_ssize_t longest) except -1:
        """Make room for a post of so many code points; what was written is lost."""
        cdef Py_ssize_t size
        if longest <= self.longest:
            return 0
        if longest > MOST_CODE_POINTS:
            raise ValueError("a post of more code points than are counted")
        free_arrays(&self.tokens)
        self.longest = -1
        longest += spare_room(longest)
        size = longest + 1
        self.tokens.entries = <uint32_t*>new_array(longest + PADDING, sizeof(uint32_t))
        self.tokens.starts = <int32_t*>new_array(size, sizeof(int32_t))
        self.tokens.ends = <int32_t*>new_array(size, sizeof(int32_t))
        self.tokens.kinds = <uint8_t*>new_array(size, 1)
        self.tokens.marks = <uint8_t*>new_array(size, 1)
        self.tokens.hashes = <uint64_t*>new_array(size, sizeof(uint64_t))
        self.tokens.extras = <uint64_t*>new_array(size, sizeof(uint64_t))
        self.tokens.owners = <int32_t*>new_array(size, sizeof(int32_t))
        self.longest = longest
        return 0

    cdef Py_ssize_t read(self, object text) except -1:
        """Read a str into ``codes``, make room for its tokens, and return its length."""
        cdef Py_ssize_t length = check_text(text)
        if length > self._longest_text:
            free(self.codes)
            self.codes = NULL
            self._longest_text = -1
            self.codes = <uint32_t*>new_array(length + spare_room(length), sizeof(uint32_t))
            self._longest_text = length + spare_room(length)
        self.reserve(length)
        if length:
            PyUnicode_AsUCS4(text, self.codes, length, 0)
        return length

    def __dealloc__(self):
        free_arrays(&self.tokens)
        free(self.codes)


cdef void free_arrays(Tokens* tokens) noexcept nogil:
    free(tokens.entries)
    free(tokens.starts)
    free(tokens.ends)
    free(tokens.kinds)
    free(tokens.marks)
    free(tokens.hashes)
    free(tokens.extras)
    free(tokens.owners)
    tokens.entries = NULL
    tokens.starts = tokens.ends = tokens.owners = NULL
    tokens.kinds = tokens.marks = NULL
    tokens.hashes = tokens.extras = NULL


cdef Py_ssize_t check_text(object text) except -1:
    if not PyUnicode_Check(text):
        raise TypeError("a post that is no str")
    return PyUnicode_GetLength(text)


cdef class CheckedPosts:
    """The posts of a chunk, checked.

    Parameters
    ----------
    chunk : Chunk

    Raises
    ------
    ValueError
        If posts do not lie within their code points, one is longer than the longest, or a code
        point is none of Unicode's.
    """

    def __cinit__(self, chunk):
        self._codes, self._offsets, self.posts.longest = chunk.codes, chunk.offsets, chunk.longest
        if not lie_within(self._codes, self._offsets, self.posts.longest):
            raise ValueError("posts that do not lie within their code points")
        self.posts.codes = &self._codes[0]
        self.posts.offsets = &self._offsets[0]
        self.posts.count = self._offsets.shape[0] - 1


cdef bint lie_within(
    const uint32_t[::1] codes, const int64_t[::1] offsets, Py_ssize_t longest
) noexcept nogil:
    """Whether posts lie within their code points and are no longer than ``longest``, and the code
    points are Unicode's.
    """
    cdef Py_ssize_t i, count = offsets.shape[0] - 1
    cdef uint32_t largest = 0
    if (
        count < 0 or offsets[0] < 0 or offsets[count] > codes.shape[0]
        or not 0 <= longest <= MOST_CODE_POINTS
    ):
        return False
    for i in range(count):  # in this order no difference of two offsets overflows
        if offsets[i] > offsets[i + 1] or offsets[i + 1] - offsets[i] > longest:
            return False
    for i in range(codes.shape[0]):
        largest = max(largest, codes[i])
    return largest <= LAST_CODE_POINT


def write_offsets(list posts, int64_t[::1] offsets):
    """Write where each post begins if all are laid one after the other.

    Parameters
    ----------
    posts : list of str
    offsets : ndarray of int64, shape (n + 1,)
        Takes the offsets, in code points.

    Returns
    -------
    bool
        False if one of them is no str; the offsets say nothing then.
    """
    cdef Py_ssize_t i
    cdef int64_t at = 0
    if offsets.shape[0] != len(posts) + 1:
        raise ValueError("no room for the offsets")
    offsets[0] = 0
    for i in range(len(posts)):
        if not PyUnicode_Check(posts[i]):
            return False
        at += PyUnicode_GetLength(posts[i])
        offsets[i + 1] = at
    return True


def write_code_points(list posts, Py_ssize_t start, uint32_t[::1] codes):
    """Write the code points of posts from the one at ``start`` on, until there is no more room.

    Parameters
    ----------
    posts : list of str
    start : int
    codes : ndarray of uint32

    Returns
    -------
    int
        How many code points were written.
    """
    cdef Py_ssize_t at = 0, length, i
    if start < 0:
        raise ValueError("a post before the first")
    for i in range(start, len(posts)):
        length = check_text(posts[i])
        if length > codes.shape[0] - at:
            break
        if length:
            PyUnicode_AsUCS4(posts[i], &codes[at], length, 0)
        at += length
    return at


def hash_text(str text, uint64_t seed=0):
    """Hash an already folded text as the scanner hashes a word.

    Parameters
    ----------
    text : str
    seed : int, default 0
        Added to that of words.

    Returns
    -------
    int
        Of 64 bits.
    """
    cdef uint64_t state = SEED + seed
    for char in text:
        state = step(state, ord(char))
    return finish(state)


WWW = hash_text("ww")  # as "www" is read


def scan_text(RuleTables rules not None, text, TokenRoom room=None):
    """Return the tokens of a text.

    Parameters
    ----------
    rules : RuleTables
    text : str
    room : TokenRoom, optional
        Used for it, as for the texts before.

    Returns
    -------
    starts, ends, kinds, marks, hashes : list of int
        One value a token.
    extras, owners : list of int
        Further hashes, and the token that each belongs to.
    """
    cdef Tokens* tokens
    cdef int32_t length
    if room is None:
        room = TokenRoom()
    length = room.read(text)
    tokens = &room.tokens
    with nogil:
        scan_post(&rules.rules, Post(room.codes, length), tokens)
    return (
        [tokens.starts[i] for i in range(tokens.count)],
        [tokens.ends[i] for i in range(tokens.count)],
        [tokens.kinds[i] for i in range(tokens.count)],
        [tokens.marks[i] for i in range(tokens.count)],
        [tokens.hashes[i] for i in range(tokens.count)],
        [tokens.extras[i] for i in range(tokens.n_extras)],
        [tokens.owners[i] for i in range(tokens.n_extras)],
    )
