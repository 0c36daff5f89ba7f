"""A labelling session as a state machine, from keys to decisions, without a terminal or a file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import chain

from givesell.verdict import BORDERLINE, CLEAR, FACETS, GIVING, SELLING

LABEL_KEYS = {"g": GIVING, "s": SELLING}


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on a post: its label, how clear that is, and, if asked for, its facet. Left out
    where the label is None.
    """

    label: str | None
    certainty: str = CLEAR
    facet: str | None = None


class Event(Enum):
    """What a key did."""

    IGNORED = auto()
    SHOWN = auto()  # something to show has changed, nothing to save
    CHANGED = auto()  # a decision was made, changed or taken back
    HELP = auto()
    GUESS = auto()
    WHOLE = auto()
    QUIT = auto()


@dataclass(frozen=True, slots=True)
class _Step:
    """What undoing goes back to."""

    at: int
    before: Decision | None
    skipped: bool
    borderline: bool


class Session:
    """Goes through posts one by one.

    ======== ==============================================================
    key      does
    ======== ==============================================================
    g, s     label the post giving or selling, and go on
    b        toggle that the label is borderline
    1 to 6   say the facet, where facets are asked for and a label was given
    space    skip the post for now
    x        leave the post out for good: unreadable or not English
    u        undo
    m        ask for the model's guess
    v        view all of a long post
    ?        help
    q        quit
    ======== ==============================================================

    Parameters
    ----------
    size : int
        How many posts there are.
    decided : mapping of int to Decision
        Those decided before.
    facets : bool, default False
        Whether to ask for the facet after each label.
    again : bool, default False
        Whether to go through the posts decided before, too; their decisions stay until others
        replace them.

    Attributes
    ----------
    at : int or None
        The post to look at; None when none is left.
    borderline : bool
        Whether the next label will be borderline.
    asking : str or None
        The label whose facet is being asked for.
    decisions : dict of int to Decision
    skipped : set of int

    Examples
    --------
    >>> session = Session(3)
    >>> [session.press(key).name for key in "gb"], session.at, session.borderline
    (['CHANGED', 'SHOWN'], 1, True)
    >>> session.press("s"), session.decisions[1]
    (<Event.CHANGED: 3>, Decision(label='selling', certainty='borderline', facet=None))
    """

    def __init__(
        self,
        size: int,
        decided: Mapping[int, Decision] | None = None,
        *,
        facets: bool = False,
        again: bool = False,
    ) -> None:
        self.size = size
        self.decisions = dict(decided or {})
        self.skipped: set[int] = set()
        self.borderline = False
        self.asking: str | None = None
        self.changed: int | None = None
        self._facets = facets
        self._seen = set[int]() if again else set(self.decisions)
        self._history: list[_Step] = []
        self.at = self._next(0)

    def press(self, key: str) -> Event:
        """Take a key.

        Parameters
        ----------
        key : str
            One character; capitals count as small letters, Ctrl-C and Ctrl-D as ``q``.

        Returns
        -------
        Event
            Where it is ``CHANGED``, ``changed`` says which post's decision is to be saved.
        """
        key = key.lower()
        if key in ("q", "\x03", "\x04"):
            return Event.QUIT
        if key == "?":
            return Event.HELP
        if key == "u":
            return self._undo()
        if self.at is None:
            return self._again() if key == " " else Event.IGNORED
        if self.asking is not None:
            return self._facet(self.at, self.asking, key)
        if key in LABEL_KEYS:
            certainty = BORDERLINE if self.borderline else CLEAR
            return self._decide(self.at, Decision(LABEL_KEYS[key], certainty))
        if key == "x":
            return self._decide(self.at, Decision(None))
        if key == "b":
            self.borderline = not self.borderline
            return Event.SHOWN
        if key == " ":
            self._history.append(_Step(self.at, None, False, self.borderline))
            self.skipped.add(self.at)
            self._go_on(self.at)
            return Event.SHOWN
        return {"m": Event.GUESS, "v": Event.WHOLE}.get(key, Event.IGNORED)

    @property
    def done(self) -> int:
        """How many posts are decided."""
        return len(self._seen)

    def count(self, label: str | None) -> int:
        """Return how many posts have a label; None counts those left out."""
        return sum(decision.label == label for decision in self.decisions.values())

    def _decide(self, at: int, decision: Decision) -> Event:
        before = _Step(at, self.decisions.get(at), at in self.skipped, self.borderline)
        self._history.append(before)
        self.decisions[at] = decision
        self._seen.add(at)
        self.skipped.discard(at)
        self.changed = at
        if self._facets and decision.label is not None:
            self.asking = decision.label
        else:
            self._go_on(at)
        return Event.CHANGED

    def _facet(self, at: int, label: str, key: str) -> Event:
        """Take the answer to the question for the facet; space and Enter mean none."""
        names = FACETS[label]
        if key in (" ", "\r", "\n"):
            self.asking = None
            self._go_on(at)
            return Event.SHOWN
        if not key.isdigit() or not 1 <= int(key) <= len(names):
            return Event.IGNORED
        self.decisions[at] = replace(self.decisions[at], facet=names[int(key) - 1])
        self.changed, self.asking = at, None
        self._go_on(at)
        return Event.CHANGED

    def _undo(self) -> Event:
        if not self._history:
            return Event.IGNORED
        step = self._history.pop()
        was = self.decisions.pop(step.at, None)
        self._seen.discard(step.at)
        if step.before is not None:
            self.decisions[step.at] = step.before
        if step.skipped:
            self.skipped.add(step.at)
        else:
            self.skipped.discard(step.at)
        self.at, self.borderline, self.asking = step.at, step.borderline, None
        if was == step.before:
            return Event.SHOWN
        self.changed = step.at
        return Event.CHANGED

    def _again(self) -> Event:
        """Go through the skipped posts once more."""
        if not self.skipped:
            return Event.IGNORED
        self.skipped.clear()
        self._history.clear()
        self.at = self._next(0)
        return Event.SHOWN

    def _go_on(self, at: int) -> None:
        """Go on from a post."""
        self.borderline = False
        self.at = self._next(at + 1)

    def _next(self, start: int) -> int | None:
        """Return the next post that is neither done nor skipped, from a place on and then from
        the beginning.
        """
        order = chain(range(start, self.size), range(min(start, self.size)))
        return next((at for at in order if at not in self._seen and at not in self.skipped), None)
