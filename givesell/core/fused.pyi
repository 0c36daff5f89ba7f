import numpy as np
from numpy.typing import NDArray

from givesell.core.calibration import Slopes
from givesell.core.known_ngrams import KnownNgrams
from givesell.core.model_arrays import Facets, Scored, Weights
from givesell.text.posts import Chunk

MOST_FACETS: int
NO_FACET: int

class ScoreRoom: ...

class FusedScorer:
    weights: Weights
    facets: Facets | None
    def __init__(self, weights: Weights, facets: Facets | None = None) -> None: ...
    def score_chunk(self, chunk: Chunk, scored: Scored) -> None: ...
    def score_one(self, text: str) -> tuple[float, int, bool, int]: ...

class PostReader:
    def __init__(self, known: KnownNgrams) -> None: ...
    def read_chunk(
        self, chunk: Chunk, status: NDArray[np.uint8], may_be_sure: NDArray[np.bool_]
    ) -> None: ...

def calibrated(log_odds: float, slopes: Slopes) -> tuple[float, float]: ...
