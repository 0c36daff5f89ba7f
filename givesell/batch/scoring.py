"""What scores the posts of a run."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from givesell.model.model import Model
from givesell.verdict import Scores

STEP = 128  # posts: a second or less, however slow the model
ScoreTexts = Callable[[list[str | None]], Scores]
AddedColumn = Callable[
    [list[str | None], Scores], Any
]  # an Arrow, NumPy or Python column of str or None


@dataclass(frozen=True, slots=True)
class Scoring:
    """What scores the posts of a run, and what identifies it.

    Attributes
    ----------
    scorer : callable
        Takes a list of str or None, returns `Scores` of the same length. Called from several
        threads.
    added : mapping of str to callable
        Further columns of text by name, each from a callable that takes the posts of a batch and
        their `Scores`; they come before ``label``.
    about : object, optional
        What is known about the scorer, as JSON can hold it: another starts the run anew, and
        Parquet and Arrow outputs record it.
    model : Model, optional
        The one that scores: the summary then says whether the posts look like those that it was
        measured on.
    threads : int, optional
        How many threads score; by default one per core.
    step : int, optional
        For a scorer that takes milliseconds a post: how many posts to hand to it at a time, so that
        progress shows, all threads work on one batch, and an interruption is answered. By default
        it gets whole batches.
    """

    scorer: ScoreTexts
    added: Mapping[str, AddedColumn] = field(default_factory=dict)
    about: object = None
    model: Model | None = None
    threads: int | None = None
    step: int | None = None


def about_model(model: Model) -> dict[str, Any]:
    """Return what identifies a model in a checkpoint and in the metadata of an output.

    Parameters
    ----------
    model : Model

    Returns
    -------
    dict
        ``name`` and ``digest`` of all that the manifest records.
    """
    info = model.info
    digest = hashlib.sha256(json.dumps(info, sort_keys=True, default=str).encode()).hexdigest()
    return {"name": info.get("name"), "digest": digest[:16]}
