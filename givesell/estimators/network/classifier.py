"""`NetworkClassifier`: the network as a scikit-learn estimator over posts."""

from typing import Any, Self

from givesell.extras import require

require("train", "The network")

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from givesell.core.convolution import MARKS, WINDOW, score_sequences
from givesell.core.network import Parameters, compile_network
from givesell.core.sequences import sequences
from givesell.errors import ArgumentError
from givesell.estimators.network.learning import (
    Adam,
    Batch,
    Weights,
    backward,
    forward,
    loss_slope,
    rate,
)
from givesell.estimators.network.members import folded
from givesell.text.posts import as_sequence
from givesell.verdict import GIVING, SELLING

STEPS = 100  # fewest in an epoch
SPREAD = 0.35  # standard deviation of token vectors at the start


class NetworkClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Classify posts with a small network over windows of three tokens; see
    `givesell.core.network`.

    Parameters
    ----------
    vectors : tuple of ndarray, optional
        Token hashes, ascending uint64 of shape (n,), and vectors to start from, float of shape (n,
        size); tokens without one start at random.
    size : int, default 64
        Length of a token's vector.
    channels : int, default 384
        Values of a window.
    hidden : int, default 32
        Cells of the hidden layer.
    min_count : int, default 3
        Tokens that occur fewer times in the training posts share one vector.
    epochs : int, default 3
        How often each post is seen.
    batch_size : int, default 128
        Maximum number of posts per step; with few posts there are 100 steps in an epoch.
    learning_rate : float, default 3e-3
        At its peak.
    weight_decay : float, default 0.05
    dropout : float, default 0.2
        Share of pooled values and hidden cells that are left out in a step.
    hide : float, default 0.1
        Share of tokens that are treated as unknown in a step.
    members : int, default 1
        Size of the ensemble: networks with different seeds, folded into one that gives their mean
        log-odds.
    random_state : int, default 0
        The seed of the first.

    Attributes
    ----------
    classes_ : ndarray of object, shape (2,)
    parameters_ : dict of str to ndarray
        See `givesell.core.network.PARAMETERS`.
    intercept_ : float
    loss_ : list of float
        Mean training loss of each epoch, over the members.

    Examples
    --------
    >>> from givesell.datasets import load_posts
    >>> posts = load_posts()
    >>> network = NetworkClassifier(size=16, channels=16, hidden=8, epochs=4).fit(
    ...     posts["text"], posts["label"]
    ... )
    >>> network.predict(
    ...     ["Thanks so much, that fixed it!", "Shop now, 20% off with code MAY"]
    ... ).tolist()
    ['giving', 'selling']
    """

    def __init__(
        self,
        *,
        vectors: Any = None,
        size: int = 64,
        channels: int = 384,
        hidden: int = 32,
        min_count: int = 3,
        epochs: int = 3,
        batch_size: int = 128,
        learning_rate: float = 3e-3,
        weight_decay: float = 0.05,
        dropout: float = 0.2,
        hide: float = 0.1,
        members: int = 1,
        random_state: int = 0,
    ) -> None:
        self.vectors = vectors
        self.size = size
        self.channels = channels
        self.hidden = hidden
        self.min_count = min_count
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.hide = hide
        self.members = members
        self.random_state = random_state

    @classmethod
    def of(cls, parameters: Parameters) -> Self:
        """Return a fitted network with the parameters of an artifact."""
        network = cls(
            size=parameters["vectors"].shape[1],
            channels=len(parameters["window_bias"]),
            hidden=len(parameters["out"]),
        )
        network.parameters_, network.intercept_ = parameters, 0.0
        network.classes_, network.loss_ = np.array([GIVING, SELLING], object), []
        return network

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from posts.

        Parameters
        ----------
        X : sequence or column of str, shape (n,)
        y : array-like, shape (n,)
            Labels, or probabilities of ``selling``.
        sample_weight : array-like of float, shape (n,), optional

        Returns
        -------
        NetworkClassifier

        Raises
        ------
        ArgumentError
            If there is a label that is neither of the two, a value outside 0 to 1, or no member.
        PostTypeError
            If a post is not text.
        """
        if not isinstance(self.members, (int, np.integer)) or self.members < 1:
            raise ArgumentError(
                "E206",
                argument="members",
                expected="a whole number from 1 on",
                given=repr(self.members),
            )
        posts = as_sequence(X)
        target = _targets(y)
        weight = np.ones(len(target)) if sample_weight is None else np.asarray(sample_weight, float)
        if not len(posts) == len(target) == len(weight):
            raise ArgumentError(
                "E206",
                argument="y",
                expected=f"one label for each of {len(posts)} posts",
                given=f"{len(target)} of them",
            )
        hashes, marks, offsets = sequences(posts)
        tokens, counts = np.unique(hashes, return_counts=True)
        tokens = tokens[counts >= self.min_count]
        if self.vectors is not None:  # a word that the training posts lack still has a meaning
            tokens = np.asarray(self.vectors[0])
        read, relative = (
            Batch(_rows(tokens, hashes), marks, offsets),
            (weight / weight.mean()).astype(np.float32),
        )
        members, losses = list[Weights](), []
        for member in range(self.members):
            seed = self.random_state
            rng = np.random.default_rng(
                seed + member if isinstance(seed, int | np.integer) else seed
            )
            members.append(self._start(tokens, rng))
            losses.append(self._learn(members[-1], read, target, relative, rng))
        self.loss_: list[float] = np.mean(losses, axis=0).tolist()
        weights = folded(members)
        half = {
            name: values.astype(np.float16).astype(np.float32)
            for name, values in weights.items()
            if name == "vectors"
        }
        self.classes_ = np.array([GIVING, SELLING], object)
        self.intercept_ = float(weights.pop("intercept")[0])
        self.parameters_: Parameters = {"tokens": tokens, **weights, **half}
        return self

    def rescale(self, factor: float) -> Self:
        """Multiply the log-odds of a fitted network, in place."""
        check_is_fitted(self, "parameters_")
        scaled = {
            name: (self.parameters_[name] * factor).astype(np.float32) for name in ("skip", "out")
        }
        self.parameters_, self.intercept_ = {**self.parameters_, **scaled}, self.intercept_ * factor
        return self

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Return the log-odds of ``selling``, shape (n,), of posts."""
        check_is_fitted(self, "parameters_")
        return np.asarray(
            score_sequences(compile_network(self.parameters_), *sequences(as_sequence(X)))
            + self.intercept_
        )

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of both labels, shape (n, 2), of posts."""
        selling = expit(self.decision_function(X))
        return np.column_stack([1 - selling, selling])

    def predict(self, X: Any) -> NDArray[np.object_]:
        """Return the labels, shape (n,), of posts."""
        return np.asarray(self.classes_[(self.decision_function(X) >= 0).astype(int)])

    def _start(self, tokens: NDArray[np.uint64], rng: np.random.Generator) -> Weights:
        """Return the weights to start from."""

        def drawn(*shape: int) -> NDArray[np.float32]:
            bound = shape[0] ** -0.5
            return rng.uniform(-bound, bound, shape).astype(np.float32)

        vectors = rng.normal(0, SPREAD, (len(tokens) + 1, self.size)).astype(np.float32)
        vectors[0] = 0
        if self.vectors is not None:
            known, given = self.vectors
            at = np.searchsorted(known, tokens).clip(max=len(known) - 1)
            is_known = known[at] == tokens
            vectors[1:][is_known] = given[at[is_known]]
        return {
            "vectors": vectors,
            "marks": rng.normal(0, 0.02, (MARKS, self.size)).astype(np.float32),
            "windows": drawn(WINDOW * self.size, self.channels),
            "window_bias": np.zeros(self.channels, np.float32),
            "skip": drawn(2 * self.channels),
            "hidden": drawn(2 * self.channels, self.hidden),
            "hidden_bias": np.zeros(self.hidden, np.float32),
            "out": drawn(self.hidden),
            "intercept": np.zeros(1, np.float32),
        }

    def _learn(
        self,
        weights: Weights,
        posts: Batch,
        target: NDArray[np.float32],
        weight: NDArray[np.float32],
        rng: np.random.Generator,
    ) -> list[float]:
        """Learn, in place; return the mean loss of each epoch."""
        adam = Adam(weights, self.weight_decay)
        n = len(target)
        size = max(1, min(self.batch_size, n // STEPS))
        a_round = max(1, n // size)
        epoch_losses = []
        for epoch in range(self.epochs):
            order, losses = rng.permutation(n), []
            for step in range(a_round):
                rows = order[step * size : (step + 1) * size]
                batch = take(posts, rows)
                batch.ids[rng.random(len(batch.ids)) < self.hide] = 0
                keep, keep_cells = (
                    self._keep(rng, len(rows), 2 * self.channels),
                    self._keep(rng, len(rows), self.hidden),
                )
                done = forward(weights, batch, keep, keep_cells)
                loss, slope = loss_slope(done.odds, target[rows], weight[rows])
                losses.append(loss)
                adam.step(
                    *backward(weights, batch, done, slope, keep, keep_cells),
                    rate(epoch * a_round + step, self.epochs * a_round, self.learning_rate),
                )
            epoch_losses.append(float(np.mean(losses)))
        return epoch_losses

    def _keep(self, rng: np.random.Generator, *shape: int) -> NDArray[np.float32]:
        return np.asarray(
            (rng.random(shape, np.float32) >= self.dropout) / np.float32(1 - self.dropout),
            np.float32,
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.classifier_tags.multi_class = False
        return tags


def take(posts: Batch, rows: NDArray[np.intp]) -> Batch:
    """Return some of the posts, in the order given."""
    low, high = posts.offsets[rows], posts.offsets[rows + 1]
    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(high - low, out=offsets[1:])
    at = np.arange(offsets[-1]) + np.repeat(low - offsets[:-1], high - low)
    return Batch(posts.ids[at], posts.marks[at], offsets)


def _rows(tokens: NDArray[np.uint64], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return each hash's row among the vectors, 0 for an unknown one."""
    if not len(tokens):
        return np.zeros(len(hashes), np.int64)
    at = np.searchsorted(tokens, hashes).clip(max=len(tokens) - 1)
    return np.where(tokens[at] == hashes, at + 1, 0)


def _targets(y: ArrayLike) -> NDArray[np.float32]:
    values = np.asarray(y)
    if values.dtype.kind in "fiub":
        if len(values) and not (values.min() >= 0 and values.max() <= 1):
            raise ArgumentError(
                "E206",
                argument="y",
                expected="labels, or probabilities from 0 to 1",
                given="numbers outside them",
            )
        return values.astype(np.float32)
    strange = set(values.tolist()) - {GIVING, SELLING}
    if strange:
        raise ArgumentError(
            "E206",
            argument="y",
            expected="the labels 'giving' and 'selling'",
            given=", ".join(sorted(map(repr, strange))[:3]),
        )
    return np.asarray(values == SELLING, np.float32)
