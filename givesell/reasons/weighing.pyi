from givesell.core.fused import FusedScorer
from givesell.reasons.parts import Explained, Parts
from givesell.text.posts import Chunk

def explain_chunk(
    scorer: FusedScorer, chunk: Chunk, explained: Explained, keep_parts: bool
) -> list[Parts]: ...
