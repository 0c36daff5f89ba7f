"""`suggest`: which unlabelled posts to label next, so that a model learns most from each label."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from givesell.best import Best
from givesell.core.fingerprints import key_of
from givesell.core.load import ModelLike, as_model
from givesell.core.model import Model
from givesell.curate.reasons_in_words import both_sides, explained, percent
from givesell.errors import ArgumentError, DataError
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.frames import in_hand
from givesell.labelled.read import posts_of
from givesell.labelled.unlabelled import read_pool
from givesell.show.words import keepable
from givesell.text.posts import is_missing

_Candidate = tuple[int, str, float, Any]  # key, post, probability of selling, row
STRATEGIES = (UNCERTAIN, RANDOM) = ("uncertain", "random")
CANDIDATES = 20  # uncertain posts held for each one that is picked
FEWEST_CANDIDATES = 500
SAMPLE = 2000  # posts drawn from the pool to tell what is typical of it
TYPICAL = 0.25  # how much being typical counts beside being uncertain: the power it is raised to


def suggest(
    model: ModelLike,
    pool: Any,
    n: int = 200,
    *,
    text: str | None = None,
    label: str | None = "label",
    labelled: Any = None,
    strategy: str = UNCERTAIN,
    random_state: int = 0,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Pick the posts to label next.

    They are those that the model is most uncertain of, typical of the pool rather than odd, and
    spread out: unlike each other and unlike what is labelled. The first posts of the list are as
    good a start as the whole. A pool is read as a stream: memory grows with `n`, not with the pool.
    The same pool, model and seed give the same posts.

    To measure a model, label posts picked by ``strategy="random"``: uncertain ones are harder than
    most.

    Parameters
    ----------
    model : Model, str or path
        Or the folder or name of one. Trained on what is labelled so far, or the one shipped.
    pool : table, sequence or column of str, list of dicts, path, Archive, or list of paths and
    archives
        Unlabelled posts; a path is read by `givesell.read_archive`.
    n : int, default 200
    text : str, optional
        The column of posts; by default the one named as posts are, such as ``text`` or ``body``.
    label : str, optional
        A column of labels, if there is one: posts that have a label already are not suggested. None
        looks at none. The columns that `givesell score` has written are no labels.
    labelled : table or path, list of paths, or a sequence or column of str, optional
        Posts labelled elsewhere: they are not suggested, nor posts close to them.
    strategy : {"uncertain", "random"}, default "uncertain"
    random_state : int
        Decides the random ones, and the sample that says what is typical.
    progress : callable, optional
        Called with the number of posts read so far.

    Returns
    -------
    DataFrame, shape (m, k)
        At most `n` posts, the same words never twice: of a DataFrame the rows, on its index, of a
        Series the texts, on its, else the columns ``id`` and ``text`` and what else the files have;
        then ``selling`` (the model's probability) and ``reason``. Its ``attrs["pool"]`` counts the
        posts ``read``, already ``labelled``, and ``unjudged`` since they are not English or have no
        words.

    Raises
    ------
    ArgumentError
        If `n` or `strategy` cannot be used.
    DataError
        If there is nothing to suggest, or no column of posts.
    FileError
        If a file cannot be read.

    References
    ----------
    Lewis and Gale, "A Sequential Algorithm for Training Text Classifiers", SIGIR 1994
    (uncertainty); Settles and Craven, "An Analysis of Active Learning Strategies for Sequence
    Labeling Tasks", EMNLP 2008 (density); Gonzalez, "Clustering to Minimize the Maximum
    Intercluster Distance", 1985 (spreading out).

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import demo_archive
    >>> picked = givesell.suggest(givesell.load(), demo_archive(), n=10)
    >>> len(picked), picked["selling"].between(0.3, 0.7).all(), picked.attrs["pool"]["read"]
    (10, np.True_, 400)
    """
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise ArgumentError("E206", argument="n", expected="a whole number from 1 on", type=repr(n))
    if strategy not in STRATEGIES:
        raise ArgumentError(
            "E206",
            argument="strategy",
            expected=f"one of {', '.join(STRATEGIES)}",
            type=repr(strategy),
        )
    model = as_model(model)
    pool = in_hand(pool)
    known = _texts(in_hand(labelled))
    keys = set(map(key_of, known))
    uncertain: Best[_Candidate] = Best(max(CANDIDATES * int(n), FEWEST_CANDIDATES))
    drawn: Best[_Candidate] = Best(max(int(n), SAMPLE))
    counts = {"read": 0, "labelled": 0, "unjudged": 0}
    for part in read_pool(pool, text, label):
        _offer(part, model, keys, uncertain, drawn, counts, random_state)
        if progress is not None:
            progress(counts["read"])
    items, sample = [item for _, item in uncertain.items()], [item for _, item in drawn.items()]
    if strategy == RANDOM:
        chosen = sample[: int(n)]
    else:
        at = pick_uncertain(
            [post for _, post, *_ in items],
            [p for _, _, p, _ in items],
            int(n),
            known,
            [post for _, post, *_ in sample],
        )
        chosen = [items[i] for i in at.tolist()]
    if not chosen:
        raise DataError("E341", **{name: f"{count:,}" for name, count in counts.items()})
    return _table(pool, model, chosen, counts, strategy)


