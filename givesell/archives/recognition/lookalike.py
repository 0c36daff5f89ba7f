"""What a file that holds no posts looks like."""

from typing import NamedTuple


class Lookalike(NamedTuple):
    """What a file looks like, and what its owner can do.

    Attributes
    ----------
    what : str
        Completes the sentence "it looks like ...".
    advice : str
        A sentence without its full stop.
    """

    what: str
    advice: str
