"""Tokens as patterns compare them: folded, elongated words cut."""

from functools import lru_cache

from givesell.text.fold import fold
from givesell.text.scanner import ELONGATED_AFTER

LONGEST_KEPT = 64  # letters of a word whose norm is remembered


def normal(word: str) -> str:
    """Return a token as the patterns compare it: folded, runs of three equal letters and more cut
    to two.

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
