"""`givesell.text.token_kinds.Kind` and `Mark`, as C sees them; a test holds them equal."""

cdef enum Kind:
    WORD = 0
    NUMBER = 1
    PRICE = 2
    PERCENT = 3
    TIME = 4
    PHONE = 5
    EMAIL = 6
    URL = 7
    HANDLE = 8
    HASHTAG = 9
    CASHTAG = 10
    EMOJI = 11
    BANG = 12
    PUNCT = 13
    BREAK = 14
    SPACE = 15

cdef enum Mark:
    CAPS = 1
    ELONGATED = 2
    FOREIGN = 4
