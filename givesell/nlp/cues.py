"""`Cues`: named patterns that give or sell, matched with spaCy over the tokens of the scanner.

The patterns are data that a linguist can read and extend: `cues.toml`, whose head says how.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from spacy.attrs import NORM, TAG  # type: ignore[import-not-found]
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from spacy.vocab import Vocab

from givesell.errors import DataError
from givesell.nlp.cue import Cue, CueMatch
from givesell.nlp.cue_files import SHIPPED, read_cues
from givesell.nlp.cue_patterns import CuePatterns, KnownTokens, tag_key
from givesell.nlp.patterns import MOST_CUES, checked_cue
from givesell.text.fold import plain
from givesell.text.norms import LONGEST_KEPT, normal
from givesell.text.scan import rule_tables
from givesell.text.scanner import scan_text
from givesell.text.token_kinds import Kind

BATCH = 1000
_KINDS = [kind.name for kind in Kind]
_CLOSING = frozenset((int(Kind.PUNCT), int(Kind.BANG), int(Kind.BREAK), int(Kind.SPACE)))
_KIND_KEYS = [tag_key(kind) for kind in _KINDS]


class Cues:
    """A set of cues that finds them in posts.

    Parameters
    ----------
    cues : iterable of Cue
        Of different names.
    vocab : spacy.vocab.Vocab, optional
        Of the pipeline that the matches are for; a fresh one, whose strings never grow, by default.

    Examples
    --------
    >>> cues = Cues.read()
    >>> [str(match) for match in cues.find("Mugs £12, DM me. Does anyone want one?")]
    ['names a price: £12', 'asks for a message: DM me', 'asks readers a question: Does anyone']
    """

    def __init__(self, cues: Iterable[Cue], *, vocab: Vocab | None = None) -> None:
        given = list(cues)
        for number, cue in enumerate(given, 1):
            checked_cue(
                f"cue {number}", {name: getattr(cue, name) for name in cue.__dataclass_fields__}
            )
        self._cues = {cue.name: cue for cue in given}
        self._own_vocab = vocab is None
        self.vocab = Vocab() if vocab is None else vocab
        self._lock = Lock()
        if len(self._cues) > MOST_CUES:
            raise DataError("E601", path="the cues", reason=f"they are more than {MOST_CUES:,}")
        used = [
            token
            for cue in self._cues.values()
            for pattern in (*cue.patterns, *cue.unless)
            for token in pattern
        ]
        self._known = KnownTokens(used)
        self._kept_word = lru_cache(maxsize=1 << 16)(self._seen)
        self._kinds = np.array([self.vocab.strings.add(kind) for kind in _KINDS], np.uint64)
        self._patterns = {
            cue.name: CuePatterns(self.vocab, cue.name, cue.patterns) for cue in self._cues.values()
        }
        self._unless = {
            cue.name: CuePatterns(self.vocab, cue.name, cue.unless) for cue in self._cues.values()
        }
        self._phrases = PhraseMatcher(self.vocab, attr="NORM")
        for cue in self._cues.values():
            if cue.phrases:
                phrases = [self.doc(phrase) for phrase in cue.phrases]
                self._known.words.update(token.norm_ for phrase in phrases for token in phrase)
                self._phrases.add(cue.name, phrases)

    @classmethod
    def read(cls, *paths: Any, vocab: Vocab | None = None) -> "Cues":
        """Read cues from TOML files laid out like `cues.toml`.

        Parameters
        ----------
        *paths : str or path
            The shipped cues by default; of two cues of one name the later one counts.
        vocab : spacy.vocab.Vocab, optional

        Returns
        -------
        Cues

        Raises
        ------
        DataError
            E601, with the file and the cue, if one cannot be used.
        """
        return cls([cue for path in paths or (SHIPPED,) for cue in read_cues(path)], vocab=vocab)

    def find(self, text: str) -> list[CueMatch]:
        """Find the cues of a post.

        Parameters
        ----------
        text : str

        Returns
        -------
        list of CueMatch
            In the order of the post. Matches of one cue do not overlap; those of different cues
            may.
        """
        return next(self.pipe([text]))

    def pipe(self, texts: Iterable[str]) -> Iterator[list[CueMatch]]:
        """Find the cues of many posts.

        Parameters
        ----------
        texts : iterable of str

        Yields
        ------
        list of CueMatch
            One list a post; see `find`.
        """
        batch: list[str] = []
        for text in texts:
            batch.append(text)
            if len(batch) == BATCH:
                yield from self._batch(batch)
                batch = []
        yield from self._batch(batch)

    def doc(self, text: str) -> Doc:
        """Make the document that the patterns are matched against.

        Parameters
        ----------
        text : str

        Returns
        -------
        spacy.tokens.Doc
            The scanner's tokens, with ``NORM`` the folded token and ``TAG`` its kind.

        Examples
        --------
        >>> [(token.norm_, token.tag_) for token in Cues([]).doc("𝗗𝗠 me: £5")]
        [('dm', 'WORD'), ('me', 'WORD'), (':', 'PUNCT'), ('£5', 'PRICE')]
        """
        return self._scanned(text, normal).doc

    def __len__(self) -> int:
        return len(self._cues)

    def __iter__(self) -> Iterator[Cue]:
        return iter(self._cues.values())

    def __getitem__(self, name: str) -> Cue:
        return self._cues[name]

    def __reduce__(self) -> Any:
        return _rebuild, (tuple(self._cues.values()), None if self._own_vocab else self.vocab)

    def _batch(self, texts: Sequence[str]) -> list[list[CueMatch]]:
        if not self._own_vocab:
            return [self._find(text) for text in texts]
        # Without a zone the vocabulary would keep every word it meets, and zones of one vocabulary
        # must not overlap.
        with self._lock, self.vocab.memory_zone():
            return [self._find(text) for text in texts]

    def _seen(self, word: str) -> str:
        return self._known.seen(normal(word))

    def _word(self, word: str) -> str:
        return self._kept_word(word) if len(word) <= LONGEST_KEPT else self._seen(word)

    def _scanned(self, text: str, word: Callable[[str], str]) -> "_Scanned":
        text = plain(text)
        starts, ends, kinds, *_ = scan_text(rule_tables(), text)
        norms = [word(text[start:end]) for start, end in zip(starts, ends, strict=True)]
        strings = self.vocab.strings
        doc = Doc(self.vocab, words=norms)
        if norms:
            attributes = np.empty((len(norms), 2), np.uint64)
            attributes[:, 0] = [strings[norm] for norm in norms]
            attributes[:, 1] = self._kinds[kinds]
            doc.from_array([NORM, TAG], attributes)  # type: ignore[arg-type]
        return _Scanned(
            doc, {*norms, *(_KIND_KEYS[kind] for kind in set(kinds))}, text, starts, ends, kinds
        )

    def _find(self, text: str) -> list[CueMatch]:
        doc, present, text, starts, ends, kinds = self._scanned(text, self._word)
        phrases: dict[str, list[Span]] = {}
        for span in self._phrases(doc, as_spans=True):
            phrases.setdefault(span.label_, []).append(span)
        matches = []
        for name, cue in self._cues.items():
            spans = [*self._patterns[name].matches(doc, present), *phrases.get(name, ())]
            void = bytearray(len(doc))  # which tokens an `unless` holds
            for other in self._unless[name].matches(doc, present) if spans else ():
                void[other.start : other.end] = b"\x01" * (other.end - other.start)
            free = [span for span in spans if void.find(1, span.start, span.end) < 0]
            for span in filter_spans(free) if len(free) > 1 else free:
                last = span.end
                # A pattern may look at what follows the words.
                while last > span.start + 1 and kinds[last - 1] in _CLOSING:
                    last -= 1
                start, end = starts[span.start], ends[last - 1]
                matches.append(CueMatch(name, cue.leans, cue.title, text[start:end], start, end))
        return sorted(matches, key=lambda match: (match.start, match.end))


class _Scanned(NamedTuple):
    """A text as patterns see it: the document, its norms and tags as `CuePatterns` looks for them,
    the offsets and kinds of its tokens.
    """

    doc: Doc
    present: set[str]
    text: str
    starts: list[int]
    ends: list[int]
    kinds: list[int]


@cache
def default_cues() -> Cues:
    """Return the shipped cues, made once a process."""
    return Cues.read()


def _rebuild(cues: tuple[Cue, ...], vocab: Vocab | None) -> Cues:
    return Cues(cues, vocab=vocab)
