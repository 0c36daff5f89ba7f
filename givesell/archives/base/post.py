"""`Post`: what every platform export is brought to."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import pyarrow as pa

from givesell.archives.base.columns import array_of
from givesell.archives.streams.limits import MAX_TIME

POST, REPLY, REPOST, COMMENT = KINDS = ("post", "reply", "repost", "comment")


class Post(NamedTuple):
    """One post of an archive.

    Attributes
    ----------
    id : str or None
        As the platform gives it.
    text : str or None
        Plain text; None where the platform holds none.
    author : str or None
        Handle or name, as the export has it.
    created : datetime or None
        In UTC.
    platform : str
        Such as ``"x"`` or ``"mastodon"``; empty where a plain file does not say.
    url : str or None
    kind : str
        ``"post"``, ``"reply"``, ``"repost"`` or ``"comment"``.

    Examples
    --------
    >>> Post("1", "Thanks!", "@jo", None, "x", None).kind
    'post'
    """

    id: str | None
    text: str | None
    author: str | None
    created: datetime | None
    platform: str
    url: str | None = None
    kind: str = POST


SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("author", pa.string()),
        ("created", pa.timestamp("us", "UTC")),
        ("platform", pa.string()),
        ("url", pa.string()),
        ("kind", pa.string()),
    ]
)


def to_batch(posts: Sequence[Post]) -> pa.RecordBatch:
    """Return posts as an Arrow batch.

    Parameters
    ----------
    posts : sequence of Post

    Returns
    -------
    pyarrow.RecordBatch
        Of `SCHEMA`; half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD.
    """
    columns = zip(*posts, strict=True) if posts else [()] * len(SCHEMA)
    return pa.RecordBatch.from_arrays(
        [array_of(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)],
        schema=SCHEMA,
    )


def from_epoch(seconds: object) -> datetime | None:
    """Return the time so many seconds after 1970.

    Parameters
    ----------
    seconds : int, float, str or None

    Returns
    -------
    datetime or None
        None for what is no number or no date.

    Examples
    --------
    >>> from_epoch("0").isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    if isinstance(seconds, str):
        if len(seconds) > MAX_TIME:
            return None
    elif isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def from_iso(text: object, pattern: str | None = None) -> datetime | None:
    """Return the time that a text gives; without a zone it is taken as UTC.

    Parameters
    ----------
    text : str or None
    pattern : str, optional
        Of `datetime.strptime`; ISO 8601 by default, also with `` UTC`` at its end.

    Returns
    -------
    datetime or None
        None for what is no time.

    Examples
    --------
    >>> from_iso("2025-01-07 18:28:00 UTC").hour, from_iso("yesterday")
    (18, None)
    """
    if not isinstance(text, str) or len(text) > MAX_TIME:
        return None
    try:
        when = (
            datetime.strptime(text, pattern)
            if pattern
            else datetime.fromisoformat(text.strip().removesuffix(" UTC"))
        )
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
