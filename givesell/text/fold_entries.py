"""How the scanner reads entries: one a code point (see `givesell.text.fold_table`), `PADDING`
blanks after the last.
"""

from typing import Any

import numpy as np

from givesell.text.char_classes import Char
from givesell.text.compiled import compiled
from givesell.text.fold_table import EXPANDS, SHIFT, VALUE
from givesell.text.hashing import step

PADDING = 4
# What a sign or letter is compared by: an index into the expansions equals no code point.
SIGN = EXPANDS | VALUE


@compiled
def class_of(entry: Any) -> Any:
    """Return the character class of an entry."""
    return np.int64((entry >> SHIFT) & 31)


@compiled
def is_word(entry: Any) -> Any:
    """Whether an entry is a letter or a digit."""
    kind = class_of(entry)
    return kind == Char.LETTER or kind == Char.DIGIT


@compiled
def skip_invisible(entries: Any, at: Any) -> Any:
    """Return the first place from ``at`` on that is visible: past zero-width, combining and control
    characters.
    """
    while class_of(entries[at]) == Char.INVISIBLE:
        at += 1
    return at


@compiled
def hash_entry(state: Any, entry: Any, expansions: Any) -> Any:
    """Return a running hash with what an entry folds to added."""
    value = entry & VALUE
    if not entry & EXPANDS:
        return step(state, value)
    for i in range(np.int64(expansions[value, 0])):
        state = step(state, expansions[value, i + 1])
    return state
