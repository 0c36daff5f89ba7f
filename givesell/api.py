"""The public functions."""

import os
import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from givesell.core.load import ModelLike, as_model
from givesell.core.model import Model
from givesell.core.scoring import threads_of
from givesell.errors import ArgumentError, HintWarning
from givesell.show.words import shown

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import polars as pl
    from numpy.typing import NDArray

    from givesell.batch import Summary
    from givesell.batch.pipeline import AddedColumn
    from givesell.reasons.explanation import Explanation
    from givesell.verdict import Verdict

_PATH = re.compile(r"(?![\\/]{2})[^\n]{1,240}\.[A-Za-z0-9]{1,8}")  # as names of files end


@overload
def classify(
    posts: str | None, *, model: ModelLike | None = None, n_jobs: int | None = None
) -> "Verdict": ...
@overload
def classify(
    posts: "pd.Series[Any]", *, model: ModelLike | None = None, n_jobs: int | None = None
) -> "pd.DataFrame": ...
@overload
def classify(
    posts: "pl.Series", *, model: ModelLike | None = None, n_jobs: int | None = None
) -> "pl.DataFrame": ...
@overload
def classify(
    posts: list[Any] | tuple[Any, ...], *, model: ModelLike | None = None, n_jobs: int | None = None
) -> "list[Verdict]": ...
@overload
def classify(posts: Any, *, model: ModelLike | None = None, n_jobs: int | None = None) -> Any: ...
def classify(posts: Any, *, model: ModelLike | None = None, n_jobs: int | None = None) -> Any:
    """Tell whether posts are giving or selling.

    Parameters
    ----------
    posts : str, or a sequence or column of str
        One post, a list, or a pandas, Polars, NumPy or Arrow column. None and NaN stand for missing
        posts.
    model : Model, str or path, optional
        A model, the folder of a saved one, or the name of a shipped one; ``givesell-en`` by
        default.
    n_jobs : int, optional
        Threads; by default all cores for large batches.

    Returns
    -------
    Verdict, list of Verdict, or a table
        One `Verdict` for a str; a list of them, in order, for a sequence; for a pandas, Polars or
        Arrow column a table of that library with the columns ``label``, ``selling`` (probability, 0
        to 1), ``sure``, ``status`` and ``facet``, shape (n, 5).

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
    warn_of_path(posts)
    return as_model(model).classify(posts, n_jobs=n_jobs)


@overload
def score(
    posts: str | None, *, model: ModelLike | None = None, n_jobs: int | None = None
) -> float: ...
@overload
def score(
    posts: Iterable[Any], *, model: ModelLike | None = None, n_jobs: int | None = None
) -> "NDArray[np.float32]": ...
@overload
def score(posts: Any, *, model: ModelLike | None = None, n_jobs: int | None = None) -> Any: ...
def score(posts: Any, *, model: ModelLike | None = None, n_jobs: int | None = None) -> Any:
    """Return the probability that posts are selling.

    Parameters
    ----------
    posts : str, or a sequence or column of str
        As for `classify`.
    model : Model, str or path, optional
        A model, the folder of a saved one, or the name of a shipped one; ``givesell-en`` by
        default.
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
    warn_of_path(posts)
    return as_model(model).score(posts, n_jobs=n_jobs)


@overload
def explain(
    posts: str | None, *, model: ModelLike | None = None, top: int = 5
) -> "Explanation": ...
@overload
def explain(
    posts: Iterable[Any], *, model: ModelLike | None = None, top: int = 5
) -> "list[Explanation]": ...
@overload
def explain(posts: Any, *, model: ModelLike | None = None, top: int = 5) -> Any: ...
def explain(posts: Any, *, model: ModelLike | None = None, top: int = 5) -> Any:
    """Tell why posts got their verdicts.

    Parameters
    ----------
    posts : str, or a sequence or column of str
        As for `classify`.
    model : Model, str or path, optional
        A model, the folder of a saved one, or the name of a shipped one; ``givesell-en`` by
        default.
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
    >>> why = givesell.explain(
    ...     "New prints in the shop, DM me to order. Does anyone want a blue one?"
    ... )
    >>> [str(cue) for cue in why.cues]
    ['asks for a message: DM me', 'asks readers a question: Does anyone']
    """
    from givesell.reasons.explain import explain_posts

    warn_of_path(posts)
    return explain_posts(as_model(model), posts, top)


