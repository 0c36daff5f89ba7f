"""Tables in the exports of platforms that hold messages to somebody, drafts or the words of
others, told by their columns.
"""

from collections.abc import Sequence

from givesell.archives.recognition import remedies
from givesell.archives.recognition.lookalike import Lookalike
from givesell.archives.shapes.shape import fold

_MESSAGES = "private messages"

# All of some columns, what the table holds, and what to do.
_TABLES: tuple[tuple[str, str, str], ...] = (
    ("conversation id|from|to|content", f"{_MESSAGES} of LinkedIn", remedies.LINKEDIN),
    ("from|to|sent at|message|direction", "invitations of LinkedIn", remedies.LINKEDIN),
    (
        "first name|last name|company|job title|text",
        "recommendations of LinkedIn",
        remedies.LINKEDIN,
    ),
    ("thread_id|from|to|subject|body", f"{_MESSAGES} of Reddit", remedies.REDDIT),
    (
        "message_id|username|message|channel_url|conversation_type",
        "chats of Reddit",
        remedies.REDDIT,
    ),
    ("title|body|kind|send_replies|is_public_link", "drafts of Reddit", remedies.REDDIT),
    ("id|permalink|direction", "votes of Reddit", remedies.REDDIT),
)
_WANTED = tuple(
    (frozenset(map(fold, columns.split("|"))), what, advice) for columns, what, advice in _TABLES
)


def table_shape_of(columns: Sequence[str]) -> Lookalike | None:
    """Return what a table is that is known to hold no posts, or None.

    Parameters
    ----------
    columns : sequence of str
        Its header.

    Returns
    -------
    Lookalike or None

    Examples
    --------
    >>> table_shape_of(
    ...     ["id", "permalink", "thread_id", "date", "ip", "from", "to", "subject", "body"]
    ... ).what
    'private messages of Reddit'
    >>> table_shape_of(["id", "date", "text"])
    """
    names = frozenset(map(fold, columns))
    return next(
        (Lookalike(what, advice) for wanted, what, advice in _WANTED if names >= wanted), None
    )
