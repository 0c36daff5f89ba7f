from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.text.counting import Vocabulary
from givesell.text.posts import Chunk
from givesell.text.scanner import RuleTables

def count_posts(
    tables: RuleTables, vocabulary: Vocabulary, chunk: Chunk, by_rank: bool
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]: ...
def posts_with(columns: NDArray[Any], width: int) -> NDArray[np.int32]: ...
def keep_columns(
    values: NDArray[np.float32], columns: NDArray[Any], ends: NDArray[Any], ranks: NDArray[Any]
) -> int: ...
def weigh_rows(
    values: NDArray[np.float32],
    columns: NDArray[Any],
    ends: NDArray[Any],
    idf: NDArray[np.float32],
    sublinear: bool,
    unit: bool,
) -> None: ...
