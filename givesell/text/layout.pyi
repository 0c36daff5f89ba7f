import numpy as np
from numpy.typing import NDArray

def lay_buckets(
    buckets: NDArray[np.int32], size: int, words: NDArray[np.uint64], ranks: NDArray[np.uint32]
) -> bool: ...
def lay_hashes(
    keys: NDArray[np.uint64], values: NDArray[np.uint64], table: NDArray[np.uint64]
) -> None: ...
def find_ranks(
    buckets: NDArray[np.int32],
    words: NDArray[np.uint64],
    ranks: NDArray[np.uint32],
    found: NDArray[np.int64],
) -> bool: ...
