from givesell.text.ngrams import BucketSet, Ngrams
from givesell.text.scanner import RuleTables

class Vocabulary:
    size: int
    def __init__(self, ngrams: Ngrams, buckets: BucketSet, size: int) -> None: ...

class CountRoom: ...

def features_of(
    tables: RuleTables, ngrams: Ngrams, text: str
) -> tuple[list[int], list[int], list[int], list[int], list[int], list[int]]: ...
