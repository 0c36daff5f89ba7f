"""What is checked in labelled posts before a model is trained on them, and what is done then."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.core.kind import Kind
from givesell.errors import DataError
from givesell.labelled.finding import Finding, first_rows, n_posts
from givesell.labelled.groups import group_keys
from givesell.labelled.near_duplicates import near_copies, same_text
from givesell.labelled.posts import Labelled
from givesell.learn.adapt import Deviation
from givesell.measure.seen_in_training import too_good, warn_of_training
from givesell.model.model import Model
from givesell.show.numbers import percent
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
    >>> from givesell.labelled.read import read_labelled
    >>> from givesell.labelled.request import Request
    >>> [
    ...     finding.check
    ...     for finding in check(read_labelled(Request(load_posts(), groups="topic"))).findings
    ... ]
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
    """Report that labels are decided for a stream of another mix than these posts."""
    share = float(data.selling[data.measured].mean())
    if abs(share - prior) < FAR_FROM_PRIOR:
        return []
    message = (
        f"{percent(share)} of the posts are selling; labels are decided for a stream with"
        f" {percent(prior)}."
    )
    done = f"If your stream is like these posts, train with prior={share:.2f}."
    return [Finding("prior", int(data.measured.sum()), message, done)]


def unweighted(classifier: Any, data: Labelled) -> Finding:
    """Report that a classifier does not support sample weights."""
    count = int((data.weight != data.weight.max()).sum())
    message = (
        f"{type(classifier).__name__} does not support sample weights, and {n_posts(count)} should"
        " weigh less than others."
    )
    return Finding("weights", count, message, "All posts have the same weight.", (), True)


def without_facets(kind: Kind, count: int) -> Finding:
    """Report that the kind of a model recognises no facets."""
    message = f"Facets need a weighted sum of n-grams; {kind.classifier} is none."
    return Finding("facets", count, message, "The model knows no facets.", (), True)


def adapted(base: str, change: Deviation, count: int) -> Finding:
    """Report how far an adapted model is from its base."""
    message = (
        f"{base} was adapted to {n_posts(count)}: {len(change.columns):,} of its weights changed."
    )
    done = (
        f"Before that, its log-odds were scaled by {change.slope:.2f} and shifted by"
        f" {change.shift:+.2f}."
    )
    return Finding("base", count, message, done)


def from_scratch(count: int) -> list[Finding]:
    """Report that few posts make a better model if it starts from a shipped one."""
    if count > FEW_FROM_SCRATCH:
        return []
    message = f"{n_posts(count)} are few to learn from without a model to start from."
    done = (
        "Start from a shipped one, base='givesell-en': with 50 to 1,000 labels that gained 0.04 to"
        " 0.08 macro-F1 (benchmarks/adapt.md)."
    )
    return [Finding("from scratch", count, message, done, (), True)]


def seen_by_base(base: Model, data: Labelled) -> list[Finding]:
    """Report that the base was already trained on some of the posts."""
    name, rows = base.name, base.trained_on(data.posts)
    count = int(rows.sum())
    if not count:
        return []
    message = f"{name} was trained on {count:,} of these {n_posts(len(rows))}."
    done = (
        "Used anyway: learning them twice makes the model too sure of them, and the figures look"
        " better than they are. Use posts that it has not seen."
    )
    return [Finding(SEEN, count, message, done, first_rows(data.index[rows]), True)]


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
    """Report that figures are too good to hold for posts as people write them."""
    message = too_good(float(figures["macro_f1"]))
    return (
        [
            Finding(
                "too good", int(figures["posts"]), f"{message[:-1]} ({scheme}).", "Kept.", (), True
            )
        ]
        if message
        else []
    )


def _labels(data: Labelled) -> list[Finding]:
    count, selling = int(data.measured.sum()), int(data.selling[data.measured].sum())
    share = selling / count
    message = (
        f"{n_posts(count)}: {count - selling:,} giving, {selling:,} selling ({percent(share)})."
    )
    done = "Both labels have the same weight in training."
    findings = [
        Finding(
            "labels",
            count,
            message,
            done,
            (),
            min(share, 1 - share) < RARE or min(selling, count - selling) < FEW_OF_A_LABEL,
        )
    ]
    if count < FEW_POSTS:
        done = "Trained anyway: label more posts."
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
            problem=f"Column {name!r} holds 1 group, {only!r}",
            needed="2 groups, better 10; or train without groups",
        )
    for label, is_label in ((GIVING, ~selling), (SELLING, selling)):
        if len(np.unique(keys[is_label])) < 2:
            group = data.groups[name][data.measured][is_label][0]
            raise DataError("E315", label=label, column=name, group=group)
    findings = []
    count = len(sizes)
    alone = int(sum(group is None for group in data.groups[name][data.measured]))
    single = f" {n_posts(alone)} without a group count as groups of one." if alone else ""
    done = f"Each group is kept within one fold.{single}"
    few = count < FEW_GROUPS
    message = f"{count:,} groups in {name!r}, with a median of {int(np.median(sizes)):,} posts."
    if few:
        message += f" Fewer than {FEW_GROUPS} say little about groups that the model has not seen."
    findings.append(Finding(f"groups of {name}", count, message, done, (), few))
    largest = int(sizes.max())
    if largest > LARGE_GROUP * total:
        message = (
            f"One group of {name!r} holds {percent(largest / total)} of the posts: the fold that is"
            " measured on it has little to train on."
        )
        findings.append(Finding(f"large group of {name}", largest, message, "Kept.", (), True))
    if (sizes == 1).mean() > LONG_TAIL:
        singles = int((sizes == 1).sum())
        message = (
            f"{singles:,} of the {count:,} groups in {name!r} hold one post: the column hardly"
            " keeps related posts together."
        )
        findings.append(Finding(f"small groups of {name}", singles, message, "Kept.", (), True))
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
            done = apart if act else "Kept: the figures may be slightly too good."
            message = (
                f"{n_posts(count)} have a copy or near copy in another group of {column!r}: a leak"
                " if only groups were kept apart."
            )
            findings.append(
                Finding(
                    f"copies across groups of {column}",
                    count,
                    message,
                    done,
                    first_rows(data.index[across]),
                    True,
                )
            )
    split = _differ(text, data.selling)
    if split.any():
        count = int(split.sum())
        message = f"{n_posts(count)} have the same text as another with the other label."
        done = (
            "Kept, though they contradict each other. Decide on one label, or use givesell.review."
        )
        findings.append(
            Finding(
                "contradicting labels", count, message, done, first_rows(data.index[split]), True
            )
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
