from typing import Any

import numpy as np
from numpy.typing import NDArray

def gather(
    vectors: NDArray[Any],
    mark_vectors: NDArray[Any],
    ids: NDArray[np.int64],
    marks: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    inputs: NDArray[Any],
) -> None: ...
def scatter(
    to_inputs: NDArray[Any],
    rows: NDArray[np.int64],
    marks: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    vectors: NDArray[Any],
    mark_vectors: NDArray[Any],
) -> None: ...
def pool(
    windows: NDArray[Any],
    bias: NDArray[Any],
    offsets: NDArray[np.int64],
    shrinks: NDArray[Any],
    pooled: NDArray[Any],
    peaks: NDArray[np.int32],
) -> None: ...
def unpool(
    windows: NDArray[Any],
    offsets: NDArray[np.int64],
    shrinks: NDArray[Any],
    to_pooled: NDArray[Any],
    peaks: NDArray[np.int32],
) -> None: ...
def adam(
    values: NDArray[np.float32],
    means: NDArray[np.float32],
    squares: NDArray[np.float32],
    slopes: NDArray[np.float32],
    rows: NDArray[np.int64],
    rate: float,
    correct: float,
    shrink: float,
    first: float,
    second: float,
) -> None: ...
