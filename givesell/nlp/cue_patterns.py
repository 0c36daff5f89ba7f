"""The patterns of cues over the tokens of a post, tried only where they can match."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from spacy.matcher import Matcher
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from givesell.errors import DataError
from givesell.nlp.patterns import MOST_TOKEN, bounded

_OTHER = "· ·"  # no token holds a blank between signs
_TAG_MARK = "\n"  # no token holds a line break and more


def tag_key(kind: str) -> str:
    r"""Return how the kind of a token is written among its norms.

    Examples
    --------
    >>> tag_key("WORD")
    '\nWORD'
    """
    return _TAG_MARK + kind


class KnownTokens:
    """The tokens that the patterns distinguish. All others become one word: fewer strings for spaCy
    to make and to forget.

    Parameters
    ----------
    tokens : sequence of dict
        Of all patterns.

    Attributes
    ----------
    words : set of str
        Norms that a pattern or phrase names.
    """

    def __init__(self, tokens: Sequence[dict[str, Any]]) -> None:
        self.words: set[str] = set()
        self._regexes: list[re.Pattern[str]] = []
        self._all = False
        for token in tokens:
            for name, value in token.items():
                if name == "NORM" and isinstance(value, str):
                    self.words.add(value)
                elif (
                    name == "NORM"
                    and isinstance(value, dict)
                    and set(value) <= {"IN", "NOT_IN", "REGEX"}
                ):
                    self.words.update(value.get("IN", ()), value.get("NOT_IN", ()))
                    self._regexes += [re.compile(value["REGEX"])] if "REGEX" in value else []
                elif name not in ("TAG", "OP"):
                    self._all = True  # length, shape and the like
        self._all |= any(regex.search(_OTHER) for regex in self._regexes)

    def seen(self, norm: str) -> str:
        """Return the token as the patterns see it."""
        if self._regexes and len(norm) > MOST_TOKEN:
            return _OTHER
        known = (
            self._all or norm in self.words or any(regex.search(norm) for regex in self._regexes)
        )
        return norm if known else _OTHER


class CuePatterns:
    """The patterns of one cue, tried only on posts that hold what they need: a matcher tries each
    at every token.

    Of a pattern of one repeated token, such as five hashtags and more, the matcher only finds the
    tokens; how many there are in a row is counted, since a matcher would try each run from every
    token to every later one.

    Parameters
    ----------
    vocab : spacy.vocab.Vocab
    name : str
        Of the cue.
    patterns : sequence of list of dict
    """

    def __init__(self, vocab: Vocab, name: str, patterns: Sequence[list[dict[str, Any]]]) -> None:
        self._name = name
        self._needs = [
            [need for token in pattern if (need := _need(token))] for pattern in patterns
        ]
        repeats = [len(pattern) == 1 and _is_endless(pattern[0]) for pattern in patterns]
        others = [
            pattern for pattern, repeated in zip(patterns, repeats, strict=True) if not repeated
        ]
        self._matcher = self._matcher_of(vocab, others) if others else None
        self._runs = [
            (
                self._matcher_of(
                    vocab, [[{key: value for key, value in token.items() if key != "OP"}]]
                ),
                _least(token),
            )
            for (token,) in (
                pattern for pattern, repeated in zip(patterns, repeats, strict=True) if repeated
            )
        ]

    def _matcher_of(self, vocab: Vocab, patterns: Sequence[list[dict[str, Any]]]) -> Matcher:
        matcher = Matcher(vocab)
        try:
            matcher.add(self._name, [bounded(pattern) for pattern in patterns])
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise DataError(
                "E601", path=f"cue {self._name!r}", reason=" ".join(str(error).split())
            ) from error
        return matcher

    def matches(self, doc: Doc, present: set[str]) -> list[Span]:
        """Return where the patterns match.

        Parameters
        ----------
        doc : spacy.tokens.Doc
        present : set of str
            The norms of its tokens, and the `tag_key` of their kinds.

        Returns
        -------
        list of spacy.tokens.Span
        """
        for needs in self._needs:
            for need in needs:
                if need.isdisjoint(present):
                    break
            else:
                return self._all_matches(doc)
        return []

    def _all_matches(self, doc: Doc) -> list[Span]:
        spans = list(self._matcher(doc, as_spans=True)) if self._matcher is not None else []
        for matcher, least in self._runs:
            is_token = np.zeros(len(doc) + 2, np.int8)
            is_token[[start + 1 for _, start, _ in matcher(doc)]] = 1
            edges = np.flatnonzero(np.diff(is_token)).tolist()
            runs = zip(edges[::2], edges[1::2], strict=True)
            spans += [
                Span(doc, start, end, label=self._name)
                for start, end in runs
                if end - start >= least
            ]
        return spans


def _is_endless(token: dict[str, Any]) -> bool:
    return str(token.get("OP")).endswith(("+", "*", ",}"))


def _least(token: dict[str, Any]) -> int:
    """Return how many tokens in a row an endless token of a pattern matches at least."""
    return int(token["OP"].strip("+*{,}") or 1)


def _need(token: dict[str, Any]) -> frozenset[str]:
    """Return norms and tags of which a post must hold one for a token of a pattern to match; none
    if that is not known.
    """
    least = token.get("OP", "1")
    if least in ("?", "*", "!") or least.startswith(("{,", "{0")):
        return frozenset()
    for name, prefix in (("NORM", ""), ("TAG", _TAG_MARK)):
        value = token.get(name)
        if isinstance(value, dict) and "IN" in value and len(value) == 1:
            return frozenset(prefix + text for text in value["IN"])
        if isinstance(value, str):
            return frozenset([prefix + value])
    return frozenset()
