"""`Cue`, a named linguistic pattern, and `CueMatch`, where a post shows it."""

from dataclasses import dataclass
from typing import Any


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
        The words that show it, as they are in the post.
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
