import numpy as np
from numpy.typing import NDArray

from givesell.text.scanner import RuleTables

SCALE: int
GROUPS: int
ENGLISH_BITS: int
FEWEST_ENGLISH: int
ENGLISH_SHARE: int
ENGLISH_WORD: int
FOREIGN_FROM: int
UNCERTAIN_FROM: int
CLEAR_FROM: int
FEWEST_WORDS: int
FEWEST_LETTERS: int
RAREST: int
COMMONEST: int

class LanguageTables:
    def __init__(
        self, table: tuple[NDArray[np.int8], NDArray[np.int64], NDArray[np.uint64]]
    ) -> None: ...

def is_common(tables: LanguageTables, word: int) -> bool: ...
def is_plainly_english(words: int, english: int) -> bool: ...
def looks_foreign(words: int, log_odds: int, script: int, letters: int) -> bool: ...
def suffice(known: int, words: int) -> bool: ...
def says_enough(known: int, words: int, known_others: int, others: int) -> bool: ...
def words_of(
    rules: RuleTables, tables: LanguageTables, text: str
) -> tuple[list[int], list[list[int]]]: ...
