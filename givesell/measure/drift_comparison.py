"""What was counted over posts, compared with what a model recorded in training."""

import math
from typing import Any

import numpy as np

from givesell.measure.drift_measures import NOT_ENGLISH, Drift, Measure
from givesell.measure.drift_tally import DriftTally
from givesell.measure.histograms import MEASURES, distance
from givesell.verdict import Status


def drift_of(tally: DriftTally) -> Drift:
    """Compare what was counted over posts with what the model recorded in training.

    Parameters
    ----------
    tally : DriftTally

    Returns
    -------
    Drift
        Without measures where the model recorded nothing; for fewer than 50 posts only strong drift
        means anything.
    """
    model = tally.model
    known: dict[str, Any] = model.info.get("drift") or {}
    posts = int(
        tally.statuses.sum() - tally.statuses[Status.MISSING] - tally.statuses[Status.EMPTY]
    )
    judged = int(tally.histogram.sum())
    ngrams, new_ngrams, words, new_words = tally.features.tolist()
    measures: list[Measure] = []
    if known and posts:
        values = {
            "unseen": new_ngrams / max(ngrams, 1),
            "strange": tally.strange / max(tally.looked, 1),
            "distance": (
                float(distance(tally.histogram, np.array(known["histogram"])))
                if judged
                else math.nan
            ),
        }
        usual = {"unseen": known["unseen"], "strange": known["strange"], "distance": math.nan}
        measures += [
            Measure(
                name,
                values[name],
                usual[name],
                *(_limit(known, kind, name, posts) for kind in ("mixture", "source")),
            )
            for name in MEASURES
        ]
        measures.append(
            Measure(
                "not_english", float(tally.statuses[Status.NOT_ENGLISH]) / posts, 0.0, *NOT_ENGLISH
            )
        )
    judged_words, new_judged = tally.judged_words.tolist()
    return Drift(
        tuple(measures),
        posts,
        {status.text: int(tally.statuses[status]) for status in Status},
        new_words / max(words, 1),
        new_judged / max(judged_words, 1),
        tally.histogram.copy(),
        tally.unsure / judged if judged else math.nan,
        known,
        str(model.info["name"]),
    )


def _limit(known: dict[str, Any], kind: str, name: str, posts: int) -> float:
    """Return the limit for an archive of so many posts, between those for the sizes that were
    drawn.
    """
    limits = known["limits"].get(kind)
    if limits is None:
        return math.nan
    return float(np.interp(math.log(posts), np.log(known["sizes"]), limits[name]))
