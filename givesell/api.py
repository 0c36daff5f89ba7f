"""The public functions."""

import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, overload

from givesell.core.scoring import threads_of
from givesell.errors import ArgumentError, HintWarning
from givesell.model.careful import careful_model
from givesell.model.load import ModelLike, as_model
from givesell.model.model import Model
from givesell.show.words import shown
from givesell.types import (
    ArrowColumn,
    PathLike,
    PlainPosts,
    PolarsColumn,
    Post,
    PostsLike,
    Stream,
    Visibility,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray

    from givesell.batch import Selection, Summary
    from givesell.batch.meter import Progress
    from givesell.reasons.explanation import Explanation
    from givesell.verdict import Verdict

_ENDING = 9  # the most characters of the ending of a file's name, with its full stop
_PATH = rf"(?![\\/]{{2}})[^\n]{{1,240}}\.[A-Za-z0-9]{{1,{_ENDING - 1}}}"


@overload
def classify(  # type: ignore[overload-overlap]  # a str is one post, though an iterable of str
    posts: Post,
    *,
    model: ModelLike | None = None,
    careful: bool = False,
    n_jobs: int | None = None,
) -> "Verdict": ...
@overload
def classify(
    posts: "PlainPosts | NDArray[Any]",
    *,
    model: ModelLike | None = None,
    careful: bool = False,
    n_jobs: int | None = None,
) -> "list[Verdict]": ...
@overload
def classify(
    posts: Stream,
    *,
    model: ModelLike | None = None,
    careful: bool = False,
    n_jobs: int | None = None,
) -> "list[Verdict]": ...
@overload
def classify(
    posts: PolarsColumn,
    *,
    model: ModelLike | None = None,
    careful: bool = False,
    n_jobs: int | None = None,
) -> "pl.DataFrame": ...
@overload
def classify(
    posts: "pd.Series[Any]",
    *,
    model: ModelLike | None = None,
    careful: bool = False,
    n_jobs: int | None = None,
) -> "pd.DataFrame": ...
@overload
def classify(
    posts: ArrowColumn,
    *,
    model: ModelLike | None = None,
    careful: bool = False,
    n_jobs: int | None = None,
) -> "pa.Table": ...
def classify(
    posts: Any,
    *,
    model: ModelLike | None = None,
    careful: bool = False,
    n_jobs: int | None = None,
) -> "Verdict | list[Verdict] | pd.DataFrame | pl.DataFrame | pa.Table":
    """Classify posts as giving or selling.

    Parameters
    ----------
    posts : str, or a sequence or column of str
        One post, a list, or a pandas, Polars, NumPy or Arrow column. None and NaN stand for missing
        posts.
    model : Model, str or path, optional
        A model, the folder of a saved one, or the name of a shipped one; ``givesell-en`` by
        default.
    careful : bool, default False
        Whether ``givesell-en-encoder``, which has to be installed, reads again the posts that
        deserve it, at most about a third: slower and better. ``read_by`` says which model has
        spoken.
    n_jobs : int, optional
        Threads; by default all cores for large batches.

    Returns
    -------
    Verdict, list of Verdict, or a table
        One `Verdict` for a str; a list of them, in order, for a sequence; for a pandas, Polars or
        Arrow column a table of that library with the columns ``label``, ``selling`` (probability, 0
        to 1), ``sure``, ``status`` and ``facet``, shape (n, 5), and ``read_by`` if `careful`.

    Raises
    ------
    PostTypeError
        If a post is not text; the message gives its position.
    ArgumentTypeError
        If `posts` is not a sequence or column, or `model` not a model.

    Examples
    --------
    >>> import givesell
    >>> givesell.classify("Orders open! 20% off all mugs until Friday, DM me").label
    'selling'
    >>> [verdict.label for verdict in givesell.classify(["Thanks so much, that fixed it!", None])]
    ['giving', None]
    """
    warn_of_path(posts)
    verdicts: Verdict | list[Verdict] | pd.DataFrame | pl.DataFrame | pa.Table
    read = careful_model(model) if careful else as_model(model)
    verdicts = read.classify(posts, n_jobs=n_jobs)
    return verdicts


@overload
def score(  # type: ignore[overload-overlap]
    posts: Post,
    *,
    model: ModelLike | None = None,
    careful: bool = False,
    n_jobs: int | None = None,
) -> float: ...
@overload
def score(
    posts: PostsLike,
    *,
    model: ModelLike | None = None,
    careful: bool = False,
    n_jobs: int | None = None,
) -> "NDArray[np.float32]": ...
def score(
    posts: Any,
    *,
    model: ModelLike | None = None,
    careful: bool = False,
    n_jobs: int | None = None,
) -> "float | NDArray[np.float32]":
    """Return the probability that posts are selling.

    Parameters
    ----------
    posts : str, or a sequence or column of str
        As for `classify`.
    model : Model, str or path, optional
        A model, the folder of a saved one, or the name of a shipped one; ``givesell-en`` by
        default.
    careful : bool, default False
        Whether ``givesell-en-encoder``, which has to be installed, reads again the posts that
        deserve it, at most about a third: slower and better.
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
        If `posts` is not a sequence or column, or `model` not a model.

    Examples
    --------
    >>> import givesell
    >>> givesell.score(["Buy one, get one free, link in bio!", "Thanks!"]).round() == [1, 0]
    array([ True,  True])
    """
    warn_of_path(posts)
    read = careful_model(model) if careful else as_model(model)
    probabilities: float | NDArray[np.float32] = read.score(posts, n_jobs=n_jobs)
    return probabilities


@overload
def explain(  # type: ignore[overload-overlap]
    posts: Post, *, model: ModelLike | None = None, top: int = 5
) -> "Explanation": ...
@overload
def explain(
    posts: PostsLike, *, model: ModelLike | None = None, top: int = 5
) -> "list[Explanation]": ...
def explain(
    posts: Any, *, model: ModelLike | None = None, top: int = 5
) -> "Explanation | list[Explanation]":
    """Explain the verdicts on posts.

    Parameters
    ----------
    posts : str, or a sequence or column of str
        As for `classify`.
    model : Model, str or path, optional
        A model, the folder of a saved one, or the name of a shipped one; ``givesell-en`` by
        default.
    top : int, default 5
        Maximum number of reasons per post. All contributions are there in any case. A model without
        weights is explained by occlusion, which scores a post up to 17 times.

    Returns
    -------
    Explanation or list of Explanation
        One for a str; a list of them, in order, otherwise.

    Raises
    ------
    ArgumentError
        If `top` is not a whole number from 1 to 1,000.
    PostTypeError
        If a post is not text; the message gives its position.
    ArgumentTypeError
        If `posts` is not a sequence or column, or `model` not a model.

    Examples
    --------
    >>> import givesell
    >>> why = givesell.explain(
    ...     "New prints in the shop, DM me to order. Does anyone want a blue one?"
    ... )
    >>> [str(cue) for cue in why.cues]
    ['asks for a message: DM me', 'asks readers a question: Does anyone']
    """
    from givesell.reasons.explain import explain_posts

    warn_of_path(posts)
    explanations: Explanation | list[Explanation] = explain_posts(as_model(model), posts, top)
    return explanations


def warn_of_path(post: Any, *, stacklevel: int = 3) -> None:
    """Warn if a post is the name of an existing file, which was probably meant to be read.

    Only posts that end as file names do are looked up, and never on another machine
    (``//host/share``), so that a post cannot make this process contact one.

    Parameters
    ----------
    post : object
    stacklevel : int, default 3
        As for `warnings.warn`.

    Examples
    --------
    >>> warn_of_path("nowhere.csv")
    """
    # Most posts have no full stop near their end, which is seen sooner than that a pattern fails.
    if (
        isinstance(post, str)
        and str.find(post, ".", -_ENDING, -1) >= 0
        and re.fullmatch(_PATH, post)
        and os.path.isfile(post)  # noqa: PTH113 - thrice as fast as a Path
    ):
        message = (
            f"{shown(post)} is a file: its name was judged. For the posts in it: givesell score, in"
            " Python givesell.score_archive."
        )
        warnings.warn(message, HintWarning, stacklevel=stacklevel)


def score_archive(
    paths: PathLike | Iterable[PathLike],
    out: PathLike | None = None,
    *,
    model: ModelLike | None = None,
    careful: bool = False,
    facets: bool = False,
    why: int = 0,
    report: PathLike | None = None,
    target: float = 0.8,
    timezone: str = "UTC",
    text_column: str | None = None,
    columns: Mapping[str, str] | None = None,
    format: str | None = None,  # noqa: A002
    query: str | None = None,
    visibility: Visibility = "public",
    encoding: str | None = None,
    strict: bool = False,
    prefix: str = "",
    excel: bool = False,
    like_input: bool = False,
    selection: "Selection | None" = None,
    sink: IO[bytes] | None = None,
    overwrite: bool = False,
    resume: bool = True,
    n_jobs: int | None = None,
    progress: "Progress | None" = None,
) -> "Summary":
    """Score the posts of an archive, and report on them.

    The function behind ``givesell score``: memory does not grow with the archive, an interrupted
    run can be resumed, and rows that cannot be read go to ``OUT.rejects.jsonl``.

    Parameters
    ----------
    paths : path or list of paths
        Exports of platforms, plain files, folders, patterns; ``-`` for the standard input. Several
        may have different columns: the output has all of them, with nulls where a file lacks one.
    out : path, optional
        The scored file: Parquet, Arrow, CSV, TSV, JSONL or XLSX, as its name says; all columns of
        the input, then ``label``, ``selling``, ``sure`` and ``status``. By default no file is left.
    model : Model, str or path, optional
        A model, the folder of a saved one, or the name of a shipped one; ``givesell-en`` by
        default.
    careful : bool, default False
        Whether ``givesell-en-encoder``, which has to be installed, reads again the posts that
        deserve it, at most about a third: slower and better. Adds a column ``read_by``: the name of
        the model that has spoken.
    facets : bool, default False
        Add a column ``facet``: which kind of giving or selling a post likely is.
    why : int, default 0
        Add a column ``why`` with the strongest reasons, up to this number; with a model without
        weights this takes up to ten times as long.
    report : path, optional
        Where to write an HTML report. It is part of the run: if that is interrupted, the next one
        writes it.
    target : float, default 0.8
        The share of giving to which the report compares the archive.
    timezone : str, default "UTC"
        Time zone of the report's hours and days.
    text_column : str, optional
        The column of posts; exports of platforms are then read as plain tables. By default the
        one that the tool that made the table uses, or one with a name such as ``text``.
    columns : mapping of str to str, optional
        For tables: the column of each part of the posts whose name does not say what it is; see
        `read_archive`.
    format : str, optional
        A name in `givesell.archives.FORMATS`; by default the content decides.
    query : str, optional
        For SQLite: the SELECT whose rows are the posts. For a spreadsheet: the name of the sheet.
    visibility : str, default "public"
        ``"all"`` reads followers-only and direct posts of exports too.
    encoding : str, optional
        The encoding of text that does not declare it, such as ``"cp1252"``; by default UTF-8, or
        UTF-16 where it looks like that.
    strict : bool, default False
        Whether the first row that cannot be read is an error.
    prefix : str, default ""
        Prefix for the names of the added columns.
    excel : bool, default False
        Make a CSV or TSV output for spreadsheets: with a byte order mark, the input's delimiter,
        and no cell that runs as a formula.
    like_input : bool, default False
        Write CSV with the delimiter and the byte order mark of the CSV that was read.
    selection : Selection, optional
        Which rows are written, and in what order; see `givesell.batch.Selection`. All are scored
        and counted.
    sink : file, optional
        Where to write the rows instead, such as ``sys.stdout.buffer``. `out` then only gives the
        format and the folder to work in, and no file is left there.
    overwrite : bool, default False
        Whether an existing output, and what is written beside it, may be replaced.
    resume : bool, default True
        Whether to resume an interrupted run of the same inputs and settings.
    n_jobs : int, optional
        Threads, as in joblib; by default one per core.
    progress : callable, optional
        Called after each batch with the bytes done, the bytes to do (each input counts twice, since
        some are read twice) and the rows written. While a slow model reads it is called more often,
        with the rows scored so far; where it has a method ``read_again``, that is called with the
        posts that were read a second time.

    Returns
    -------
    Summary
        Counts, and the posts that stand out.

    Raises
    ------
    FileError
        If an input cannot be read or an output cannot be written; E415 if another run is writing
        it.
    DataError
        E301 if a file has no column `text_column`; E508 if several could be meant.
    ArgumentError
        If an option cannot be used, such as `facets` with a model that has none.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import demo_archive
    >>> summary = givesell.score_archive(demo_archive())
    >>> summary.rows, summary.giving + summary.selling
    (400, 400)
    """
    from dataclasses import replace

    from givesell.batch import ReadOptions, Selection, WriteOptions, check_paths
    from givesell.batch.stream import score_checked
    from givesell.report_options import check_options
    from givesell.scorer import Scorer

    threads = threads_of(n_jobs)
    selection = selection or Selection()
    if report is not None and not selection.is_all:
        raise ArgumentError(
            "E317", one="a report on all posts (--report)", other="an output with some of them"
        )
    check_options(target=target, timezone=timezone)
    read = ReadOptions(
        text_column=text_column,
        columns=columns,
        format=format,
        query=query,
        visibility=visibility,
        encoding=encoding,
        strict=strict,
    )
    write = WriteOptions(
        prefix=prefix,
        excel=excel,
        like_input=like_input,
        selection=selection,
        sink=sink,
        overwrite=overwrite,
        resume=resume,
    )
    with _place(out) as place:
        # Before the model is loaded, so that a mistyped name shows at once.
        checked = check_paths(paths, place, overwrite=overwrite, report=report, excel=excel)
        scorer = Scorer(model, careful=careful, facets=facets, why=why)
        page = Page(
            scorer.model,
            target=target,
            timezone=timezone,
            text_column=text_column,
            columns=columns,
            title=_title(checked.given),
        )
        summary = score_checked(
            checked,
            scorer.scoring(threads=threads),
            read=read,
            write=write,
            progress=progress,
            make_report=page,
        )
    if out is None:  # and the rejects are gone too
        summary = replace(summary, out=None, rejects=None)
    return replace(summary, findings=page.findings)


class Page:
    """Makes the report on a scored file, and keeps the sentences of its summary.

    Parameters
    ----------
    model : Model
    **options
        Options of `givesell.report.make_report`.

    Attributes
    ----------
    findings : tuple of str
    """

    def __init__(self, model: Model, **options: Any) -> None:
        self._model, self._options = model, options
        self.findings: tuple[str, ...] = ()

    def __call__(self, summary: "Summary") -> bytes:
        """Return the report as HTML.

        Parameters
        ----------
        summary : Summary
            Of the run that has written the file.

        Returns
        -------
        bytes
        """
        from givesell.report import make_report

        if summary.out is None:
            raise ValueError("there is no scored file to report on")
        made = make_report(
            summary.out,
            model=self._model,
            skipped=summary.skipped,
            unread=summary.unread,
            n_unread=summary.n_unread,
            relabelled=summary.relabelled,
            **self._options,
        )
        self.findings = tuple(made.figures["summary"])
        return made.html.encode()


@contextmanager
def _place(out: PathLike | None) -> Iterator[PathLike]:
    """Yield the path of an output; a temporary one if no file is to be left."""
    if out is not None:
        yield out
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        yield Path(folder) / "scored.parquet"


def _title(given: list[Path]) -> str:
    first = given[0].name or str(given[0])
    return first if len(given) == 1 else f"{first} and {len(given) - 1} more"
