"""Cues: named linguistic patterns that give or sell, matched with spaCy over the scanner's tokens.

The patterns are data that a linguist can read and extend: `cues.toml`, whose head says how.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from spacy.attrs import NORM, TAG  # type: ignore[import-not-found]
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from spacy.vocab import Vocab

from givesell.errors import DataError
from givesell.files.open_folder import OpenFolder
from givesell.nlp.patterns import MOST_BYTES, MOST_CUES, MOST_TOKEN, bounded, checked_cue
from givesell.text.fold import code_points, fold, plain
from givesell.text.scan import ELONGATED_AFTER, buffers, rules, scan_post
from givesell.text.token_kinds import Kind

PATH = Path(__file__).with_name("cues.toml")
BATCH = 1000
LONGEST_KEPT = 64  # letters of a word whose norm is remembered
_KINDS = [kind.name for kind in Kind]
_CLOSING = frozenset((int(Kind.PUNCT), int(Kind.BANG), int(Kind.BREAK), int(Kind.SPACE)))
_OTHER = "· ·"  # no token holds a blank between signs
_TAGGED = "\n"  # no token holds a line break and more
_KIND_KEYS = [_TAGGED + kind for kind in _KINDS]


@dataclass(frozen=True, slots=True)
class Cue:
    """A named pattern.

    Attributes
    ----------
    name : str
    leans : str
        ``"giving"`` or ``"selling"``.
    title : str
        What an explanation calls it.
    phrases : tuple of str
        Words in a row.
    patterns : tuple of list of dict
        As spaCy's ``Matcher`` takes them; ``NORM`` is the folded token, ``TAG`` its kind.
    unless : tuple of list of dict
        Patterns that void a match that they overlap.
    matches, misses : tuple of str
        Examples that must match, and near misses that must not.
    """

    name: str
    leans: str
    title: str
    phrases: tuple[str, ...] = ()
    patterns: tuple[list[dict[str, Any]], ...] = ()
    unless: tuple[list[dict[str, Any]], ...] = ()
    matches: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CueMatch:
    """A cue at its place in a post.

    Attributes
    ----------
    name, leans, title : str
        Of the `Cue`.
    text : str
        The words that show it, as they stand in the post.
    start, end : int
        Code points of the post as it was written.

    Examples
    --------
    >>> str(CueMatch("price", "selling", "names a price", "£12", 0, 3))
    'names a price: £12'
    """

    name: str
    leans: str
    title: str
    text: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.title}: {self.text}"


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
        self._known = _Known(used)
        self._kept_word = lru_cache(maxsize=1 << 16)(self._shown)
        self._kinds = np.array([self.vocab.strings.add(kind) for kind in _KINDS], np.uint64)
        self._patterns = {
            cue.name: _Patterns(self.vocab, cue.name, cue.patterns) for cue in self._cues.values()
        }
        self._unless = {
            cue.name: _Patterns(self.vocab, cue.name, cue.unless) for cue in self._cues.values()
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
        return cls([cue for path in paths or (PATH,) for cue in read_cues(path)], vocab=vocab)

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

    def _shown(self, word: str) -> str:
        return self._known.shown(normal(word))

    def _word(self, word: str) -> str:
        return self._kept_word(word) if len(word) <= LONGEST_KEPT else self._shown(word)

    def _scanned(self, text: str, word: Callable[[str], str]) -> "_Scanned":
        codes = code_points(text)
        text = plain(text)
        scratch = buffers(len(codes))
        count, _ = scan_post(codes, 0, len(codes), rules(), scratch)
        starts, ends = scratch.starts[:count].tolist(), scratch.ends[:count].tolist()
        norms = [word(text[start:end]) for start, end in zip(starts, ends, strict=True)]
        strings = self.vocab.strings
        doc = Doc(self.vocab, words=norms)
        kinds = scratch.kinds[:count].tolist()
        if count:
            attributes = np.empty((count, 2), np.uint64)
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
        found = []
        for name, cue in self._cues.items():
            spans = [*self._patterns[name](doc, present), *phrases.get(name, ())]
            void = bytearray(len(doc))  # which tokens an `unless` holds
            for other in self._unless[name](doc, present) if spans else ():
                void[other.start : other.end] = b"\x01" * (other.end - other.start)
            kept = [span for span in spans if void.find(1, span.start, span.end) < 0]
            for span in filter_spans(kept) if len(kept) > 1 else kept:
                last = span.end
                while (
                    last > span.start + 1 and kinds[last - 1] in _CLOSING
                ):  # a pattern may look at what follows the words
                    last -= 1
                start, end = starts[span.start], ends[last - 1]
                found.append(CueMatch(name, cue.leans, cue.title, text[start:end], start, end))
        return sorted(found, key=lambda match: (match.start, match.end))


class _Scanned(NamedTuple):
    """A text as patterns see it: the document, its norms and tags as `_Patterns` looks for them,
    its tokens' offsets and kinds.
    """

    doc: Doc
    present: set[str]
    text: str
    starts: list[int]
    ends: list[int]
    kinds: list[int]


class _Known:
    """The tokens that patterns can tell from others. The rest become one word: fewer strings to
    make, and to forget.
    """

    def __init__(self, tokens: Sequence[dict[str, Any]]) -> None:
        self.words: set[str] = set()
        self.regexes: list[re.Pattern[str]] = []
        self.all = False
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
                    self.regexes += [re.compile(value["REGEX"])] if "REGEX" in value else []
                elif name not in ("TAG", "OP"):
                    self.all = True  # length, shape and the like
        self.all |= any(regex.search(_OTHER) for regex in self.regexes)

    def shown(self, norm: str) -> str:
        """Return the token as the patterns see it."""
        if self.regexes and len(norm) > MOST_TOKEN:
            return _OTHER
        known = self.all or norm in self.words or any(regex.search(norm) for regex in self.regexes)
        return norm if known else _OTHER


class _Patterns:
    """The patterns of one cue, asked only about posts that hold what they need: a matcher tries
    each at every token.

    A pattern of one token that repeats, such as five hashtags and more, is asked where that token
    stands; how often it does in a row is counted, since a matcher would try each run from every
    token to every later one.
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

    def __call__(self, doc: Doc, present: set[str]) -> list[Span]:
        for needs in self._needs:
            for need in needs:
                if need.isdisjoint(present):
                    break
            else:
                return self._matches(doc)
        return []

    def _matches(self, doc: Doc) -> list[Span]:
        found = list(self._matcher(doc, as_spans=True)) if self._matcher is not None else []
        for matcher, least in self._runs:
            stands = np.zeros(len(doc) + 2, np.int8)
            stands[[start + 1 for _, start, _ in matcher(doc)]] = 1
            edges = np.flatnonzero(np.diff(stands)).tolist()
            runs = zip(edges[::2], edges[1::2], strict=True)
            found += [
                Span(doc, start, end, label=self._name)
                for start, end in runs
                if end - start >= least
            ]
        return found


