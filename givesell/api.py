"""The public functions."""

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from givesell.errors import ArgumentTypeError
from givesell.loading import load
from givesell.model import Model
from givesell.scoring import threads_of
from givesell.verdict import Scores

if TYPE_CHECKING:
    from givesell.batch import Summary
    from givesell.batch.pipeline import AddedColumn


def classify(posts: Any, *, model: Model | None = None, n_jobs: int | None = None) -> Any:
    """Tell whether posts are giving or selling.

    Parameters
    ----------
    posts : str, or a sequence or column of str
        One post, a list, or a pandas, Polars, NumPy or Arrow column. None and NaN stand for missing posts.
    model : Model, optional
        The shipped one by default.
    n_jobs : int, optional
        Threads; by default all cores for large batches.

    Returns
    -------
    Verdict, list of Verdict, or a table
        One `Verdict` for a str; a list of them, in order, for a sequence; for a pandas, Polars or Arrow column a table
        of that library with the columns ``label``, ``selling`` (probability, 0 to 1), ``sure``, ``status`` and ``facet``, shape (n, 5).

    Raises
    ------
    PostTypeError
        If a post is not text; the message gives its position.
    ArgumentTypeError
        If `posts` is no sequence or column, or `model` no model.

    Examples
    --------
    >>> import givesell
    >>> givesell.classify("Orders open! 20% off all mugs until Friday, DM me").label
    'selling'
    >>> [verdict.label for verdict in givesell.classify(["Thanks so much, that fixed it!", None])]
    ['giving', None]
    """
    return _chosen(model).classify(posts, n_jobs=n_jobs)


def score(posts: Any, *, model: Model | None = None, n_jobs: int | None = None) -> Any:
    """Return the probability that posts are selling.

    Parameters
    ----------
    posts : str, or a sequence or column of str
        As for `classify`.
    model : Model, optional
        The shipped one by default.
    n_jobs : int, optional
        Threads; by default all cores for large batches.

    Returns
    -------
    ndarray of float32, shape (n,)
        0 to 1; NaN where a post cannot be judged. One float for a str.

    Raises
    ------
    PostTypeError
        If a post is not text; the message gives its position.
    ArgumentTypeError
        If `posts` is no sequence or column, or `model` no model.

    Examples
    --------
    >>> import givesell
    >>> givesell.score(["Buy one, get one free, link in bio!", "Thanks!"]).round() == [1, 0]
    array([ True,  True])
    """
    return _chosen(model).score(posts, n_jobs=n_jobs)


def explain(posts: Any, *, model: Model | None = None, top: int = 5) -> Any:
    """Tell why posts got their verdicts.

    Parameters
    ----------
    posts : str, or a sequence or column of str
        As for `classify`.
    model : Model, optional
        The shipped one by default.
    top : int, default 5
        The most reasons of a post. All contributions are there whatever it is.

    Returns
    -------
    Explanation or list of Explanation
        One for a str; a list of them, in order, for anything else.

    Raises
    ------
    ArgumentError
        If `top` is no whole number from 1 to 1,000.
    PostTypeError
        If a post is not text; the message gives its position.
    ArgumentTypeError
        If `posts` is no sequence or column, or `model` no model.

    Examples
    --------
    >>> import givesell
    >>> why = givesell.explain("New prints in the shop, DM me to order. Does anyone want a blue one?")
    >>> [str(cue) for cue in why.cues]
    ['asks for a message: DM me', 'asks readers a question: Does anyone']
    """
    from givesell.reasons.explain import explain_posts

    return explain_posts(_chosen(model), posts, top)


