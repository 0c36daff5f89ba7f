"""The linguistic view: the scorer's tokens in spaCy's terms (Doc, Span, Matcher, displaCy).

Importing this package imports spaCy; nothing else in givesell does.

- `tokenizer`: the scanner's tokens as a spaCy tokenizer
- `component`: the pipe ``givesell``, which gives documents a verdict
- `doc_verdict`: the verdict as a document holds it, saved with it
- `cue`, `cue_files`: what a named pattern is, and reading them from TOML
- `patterns`: checks that a pattern is sound and bounded
- `cue_patterns`, `norms`: the patterns of a cue over tokens, and how tokens are compared
- `cues`: a set of cues, matched in posts
"""

from givesell.extras import require

require("nlp", "The linguistic view")

import spacy
from spacy.language import Language

from givesell.nlp.tokenizer import NAME, Tokenizer, create_tokenizer
from givesell.text.posts import LONGEST

__all__ = ["Tokenizer", "blank", "create_tokenizer"]


def blank() -> Language:
    """Make a blank English pipeline whose documents hold exactly the tokens that are scored.

    Returns
    -------
    spacy.language.Language
        With `Tokenizer` in its tokenizer slot. It can be saved, loaded and pickled like any other.
        It takes texts as long as the scorer does: spaCy's limit of a million characters is meant
        for parsers; a pipeline that is loaded again has it.

    Examples
    --------
    >>> nlp = blank()
    >>> [token.text for token in nlp("50% off #Mugs, DM @jo 👩🏽‍🚒!!")]
    ['50%', 'off', '#Mugs', ',', 'DM', '@jo', '👩🏽‍🚒', '!!']
    """
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": NAME}}})
    nlp.max_length = LONGEST
    return nlp
