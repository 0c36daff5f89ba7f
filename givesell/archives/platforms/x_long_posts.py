"""The long posts of an X archive, each to be put in the place of the cut-off post that it is the
whole of.
"""

import re
from datetime import datetime

from givesell.archives.base.post import Post
from givesell.archives.streams.limits import MAX_NOTE_CHARS, MAX_NOTES_A_SECOND

# The names that a reply begins with, which a long one does not have.
_NAMES = re.compile(r"(?:@\w{1,20}\s+)+")
# How many characters of a cut-off post must agree with the long one, and how many seconds their
# times may differ.
_ALIKE, _SECONDS = 40, 5
# About how many bytes a post takes besides its text.
_EACH = 200


class LongPosts:
    """Long posts by the second in which they were written, as far as `MAX_NOTE_CHARS` goes."""

    def __init__(self) -> None:
        self._by_second: dict[int, list[Post]] = {}
        self._given: set[Post] = set()
        self._size = 0

    @property
    def is_full(self) -> bool:
        """Whether no more are to be held."""
        return self._size > MAX_NOTE_CHARS

    def hold(self, post: Post) -> None:
        """Hold a long post, unless too many were written in its second."""
        same_second = self._by_second.setdefault(_second(post.created), [])
        if len(same_second) < MAX_NOTES_A_SECOND:
            same_second.append(post)
            self._size += _EACH + len(post.text or "")

    def completed(self, post: Post) -> Post:
        """Return a post with all of its text: that of the long post which it begins, if one is
        held.
        """
        if not self._by_second or not post.text or post.created is None:
            return post
        moment = _second(post.created)
        best, most = None, 0
        for second in sorted(
            range(moment - _SECONDS, moment + _SECONDS + 1), key=lambda second: abs(second - moment)
        ):
            for long in self._by_second.get(second, ()):
                common = _common(post.text, long.text or "")
                if common > most:
                    best, most = long, common
        if best is None or best.created is None:
            return post
        self._by_second[_second(best.created)].remove(best)
        self._given.add(best)
        return post._replace(text=best.text)

    def was_given(self, post: Post) -> bool:
        """Whether a long post was given in the place of a cut-off one; asking again says no."""
        given = post in self._given
        self._given.discard(post)
        return given


def _second(when: datetime | None) -> int:
    return int(when.timestamp()) if when else -1


def _common(text: str, long: str) -> int:
    """Return how many characters a cut-off post and a long one have in common; 0 where one is
    not the beginning of the other.
    """
    names = _NAMES.match(text)
    most = 0
    for start in {0, names.end() if names else 0}:
        begun, mark, _ = text[start:].partition("…")
        pairs = zip(begun, long, strict=False)
        common = next(
            (at for at, (one, other) in enumerate(pairs) if one != other),
            min(len(begun), len(long)),
        )
        if common >= (min(_ALIKE, len(begun.rstrip())) if mark else _ALIKE) or begun == long:
            most = max(most, common)
    return most
