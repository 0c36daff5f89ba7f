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
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from givesell.text.reading import LanguageTables
from givesell.text.stored import read_table

PATH = Path(__file__).with_name("language.npy")


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
