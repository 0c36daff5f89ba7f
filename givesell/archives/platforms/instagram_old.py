"""Instagram before 2021: ``media.json``, where each picture of a post is by itself with its
caption, and ``comments.json``.
"""

from typing import Any

from givesell.archives.base.head import Head
from givesell.archives.base.post import COMMENT, POST, Post, from_iso
from givesell.archives.base.values import words

_MEDIA, _COMMENTS = ("photos.item", "videos.item"), "media_comments.item"
ITEMS = r"(?:photos|videos|media_comments)\.item"
PLATFORM = "instagram"


def is_old(head: Head) -> bool:
    """Say whether a file is of such an export."""
    return any(head.has(f"{at}.path", f"{at}.taken_at") for at in _MEDIA) or head.has(
        f"{_COMMENTS}.item"
    )


def as_item(value: Any, path: str) -> Any:
    """Return an entry as an object: a comment is a list of its time, its text and whose picture
    it is about.
    """
    return (
        dict(zip(("taken_at", "caption"), value, strict=False))
        if path == _COMMENTS and isinstance(value, list)
        else value
    )


def old_post(item: dict[str, Any], path: str, author: str | None) -> Post:
    """Return the post or comment that an entry is.

    Parameters
    ----------
    item : dict
        See `as_item`.
    path : str
        Where it is.
    author : str or None

    Returns
    -------
    Post

    Raises
    ------
    ValueError
        See `givesell.archives.base.values.words`.
    """
    kind = COMMENT if path == _COMMENTS else POST
    return Post(
        None,
        words(item.get("caption")),
        author,
        from_iso(item.get("taken_at")),
        PLATFORM,
        None,
        kind,
    )
