import numpy as np
from numpy.typing import NDArray

def rank_rounds(
    counts: NDArray[np.float64],
    units: NDArray[np.int64],
    selling: NDArray[np.uint8],
    last: NDArray[np.uint8],
    out: NDArray[np.float64],
) -> None: ...
