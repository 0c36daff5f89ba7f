from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from givesell.text.scanner import RuleTables

MOST_WORDS: int
FEWEST_CHARS: int
MOST_CHARS: int
MOST_FEATURES: int

_Ngrams = tuple[int, int, int, int, int]
_BucketSet = tuple[NDArray[np.uint64], NDArray[np.uint32]]

class Vocabulary:
    size: int
    def __init__(self, ngrams: _Ngrams, buckets: _BucketSet, size: int) -> None: ...

class CountRoom: ...

def features_of(
    rules: RuleTables, ngrams: _Ngrams, text: str
) -> tuple[list[int], list[int], list[int], list[int], list[int], list[int]]: ...
def count_text(rules: RuleTables, vocabulary: Vocabulary, text: str) -> dict[int, int]: ...
def most_features_of(length: int, ngrams: _Ngrams) -> int: ...
def ranks_of(vocabulary: Vocabulary, buckets: Iterable[int]) -> list[int]: ...
