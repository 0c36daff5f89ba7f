"""What is checked in labelled posts before a model is trained on them, and what is done then."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.core.model import Model
from givesell.errors import DataError
from givesell.labelled.finding import Finding, first_rows, n_posts
from givesell.labelled.groups import group_keys
from givesell.labelled.near_duplicates import near_copies, same_text
from givesell.labelled.posts import Labelled
from givesell.learn.adapt import Deviation
from givesell.measure.seen_in_training import too_good, warn_of_training
from givesell.verdict import GIVING, SELLING

FEW_POSTS = 200  # below, figures say little
FEW_FROM_SCRATCH = 1000  # up to so many, benchmarks/adapt.md has measured what a base gains
FEW_GROUPS = 10
FEW_OF_A_LABEL = 50
RARE = 0.05  # the share of a label below which it is worth a warning
LARGE_GROUP = 0.5
FAR_FROM_PRIOR = 0.1
SEEN = "seen by base"
LONG_TAIL = 0.9  # the share of groups of one post from which a column hardly keeps posts together


def check(data: Labelled, *, act: bool = True) -> Labelled:
    """Check labelled posts.

    Parameters
    ----------
    data : Labelled
    act : bool, default True
        Whether folds are to keep near copies apart; otherwise they are reported alone.

    Returns
    -------
    Labelled
        The same posts with more findings and, to act on, ``copies``.

    Raises
    ------
    DataError
        If all weights are 0, there is one group, or all posts of a label are in one group.

    Examples
    --------
    >>> from givesell.datasets import load_posts
    >>> from givesell.labelled.read import labelled
    >>> [finding.check for finding in check(labelled(load_posts(), groups="topic")).findings]
    ['labels', 'groups of topic', 'copies']
    """
    if not (data.weight > 0).any():
        raise DataError("E314")
    findings = [*data.findings, *_labels(data)]
    for name in data.groups:
        findings += _groups(data, name)
    copies = near_copies(data.posts)
    findings += _copies(data, copies, act)
    return replace(
        data,
        findings=findings,
        copies=copies if act and len(np.unique(copies)) < len(copies) else None,
    )


def another_prior(data: Labelled, prior: float) -> list[Finding]:
    """Say where the labels are decided for a stream of another mix than the posts."""
    share = float(data.selling[data.measured].mean())
    if abs(share - prior) < FAR_FROM_PRIOR:
        return []
    found = (
        f"{share:.0%} of the posts are selling, and labels are decided as for a stream with"
        f" {prior:.0%}."
    )
    done = f"Is your stream like these posts? Then train with prior={share:.2f}."
    return [Finding("prior", int(data.measured.sum()), found, done)]


def unweighted(classifier: Any, data: Labelled) -> Finding:
    """Report that a classifier does not support the weights of the posts."""
    count = int((data.weight != data.weight.max()).sum())
    name = type(classifier).__name__
    found = f"{name} takes no weights, and {n_posts(count)} weigh less than others."
    return Finding("weights", count, found, "All posts weigh alike.", (), True)


def adapted(base: str, change: Deviation, count: int) -> Finding:
    """Say how a model adapted to so many posts leaves its base."""
    found = (
        f"{base} was adapted to {n_posts(count)}: {len(change.columns):,} of its weights changed."
    )
    done = (
        f"Before that, its log-odds were scaled by {change.slope:.2f} and shifted by"
        f" {change.shift:+.2f}."
    )
    return Finding("base", count, found, done)


def from_scratch(count: int) -> list[Finding]:
    """Say that few posts make a better model with a shipped one to start from."""
    if count > FEW_FROM_SCRATCH:
        return []
    found = f"{n_posts(count)} are few to learn from with no model to start from."
    done = (
        "Start from a shipped one, base='givesell-en': with 50 to 1,000 labels that gained 0.04 to"
        " 0.08 macro-F1 (benchmarks/adapt.md)."
    )
    return [Finding("from scratch", count, found, done, (), True)]


def seen_by_base(base: Model, data: Labelled) -> list[Finding]:
    """Say that the base was trained on some of the posts already."""
    name, rows = base.name, base.trained_on(data.posts)
    count = int(rows.sum())
    if not count:
        return []
    found = f"{name} was trained on {count:,} of these {n_posts(len(rows))} already."
    done = (
        "Used all the same: learned twice, their errors grow sharper, and the figures flatter. Take"
        " posts that it has not seen."
    )
    return [Finding(SEEN, count, found, done, first_rows(data.index[rows]), True)]


def warn_of_base(base: Model, data: Labelled, *, stacklevel: int = 1) -> None:
    """Warn where the base was trained on more than a hundredth of the posts; ``stacklevel`` as
    for `warn_of_training`.
    """
    warn_of_training(
        base.name,
        int(base.trained_on(data.posts).sum()),
        len(data.posts),
        stacklevel=stacklevel + 1,
    )


def flattering(scheme: str, figures: Mapping[str, Any]) -> list[Finding]:
    """Say that figures are hardly true of posts as people write them."""
    found = too_good(float(figures["macro_f1"]))
    return (
        [Finding("too good", int(figures["posts"]), f"{found[:-1]} ({scheme}).", "Kept.", (), True)]
        if found
        else []
    )


def _labels(data: Labelled) -> list[Finding]:
    count, selling = int(data.measured.sum()), int(data.selling[data.measured].sum())
    share = selling / count
    found = f"{n_posts(count)}: {count - selling:,} giving, {selling:,} selling ({share:.0%})."
    done = "Labels weigh alike in training, however many posts carry them."
    findings = [
        Finding(
            "labels",
            count,
            found,
            done,
            (),
            min(share, 1 - share) < RARE or min(selling, count - selling) < FEW_OF_A_LABEL,
        )
    ]
    if count < FEW_POSTS:
        done = "Trained all the same: label more."
        findings.append(
            Finding(
                "few posts",
                count,
                f"{n_posts(count)} are few: the figures have wide intervals.",
                done,
                (),
                True,
            )
        )
    return findings


def _groups(data: Labelled, name: str) -> list[Finding]:
    keys = group_keys(data.groups[name])[data.measured]
    selling, total = data.selling[data.measured], int(data.measured.sum())
    sizes = np.bincount(keys)
    sizes = sizes[sizes > 0]
    if len(sizes) < 2:
        only = next(
            (group for group in data.groups[name][data.measured] if group is not None), None
        )
        raise DataError(
            "E303",
            found=f"Column {name!r} holds 1 group, {only!r}",
            needed="2 groups, better 10; or train without groups",
        )
    for label, is_label in ((GIVING, ~selling), (SELLING, selling)):
        if len(np.unique(keys[is_label])) < 2:
            group = data.groups[name][data.measured][is_label][0]
            raise DataError("E315", label=label, column=name, group=group)
    findings = []
    count = len(sizes)
    alone = int(sum(group is None for group in data.groups[name][data.measured]))
    single = f" {n_posts(alone)} had no group and stand alone." if alone else ""
    done = f"Folds keep each on one side.{single}"
    few = count < FEW_GROUPS
    found = f"{count:,} groups in {name!r}, of {int(np.median(sizes)):,} posts in the median."
    if few:
        found += f" Fewer than {FEW_GROUPS} say little about groups that the model has not seen."
    findings.append(Finding(f"groups of {name}", count, found, done, (), few))
    largest = int(sizes.max())
    if largest > LARGE_GROUP * total:
        found = (
            f"One group of {name!r} holds {largest / total:.0%} of the posts: its fold is measured"
            " on little training."
        )
        findings.append(Finding(f"large group of {name}", largest, found, "Kept.", (), True))
    if (sizes == 1).mean() > LONG_TAIL:
        singles = int((sizes == 1).sum())
        found = (
            f"{singles:,} of the {count:,} groups in {name!r} hold one post: the column hardly"
            " keeps related posts together."
        )
        findings.append(Finding(f"small groups of {name}", singles, found, "Kept.", (), True))
    return findings


def _copies(data: Labelled, copies: NDArray[np.int64], act: bool) -> list[Finding]:
    text = same_text(data.posts)
    findings = []
    repeated = _shared(text)
    near = _shared(copies) & ~repeated
    if not repeated.any() and not near.any():
        return [Finding("copies", 0, "No post is a copy or near copy of another.", "")]
    apart = (
        "Kept, but no fold trains on a copy of a post that it is measured on." if act else "Kept."
    )
    for name, rows in (("copies", repeated), ("near copies", near)):
        if rows.any():
            kind = (
                "have the same text as another"
                if name == "copies"
                else "share at least 70% of their words and pairs with another"
            )
            count = int(rows.sum())
            findings.append(
                Finding(
                    name, count, f"{n_posts(count)} {kind}.", apart, first_rows(data.index[rows])
                )
            )
    for column, groups in data.groups.items():
        across = _differ(copies, group_keys(groups)) & data.measured
        if across.any():
            count = int(across.sum())
            done = apart if act else "Kept: figures may flatter a little."
            found = (
                f"{n_posts(count)} have a copy or near copy in another group of {column!r}: a leak,"
                " were groups alone kept apart."
            )
            findings.append(
                Finding(
                    f"copies across groups of {column}",
                    count,
                    found,
                    done,
                    first_rows(data.index[across]),
                    True,
                )
            )
    split = _differ(text, data.selling)
    if split.any():
        count = int(split.sum())
        found = f"{n_posts(count)} have the same text as another with the other label."
        done = (
            "Kept: they pull both ways. Decide on one label, or look at them with givesell.review."
        )
        findings.append(
            Finding("contradicting labels", count, found, done, first_rows(data.index[split]), True)
        )
    return findings


def _shared(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which posts share their number with another."""
    return np.asarray(np.bincount(numbers)[numbers] > 1)


def _differ(numbers: NDArray[np.int64], kinds: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which posts share their number with one of another kind."""
    _, kind = np.unique(kinds, return_inverse=True)
    size = int(numbers.max()) + 1
    low, high = np.full(size, kind.max() + 1), np.full(size, -1)
    np.minimum.at(low, numbers, kind)
    np.maximum.at(high, numbers, kind)
    return np.asarray((low < high)[numbers])
