"""What a token is, and how it is written.

A further kind is a member of `Kind`, here and in the ``.pxd`` beside this file, a rule in
`givesell.text.scanner` with a row in its table, and a new version in `givesell.text.version`, since
the numbers are hashed; the head of ``givesell/nlp/cues.toml`` names it to those who write cues.
"""

from enum import IntEnum, IntFlag


class Kind(IntEnum):
    """What a token is; `BREAK` and `SPACE`, white space, are the last."""

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