def warn_of_path(post: Any, *, stacklevel: int = 3) -> None:
    """Warn where one post is the name of a file that is there: it was likely meant to be read.

    Only what ends as file names do is looked for, and never on another machine (``//host/share``),
    so that no post makes this process ask one for it.

    Parameters
    ----------
    post : object
    stacklevel : int, default 3
        As for `warnings.warn`.

    Examples
    --------
    >>> warn_of_path("nowhere.csv")
    """
    # thrice as fast as a Path
    if isinstance(post, str) and _PATH.fullmatch(post) and os.path.isfile(post):  # noqa: PTH113
        message = (
            f"{shown(post)} is a file: its name was judged. For the posts in it: givesell score, in"
            " Python givesell.score_archive."
        )
        warnings.warn(message, HintWarning, stacklevel=stacklevel)


def score_archive(
    paths: Any,
    out: Any = None,
    *,
    model: ModelLike | None = None,
    report: Any = None,
    target: float = 0.8,
    timezone: str = "UTC",
    facets: bool = False,
    why: int = 0,
    n_jobs: int | None = None,
    **options: Any,
) -> "Summary":
    """Score the posts of an archive, and report on them.

    What ``givesell score`` does: memory does not grow with the archive, an interrupted run goes on
    where it was, rows that cannot be read go to ``OUT.rejects.jsonl``.

    Parameters
    ----------
    paths : path or list of paths
        Exports of platforms, plain files, folders, patterns.
    out : path, optional
        The scored file: Parquet, Arrow, CSV, TSV or JSONL by its name. By default it is not kept.
    model : Model, str or path, optional
        A model, the folder of a saved one, or the name of a shipped one; ``givesell-en`` by
        default.
    report : path, optional
        Where to write an HTML report. It is part of the run: if that is interrupted, the next one
        writes it.
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
        As `givesell.batch.score_files` takes them: ``selection``, ``sink``, ``text_column``,
        ``columns``, ``prefix``, ``excel``, ``like_input``, ``format``, ``query``, ``visibility``,
        ``encoding``, ``strict``, ``overwrite``, ``resume``, ``progress``.

    Returns
    -------
    Summary
        Counts, and the posts that stand out.

    Raises
    ------
    FileError
        If an input cannot be read or an output cannot be written; E415 if another run is writing
        it.
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
    from givesell.report_options import check_options

    threads = threads_of(n_jobs)
    selection = options.get("selection")
    if report is not None and selection is not None and not selection.is_all:
        raise ArgumentError(
            "E317", one="a report on all posts (--report)", other="an output with some of them"
        )
    check_options(target=target, timezone=timezone)
    if out is not None:  # before the model is loaded, so that a mistyped name shows at once
        check_paths(paths, out, overwrite=options.get("overwrite", False), report=report)
    chosen = as_model(model)
    added = _added(chosen, facets, why)
    about = {
        **about_model(chosen),
        **({"why": why} if why else {}),
        **({"facet": True} if facets else {}),
    }
    findings: tuple[str, ...] = ()

    def page(summary: "Summary") -> bytes:
        from givesell.report import make_report

        nonlocal findings
        assert summary.out is not None
        made = make_report(
            summary.out,
            model=chosen,
            target=target,
            timezone=timezone,
            text_column=options.get("text_column"),
            columns=options.get("columns"),
            title=_title(paths),
            skipped=summary.skipped,
            unread=summary.unread,
            n_unread=summary.n_unread,
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
            model=chosen,
            **options,
        )
    if out is None:  # nor are the rejects kept
        summary = replace(summary, out=None, rejects=None)
    return replace(summary, findings=findings)


def _added(model: Model, facets: bool, why: int) -> dict[str, "AddedColumn"]:
    """Return the further columns that were asked for."""
    from givesell.reasons.explain import reason_lines

    if isinstance(why, bool) or not isinstance(why, int) or why < 0:
        raise ArgumentError(
            "E206", argument="why", expected="a whole number from 0 on", type=repr(why)
        )
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
