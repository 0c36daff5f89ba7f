"""What a file looks like that holds no posts."""

from typing import NamedTuple


class Look(NamedTuple):
    """What a file looks like, and what to do.

    Attributes
    ----------
    what : str
        As it stands after "looks like".
    advice : str
        A sentence without its end.
    """

    what: str
    advice: str
