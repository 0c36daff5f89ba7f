"""Are explanations by occlusion faithful, and what do they cost? For a model without weights.

    python benchmarks/occlusion.py                                  # a forest, trained here
    python benchmarks/occlusion.py --model givesell-en-encoder --write benchmarks/occlusion.md

The model reads posts again without the phrases that an explanation names for its label, and without
as many words drawn at random, or those that the default model names: the more the probability of
the label falls, the more faithful is what was named. A named model is measured on the bundled
posts; the forest is trained on those of one half of the topics and measured on the other half.
"""

import argparse
import platform
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import givesell
from givesell.datasets import load_posts
from givesell.reasons.counterfactual import without
from givesell.reasons.explanation import Explanation
from givesell.text.scan import scan
from givesell.text.token_kinds import Kind

NAMED = 3  # phrases that are taken out together
LEAST_LEFT = 0.3  # of the words of a post
DRAWS = 3  # of random words a post

Places = list[tuple[int, int]]


def forest(posts: Any) -> givesell.Model:
    """Return a random forest over n-grams, with calibrated probabilities."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline

    from givesell.estimators.calibrated import CalibratedScores
    from givesell.estimators.vectorizer import PostVectorizer

    classifier = RandomForestClassifier(60, min_samples_leaf=2, random_state=0)
    pipeline = make_pipeline(PostVectorizer(min_df=3), CalibratedScores(classifier))
    return givesell.Model.from_pipeline(pipeline.fit(posts["text"], posts["label"]))


def words(text: str) -> Places:
    """Return where the words of a post are."""
    return [(token.start, token.end) for token in scan(text) if token.kind < Kind.EMOJI]


def named(why: Explanation) -> Places:
    """Return the places of the strongest phrases for the label, as long as enough is left."""
    chosen: Places = []
    for removal in [one for one in why.removals if one.leans == why.label][:NAMED]:
        chosen = fitting(why.text, chosen, list(removal.places))
    return chosen


def named_by_default(why: Explanation, other: Explanation) -> Places:
    """Return the places of the phrases that the default model finds strongest for that label."""
    chosen: Places = []
    for reason in [one for one in other.reasons if one.leans == why.label][:NAMED]:
        chosen = fitting(why.text, chosen, [(reason.start, reason.end)])
    return chosen


def fitting(text: str, chosen: Places, more: Places) -> Places:
    """Add places if enough of the post is left without them."""
    every, further = words(text), [*chosen, *more]
    left = [w for w in every if not any(a <= w[0] < b for a, b in further)]
    return further if len(left) >= LEAST_LEFT * len(every) else chosen


def at_random(text: str, count: int, rng: random.Random) -> Places:
    """Return the places of so many words drawn at random."""
    every = words(text)
    return rng.sample(every, min(count, len(every)))


def measure(model: givesell.Model, texts: Sequence[str]) -> list[str]:
    """Return a table: what each choice of words does when they are taken out."""
    rng = random.Random(0)
    explained = [why for why in givesell.explain(list(texts), model=model) if why.label]
    others = givesell.explain([why.text for why in explained], top=16)
    chosen = [(why, other, named(why)) for why, other in zip(explained, others, strict=True)]
    chosen = [row for row in chosen if row[2]]
    trials: dict[str, list[tuple[Explanation, Places]]] = {
        f"**the {NAMED} strongest by occlusion**": [(why, places) for why, _, places in chosen],
        f"the {NAMED} strongest of the default model": [
            (why, named_by_default(why, other)) for why, other, _ in chosen
        ],
        "as many words at random": [
            (why, at_random(why.text, inside(why.text, places), rng))
            for why, _, places in chosen * DRAWS
        ],
    }
    lines = [
        "| taken out | words | the label's probability falls by | label flips |",
        "|---|---:|---:|---:|",
    ]
    for name, taken in trials.items():
        after = model.score([without(why.text, places) for why, places in taken], n_jobs=1)
        before = np.array([why.selling for why, _ in taken])
        sign = np.where(before >= 0.5, 1, -1)
        kept = ~np.isnan(after)
        falls = (sign * (before - after))[kept]
        flips = ((after >= 0.5) != (before >= 0.5))[kept]
        count = np.mean([inside(why.text, places) for why, places in taken])
        lines.append(f"| {name} | {count:.1f} | {falls.mean():.3f} | {flips.mean():.0%} |")
    share = len(chosen) / len(explained)
    tried = [len(why.removals) for why in explained]
    lines.append(
        f"\n{len(explained):,} posts judged; of {share:.0%} a phrase speaks for the label and can be"
        f" taken out. Phrases tried a post: {np.mean(tried):.1f}, at most {max(tried)}."
    )
    return lines


def inside(text: str, places: Places) -> int:
    """Return how many words lie in places."""
    return sum(any(a <= word[0] < b for a, b in places) for word in words(text))


def timed(model: givesell.Model, texts: Sequence[str]) -> str:
    """Return what an explanation of a post takes, one at a time and complete."""
    givesell.explain(texts[0], model=model)
    times: dict[str, list[float]] = {"verdict": [], "explanation": [], "complete": []}
    for text in texts:
        for name, work in (
            ("verdict", lambda text: model.score(text)),
            ("explanation", lambda text: givesell.explain(text, model=model)),
            ("complete", lambda text: givesell.explain(text, model=model).to_dict()),
        ):
            start = time.process_time()
            work(text)
            times[name].append(1000 * (time.process_time() - start))
    (verdict, explanation, complete) = (np.percentile(times[name], [50, 95]) for name in times)
    return (
        f"Milliseconds of processor time a post, median (95th percentile): verdict {verdict[0]:.1f}"
        f" ({verdict[1]:.1f}), explanation {explanation[0]:.1f} ({explanation[1]:.1f}), with all"
        f" that it can show, what flips it included, {complete[0]:.1f} ({complete[1]:.1f})."
    )


def report(name: str | None, most: int) -> str:
    """Measure and write the page."""
    posts = load_posts()
    if name is None:
        topics = sorted(set(posts["topic"]))
        first = posts["topic"].isin(topics[::2])
        model, texts = forest(posts[first]), posts.loc[~first, "text"].tolist()
    else:
        model, texts = givesell.load(name), posts["text"].tolist()
    texts = random.Random(0).sample(texts, min(most, len(texts)))
    short = [text for text in texts if 40 <= len(text) <= 100][:50] or texts[:50]
    return "\n".join(
        [
            "# Explanations by occlusion\n",
            "Made by `python benchmarks/occlusion.py`"
            + (f" with `--model {name}`" if name else "")
            + ", whose head says what is measured; the bundled posts, one core.\n",
            f"{platform.machine()}, Python {platform.python_version()}; {model.kind}.\n",
            *measure(model, texts),
            "",
            f"{timed(model, short)} Posts of 40 to 100 characters.",
            "",
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="Name or folder of a model without weights.")
    parser.add_argument("--posts", type=int, default=400, help="How many posts. Default: 400.")
    parser.add_argument(
        "--write", type=Path, help="Write the report to this file; without it, print it."
    )
    options = parser.parse_args()
    text = report(options.model, options.posts)
    options.write.write_text(text, encoding="utf-8") if options.write else print(text)
