"""Invented posts that come with the library, for trying it, testing and teaching.

They were written for this project: no real people, sellers, handles or numbers. They are more
varied and more literary than real feeds, so they do not measure how well a model does on real
posts.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from givesell.extras import require

if TYPE_CHECKING:
    import pandas as pd

_FOLDER = Path(__file__).parent


def load_posts() -> "pd.DataFrame":
    """Load 1,600 invented posts with their labels.

    Returns
    -------
    pandas.DataFrame, shape (1600, 7)
        ``id``, ``platform``, ``text``, ``label`` (giving or selling), ``facet``, ``certainty``
        (clear or borderline), ``topic``.

    Examples
    --------
    >>> from givesell.datasets import load_posts
    >>> load_posts()["label"].value_counts().to_dict()
    {'giving': 909, 'selling': 691}
    """
    require("archives", "A frame of posts", package="pandas")
    import pandas as pd

    return pd.read_json(_FOLDER / "posts.jsonl", lines=True, dtype=False)


def demo_archive() -> Path:
    """Return the path of the demo archive: 400 of the posts as the comments of a Reddit data
    export.

    Examples
    --------
    >>> demo_archive().name
    'comments.csv'
    """
    return _FOLDER / "reddit-export" / "comments.csv"
