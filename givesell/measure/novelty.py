"""How unlike its training data a post looks to a model: the share of the post's n-grams that the
model does not know.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.measure.unseen_ngrams import seen_by
from givesell.model.model import Model
from givesell.text.posts import as_sequence


def unknown_share(model: Model, posts: Any) -> NDArray[np.float64]:
    """Return the share of each post's n-grams that the model does not know.

    A model knows the n-grams that enough of its training posts hold (``min_df`` of its features, 2
    by default): words, pairs of words, hashtags, emoji and so on, as its features are made. Since
    n-grams are hashed, a few in a hundred seem known by chance.

    Parameters
    ----------
    model : Model
    posts : sequence of str, or a pandas, Polars, NumPy or Arrow column, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)
        0 to 1; NaN for a missing post or one without n-grams.

    Raises
    ------
    PostTypeError
        If a post is not text.

    Examples
    --------
    >>> import givesell
    >>> known, unknown, nothing = unknown_share(
    ...     givesell.load(), ["Thanks for the help", "Xylq vorpal quaxnibble", None]
    ... ).tolist()
    >>> known < 0.2 < 0.8 < unknown, nothing
    (True, nan)
    """
    unseen = seen_by(model).count(as_sequence(posts))
    share = np.full(len(unseen.ngrams), np.nan)
    np.divide(unseen.new_ngrams, unseen.ngrams, out=share, where=unseen.ngrams > 0)
    return share
