"""`Scorer`: what Spark, Dask, Ray or a process pool sends to its workers."""

import os
from typing import Any

from givesell.core.load import ModelLike, as_model
from givesell.core.model import Model
from givesell.text.posts import as_sequence, table_like


class Scorer:
    """A picklable callable that loads its model once a process and scores columns of posts.

    The piece that Spark, Dask, Ray or a process pool sends to its workers; ``docs/recipes.md`` has
    the few lines that each needs.

    Parameters
    ----------
    model : Model, str or path, optional
        A model, the folder of a saved one, or the name of a shipped one; ``givesell-en`` by
        default. A folder or a name travels as such, and each process loads it; a model travels
        whole.
    n_jobs : int, default 1
        Threads of each call.

    Examples
    --------
    >>> scorer = Scorer()
    >>> scorer(["Thanks!", "Buy one, get one free, link in bio!"]).label.tolist()
    ['giving', 'selling']
    >>> import pandas as pd
    >>> scorer(pd.Series(["Thanks!"], index=["a"]))["label"].to_dict()
    {'a': 'giving'}
    """

    def __init__(self, model: ModelLike | None = None, *, n_jobs: int | None = 1) -> None:
        source: Any = model
        if not isinstance(source, (Model, str)):
            source = (
                os.fspath(source)
                if isinstance(source, os.PathLike)
                else None
                if source is None
                else as_model(source)
            )
        self._source = source
        self._n_jobs = n_jobs

    def __call__(self, posts: Any) -> Any:
        """Score posts.

        Parameters
        ----------
        posts : sequence or column of str, shape (n,)

        Returns
        -------
        DataFrame, Table or Scores
            For a pandas Series a DataFrame on its index, for a Polars Series a DataFrame and for an
            Arrow column a Table, as `givesell.classify` returns them: the columns ``label``,
            ``selling``, ``sure``, ``status`` and, where the model tells facets, ``facet``, shape
            (n, 5). For any other sequence a `Scores`, whose ``frame()`` and ``table()`` make the
            same tables.

        Raises
        ------
        ArgumentTypeError
            If `posts` is no sequence or column of posts, such as a single str.
        """
        posts = as_sequence(posts)
        scores = self.model.verdicts(posts, n_jobs=self._n_jobs)
        table = table_like(posts, scores)
        return scores if table is None else table

    @property
    def model(self) -> Model:
        """The model, loaded on first use."""
        return as_model(self._source)

    def __repr__(self) -> str:
        return f"Scorer({'' if self._source is None else repr(self._source)})"
