"""Checks every place that the compiled code reads or writes: posts on standard input as JSON, a
line each.

Run with ``NUMBA_DISABLE_JIT=1``, so that the functions are plain Python, and an array can be
swapped for one that refuses places outside of it, those before its beginning included.
"""

import json
import sys
from typing import Any

from givesell.core.sequences import write_sequence
from givesell.text.fold import code_points
from givesell.text.language import write_groups
from givesell.text.ngrams import (
    MOST_CHARS,
    MOST_WORDS,
    Ngrams,
    counter,
    feature_places,
    write_features,
)
from givesell.text.scan import rules, scan_post
from givesell.text.token_kinds import Kind

NGRAMS = [
    Ngrams(1, 1, 0, 0, 1023),
    Ngrams(1, MOST_WORDS, 0, 0, 1023),
    Ngrams(1, MOST_WORDS, 2, MOST_CHARS, 1023),
]


class Fenced:
    """An array without places outside of it."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def _place(self, index: Any) -> Any:
        if not 0 <= index < len(self.array):
            raise IndexError(f"{index} of {len(self.array)}")
        return index

    def __getitem__(self, index: Any) -> Any:
        return self.array[self._place(index)]

    def __setitem__(self, index: Any, value: Any) -> None:
        self.array[self._place(index)] = value


def check(text: str) -> None:
    """Scan a text into arrays of the sizes that are made for it, and write its features, its
    letter groups and its sequence.
    """
    codes = code_points(text)
    for ngrams in NGRAMS:
        scratch, places = counter(len(codes), ngrams, 1024), feature_places(len(codes), ngrams)
        tokens = type(scratch.tokens)(*map(Fenced, scratch.tokens))
        found, extras = scan_post(Fenced(codes), 0, len(codes), rules(), tokens)
        write_features(
            found,
            extras,
            ngrams,
            tokens,
            Fenced(scratch.features),
            type(places)(*map(Fenced, places)),
        )
    for token in range(found):
        if tokens.kinds[token] == Kind.WORD:
            write_groups(
                Fenced(codes), 0, tokens, token, Fenced([0] * (2 * len(codes) + 1)), 0
            )  # as givesell.core.scoring makes it
    room = 2 * len(codes) + 2  # as givesell.core.network.scratch makes it
    write_sequence(found, extras, tokens, Fenced([0] * room), Fenced([0] * room))


if __name__ == "__main__":
    for line in sys.stdin:
        check(json.loads(line))
