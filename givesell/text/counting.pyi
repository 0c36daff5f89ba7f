from collections.abc import Iterable

from givesell.text.ngrams import BucketSet, Ngrams
from givesell.text.scanner import RuleTables

MOST_WORDS: int
FEWEST_CHARS: int
MOST_CHARS: int
MOST_FEATURES: int

class Vocabulary:
    size: int
    def __init__(self, ngrams: Ngrams, buckets: BucketSet, size: int) -> None: ...

class CountRoom: ...

def features_of(
    tables: RuleTables, ngrams: Ngrams, text: str
) -> tuple[list[int], list[int], list[int], list[int], list[int], list[int]]: ...
def count_text(tables: RuleTables, vocabulary: Vocabulary, text: str) -> dict[int, int]: ...
def most_features_of(length: int, ngrams: Ngrams) -> int: ...
def ranks_of(vocabulary: Vocabulary, buckets: Iterable[int]) -> list[int]: ...
