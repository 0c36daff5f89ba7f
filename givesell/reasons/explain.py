"""Explanations of posts, one or many, and their reasons in a line for a column of a file."""

import math
from typing import Any, overload

import numpy as np

from givesell.errors import ArgumentError
from givesell.model.model import Model
from givesell.reasons.batch import OCCLUSION, Batch
from givesell.reasons.explanation import Explanation
from givesell.reasons.methods import explain_batch
from givesell.reasons.wording import BEFORE, in_a_line, start_decides, without_it
from givesell.text.posts import as_sequence, is_missing, is_text
from givesell.types import Post, PostsLike

MOST_REASONS = 1000  # of a post: each costs a look at all of its tokens


@overload
def explain_posts(  # type: ignore[overload-overlap]
    model: Model, posts: Post, top: int = ...
) -> Explanation: ...
@overload
def explain_posts(model: Model, posts: PostsLike, top: int = ...) -> list[Explanation]: ...
def explain_posts(model: Model, posts: Any, top: int = 5) -> Explanation | list[Explanation]:
    """Explain the verdicts of a model; see `givesell.explain`.

    Parameters
    ----------
    model : Model
    posts : str, or a sequence or column of str
    top : int, default 5

    Returns
    -------
    Explanation or list of Explanation

    Raises
    ------
    ArgumentError
        If `top` is no whole number from 1 to 1,000.
    PostTypeError
        If a post is not text.

    Examples
    --------
    >>> import givesell
    >>> explain_posts(givesell.load(), ["Thanks!", None], top=1)  # doctest: +ELLIPSIS
    [Explanation(label='giving', ..., intercept=-..., reasons=['Thanks -...']),
    Explanation(label=None, status='missing')]
    """
    if is_text(posts) or is_missing(posts):
        return explain_posts(model, [posts], top)[0]
    if (
        not isinstance(top, (int, np.integer))
        or isinstance(top, bool)
        or not 1 <= top <= MOST_REASONS
    ):
        raise ArgumentError(
            "E206",
            argument="top",
            expected=f"a whole number from 1 to {MOST_REASONS:,}",
            given=repr(top),
        )
    batch = explain_batch(model, as_sequence(posts), int(top))
    return [Explanation(batch, row) for row in range(len(batch.posts))]


def reason_lines(model: Model, posts: PostsLike, top: int = 3) -> list[str | None]:
    """Return the top reasons of each post as a line of text, for a column of a file.

    Parameters
    ----------
    model : Model
    posts : sequence or column of str
    top : int, default 3

    Returns
    -------
    list of str or None
        ``phrase (+1.25)`` after ``phrase (-0.50)``, with what each adds to the log-odds of selling,
        and ``before any word (-2.50)`` where they do not speak for the label and that decided; by
        occlusion ``without “phrase”: 0.91 → 0.35``; None where there is no label.

    Examples
    --------
    >>> import givesell
    >>> reason_lines(
    ...     givesell.load(), ["Thanks so much, that fixed it!", None], top=1
    ... )  # doctest: +ELLIPSIS
    ['Thanks (-1...)', None]
    """
    batch = explain_batch(model, as_sequence(posts), top, facets=False, in_full=False)
    return [
        None if math.isnan(p) else _line(batch, row)
        for row, p in enumerate(batch.scores.selling.tolist())
    ]


def _line(batch: Batch, row: int) -> str:
    reasons = batch.reasons(row)
    if batch.method == OCCLUSION:
        selling = float(batch.scores.selling[row])
        removals = batch.removals(row)[: len(reasons)]
        return "; ".join(without_it(removal, selling) for removal in removals)
    words = [f"{in_a_line(reason.text)} ({reason.weight:+.2f})" for reason in reasons]
    start = batch.intercept(row)
    if start_decides(batch.scores.label[row], start, float(batch.log_odds[row]), reasons):
        words.append(f"{BEFORE} ({start:+.2f})")
    return "; ".join(words)
