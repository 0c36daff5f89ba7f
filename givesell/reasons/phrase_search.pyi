from givesell.reasons.parts import Parts, Phrases

LONGEST_PHRASE: int

class PhraseRoom: ...

def write_phrases(parts: Parts, phrases: Phrases) -> None: ...