def pick_uncertain(
    texts: Sequence[str],
    selling: Any,
    n: int,
    known: Sequence[str] = (),
    typical: Sequence[str] = (),
) -> NDArray[np.intp]:
    """Pick posts that are uncertain, typical of a pool, and unlike each other and what is labelled.

    Parameters
    ----------
    texts : sequence of str, shape (m,)
        The candidates.
    selling : array-like of float, shape (m,)
        Their probabilities.
    n : int
    known : sequence of str
        Posts that are labelled.
    typical : sequence of str
        A sample of the pool; a post is typical as it is like their mean.

    Returns
    -------
    ndarray of intp, shape (min(n, m),)
        Positions, in the order in which they were picked.

    Examples
    --------
    >>> pick_uncertain(
    ...     ["Free mugs now", "Free mugs now!", "Thanks for the tea", "Hi"], [0.5, 0.5, 0.4, 0.1], 2
    ... ).tolist()
    [0, 2]
    """
    if not len(texts):
        return np.empty(0, np.intp)
    space = PostVectorizer(n_features=2**20, min_df=1).fit(texts)
    rows = space.transform(texts)
    worth = uncertainty(selling)
    # Probabilities of a model that has seen little lie close together: what counts is how uncertain
    # a post is among the candidates.
    worth = (worth - worth.min()) / np.ptp(worth) if np.ptp(worth) > 0 else np.ones(len(worth))
    if len(typical):
        mean = np.asarray(space.transform(typical).mean(axis=0)).ravel()
        worth = worth * (rows @ mean) ** TYPICAL
    return spread(rows, worth, n, far_from=space.transform(known) if len(known) else None)


def spread(
    features: sp.csr_matrix,
    worth: NDArray[np.float64],
    n: int,
    *,
    far_from: sp.csr_matrix | None = None,
) -> NDArray[np.intp]:
    """Pick rows that are worth much and lie far from each other, one by one.

    Each time the row is taken whose worth times its squared distance to the nearest one taken is
    the highest.

    Parameters
    ----------
    features : csr_matrix, shape (m, k)
        Rows of unit length.
    worth : ndarray of float64, shape (m,)
        Above 0.
    n : int
    far_from : csr_matrix, shape (l, k), optional
        Rows to keep away from too.

    Returns
    -------
    ndarray of intp, shape (min(n, m),)
        In the order in which they were picked.

    Examples
    --------
    >>> rows = sp.csr_matrix([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> spread(rows, np.array([0.5, 0.5, 0.2]), 2).tolist()
    [0, 2]
    """
    distance = np.full(features.shape[0], 2.0)
    if far_from is not None and far_from.shape[0]:
        for start in range(0, far_from.shape[0], 1000):
            near = (features @ far_from[start : start + 1000].T).max(axis=1)
            distance = np.minimum(distance, 2 - 2 * near.toarray().ravel())
    picked = np.empty(min(n, len(worth)), np.intp)
    free = worth + 1e-9
    columns = features.T.tocsr()
    for i in range(len(picked)):
        best = int(np.argmax(free * np.maximum(distance, 1e-9)))
        picked[i] = best
        free[best] = -1.0
        start, stop = features.indptr[best : best + 2]
        near = features.data[start:stop] @ columns[features.indices[start:stop]]
        distance = np.minimum(distance, 2 - 2 * near)
    return picked


