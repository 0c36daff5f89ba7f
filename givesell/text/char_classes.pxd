"""The classes of `givesell.text.char_classes.Char`, as C sees them; a test holds the two equal."""

cdef enum Char:
    OTHER = 0
    SPACE = 1
    BREAK = 2
    LETTER = 3
    DIGIT = 4
    APOSTROPHE = 5
    INVISIBLE = 6
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
