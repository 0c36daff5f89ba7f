"""Whether a post is in English: by common English words, by its letters, and by its script.

A post is English where two of its words, and a third of them, are common English words that other
languages seldom use: 97 of 100 English posts, and 6 of 1,000 sentences in other languages. The
others are looked at closely:

- letters of another script make a post foreign that are at least two, and more than half of its
  other letters;
- else each word's letters are taken in groups of three, with the word's beginning and end, and each
  letter with an accent once more. A group has a weight, and the weights sum to the log-odds of
  another language, less 1.5 for each common English word. From 3 on, with three words or more, the
  post is foreign; above 0 it is not certain to be English.

The weights are those of a logistic regression on posts of half the corpus' sources and on texts in
77 other languages (``tools/language_table.py`` builds the table). On the other sources, and on the
published test sentences of a language identifier, `benchmarks/language.md` measures it beside
others: of 15 words and more 98 to 99 % of the sentences in other languages are detected; about
0.1 % of the English posts are called foreign, most of them with reason.
"""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.text.char_classes import Char
from givesell.text.compiled import compiled
from givesell.text.fold_entries import class_of
from givesell.text.fold_table import EXPANDS, VALUE
from givesell.text.reading import LanguageTables
from givesell.text.stored import read_table
from givesell.text.token_kinds import Mark

PATH = Path(__file__).with_name("language.npy")
SCALE = 16  # of the stored weights
GROUPS = 1 << 15
ENGLISH_BITS = 1 << 17
# So many common words, and one word in so many, make a post English.
FEWEST_ENGLISH, ENGLISH_SHARE = 2, 3
ENGLISH_WORD = 3 * SCALE // 2  # what a common English word takes from the log-odds
FOREIGN_FROM, UNCERTAIN_FROM = 3 * SCALE, 0
CLEAR_FROM = -12 * SCALE  # from here down the rest of a post is not looked at
# Of a foreign post: words in Latin letters, or letters of another script.
FEWEST_WORDS, FEWEST_LETTERS = 3, 2

_SCRIPT = int(Mark.FOREIGN)
# Symbols of the groups, 5 bits each: 0 is a word's beginning and end, 1 to 26 are a to z.
_APOSTROPHE, _OTHER, _DIGIT, _ACCENT, _MANY_ACCENTS = 27, 28, 29, 30, 31
_A, _Z, _SYMBOL = ord("a"), ord("z"), 5
# Letters with accents, and accents; the second as Vietnamese has them.
_ACCENTS, _MORE_ACCENTS = (0xC0, 0x370), (0x1E00, 0x1F00)
_PAIR = (1 << 2 * _SYMBOL) - 1


class LanguageTable(NamedTuple):
    """How English is distinguished from other languages, as the compiled code takes it.

    ``weights`` (32768,) holds the log-odds of another language of each letter group, times 16;
    ``intercept`` (1,) those of no letters; ``english`` (2048,) a bit a hash, set for each common
    English word and, by chance, for 2 % of all others.
    """

    weights: NDArray[np.int8]
    intercept: NDArray[np.int64]
    english: NDArray[np.uint64]


@cache
def language_table() -> LanguageTable:
    """Return the stored table, read once a process."""
    return LanguageTable(*read_table(PATH, LanguageTable._fields))


@cache
def language_tables() -> LanguageTables:
    """Return the stored table as the compiled code takes it, made once a process."""
    return LanguageTables(language_table())


@compiled
def is_common(english: Any, key: Any) -> Any:
    """Return 1 for a word, given by its hash, that is a common English one, else mostly 0."""
    return np.int64(
        english[(key >> np.uint64(6)) & np.uint64(ENGLISH_BITS // 64 - 1)] >> (key & np.uint64(63))
        & np.uint64(1)
    )


@compiled
def is_plainly_english(words: Any, english: Any) -> Any:
    """Whether so many words, of which so many are common English ones, need no closer look."""
    return english >= FEWEST_ENGLISH and ENGLISH_SHARE * english >= words


@compiled
def looks_foreign(words: Any, log_odds: Any, script: Any, letters: Any) -> Any:
    """Whether a post that is not plainly English is in another language.

    Parameters
    ----------
    words : int
        Its words.
    log_odds : int
        Of another language, by the letters and words, times 16.
    script, letters : int
        Its letters of another script, and those of its other words.

    Returns
    -------
    bool
    """
    return (script >= FEWEST_LETTERS and 2 * script > letters) or (
        words >= FEWEST_WORDS and log_odds > FOREIGN_FROM
    )


@compiled
def is_of_script(mark: Any) -> Any:
    """Whether a word's marks say that it holds letters of another script."""
    return mark & _SCRIPT != 0


@compiled
def write_groups(codes: Any, low: Any, scratch: Any, token: Any, out: Any, count: Any) -> Any:
    """Write the letter groups of a word.

    Parameters
    ----------
    codes : ndarray of uint32
    low : int
        Where its post begins among the code points.
    scratch : Buffers
        What `givesell.text.scan.scan_post` wrote.
    token : int
        Which of the tokens the word is.
    out : ndarray of int32
        Takes the groups: at most two for each code point of the word, and one.
    count : int
        How many there are already.

    Returns
    -------
    int
        How many there are now.
    """
    group, last, repeats = 0, 0, 0
    for at in range(scratch.starts[token], scratch.ends[token]):
        code, entry = codes[low + at], scratch.entries[at]
        if _ACCENTS[0] <= code < _ACCENTS[1]:
            out[count] = (_ACCENT << 2 * _SYMBOL) | (code & _PAIR)
            count += 1
        elif _MORE_ACCENTS[0] <= code < _MORE_ACCENTS[1]:
            out[count] = (_MANY_ACCENTS << 2 * _SYMBOL) | (code & _PAIR)
            count += 1
        kind, value = class_of(entry), entry & VALUE
        if kind == Char.LETTER:
            symbol: Any = (
                np.int64(value) - (_A - 1) if not entry & EXPANDS and _A <= value <= _Z else _OTHER
            )
        elif kind == Char.DIGIT:
            symbol = _DIGIT
        elif kind == Char.APOSTROPHE:
            symbol = _APOSTROPHE
        else:
            continue
        repeats = repeats + 1 if symbol == last else 1
        last = symbol
        if repeats <= 2:  # as in "soooo"
            group = ((group & _PAIR) << _SYMBOL) | symbol
            out[count] = group
            count += 1
    out[count] = (group & _PAIR) << _SYMBOL
    return count + 1
