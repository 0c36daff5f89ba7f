from givesell.core.fused import FusedScorer
from givesell.reasons.parts import Parts
from givesell.reasons.scoring import Explained
from givesell.text.posts import Chunk

def explain_chunk(
    scorer: FusedScorer, chunk: Chunk, explained: Explained, keep_parts: bool
) -> list[Parts]: ...
