"""`Explanation`: why a post got its verdict, with offsets into the post as it was written."""

import math
from dataclasses import asdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from givesell.extras import has
from givesell.model.model import Model
from givesell.reasons.batch import OCCLUSION, Batch
from givesell.reasons.contribution import Contribution
from givesell.reasons.counterfactual import Flip, Hint
from givesell.reasons.methods import explain_batch
from givesell.reasons.removal import Removal
from givesell.reasons.render import as_html, as_renderable
from givesell.reasons.wording import in_a_line, in_balance
from givesell.show.words import as_json
from givesell.verdict import Verdict

if TYPE_CHECKING:
    from rich.console import Group
    from rich.text import Text

    from givesell.nlp.cue import CueMatch


class Explanation:
    """Why a post got its verdict.

    Made by `givesell.explain`. Everything but the verdict and the reasons is worked out when it is
    first asked for. In a terminal print it with rich, in a notebook it shows as HTML. For a post
    that cannot be judged the log-odds are NaN and there are no reasons.

    Where the model has weights, the reasons are exact: parts of a sum. Any other model, such as an
    encoder, is explained by occlusion: phrases are taken out, and the post is scored without each.
    What that does is true of each phrase by itself, and does not add up; `method` says which it
    is.

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

    @property
    def method(self) -> str:
        """How it was explained: ``"exact"``, or ``"occlusion"`` for a model whose log-odds are no
        sum of parts.
        """
        return self._batch.method

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
        what the network adds; by occlusion, those of the probability.
        """
        return float(self._batch.log_odds[self._row]) if self.label is not None else math.nan

    @property
    def network(self) -> float:
        """What the network of a deep model adds to the log-odds; 0 without one, NaN by occlusion.

        It reads tokens in their order, and what it says of a post has no exact parts.
        """
        return self._batch.network(self._row)

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
        slope of this post's side of the decision. NaN by occlusion.
        """
        return self._batch.intercept(self._row)

    @property
    def words(self) -> float:
        """What the words of the post add to the log-odds: all but the intercept and what the
        network adds. NaN without a label, and by occlusion.
        """
        return self.log_odds - self.intercept - self.network

    @property
    def balance(self) -> str:
        """What decides, in words: the log-odds of a post before a word is read, what its words add,
        and what that makes.

        Where no reason speaks for the verdict it is the start that decides. By occlusion, what
        the strongest removal does. Empty for a post that cannot be judged.
        """
        return in_balance(self)

    @cached_property
    def reasons(self) -> tuple[Contribution, ...]:
        """The strongest phrases, at most ``top`` of them, in order of what they add or take.

        A phrase is up to four tokens in a row, without punctuation between words; its weight is the
        sum of all contributions that lie wholly inside it. Phrases do not overlap.

        By occlusion, a phrase is one that the default model or a cue names, and its weight what the
        log-odds lose when all of its places are taken out: see `removals`.
        """
        return self._batch.reasons(self._row)

    def marked(self) -> list[Contribution]:
        """Return the reasons at all of their places, in the order of the post."""
        return self._batch.marked(self._row)

    @cached_property
    def removals(self) -> tuple[Removal, ...]:
        """Every phrase that was taken out, with what that does to the log-odds and to the
        probability; those that do most come first. Empty for an exact explanation.
        """
        return self._batch.removals(self._row)

    @cached_property
    def contributions(self) -> tuple[Contribution, ...]:
        """Every n-gram of the model at each of its places, in the order of the post.

        With the intercept, and what the network of a deep model adds, they sum to `log_odds`. Empty
        by occlusion.
        """
        return () if self.label is None else self._batch.contributions(self._row)

    @cached_property
    def tokens(self) -> tuple[Contribution, ...]:
        """Every token of the post with its share: all of what lies on it alone, and an equal part
        of each longer n-gram.

        With the intercept and the network they sum to `log_odds` too. Empty by occlusion.
        """
        return () if self.label is None else self._batch.tokens(self._row)

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
        million; see `givesell.reasons.counterfactual.most_candidates`. By occlusion the phrases of
        `removals` are taken out together, those that do most first.
        """
        return self._batch.flip(self._row, self.verdict, self.known_cues)

    @cached_property
    def hints(self) -> tuple[Hint, ...]:
        """What to change first for a selling post to read as giving: spans, and the probability
        without each of them alone.

        Empty for a post that is not selling, and as for `flip` for one of more than a million
        characters.
        """
        return self._batch.hints(self._row, self.verdict, self.known_cues)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values that JSON can hold.

        Returns
        -------
        dict
            ``text``, the fields of the verdict (see `givesell.Verdict.to_dict`), ``method``,
            ``log_odds``, ``intercept``, ``network``, ``balance``, ``reasons``, ``removals``,
            ``cues``, ``flip``, ``hints``, ``tokens`` and ``contributions``. Numbers that are not
            there are None.

        Examples
        --------
        >>> import givesell
        >>> sorted(givesell.explain("Thanks!").to_dict())[:4]
        ['balance', 'contributions', 'cues', 'facet']
        """
        return {
            "text": self.text,
            **self.verdict.to_dict(),
            "method": self.method,
            "log_odds": _or_none(self.log_odds),
            "intercept": _or_none(self.intercept),
            "network": _or_none(self.network),
            "balance": self.balance,
            "reasons": [piece._asdict() for piece in self.reasons],
            "removals": [asdict(removal) for removal in self.removals],
            "cues": [asdict(cue) for cue in self.known_cues()],
            "flip": None if self.flip is None else asdict(self.flip),
            "hints": [asdict(hint) for hint in self.hints],
            "tokens": [piece._asdict() for piece in self.tokens],
            "contributions": [piece._asdict() for piece in self.contributions],
        }

    def to_json(self) -> str:
        """Return `to_dict` as JSON, one line."""
        return as_json(self.to_dict())

    def __reduce__(self) -> Any:
        return _again, (self._batch.model, self._batch.posts[self._row], self._batch.top)

    def __repr__(self) -> str:
        if self.label is None:
            return f"Explanation(label=None, status={self.verdict.status!r})"
        reasons = [f"{in_a_line(reason.text)} {reason.weight:+.2f}" for reason in self.reasons]
        more = (
            f"method={self.method!r}"
            if self.method == OCCLUSION
            else f"intercept={self.intercept:.2f}"
        )
        figures = f"selling={round(self.selling, 3)}, sure={self.verdict.sure}, {more}"
        return f"Explanation(label={self.label!r}, {figures}, reasons={reasons})"

    def __rich__(self) -> "Text | Group":
        return as_renderable(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def _or_none(number: float) -> float | None:
    return None if math.isnan(number) else number


def _again(model: Model, post: Any, top: int) -> Explanation:
    return Explanation(explain_batch(model, [post], top), 0)
