"""Tests of `givesell.text.language`."""

import numpy as np
import pytest

from givesell.text.hashing import hash_text
from givesell.text.language import ENGLISH, FOREIGN, function_words, looks_foreign
from givesell.text.wordset import lookup


@pytest.mark.parametrize(
    ("word", "flags"), [("the", ENGLISH), ("thanks", ENGLISH), ("nicht", FOREIGN), ("porque", FOREIGN), ("de", 0), ("die", 0), ("mug", 0)]
)
def test_words_are_evidence_of_one_language(word, flags):
    """English and foreign function words are told apart; names' particles and other words are evidence of nothing."""
    assert lookup(function_words(), np.uint64(hash_text(word))) == flags


@pytest.mark.parametrize(
    ("words", "script", "english", "others", "foreign"),
    [
        (5, 0, 0, 5, False),  # short
        (6, 0, 0, 3, True),
        (6, 0, 0, 2, False),  # too little evidence
        (40, 0, 0, 3, False),  # too thin
        (12, 0, 2, 4, False),  # as English as not
        (12, 0, 1, 4, True),
        (3, 3, 0, 0, True),  # another script
        (2, 2, 0, 0, False),
        (10, 5, 0, 0, False),
    ],
)
def test_rule(words, script, english, others, foreign):
    """A post looks foreign only on several pieces of evidence that outweigh the English ones."""
    assert looks_foreign(words, script, english, others) == foreign
