"""`Explanation`: why a post got its verdict, exactly, with offsets into the post as it was
written.
"""

import math
from dataclasses import asdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from givesell.extras import has
from givesell.model.model import Model
from givesell.reasons.batch import Batch, explain_batch
from givesell.reasons.contribution import Contribution, of_ngrams, of_tokens, token_shares
from givesell.reasons.counterfactual import (
    Candidate,
    Flip,
    Hint,
    find_flip,
    find_hints,
    most_candidates,
)
from givesell.reasons.parts import Parts
from givesell.reasons.render import as_html, as_renderable, in_a_line, in_balance
from givesell.reasons.scoring import strongest_phrases
from givesell.show.words import as_json
from givesell.verdict import SELLING, Verdict

if TYPE_CHECKING:
    from rich.console import Group
    from rich.text import Text

    from givesell.nlp.cue import CueMatch

CANDIDATES = 12  # phrases tried when looking for what would change a verdict


class Explanation:
    """Why a post got its verdict.

    Made by `givesell.explain`. Everything but the verdict and the reasons is worked out when it is
    first asked for. In a terminal print it with rich, in a notebook it shows as HTML. For a post
    that cannot be judged the log-odds are NaN and there are no reasons.

    Parameters
    ----------
    batch : Batch
        The posts that were explained together.
    row : int
        Which of them.

    Attributes
    ----------
    text : str
        The post; empty for a missing one.

    Examples
    --------
    >>> import givesell
    >>> why = givesell.explain("Orders open! 20% off all mugs until Friday, DM me")
    >>> why.label, [reason.text for reason in why.reasons][:2]
    ('selling', ['20% off all', 'DM me'])
    >>> abs(sum(part.weight for part in why.contributions) + why.intercept - why.log_odds) < 1e-6
    True
    """

    def __init__(self, batch: Batch, row: int) -> None:
        self._batch = batch
        self._row = row
        self.text = batch.posts[row] or ""

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict that is explained."""
        scores, row = self._batch.scores, self._row
        facet = None if scores.facet is None else scores.facet[row]
        return Verdict(
            scores.label[row],
            float(scores.selling[row]),
            bool(scores.sure[row]),
            scores.status[row],
            facet,
        )

    @property
    def log_odds(self) -> float:
        """Calibrated log-odds of ``selling``: the sum of all contributions, the intercept and
        what the network adds.
        """
        return float(self._batch.log_odds[self._row]) if self.label is not None else math.nan

    @property
    def network(self) -> float:
        """What the network of a deep model adds to the log-odds; 0 without one.

        It reads tokens in their order, and what it says of a post has no exact parts.
        """
        return float(self._batch.network[self._row])

    @property
    def label(self) -> str | None:
        """``"giving"``, ``"selling"``, or None where the post could not be judged."""
        return self.verdict.label

    @property
    def selling(self) -> float:
        """Probability of ``selling``, 0 to 1."""
        return self.verdict.selling

    @property
    def intercept(self) -> float:
        """What no n-gram adds: the log-odds of a post before a word is read, calibrated with the
        slope of this post's side of the decision.
        """
        return self._batch.intercept(self._row)

    @property
    def words(self) -> float:
        """What the words of the post add to the log-odds: all but the intercept and what the
        network adds. NaN without a label.
        """
        return self.log_odds - self.intercept - self.network

    @property
    def balance(self) -> str:
        """What decides, in words: the log-odds of a post before a word is read, what its words add,
        and what that makes.

        Where no reason speaks for the verdict it is the start that decides. Empty for a post that
        cannot be judged.
        """
        return in_balance(self)

    @cached_property
    def reasons(self) -> tuple[Contribution, ...]:
        """The strongest phrases, at most ``top`` of them, in order of what they add or take.

        A phrase is up to four tokens in a row, without punctuation between words; its weight is the
        sum of all contributions that lie wholly inside it. Phrases do not overlap.
        """
        return self._batch.reasons(self._row)

    @cached_property
    def contributions(self) -> tuple[Contribution, ...]:
        """Every n-gram of the model at each of its places, in the order of the post.

        With the intercept, and what the network of a deep model adds, they sum to `log_odds`.
        """
        return () if self.label is None else of_ngrams(self.text, self._parts)

    @cached_property
    def tokens(self) -> tuple[Contribution, ...]:
        """Every token of the post with its share: all of what lies on it alone, and an equal part
        of each longer n-gram.

        With the intercept and the network they sum to `log_odds` too.
        """
        return () if self.label is None else of_tokens(self.text, self._parts)

    @cached_property
    def cues(self) -> "tuple[CueMatch, ...]":
        """The linguistic patterns that the post shows, such as a price or a question to readers;
        see `givesell.nlp.cues`.

        They show a reader what is there and carry no weight. Loads spaCy, and raises
        E701 where that is not installed.
        """
        from givesell.nlp.cues import default_cues

        return () if self.label is None else tuple(default_cues().find(self.text))

    def known_cues(self) -> "tuple[CueMatch, ...]":
        """Return the cues; none where spaCy is not installed."""
        return self.cues if has("nlp") else ()

    @cached_property
    def flip(self) -> Flip | None:
        """The smallest known change that flips the verdict: spans to remove, and the score of the
        post without them.

        None where taking out up to half of the post does not turn it. Of a long post not all cues
        are tried, but those whose words weigh most, and nothing is tried of a post of more than a
        million; see `givesell.reasons.counterfactual.most_candidates`.
        """
        return find_flip(self._batch.model, self.text, self.verdict, self._spans(self.label))

    @cached_property
    def hints(self) -> tuple[Hint, ...]:
        """What to change first for a selling post to read as giving: spans, and the probability
        without each of them alone.

        Empty for a post that is not selling, and as for `flip` for one of more than a million
        characters.
        """
        return (
            find_hints(self._batch.model, self.text, self.verdict, self._spans(SELLING))
            if self.label == SELLING
            else ()
        )

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values that JSON can hold.

        Returns
        -------
        dict
            ``text``, the fields of the verdict (see `givesell.Verdict.to_dict`), ``log_odds``,
            ``intercept``, ``network``, ``balance``, ``reasons``, ``cues``, ``flip``, ``hints``,
            ``tokens`` and ``contributions``. Numbers that are not there are None.

        Examples
        --------
        >>> import givesell
        >>> sorted(givesell.explain("Thanks!").to_dict())[:4]
        ['balance', 'contributions', 'cues', 'facet']
        """
        return {
            "text": self.text,
            **self.verdict.to_dict(),
            "log_odds": None if math.isnan(self.log_odds) else self.log_odds,
            "intercept": self.intercept,
            "network": self.network,
            "balance": self.balance,
            "reasons": [piece._asdict() for piece in self.reasons],
            "cues": [asdict(cue) for cue in self.known_cues()],
            "flip": None if self.flip is None else asdict(self.flip),
            "hints": [asdict(hint) for hint in self.hints],
            "tokens": [piece._asdict() for piece in self.tokens],
            "contributions": [piece._asdict() for piece in self.contributions],
        }

    def to_json(self) -> str:
        """Return `to_dict` as JSON, one line."""
        return as_json(self.to_dict())

    @cached_property
    def _parts(self) -> Parts:
        return self._batch.calibrated_parts(self._row)

    def _spans(self, label: str | None) -> list[Candidate]:
        """Return what may be taken out to move a post away from a label: its cues, then its
        phrases.
        """
        most = most_candidates(self.text)
        if label is None or most == 0:
            return []
        cues = [(cue.start, cue.end, cue.name) for cue in self.known_cues() if cue.leans == label]
        sign = 1 if label == SELLING else -1
        if len(cues) > most:
            sums = np.append(0, np.cumsum(sign * token_shares(self._parts)))
            starts, ends, _ = zip(*cues, strict=True)
            weights = (
                sums[np.searchsorted(self._parts.starts, ends)]
                - sums[np.searchsorted(self._parts.ends, starts, "right")]
            )
            cues = [cues[at] for at in np.sort(np.argsort(-weights, kind="stable")[:most])]
        phrases = strongest_phrases(self._batch.parts[self._row], min(most, CANDIDATES))
        return [*cues, *((start, end, None) for start, end, weight in phrases if weight * sign > 0)]

    def __reduce__(self) -> Any:
        return _again, (self._batch.model, self._batch.posts[self._row], self._batch.top)

    def __repr__(self) -> str:
        if self.label is None:
            return f"Explanation(label=None, status={self.verdict.status!r})"
        reasons = [f"{in_a_line(reason.text)} {reason.weight:+.2f}" for reason in self.reasons]
        figures = (
            f"selling={round(self.selling, 3)}, sure={self.verdict.sure},"
            f" intercept={self.intercept:.2f}"
        )
        return f"Explanation(label={self.label!r}, {figures}, reasons={reasons})"

    def __rich__(self) -> "Text | Group":
        return as_renderable(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def _again(model: Model, post: Any, top: int) -> Explanation:
    return Explanation(explain_batch(model, [post], top), 0)
