"""`drift`: how far posts are from what a model was trained on."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from givesell.errors import DataError
from givesell.labelled.unlabelled import read_unlabelled
from givesell.measure.drift_comparison import drift_of
from givesell.measure.drift_measures import Drift
from givesell.measure.drift_tally import DriftTally
from givesell.measure.seen_in_training import warn_of_training
from givesell.model.load import ModelLike, as_model
from givesell.show.numbers import counted
from givesell.types import DataLike

FEWEST = 50


def drift(
    model: ModelLike, posts: DataLike, *, text: str | None = None, n_jobs: int | None = None
) -> Drift:
    """Measure how far posts are from what a model was trained on.

    Three measures are compared with those of posts whose sources the model had not seen when it was
    measured in training: the share of n-grams that are new to it, the share of posts that are
    mostly new, and how far the histogram of its probabilities has moved. The alarm is raised where
    one of them is further away than mixtures of ten unseen sources hardly ever are, and where more
    than a tenth of the posts are not English. How often that is a false alarm was measured: see
    benchmarks/drift.md.

    Parameters
    ----------
    model : Model, str or path
        Or the folder or name of one. Trained with this version or a later one.
    posts : sequence or column of str, table, path, or an archive
        At least 50. Files, and what `givesell.read_archive` returns, are read as a stream.
    text : str, optional
        Of a table, the column of posts; by default the one named as posts are, such as ``text`` or
        ``body``.
    n_jobs : int, optional
        Threads; by default all cores for large batches.

    Returns
    -------
    Drift

    Raises
    ------
    ArgumentTypeError
        If `model` is no model, or `posts` are no posts.
    DataError
        If the model has recorded nothing to compare posts with, or there are too few posts.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> posts = load_posts()
    >>> model = givesell.train(posts.head(1200), groups="topic")
    >>> print(givesell.drift(model, 100 * ["zxq vrrk sh0pp fl1ck gr4b brnd nw drp"]).level)
    strong
    """
    model = as_model(model)
    if not model.info.get("drift"):
        raise DataError("E330", name=model.info["name"])
    tally = DriftTally(model)
    trained_on = 0
    for part in _parts(posts, text):
        tally.add(part, n_jobs)
        trained_on += int(model.trained_on(part).sum())
    result = replace(drift_of(tally), trained_on=trained_on)
    if result.posts < FEWEST:
        raise DataError(
            "E331",
            posts=counted(result.posts, "post has", "posts have"),
            needed=FEWEST,
        )
    warn_of_training(result.model, trained_on, result.posts, stacklevel=2)
    return result


def _parts(posts: Any, text: str | None) -> Iterator[list[Any]]:
    """Yield posts in lists of bounded size."""
    for part in read_unlabelled(posts, text, None):
        yield list(part.texts)
