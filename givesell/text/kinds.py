"""The names of character classes, token kinds and token marks, in one place."""

from enum import IntEnum, IntFlag


class Char(IntEnum):
    """What a folded code point is to the scanner (5 bits of a fold entry)."""

    OTHER = 0
    SPACE = 1
    BREAK = 2
    LETTER = 3
    DIGIT = 4
    APOSTROPHE = 5
    CLEAR = 6  # zero-width, combining and control characters: kept in the span, not in the word
    EMOJI = 7
    SKIN = 8
    REGIONAL = 9
    CURRENCY = 10
    PERCENT = 11
    AT = 12
    HASH = 13
    BANG = 14
    DOT = 15
    SLASH = 16
    COLON = 17
    HYPHEN = 18
    UNDERSCORE = 19
    PLUS = 20
    OPEN = 21
    CLOSE = 22
    QUOTE = 23


class Kind(IntEnum):
    """What a token is."""

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


class Mark(IntFlag):
    """How a word is written."""

    NONE = 0
    CAPS = 1
    ELONGATED = 2
    FOREIGN = 4  # holds a letter outside the Latin script that looks like no Latin one