def score_archive(
    paths: Any,
    out: Any = None,
    *,
    model: Model | None = None,
    report: Any = None,
    target: float = 0.8,
    timezone: str = "UTC",
    facets: bool = False,
    why: int = 0,
    n_jobs: int | None = None,
    **options: Any,
) -> "Summary":
    """Score the posts of an archive, and report on them.

    What ``givesell score`` does: memory does not grow with the archive, an interrupted run goes on where it was, rows
    that cannot be read go to ``OUT.rejects.jsonl``.

    Parameters
    ----------
    paths : path or list of paths
        Exports of platforms, plain files, folders, patterns.
    out : path, optional
        The scored file: Parquet, Arrow, CSV, TSV or JSONL by its name. By default it is not kept.
    model : Model, optional
        The shipped one by default.
    report : path, optional
        Where to write an HTML report. It is part of the run: if that is interrupted, the next one writes it.
    target : float, default 0.8
        The share of giving that the report holds the archive against.
    timezone : str, default "UTC"
        Where the report counts hours and days.
    facets : bool, default False
        Add a column ``facet``: which kind of giving or selling a post likely is.
    why : int, default 0
        Add a column ``why`` with so many of the strongest reasons.
    n_jobs : int, optional
        Threads, as joblib counts them; one a core by default.
    **options
        As `givesell.batch.score_files` takes them: ``text_column``, ``prefix``, ``excel``, ``like_input``, ``format``, ``query``,
        ``visibility``, ``strict``, ``overwrite``, ``resume``, ``progress``.

    Returns
    -------
    Summary
        Counts, and the posts that stand out.

    Raises
    ------
    FileError
        If an input cannot be read or an output cannot be written; E415 if another run is writing it.
    ArgumentError
        If `facets` are asked of a model that tells none, or `n_jobs` or `why` is no such number.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import demo_archive
    >>> summary = givesell.score_archive(demo_archive())
    >>> summary.rows, summary.giving + summary.selling
    (400, 400)
    """
    from contextlib import nullcontext
    from dataclasses import replace
    from functools import partial
    from tempfile import TemporaryDirectory

    from givesell.batch import about_model, check_paths, score_files

    threads = threads_of(n_jobs)
    if out is not None:  # before the model is loaded, so that a mistyped name shows at once
        check_paths(paths, out, overwrite=options.get("overwrite", False), report=report)
    chosen = load() if model is None else model
    added = _added(chosen, facets, why)
    about = {**about_model(chosen), **({"why": why} if why else {}), **({"facet": True} if facets else {})}
    findings: tuple[str, ...] = ()

    def page(summary: "Summary") -> bytes:
        from givesell.report import make_report

        nonlocal findings
        made = make_report(
            summary.out,
            model=chosen,
            target=target,
            timezone=timezone,
            text_column=options.get("text_column"),
            title=_title(paths),
            skipped=summary.skipped,
        )
        findings = tuple(made.figures["summary"])
        return made.html.encode()

    with TemporaryDirectory() if out is None else nullcontext() as place:
        summary = score_files(
            paths,
            out if place is None else Path(place) / "scored.parquet",
            scorer=partial(chosen.verdicts, n_jobs=1, facets=facets),
            about=about,
            threads=threads,
            extra=added,
            report=report,
            reporter=page,
            **options,
        )
    return replace(summary, findings=findings)


def _added(model: Model, facets: bool, why: int) -> dict[str, "AddedColumn"]:
    """Return the further columns that were asked for."""
    from givesell.errors import ArgumentError
    from givesell.reasons.explain import reason_lines

    if isinstance(why, bool) or not isinstance(why, int) or why < 0:
        raise ArgumentError("E206", argument="why", expected="a whole number from 0 on", type=repr(why))
    if facets and not model.tells_facets:
        raise ArgumentError("E209", name=model.info["name"])
    added: dict[str, AddedColumn] = {}
    if facets:
        added["facet"] = lambda _, scores: scores.facet
    if why:
        added["why"] = lambda texts, _: reason_lines(model, texts, top=why)
    return added


def _title(paths: Any) -> str:
    from givesell.batch.inputs import paths_of

    given = paths_of(paths)
    first = Path(given[0]).name or str(given[0])
    return first if len(given) == 1 else f"{first} and {len(given) - 1} more"


class Scorer:
    """A picklable callable that loads its model once a process and scores columns of posts.

    The piece that Spark, Dask, Ray or a process pool sends to its workers.

    Parameters
    ----------
    model : str, path or Model, optional
        The shipped model by default.
    n_jobs : int, default 1
        Threads of each call.

    Examples
    --------
    >>> scorer = Scorer()
    >>> scores = scorer(["Thanks!", "Buy one, get one free, link in bio!"])
    >>> scores.label.tolist()
    ['giving', 'selling']
    """

    def __init__(self, model: Any = None, *, n_jobs: int | None = 1) -> None:
        self._source = model if model is None or isinstance(model, Model) else os.fspath(model)
        self._n_jobs = n_jobs

    def __call__(self, posts: Any) -> Scores:
        """Score posts.

        Parameters
        ----------
        posts : sequence or column of str

        Returns
        -------
        Scores
            Arrays of shape (n,).
        """
        return self.model.verdicts(posts, n_jobs=self._n_jobs)

    @property
    def model(self) -> Model:
        """The model, loaded on first use."""
        if isinstance(self._source, Model):
            return self._source
        return load() if self._source is None else _loaded(self._source)

    def __repr__(self) -> str:
        return f"Scorer({'' if self._source is None else repr(self._source)})"


def _chosen(model: Any) -> Model:
    """Return the model to use, the shipped one for None."""
    if model is None:
        return load()
    if not isinstance(model, Model):
        raise ArgumentTypeError("E206", argument="model", expected="a model, such as givesell.load returns", type=type(model).__name__)
    return model


@cache
def _loaded(path: str) -> Model:
    return load(path)
