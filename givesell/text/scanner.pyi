from typing import Any

import numpy as np
from numpy.typing import NDArray

ELONGATED_AFTER: int

class RuleTables:
    def __init__(
        self,
        fold: tuple[NDArray[np.uint16], NDArray[np.uint32], NDArray[np.uint32]],
        domains: NDArray[np.uint64],
    ) -> None: ...

class TokenRoom: ...

def write_offsets(posts: list[Any], offsets: NDArray[np.int64]) -> bool: ...
def write_code_points(posts: list[str], start: int, codes: NDArray[np.uint32]) -> int: ...
def hash_text(text: str, seed: int = 0) -> int: ...
def scan_text(
    rules: RuleTables, text: str, room: TokenRoom | None = None
) -> tuple[list[int], list[int], list[int], list[int], list[int], list[int], list[int]]: ...
