"""`Explanation`: why a post got its verdict, exactly, with offsets into the post as it was
written.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from givesell.core.model import Model
from givesell.errors import ArgumentError
from givesell.extras import has
from givesell.reasons.counterfactual import Flip, Hint, find_flip, find_hints, most_candidates
from givesell.reasons.kernel import parts, phrases
from givesell.reasons.render import (
    BEFORE,
    as_html,
    as_renderable,
    in_a_line,
    in_balance,
    start_decides,
)
from givesell.show.words import as_json
from givesell.text.fold import plain
from givesell.text.kinds import Kind
from givesell.text.ngrams import Source
from givesell.text.posts import as_sequence, is_missing, is_text
from givesell.verdict import GIVING, SELLING, Verdict

if TYPE_CHECKING:
    from givesell.nlp.cues import CueMatch

CANDIDATES = 12  # phrases tried when looking for what would change a verdict
MOST_REASONS = 1000  # of a post: each costs a look at all of its tokens
_NAMES = [source.name.lower() for source in Source]


class Contribution(NamedTuple):
    """What a piece of a post adds to the log-odds of ``selling``.

    Attributes
    ----------
    text : str
        The piece as it stands in the post.
    start, end : int
        Where it stands: code points of the post as it was written.
    weight : float
        Above 0 it speaks for ``selling``, below 0 for ``giving``.
    source : str
        ``"phrase"`` for a reason, ``"token"`` for a token's share; for a feature of the model, what
        it is made of: ``"token"``, ``"pair"``, ``"triple"``, ``"opening"``, ``"closing"`` (with the
        post's begin or end), ``"capitals"``, ``"elongated"``, ``"kind"`` (that it is an emoji, a
        hashtag), ``"inner"`` (a hashtag's word, a link's host), ``"chars"``.

    Examples
    --------
    >>> Contribution("DM me", 10, 15, 1.5, "phrase").leans
    'selling'
    """

    text: str
    start: int
    end: int
    weight: float
    source: str

    @property
    def leans(self) -> str:
        """The label it speaks for."""
        return SELLING if self.weight > 0 else GIVING


class Batch:
    """Posts explained together: arrays that their explanations read from.

    Parameters
    ----------
    model : Model
    posts : sequence
        What `givesell.text.posts.as_sequence` returned.
    top : int
    facets : bool, default True
        Whether the verdicts are to tell them.
    """

    def __init__(
        self, model: Model, posts: Sequence[Any], top: int, *, facets: bool = True
    ) -> None:
        self.model = model
        read = posts[:]
        self.scores = model.verdicts(read, n_jobs=1, facets=facets)
        self.posts = [plain(post) if is_text(post) else None for post in read]
        self.top = top
        self.found = phrases(model.linear, self.posts, top)
        self.found.ends[np.isnan(self.scores.selling)] = 0
        network = model.network_log_odds(self.posts)
        self.pace = _pace(model, self.found.log_odds + network)
        self.log_odds, self.network = (
            (self.found.log_odds + network) * self.pace,
            network * self.pace,
        )
        self.found.weights[:] *= self.pace[:, None]

    @cached_property
    def phrases(self) -> tuple[list[list[int]], list[list[int]], list[list[float]]]:
        """Starts, ends and weights of each post's phrases, as lists: one by one they are read
        faster.
        """
        return self.found.starts.tolist(), self.found.ends.tolist(), self.found.weights.tolist()

    def reasons(self, row: int) -> tuple[Contribution, ...]:
        """Return the strongest phrases of a post."""
        text, (starts, ends, weights) = self.posts[row] or "", self.phrases
        rows = zip(starts[row], ends[row], weights[row], strict=True)
        return tuple(
            [
                Contribution(text[start:end], start, end, weight, "phrase")
                for start, end, weight in rows
                if end
            ]
        )

    def start(self, row: int) -> float:
        """Return where the log-odds of a post stand before a word is read, at the pace of its
        side of the decision.
        """
        return self.model.linear.intercept * float(self.pace[row])


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

    def __init__(self, batch: "Batch", row: int) -> None:
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
        """What no n-gram adds: the share of the log-odds that a post without any has, at the
        pace of its side of the decision.
        """
        return self._batch.start(self._row)

    @property
    def words(self) -> float:
        """What the post's own words add to the log-odds: all but the intercept and what the
        network adds. NaN without a label.
        """
        return self.log_odds - self.intercept - self.network

    @property
    def balance(self) -> str:
        """What decides, in words: where a post stands before a word is read, what its words add,
        and where that leaves it.

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
        if self.label is None:
            return ()
        found = self._parts
        spans = zip(
            found.starts[found.firsts].tolist(), found.ends[found.lasts].tolist(), strict=True
        )
        values = zip(found.weights.tolist(), found.sources.tolist(), strict=True)
        pieces = [
            self._piece(start, end, weight, _NAMES[source])
            for (start, end), (weight, source) in zip(spans, values, strict=True)
        ]
        return tuple(sorted(pieces, key=lambda piece: (piece.start, piece.end)))

    @cached_property
    def tokens(self) -> tuple[Contribution, ...]:
        """Every token of the post with its share: all of what lies on it alone, and an equal part
        of each longer n-gram.

        With the intercept and the network they sum to `log_odds` too.
        """
        if self.label is None:
            return ()
        found = self._parts
        return tuple(
            self._piece(start, end, weight, "token")
            for start, end, weight in zip(
                found.starts.tolist(), found.ends.tolist(), self._shares.tolist(), strict=True
            )
        )

    @cached_property
    def cues(self) -> "tuple[CueMatch, ...]":
        """The linguistic patterns that the post shows, such as a price or a question to readers;
        see `givesell.nlp.cues`.

        They tell a reader what is there and have no weight of their own. Loads spaCy, and raises
        E701 where that is not installed.
        """
        from givesell.nlp.cues import default_cues

        return () if self.label is None else tuple(default_cues().find(self.text))

    def known_cues(self) -> "tuple[CueMatch, ...]":
        """Return the cues; none where spaCy is not installed."""
        return self.cues if has("nlp") else ()

    @cached_property
    def flip(self) -> Flip | None:
        """The smallest change found that turns the verdict: spans to take out, and the post scored
        without them.

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
    def _parts(self) -> Any:
        found = parts(self._batch.model.linear, self.text)
        return found._replace(weights=found.weights * self._batch.pace[self._row])

    @cached_property
    def _shares(self) -> Any:
        """What each token adds, shape (n_tokens,); see `tokens`."""
        found = self._parts
        n = len(found.starts)
        thirds = np.where(found.sources == Source.TRIPLE, 1 / 3, 1 / 2) * found.weights
        shares = np.bincount(found.firsts, thirds, n) + np.bincount(found.lasts, thirds, n)
        for last, share in zip(
            found.lasts[found.sources == Source.TRIPLE],
            thirds[found.sources == Source.TRIPLE],
            strict=True,
        ):
            shares[_token_before(last, found.kinds)] += share
        return shares

    def _piece(self, start: int, end: int, weight: float, source: str) -> Contribution:
        return Contribution(self.text[start:end], start, end, weight, source)

    def _spans(self, label: str | None) -> list[tuple[int, int, str | None]]:
        """Return what may be taken out to move a post away from a label: its cues, then its
        phrases.
        """
        most = most_candidates(self.text)
        if label is None or most == 0:
            return []
        cues = [(cue.start, cue.end, cue.name) for cue in self.known_cues() if cue.leans == label]
        sign = 1 if label == SELLING else -1
        if len(cues) > most:
            sums = np.append(0, np.cumsum(sign * self._shares))
            starts, ends, _ = zip(*cues, strict=True)
            weights = (
                sums[np.searchsorted(self._parts.starts, ends)]
                - sums[np.searchsorted(self._parts.ends, starts, "right")]
            )
            cues = [cues[at] for at in np.sort(np.argsort(-weights, kind="stable")[:most])]
        found = phrases(self._batch.model.linear, [self.text], min(most, CANDIDATES))
        rows = zip(
            found.starts[0].tolist(), found.ends[0].tolist(), found.weights[0].tolist(), strict=True
        )
        return [
            *cues,
            *((start, end, None) for start, end, weight in rows if end and weight * sign > 0),
        ]

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

    def __rich__(self) -> Any:
        return as_renderable(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def _again(model: Model, post: Any, top: int) -> Explanation:
    return Explanation(Batch(model, [post], top), 0)


def _pace(model: Model, odds: Any) -> Any:
    """Return by what the log-odds of each post are multiplied; see
    `givesell.estimators.calibrated`.
    """
    return np.where(odds < 0, *model.linear.slopes)


def _token_before(at: int, kinds: Any) -> int:
    """Return the token before one, as n-grams see it: past signs and blanks."""
    at -= 1
    while kinds[at] in (Kind.PUNCT, Kind.SPACE):
        at -= 1
    return at


def explain_posts(model: Model, posts: Any, top: int = 5) -> Any:
    """Explain the verdicts of a model; see `givesell.explain`.

    Parameters
    ----------
    model : Model
    posts : str, or a sequence or column of str
    top : int, default 5

    Returns
    -------
    Explanation or list of Explanation

    Raises
    ------
    ArgumentError
        If `top` is no whole number from 1 to 1,000.
    PostTypeError
        If a post is not text.

    Examples
    --------
    >>> import givesell
    >>> explain_posts(givesell.load(), ["Thanks!", None], top=1)  # doctest: +ELLIPSIS
    [Explanation(label='giving', ..., intercept=-..., reasons=['Thanks -...']),
    Explanation(label=None, status='missing')]
    """
    if is_text(posts) or is_missing(posts):
        return explain_posts(model, [posts], top)[0]
    if (
        not isinstance(top, (int, np.integer))
        or isinstance(top, bool)
        or not 1 <= top <= MOST_REASONS
    ):
        raise ArgumentError(
            "E206",
            argument="top",
            expected=f"a whole number from 1 to {MOST_REASONS:,}",
            type=repr(top),
        )
    batch = Batch(model, as_sequence(posts), int(top))
    return [Explanation(batch, row) for row in range(len(batch.posts))]


def reason_lines(model: Model, posts: Sequence[Any], top: int = 3) -> list[str | None]:
    """Return the top reasons of each post as a line of text, for a column of a file.

    Parameters
    ----------
    model : Model
    posts : sequence of str or None
    top : int, default 3

    Returns
    -------
    list of str or None
        ``phrase (+1.25)`` after ``phrase (-0.50)``, with what each adds to the log-odds of selling,
        and ``before any word (-2.50)`` where they do not speak for the label and that decided; None
        where there is no label.

    Examples
    --------
    >>> import givesell
    >>> reason_lines(
    ...     givesell.load(), ["Thanks so much, that fixed it!", None], top=1
    ... )  # doctest: +ELLIPSIS
    ['Thanks (-1...)', None]
    """
    batch = Batch(model, as_sequence(posts), top, facets=False)
    return [
        None if math.isnan(p) else _line(batch, row)
        for row, p in enumerate(batch.scores.selling.tolist())
    ]


def _line(batch: Batch, row: int) -> str:
    reasons = batch.reasons(row)
    words = [f"{in_a_line(reason.text)} ({reason.weight:+.2f})" for reason in reasons]
    start = batch.start(row)
    if start_decides(batch.scores.label[row], start, float(batch.log_odds[row]), reasons):
        words.append(f"{BEFORE} ({start:+.2f})")
    return "; ".join(words)
