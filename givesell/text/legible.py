"""Whether a post can be read: the status of a scanned post, and whether a verdict on it may be
sure.

Whatever its probability, a verdict is never sure where the post's words say too little about it:

- of its words (of a post of hashtags alone, those inside them) half or more are unknown to the
  model, or
- it is not plainly English and either leans to another language, or half or more of its words are
  so rare that fewer than one in 5,000 of the posts that the model learned from holds them. A hash
  of letters typed at random is in the model's buckets by chance.

These are limits in the code and no part of a model: they say what it means to know a word, whatever
the model makes of it, and being shares they fit models of any size. `benchmarks/language.md` has
what they cost.
"""

import math
from typing import Any

import numpy as np

from givesell.text.compiled import compiled
from givesell.text.language import (
    CLEAR_FROM,
    ENGLISH_WORD,
    UNCERTAIN_FROM,
    is_common,
    is_of_script,
    is_plainly_english,
    looks_foreign,
    write_groups,
)
from givesell.text.ngrams import holds_bucket, rank_of
from givesell.text.token_kinds import Kind
from givesell.verdict import Status

RAREST = 1 / 5000  # share of the posts that hold a known word
_LARGEST_IDF2 = np.float32((1 - math.log(RAREST)) ** 2)

_WORD, _HASHTAG = int(Kind.WORD), int(Kind.HASHTAG)
_BREAK = int(Kind.BREAK)  # only BREAK and SPACE come from BREAK on
_OK, _EMPTY, _NO_WORDS, _NOT_ENGLISH = (
    int(status) for status in (Status.OK, Status.EMPTY, Status.NO_WORDS, Status.NOT_ENGLISH)
)


@compiled
def suffice(known: Any, words: Any) -> Any:
    """Whether a model knows enough words of a post: more than half."""
    return 2 * known > words


@compiled
def status_of(
    codes: Any,
    low: Any,
    tokens: Any,
    extras: Any,
    missed: Any,
    scratch: Any,
    language: Any,
    known: Any,
    room: Any,
) -> Any:
    """Return whether a scanned post can be judged, and whether a verdict on it may be sure.

    Parameters
    ----------
    codes : ndarray of uint32
    low : int
        Where the post begins among the code points.
    tokens, extras, scratch
        What `givesell.text.scan.scan_post` returned and wrote.
    missed : int
        How many of the post's n-grams the model does not know.
    language : LanguageTable
    known : KnownNgrams
        The n-grams that the model knows.
    room : ndarray of int32
        Room for the letter groups of its longest word.

    Returns
    -------
    status : int
        A `givesell.verdict.Status`.
    may_be_sure : bool
    """
    words, english, marks = 0, 0, 0
    for i in range(tokens):
        word = 1 if scratch.kinds[i] == _WORD else 0
        words += word
        english += word & is_common(language.english, scratch.hashes[i])
        marks |= scratch.marks[i]
    if is_plainly_english(words, english) and not is_of_script(marks):
        return _OK, knows_most(words, missed, tokens, scratch, known)
    tags, visible = 0, 0
    for i in range(tokens):
        tags += 1 if scratch.kinds[i] == _HASHTAG else 0
        visible += 1 if scratch.kinds[i] < _BREAK else 0
    if words + tags == 0:
        return _NO_WORDS if visible > 0 else _EMPTY, False
    foreign, may_be_sure = look_closely(codes, low, tokens, extras, scratch, language, known, room)
    return _NOT_ENGLISH if foreign else _OK, may_be_sure


@compiled
def knows_most(words: Any, missed: Any, tokens: Any, scratch: Any, known: Any) -> Any:
    """Whether a model knows most words of a post, ``missed`` of whose n-grams it does not know.

    Each word that is unknown is such an n-gram, so that few of them settle it.
    """
    # A model without single words cannot say.
    if known.ngrams.low > 1 or suffice(words - missed, words):
        return True
    known_words = 0
    for i in range(tokens):
        if scratch.kinds[i] == _WORD:
            bucket = scratch.hashes[i] & np.uint64(known.ngrams.mask)
            known_words += holds_bucket(known.vocabulary, bucket)
    return suffice(known_words, words)


@compiled
def is_frequent(known: Any, key: Any) -> Any:
    """Return 1 for a word, given by its hash, that a model knows and that is not rare, else 0."""
    bucket = np.int64(key & np.uint64(known.ngrams.mask))
    if not holds_bucket(known.vocabulary, bucket):
        return 0
    return 1 if known.squares[rank_of(known.vocabulary, bucket)] <= _LARGEST_IDF2 else 0


@compiled
def look_closely(
    codes: Any,
    low: Any,
    tokens: Any,
    extras: Any,
    scratch: Any,
    language: Any,
    known: Any,
    room: Any,
) -> Any:
    """Read a post that is not plainly English at first sight.

    Parameters
    ----------
    codes : ndarray of uint32
    low : int
        Where the post begins among the code points.
    tokens, extras, scratch
        What `givesell.text.scan.scan_post` returned and wrote.
    language : LanguageTable
    known : KnownNgrams
        The n-grams that the model knows.
    room : ndarray of int32
        Room for the letter groups of its longest word.

    Returns
    -------
    foreign, may_be_sure : bool
        Whether it is in another language, and whether a verdict on it may be sure.
    """
    words, english, frequent, script, letters = 0, 0, 0, 0, 0
    log_odds = language.intercept[0]
    for i in range(tokens):
        if scratch.kinds[i] != _WORD:
            continue
        words += 1
        length = scratch.ends[i] - scratch.starts[i]
        if is_of_script(scratch.marks[i]):
            script += length if length > 1 else 0  # a single letter may be part of a face
            continue
        letters += length
        common = is_common(language.english, scratch.hashes[i])
        english += common
        log_odds -= ENGLISH_WORD * common
        if log_odds > CLEAR_FROM:
            for group in range(write_groups(codes, low, scratch, i, room, 0)):
                log_odds += language.weights[room[group]]
    plain = is_plainly_english(words, english)
    if looks_foreign(words, log_odds, script, letters) and not plain:
        return True, False
    if not plain and (log_odds > UNCERTAIN_FROM or script > 0):
        return False, False
    if known.ngrams.low > 1:
        return False, True
    for i in range(tokens):
        if scratch.kinds[i] == _WORD and not suffice(frequent, words):
            frequent += is_frequent(known, scratch.hashes[i])
    if words == 0:
        for i in range(extras):
            if scratch.kinds[scratch.owners[i]] == _HASHTAG:
                words += 1
                frequent += is_frequent(known, scratch.extras[i])
    return False, suffice(frequent, words)
