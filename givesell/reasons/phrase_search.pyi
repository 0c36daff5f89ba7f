from givesell.reasons.parts import Parts
from givesell.reasons.phrases import Phrases

LONGEST_PHRASE: int

class PhraseRoom: ...

def write_phrases(parts: Parts, phrases: Phrases) -> None: ...
