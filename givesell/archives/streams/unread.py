"""The files of an export that no reader takes: which they are, and how a summary names them."""

import re
from collections.abc import Collection, Sequence

from givesell.archives.streams.files import Files, SingleFile

# Pictures, films, sounds, and what a page is drawn with.
_MEDIA = re.compile(
    r"\.(jpe?g|png|gif|webp|avif|hei[cf]|bmp|tiff?|svg|ico|mp4|m4v|mov|webm|mkv|avi|3gp|mpe?g|mp3|m4a|aac|og[ag]|opus|wav|flac|amr|tgs"
    r"|srt|vtt|css|woff2?|ttf|otf|eot)$",
    re.IGNORECASE,
)
# What systems leave behind, folders, and the parts of a page.
_NOISE = re.compile(
    r"(^|/)(__MACOSX/.*|assets/.*|\.[^/]*|thumbs\.db|desktop\.ini|)$", re.IGNORECASE
)
# A name that may hold posts comes first, since few are shown.
_LIKELY = re.compile(
    r"post|tweet|comment|stor(y|ies)|article|share|note|reel|thread|messages?\b", re.IGNORECASE
)
MOST_NAMED = 6


def unread_of(files: Files, taken: Collection[str], about: Sequence[str] = ()) -> list[str]:
    """Return the names of the files that nothing is taken of, those first that may hold posts.

    Parameters
    ----------
    files : Files
    taken : collection of str
        The names of those that are read.
    about : sequence of str, optional
        What files are called, in small letters, that say more about the posts, such as whose they
        are.

    Returns
    -------
    list of str
        Media apart.
    """
    if isinstance(files, SingleFile):
        return []
    read = set(taken)
    left = [
        name
        for name in files.names()
        if name not in read and not _MEDIA.search(name) and not _NOISE.search(name)
    ]
    left = [name for name in left if name.lower().rpartition("/")[2] not in about]
    return sorted(left, key=lambda name: not _LIKELY.search(name))


def in_words(names: Sequence[str], count: int | None = None) -> str:
    """Return some names as a line, cut to a few.

    Parameters
    ----------
    names : sequence of str
    count : int, optional
        How many there are, where not all are given.

    Returns
    -------
    str

    Examples
    --------
    >>> in_words(["like.js", "follower.js"]), in_words(["like.js"], 41)
    ('like.js, follower.js', 'like.js and 40 more')
    """
    shown = names[:MOST_NAMED]
    more = (len(names) if count is None else count) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