def uncertainty(selling: Any) -> NDArray[np.float64]:
    """Return how uncertain probabilities are: the probability of the less likely label, 0 to
    0.5.
    """
    p = np.asarray(selling, np.float64)
    return np.minimum(p, 1 - p)


def _offer(
    part: Any,
    model: Model,
    keys: set[int],
    uncertain: Best[_Candidate],
    drawn: Best[_Candidate],
    counts: dict[str, int],
    seed: int,
) -> None:
    """Hold the best of some posts."""
    scores = model.verdicts(part.texts, facets=False)
    counts["read"] += len(part.texts)
    unsure = uncertainty(scores.selling)
    judged = ~np.isnan(unsure)
    counts["unjudged"] += int((~judged).sum())
    salt = seed * 0x9E3779B97F4A7C15
    for at in np.flatnonzero(judged).tolist():
        post = part.texts[at]
        if (
            part.labels is not None
            and not is_missing(part.labels[at])
            and str(part.labels[at]).strip()
        ):
            counts["labelled"] += 1
            continue
        key = key_of(post)
        if key in keys:
            counts["labelled"] += 1
            continue
        # The same words get the same draw, so that a text that occurs often is not drawn more
        # often.
        draw = _mixed(key ^ (salt & (2**64 - 1)))
        if unsure[at] > uncertain.floor or draw > drawn.floor:
            item = (key, post, float(scores.selling[at]), part.row(at))
            uncertain.offer(float(unsure[at]), key, item)
            drawn.offer(draw, key, item)


def _mixed(key: int) -> float:
    """Return a number between 0 and 1 that a key determines (the finaliser of SplitMix64)."""
    key = ((key ^ (key >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
    key = ((key ^ (key >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
    return (key ^ (key >> 31)) / 2**64


def _texts(labelled: Any) -> list[str]:
    if labelled is None:
        return []
    if isinstance(labelled, (pd.DataFrame, str, Path)):
        return [post for post in posts_of(labelled, strict=False)[0] if isinstance(post, str)]
    return [
        post
        for part in labelled
        for post in (_texts(part) if isinstance(part, Path) else [part])
        if isinstance(post, str)
    ]


def _table(
    pool: Any, model: Model, chosen: list[Any], counts: dict[str, int], strategy: str
) -> pd.DataFrame:
    _, texts, selling, rows = map(list, zip(*chosen, strict=True))
    if isinstance(pool, pd.DataFrame):
        frame = pool.iloc[rows].copy()
    elif isinstance(pool, pd.Series):
        frame = pool.iloc[rows].to_frame(pool.name or "text")
    elif isinstance(rows[0], dict):
        frame = pd.DataFrame(rows).dropna(axis="columns", how="all")
    else:
        frame = pd.DataFrame({"text": list(map(keepable, texts))}, index=rows)
    frame["selling"] = selling
    drawn = "" if strategy == UNCERTAIN else "drawn at random; "
    frame["reason"] = [
        f"{drawn}{percent(p)} selling{both_sides(found)}"
        for p, found in zip(selling, explained(model, texts), strict=True)
    ]
    frame.attrs["pool"] = counts
    return frame
