"""Warnings about figures that are too good: on posts that a model was trained on, and where it is
nearly always right.
"""

import warnings

from givesell.errors import TrainedOnWarning

# The share of posts trained on that is worth a warning: fewer of them cannot change the share of
# right verdicts by more.
NOTABLE = 0.01
TOO_GOOD = 0.985


def is_notable(count: int, total: int) -> bool:
    """Whether so many posts that a model was trained on are worth a warning."""
    return count > NOTABLE * total


def training_note(name: str, count: int, total: int) -> str:
    """Say how many of some posts a model was trained on; nothing where there are none.

    Examples
    --------
    >>> training_note("mine", 600, 600)
    'mine was trained on 600 of these 600 posts: it looks better on them than it is.'
    >>> training_note("mine", 0, 600)
    ''
    """
    return (
        f"{name} was trained on {count:,} of these {total:,} posts: it looks better on them than"
        " it is."
        if count
        else ""
    )


def too_good(macro_f1: float) -> str:
    """Say that a figure can hardly be true of posts that a model has not seen; nothing where it
    can.

    Two people who label the same posts agree at 0.94, so a model that is nearly always right knows
    the answers from elsewhere: from copies of the posts, from a word that only one label has, or
    from a rule that made the labels.

    Examples
    --------
    >>> too_good(0.85)
    ''
    >>> too_good(1.0)[:26]
    'A macro-F1 of 1.000 is too'
    """
    if not macro_f1 >= TOO_GOOD:
        return ""
    return (
        f"A macro-F1 of {macro_f1:.3f} is too good to be true of posts as people write them: look"
        " whether they repeat themselves, whether a rule made the labels, and whether one word"
        " gives them away."
    )


def warn_of_training(name: str, count: int, total: int, *, stacklevel: int = 1) -> None:
    """Warn where a model was trained on more than a hundredth of some posts.

    Parameters
    ----------
    name : str
    count, total : int
    stacklevel : int, default 1
        As for `warnings.warn`; 1 is who calls this.
    """
    if is_notable(count, total):
        warnings.warn(
            f"{training_note(name, count, total)} Use other posts.",
            TrainedOnWarning,
            stacklevel=stacklevel + 1,
        )
