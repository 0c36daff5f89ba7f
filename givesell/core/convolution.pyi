from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.core.token_rows import TokenRows
from givesell.text.posts import Chunk
from givesell.text.scanner import RuleTables

WINDOW: int
ROWS: int
LANES: int
SHARE: int
OPENING: int
CLOSING: int
EXTRA: int
MARKS: int

class NetworkTables:
    def __init__(self, network: tuple[NDArray[Any] | TokenRows, ...]) -> None: ...

class LayerRoom: ...

def score_sequences(
    network: tuple[NDArray[Any] | TokenRows, ...],
    hashes: NDArray[np.uint64],
    marks: NDArray[np.uint8],
    offsets: NDArray[np.int64],
) -> NDArray[np.float64]: ...
def read_sequences(
    rules: RuleTables, chunk: Chunk
) -> tuple[NDArray[np.uint64], NDArray[np.uint8], NDArray[np.int64]]: ...
