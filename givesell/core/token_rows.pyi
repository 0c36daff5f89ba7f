import numpy as np
from numpy.typing import NDArray

OPENING: int
CLOSING: int

class TokenRows:
    def __init__(self, vectors: NDArray[np.float32], windows: NDArray[np.float32]) -> None: ...
    @property
    def shape(self) -> tuple[int, int]: ...
    def product(self, row: int) -> NDArray[np.float32]: ...
