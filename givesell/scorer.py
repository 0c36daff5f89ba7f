"""`Scorer`: a callable for the workers of Spark, Dask, Ray or a process pool."""

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from givesell.errors import ArgumentError
from givesell.model.careful import careful_model
from givesell.model.load import ModelLike, as_model
from givesell.model.model import Model
from givesell.text.posts import as_sequence, table_like
from givesell.types import ArrowColumn, PlainPosts, PolarsColumn, PostsLike, Stream
from givesell.verdict import Scores

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray

    from givesell.batch.scoring import Scoring


class Scorer:
    """A picklable callable that loads its model once per process and scores columns of posts.

    The piece that Spark, Dask, Ray or a process pool sends to its workers; ``docs/recipes.md`` has
    the few lines that each needs. `givesell.verdict` has the types of the columns that it adds, for
    engines that ask for them beforehand.

    Parameters
    ----------
    model : Model, str or path, optional
        A model, the folder of a saved one, or the name of a shipped one; ``givesell-en`` by
        default. A folder or a name is sent as such, and each process loads it; a model is sent
        with all its weights.
    careful : bool, default False
        Whether ``givesell-en-encoder`` reads again the posts that deserve it; see
        `givesell.classify`. Adds ``read_by``.
    facets : bool, optional
        Whether to add ``facet``, the likeliest kind of giving or selling; by default where the
        model has facets. They take a fifth more time.
    why : int, default 0
        Adds ``why``, with up to so many of the strongest reasons as one line of text. A model
        without weights is explained by occlusion, and scores each post up to ten times for it.
    n_jobs : int, default 1
        Threads of each call.

    Raises
    ------
    ArgumentError
        E206 if `why` is no such number.

    Examples
    --------
    >>> scorer = Scorer()
    >>> scorer(["Thanks!", "Buy one, get one free, link in bio!"]).label.tolist()
    ['giving', 'selling']
    >>> import pandas as pd
    >>> scorer(pd.Series(["Thanks!"], index=["a"]))["label"].to_dict()
    {'a': 'giving'}
    >>> list(Scorer(facets=False, why=2)(pd.Series(["Thanks!"])))
    ['label', 'selling', 'sure', 'status', 'why']
    """

    def __init__(
        self,
        model: ModelLike | None = None,
        *,
        careful: bool = False,
        facets: bool | None = None,
        why: int = 0,
        n_jobs: int | None = 1,
    ) -> None:
        if isinstance(why, bool) or not isinstance(why, int) or why < 0:
            raise ArgumentError(
                "E206", argument="why", expected="a whole number from 0 on", given=repr(why)
            )
        source: Any = model
        if isinstance(source, os.PathLike):
            source = os.fspath(source)
        elif source is not None and not isinstance(source, str):
            source = as_model(source)
        self._source: Model | str | None = source
        self._facets, self._why, self._n_jobs = facets, why, n_jobs
        self._careful = careful

    @overload
    def __call__(self, posts: "PlainPosts | NDArray[Any]") -> Scores: ...
    @overload
    def __call__(self, posts: Stream) -> Scores: ...
    @overload
    def __call__(self, posts: PolarsColumn) -> "pl.DataFrame": ...
    @overload
    def __call__(self, posts: "pd.Series[Any]") -> "pd.DataFrame": ...
    @overload
    def __call__(self, posts: ArrowColumn) -> "pa.Table": ...
    def __call__(self, posts: Any) -> "Scores | pd.DataFrame | pl.DataFrame | pa.Table":
        """Score posts.

        Parameters
        ----------
        posts : sequence or column of str, shape (n,)

        Returns
        -------
        DataFrame, Table or Scores
            For a pandas Series a DataFrame on its index, for a Polars Series a DataFrame and for an
            Arrow column a Table: the columns ``label``, ``selling``, ``sure``, ``status`` and,
            where they were asked for, ``facet``, ``why`` and ``read_by``, shape (n, 4 to 7). For
            any other sequence a `Scores`, whose ``frame()`` and ``table()`` make the same tables.

        Raises
        ------
        ArgumentTypeError
            If `posts` is no sequence or column of posts, such as a single str.
        ArgumentError
            E209 if facets are asked of a model that has none.
        """
        column = as_sequence(posts)
        scores = self.scores(column)
        if self._why:
            scores = replace(scores, why=np.array(self.reasons(column), object))
        table = table_like(column, scores)
        return scores if table is None else table

    def scores(self, posts: PostsLike) -> Scores:
        """Return the verdicts on posts as columns, without reasons.

        Parameters
        ----------
        posts : sequence or column of str, shape (n,)

        Returns
        -------
        Scores
            Arrays of shape (n,).

        Examples
        --------
        >>> Scorer().scores(["Thanks!", None]).status.tolist()
        ['ok', 'missing']
        """
        return self.model.verdicts(posts, n_jobs=self._n_jobs, facets=self._facets is not False)

    def reasons(self, posts: PostsLike) -> list[str | None]:
        """Return the strongest reasons of each post as a line of text.

        Parameters
        ----------
        posts : sequence or column of str, shape (n,)

        Returns
        -------
        list of str or None
            None where a post has no label.

        Examples
        --------
        >>> Scorer(why=1).reasons(["Free mugs, link in bio!", None])[1] is None
        True
        """
        from givesell.reasons.explain import reason_lines

        return reason_lines(self.model, posts, top=self._why)

    def scoring(self, *, threads: int | None = None) -> "Scoring":
        """Return what `givesell.batch.score_files` takes to score files with.

        Parameters
        ----------
        threads : int, optional
            One per core by default.

        Returns
        -------
        Scoring
            With `facet` and `why` as added columns, if they were asked for; reasons are computed
            only for rows that are written.
        """
        from givesell.batch.scoring import STEP, AddedColumn, Scoring, about_model

        added: dict[str, AddedColumn] = {}
        about = about_model(self.model)
        if self._why:
            about["why"] = self._why
        if self._facets:
            about["facet"] = True
            added["facet"] = lambda _, scores: scores.facet
        if self._why:
            added["why"] = lambda posts, _: self.reasons(posts)
        if self.model.reads_again:
            added["read_by"] = lambda _, scores: scores.read_by
        step = STEP if self.model.kind.weights is None else None
        return Scoring(self.scores, added, about, self.model, threads, step)

    @property
    def model(self) -> Model:
        """The model, loaded on first use; E209 if facets are asked for and it has none."""
        model = careful_model(self._source) if self._careful else as_model(self._source)
        if self._facets and not model.has_facets:
            raise ArgumentError("E209", name=model.info["name"])
        return model

    def __repr__(self) -> str:
        given = [repr(self._source)] if self._source is not None else []
        return f"Scorer({', '.join([*given, *(['careful=True'] if self._careful else [])])})"
