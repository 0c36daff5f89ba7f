"""The word pieces of a post, as a transformer encoder reads it.

The tokens are those of `givesell.text.scan`, so that the encoder sees what every other part of the
library sees. Each is written in words that the encoder knows, and these are cut into pieces of its
vocabulary, the longest first.

======================= ========================================================
token                   words
======================= ========================================================
word, number, hashtag   folded, runs of a letter cut to two
URL                     ``url`` and the name of the host
handle, e-mail, phone   ``@``, ``email``, ``phone``: never the address itself
emoji                   its name, of at most three words
break                   ``|``
spelt letters           one word: ``s a l e`` and ``s.a.l.e`` are ``sale``
======================= ========================================================

References
----------
Wu et al., "Google's Neural Machine Translation System", 2016, section 4.1 (word pieces).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from givesell.errors import ArgumentError
from givesell.text.fold import fold
from givesell.text.norms import normal
from givesell.text.scan import Token, scan
from givesell.text.token_kinds import Kind

START, PADDING, END, UNKNOWN = "<s>", "<pad>", "</s>", "<unk>"
SPECIAL = (START, PADDING, END, UNKNOWN)
INNER = "##"  # before a piece that goes on with a word

HEAD, TAIL = 72, 38  # pieces that are read of a long post: its opening and its closing
MOST_PIECES = 1 + HEAD + TAIL + 1  # with a start and an end
FIRST, LAST = 3000, 1500  # code points of a long post that can hold them
LONGEST_WORD = 64  # letters; a longer one is unknown
REPEATS = 2  # of the same word in a row

_FIXED = {Kind.HANDLE: "@", Kind.EMAIL: "email", Kind.PHONE: "phone", Kind.BREAK: "|"}
_PARTS = re.compile(r"[^\W_]+|[^\w\s]|_")
_SCHEME = re.compile(r"^(?:[a-z]+://)?(?:www\.)?")
# Three letters or more with the same sign between each.
_SPELT = re.compile(r"(?<![^\W_])[^\W\d_]([ .*·•~_-])[^\W\d_](?:\1[^\W\d_])+(?![^\W_])")
_GENERAL = frozenset("co com org net ac gov edu".split())
_DULL = frozenset("white black heavy with sign symbol selector variation joiner".split())


def words(post: str) -> list[str]:
    r"""Return the words that an encoder reads in a post.

    Parameters
    ----------
    post : str

    Returns
    -------
    list of str
        Of a very long post those of its opening and its closing.

    Examples
    --------
    >>> words("S A L E 🔥 20% off @ana\nwww.example.com/x")
    ['sale', 'fire', '20', '%', 'off', '@', '|', 'url', 'example']
    """
    parts = [post] if len(post) <= FIRST + LAST else [post[:FIRST], post[-LAST:]]
    found: list[str] = []
    for part in parts:
        for word in _written(scan(_SPELT.sub(_joined, part))):
            if found[-REPEATS:] != [word] * REPEATS:
                found.append(word)
    return found


def _joined(spelt: re.Match[str]) -> str:
    return spelt.group()[::2]


def _written(tokens: Sequence[Token]) -> Iterator[str]:
    last_emoji = ""
    for token in tokens:
        if token.kind in _FIXED:
            yield _FIXED[token.kind]
        elif token.kind == Kind.URL:
            yield from _host(token.text)
        elif token.kind == Kind.EMOJI:
            if token.text != last_emoji:
                yield from _name(token.text)
            last_emoji = token.text
        else:
            yield from _PARTS.findall(normal(token.text))


@lru_cache(maxsize=1 << 12)
def _host(url: str) -> tuple[str, ...]:
    names = _SCHEME.sub("", fold(url)).split("/")[0].split(".")
    while len(names) > 2 and names[-2] in _GENERAL:
        del names[-1]
    name = names[-2] if len(names) > 1 else names[0]
    return ("url", *_PARTS.findall(name[:16]))


@lru_cache(maxsize=1 << 12)
def _name(emoji: str) -> tuple[str, ...]:
    shown = next((sign for sign in emoji if unicodedata.category(sign)[0] == "S"), "")
    if not shown or shown.isascii():  # an emoticon
        return tuple(_PARTS.findall(fold(emoji)))
    name = unicodedata.name(shown, "").lower()
    if name.startswith("regional indicator"):
        return ("flag",)
    return tuple([word for word in _PARTS.findall(name) if word not in _DULL and word != "-"][:3])


class Pieces:
    """Posts as numbers of word pieces.

    Parameters
    ----------
    vocabulary : sequence of str
        The pieces in the order of their numbers, `SPECIAL` first.

    Raises
    ------
    ArgumentError
        E206 if it does not begin with the special pieces, or holds one twice.

    Examples
    --------
    >>> pieces = Pieces(["<s>", "<pad>", "</s>", "<unk>", "sell", "##ing", "mugs"])
    >>> pieces.encode("Selling mugs here")
    [0, 4, 5, 6, 3, 2]
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.vocabulary = tuple(vocabulary)
        self._numbers = {piece: number for number, piece in enumerate(self.vocabulary)}
        if self.vocabulary[: len(SPECIAL)] != SPECIAL or len(self._numbers) != len(self.vocabulary):
            raise ArgumentError(
                "E206",
                argument="vocabulary",
                expected=f"pieces that differ, {', '.join(SPECIAL)} first",
                given=f"{len(self.vocabulary):,} others",
            )
        self._kept: dict[str, tuple[int, ...]] = {}

    def encode(self, post: str) -> list[int]:
        """Return the pieces of a post between a start and an end, at most 112 of them."""
        numbers: list[int] = []
        for word in words(post):
            numbers += self._of_word(word)
        if len(numbers) > HEAD + TAIL:
            numbers = numbers[:HEAD] + numbers[-TAIL:]
        return [self._numbers[START], *numbers, self._numbers[END]]

    def _of_word(self, word: str) -> tuple[int, ...]:
        known = self._kept.get(word)
        if known is None:
            known = self._cut(word)
            if len(self._kept) < 1 << 17:
                self._kept[word] = known
        return known

    def _cut(self, word: str) -> tuple[int, ...]:
        unknown = (self._numbers[UNKNOWN],)
        found: list[int] = []
        start = 0
        while start < len(word) <= LONGEST_WORD:
            before = INNER if start else ""
            for stop in range(len(word), start, -1):
                number = self._numbers.get(before + word[start:stop])
                if number is not None:
                    found.append(number)
                    start = stop
                    break
            else:
                return unknown
        return tuple(found) or unknown
