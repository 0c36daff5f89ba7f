"""How a model is explained: exactly where its log-odds are a sum of parts, else by occlusion."""

from collections.abc import Sequence
from typing import Any

from givesell.model.model import Model
from givesell.reasons.batch import Batch
from givesell.reasons.exact import explain_exactly
from givesell.reasons.occlusion import explain_by_occlusion


def explain_batch(
    model: Model, posts: Sequence[Any], top: int, *, facets: bool = True, in_full: bool = True
) -> Batch:
    """Score posts, with all that explanations of them need.

    Parameters
    ----------
    model : Model
    posts : sequence
        What `givesell.text.posts.as_sequence` returned.
    top : int
        Maximum number of reasons of a post.
    facets : bool, default True
        Whether the verdicts have facets, if the model does.
    in_full : bool, default True
        Whether explanations need more than reasons. Without it, fewer phrases are taken out by
        occlusion.

    Returns
    -------
    Batch

    Raises
    ------
    PostTypeError
        If a post is neither text nor missing.

    Examples
    --------
    >>> import givesell
    >>> explain_batch(givesell.load(), ["Thanks!"], 1).method
    'exact'
    """
    if model.kind.can_explain:
        return explain_exactly(model, posts, top, facets=facets, parts=in_full)
    return explain_by_occlusion(model, posts, top, facets=facets, in_full=in_full)
