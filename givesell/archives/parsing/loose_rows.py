"""Tables whose rows have not as many fields as their header: those that archives of X held before
2018.

A row ends at its last field that is not empty, and where it has several addresses, each is a field.
"""

from collections.abc import Collection

WANTED = frozenset({"tweet_id", "timestamp", "text"})
_KNOWN = WANTED | {
    "in_reply_to_status_id", "in_reply_to_user_id", "retweeted_status_id",
    "retweeted_status_user_id", "retweeted_status_timestamp",
    "source", "expanded_urls",
}  # fmt: skip


def are_loose(names: Collection[str]) -> bool:
    """Say whether the rows of a table may have fewer or more fields than its header.

    Parameters
    ----------
    names : collection of str
        Its columns. One with others too was made by somebody else.

    Returns
    -------
    bool

    Examples
    --------
    >>> (
    ...     are_loose(["tweet_id", "timestamp", "source", "text", "expanded_urls"]),
    ...     are_loose(["tweet_id", "text"]),
    ... )
    (True, False)
    """
    folded = {name.strip().lower() for name in names}
    return WANTED <= folded <= _KNOWN


def fitted(fields: list[str], width: int) -> list[str]:
    """Return the fields of a row with empty ones for those that it lacks, and the last ones in one
    where there are more.

    Parameters
    ----------
    fields : list of str
    width : int

    Returns
    -------
    list of str

    Examples
    --------
    >>> fitted(["1", "thanks"], 3), fitted(["1", "see", "m.example", "n.example"], 3)
    (['1', 'thanks', ''], ['1', 'see', 'm.example,n.example'])
    """
    return (
        [*fields[: width - 1], ",".join(fields[width - 1 :])]
        if len(fields) > width
        else fields + [""] * (width - len(fields))
    )
