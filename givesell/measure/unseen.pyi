from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.text.counting import Vocabulary
from givesell.text.posts import Chunk
from givesell.text.scanner import RuleTables

def add_posts(
    rules: RuleTables, every: Vocabulary, chunk: Chunk, held: NDArray[Any], times: int
) -> None: ...
def count_unseen(
    rules: RuleTables,
    every: Vocabulary,
    chunk: Chunk,
    held: NDArray[Any],
    least: int,
    out: NDArray[np.int32],
) -> None: ...
