"""`Removal`: a phrase taken out of a post, and what that does to its verdict."""

from dataclasses import dataclass

from givesell.verdict import GIVING, SELLING


@dataclass(frozen=True, slots=True)
class Removal:
    """A phrase taken out of a post at all of its places, and the score of what is left.

    What several removals do does not add up: words speak together.

    Attributes
    ----------
    text : str
        The phrase as it is written at its first place.
    places : tuple of (start, end)
        Where it is: code points of the post as it was written; the first is the one that was
        named, the others repeat it.
    cue : str or None
        The name of the cue that it shows, if one does.
    weight : float
        What the log-odds lose with it: above 0 it speaks for ``selling``, below 0 for ``giving``.
    selling : float
        Probability of ``selling`` of the post without it.

    Examples
    --------
    >>> Removal("DM me", ((10, 15),), "message_me", 2.93, 0.35).leans
    'selling'
    """

    text: str
    places: tuple[tuple[int, int], ...]
    cue: str | None
    weight: float
    selling: float

    @property
    def leans(self) -> str:
        """The label it speaks for."""
        return SELLING if self.weight > 0 else GIVING
