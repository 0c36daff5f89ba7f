"""X before 2018: JavaScript a month (``data/js/tweets/2013_02.js``), and the same in tables
(``tweets.csv``, ``data/csv/2013_02.csv``).

A row of such a table (see `givesell.archives.parsing.loose_rows`) says where links lead, but not
which link leads where: they are put in where there are as many of both. By itself such a file is a
table like any other.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.rejects import Rejects
from givesell.archives.parsing.loose_rows import WANTED, are_loose
from givesell.archives.platforms.export_tables import rows_of
from givesell.archives.streams.limits import MAX_SHORT

MONTH = rb"Grailbird."
_SHORT_LINK = re.compile(r"https?://t\.co/[A-Za-z0-9]+")


def is_month(head: Head) -> bool:
    """Say whether a file is the JavaScript of a month."""
    return head.data.lstrip().startswith(MONTH + b"data.tweets_")


def is_table(head: Head) -> bool:
    """Say whether a file is a table of an archive."""
    return are_loose(head.columns)


def tweets_of(stream: IO[bytes], shown: Path, rejects: Rejects) -> Iterator[dict[str, Any]]:
    """Read a table; its rows look like the tweets of later archives.

    Parameters
    ----------
    stream : file
    shown : Path
        How errors name it.
    rejects : Rejects

    Yields
    ------
    dict
    """
    for row in rows_of(stream, shown, "x", [set(WANTED)], rejects, loose=True):
        links = _SHORT_LINK.findall(row["text"])
        targets = (
            row.get("expanded_urls", "").split(",")
            if len(row.get("expanded_urls", "")) <= MAX_SHORT
            else []
        )
        urls = [
            {"url": link, "expanded_url": target}
            for link, target in zip(links, targets, strict=False)
        ]
        yield {
            "id_str": row["tweet_id"],
            "text": row["text"],
            "created_at": row["timestamp"],
            "entities": {"urls": urls if len(links) == len(targets) else []},
            **{key: row.get(key) for key in ("in_reply_to_status_id", "in_reply_to_user_id")},
            **({"retweeted_status": {}} if row.get("retweeted_status_id") else {}),
        }