def _is_endless(token: dict[str, Any]) -> bool:
    return str(token.get("OP")).endswith(("+", "*", ",}"))


def _least(token: dict[str, Any]) -> int:
    """Return how many tokens in a row an endless token of a pattern matches at the least."""
    return int(token["OP"].strip("+*{,}") or 1)


def _need(token: dict[str, Any]) -> frozenset[str]:
    """Return norms and tags of which a post must hold one for a token of a pattern to match;
    none where that cannot be told.
    """
    least = token.get("OP", "1")
    if least in ("?", "*", "!") or least.startswith(("{,", "{0")):
        return frozenset()
    for name, prefix in (("NORM", ""), ("TAG", _TAGGED)):
        value = token.get(name)
        if isinstance(value, dict) and "IN" in value and len(value) == 1:
            return frozenset(prefix + text for text in value["IN"])
        if isinstance(value, str):
            return frozenset([prefix + value])
    return frozenset()


def read_cues(path: Any) -> list[Cue]:
    """Read and check the cues of one file.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    list of Cue

    Raises
    ------
    DataError
        E601, with the file and the cue, if one cannot be used.
    """
    try:
        path = Path(path)
        with OpenFolder(path.parent) as folder, folder.open(path.name) as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise ValueError(f"it holds more than {MOST_BYTES:,} bytes")
        entries = tomllib.loads(data.decode("utf-8")).get("cue")
    except (OSError, TypeError, ValueError, RecursionError) as error:
        raise DataError("E601", path=path, reason=" ".join(str(error).split())) from error
    return cues_of(path, entries)


def cues_of(path: Any, entries: Any) -> list[Cue]:
    """Check cues that were read and are plain data yet.

    Parameters
    ----------
    path : str or path
        What errors name.
    entries : list of dict

    Returns
    -------
    list of Cue

    Raises
    ------
    DataError
        E601, with the file and the cue, if one cannot be used.
    """
    if not isinstance(entries, list):
        raise DataError("E601", path=path, reason="it holds no [[cue]]")
    return [
        Cue(**checked_cue(f"{path}, cue {number}", entry))
        for number, entry in enumerate(entries, 1)
    ]


@cache
def default_cues() -> Cues:
    """Return the shipped cues, made once a process."""
    return Cues.read()


def normal(word: str) -> str:
    """Return a token as the patterns compare it: folded, letters that stand three times and more
    cut to two.

    Examples
    --------
    >>> normal("Ｆreeee"), normal("#SALE")
    ('free', '#sale')
    """
    return _kept_normal(word) if len(word) <= LONGEST_KEPT else _normal(word)


def _normal(word: str) -> str:
    shown: list[str] = []
    for letter in fold(word):
        if not (
            letter.isalpha()
            and len(shown) >= ELONGATED_AFTER
            and all(other == letter for other in shown[-ELONGATED_AFTER:])
        ):
            shown.append(letter)
    # Text that does not show, and lone surrogates, which spaCy's strings cannot hold.
    return "".join(shown).encode("utf-8", "replace").decode() or " "


_kept_normal = lru_cache(maxsize=1 << 16)(_normal)


def _rebuild(cues: tuple[Cue, ...], vocab: Vocab | None) -> Cues:
    return Cues(cues, vocab=vocab)
