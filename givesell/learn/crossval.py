"""Cross-validation that keeps related posts together, beside the random one that flatters."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, StratifiedKFold
from threadpoolctl import threadpool_limits

from givesell.errors import DataError
from givesell.labelled.groups import group_keys
from givesell.labelled.posts import Labelled
from givesell.learn.fit import Fit, fit_pipeline
from givesell.learn.teacher import TeacherViews
from givesell.show.words import text_of
from givesell.verdict import GIVING, SELLING

GROUP_FOLDS, RANDOM_FOLDS = 10, 5
Split = tuple[NDArray[np.intp], NDArray[np.intp]]
Scalar = TypeVar("Scalar", bound=np.generic)


def splits(data: Labelled, groups: str | None, seed: int) -> Iterator[Split]:
    """Iterate over the folds, as positions of training and of measured posts.

    Parameters
    ----------
    data : Labelled
    groups : str, optional
        The group column: no group is on both sides of a fold. Without one, folds are random and
        stratified.
    seed : int

    Yields
    ------
    train, test : ndarray of intp
        Posts that are not measured train in each fold whose test groups they do not share. No post
        trains that is a copy of one to test, where `Labelled.copies` says so.

    Raises
    ------
    DataError
        If there are fewer than two groups, or a fold has nothing of a label to train on.
    """
    for train, test in _folds(data, groups, seed):
        if data.copies is not None:
            train = train[~np.isin(data.copies[train], data.copies[test])]
        for label, rows in ((GIVING, ~data.selling[train]), (SELLING, data.selling[train])):
            if not rows.any():
                if groups is None:
                    raise DataError("E316", label=label, are="are", more="posts that differ more")
                others, more = (
                    "are in groups that it is measured on, or are",
                    "such posts of more groups, or train without groups",
                )
                raise DataError("E316", label=label, are=others, more=more)
        yield train, test


def _folds(data: Labelled, groups: str | None, seed: int) -> Iterator[Split]:
    measured, rest = np.flatnonzero(data.measured), np.flatnonzero(~data.measured)
    if groups is None:
        selling = data.selling[measured]
        # Copies stay on one side, so that a fold is not left without training posts where there are
        # many.
        units = measured if data.copies is None else data.copies[measured]
        count = max(
            2, min(RANDOM_FOLDS, len(np.unique(units[selling])), len(np.unique(units[~selling])))
        )
        folder: Any = StratifiedKFold if data.copies is None else StratifiedGroupKFold
        folds = folder(count, shuffle=True, random_state=seed).split(
            measured, selling, None if data.copies is None else units
        )
        for train, test in folds:
            yield np.concatenate([measured[train], rest]), measured[test]
        return
    keys = group_keys(data.groups[groups])
    count = len(np.unique(keys[measured]))
    if count < 2:
        raise DataError(
            "E303", problem=f"Column {groups!r} holds {count} group", needed="2 groups, better 10"
        )
    # By name, so that the folds are those that scikit-learn makes of the column itself.
    names = np.array(
        [
            f"post {i}" if name is None else text_of(name)
            for i, name in enumerate(data.groups[groups])
        ],
        object,
    )[measured]
    for train, test in GroupKFold(min(GROUP_FOLDS, count), shuffle=True, random_state=seed).split(
        measured, groups=names
    ):
        also = rest[~np.isin(keys[rest], keys[measured[test]])]
        yield np.concatenate([measured[train], also]), measured[test]


def out_of_fold(
    estimator: Any,
    data: Labelled,
    groups: str | None,
    *,
    seed: int,
    n_jobs: int | None = None,
    teacher: TeacherViews | None = None,
    fit: Fit = fit_pipeline,
) -> NDArray[np.float64]:
    """Return the log-odds of each measured post from the fold that did not train on it.

    Parameters
    ----------
    estimator : estimator
        Over posts, unfitted. Cloned for each fold.
    data : Labelled
    groups : str, optional
        See `splits`.
    seed : int
    n_jobs : int, optional
        Threads.
    teacher : TeacherViews, optional
        A teacher's judgement of other posts. Each fold learns from a view that has seen nothing of
        what it is measured on. Where folds are random, only those are measured that there is such a
        view for.
    fit : callable
        How the estimator is fitted: `givesell.learn.fit.fit_pipeline`, or another that is called
        alike.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN for posts that are not measured.

    Raises
    ------
    DataError
        If each view has seen what a fold is measured on, or, where folds are random, what each is.
    """

    def log_odds(train: NDArray[np.intp], test: NDArray[np.intp], view: int) -> NDArray[np.float64]:
        fitted = fit(clone(estimator), data, train, teacher, view)
        return np.asarray(fitted.decision_function(data.posts[test]), np.float64)

    folds = views_of(data, groups, seed, teacher)
    scores = np.full(len(data.posts), np.nan)
    for test, part in each_fold(log_odds, folds, n_jobs):
        scores[test] = part
    return scores


def each_fold(
    answer: Callable[[NDArray[np.intp], NDArray[np.intp], int], NDArray[Scalar]],
    folds: Sequence[tuple[Split, int]],
    n_jobs: int | None,
) -> Iterator[tuple[NDArray[np.intp], NDArray[Scalar]]]:
    """Call a function for each fold, several at a time.

    Parameters
    ----------
    answer : callable
        Takes the posts to train on, those to measure and the teacher's view.
    folds : sequence
        As `views_of` returns them.
    n_jobs : int, optional
        Threads.

    Yields
    ------
    test : ndarray of intp
        The measured posts.
    answers : ndarray
        What the function returned for them.
    """
    jobs = (delayed(answer)(train, test, view) for (train, test), view in folds)
    with threadpool_limits(1, user_api="blas"):  # the folds are the threads
        answers = Parallel(n_jobs=n_jobs, require="sharedmem")(jobs)
    return zip((test for (_, test), _ in folds), answers, strict=True)


def fold_numbers(data: Labelled, groups: str | None, seed: int) -> NDArray[np.int64]:
    """Return the number of the fold that each post is measured in, shape (n,); -1 for those that
    are not. See `splits`.
    """
    numbers = np.full(len(data.posts), -1, np.int64)
    for number, (_, test) in enumerate(splits(data, groups, seed)):
        numbers[test] = number
    return numbers


def views_of(
    data: Labelled, groups: str | None, seed: int, teacher: TeacherViews | None
) -> list[tuple[Split, int]]:
    """Return the folds, each with the number of a teacher's view that has seen nothing of what
    it is measured on; see `out_of_fold`.
    """
    folds = list(splits(data, groups, seed))
    if teacher is None:
        return [(split, -1) for split in folds]
    units = data.posts if groups is None else data.groups[groups]
    views = [teacher.view_without(set(units[test])) for _, test in folds]
    if None in views and (groups is not None or set(views) == {None}):
        raise DataError("E306", what="posts" if groups is None else f"values of {groups!r}")
    return [(split, view) for split, view in zip(folds, views, strict=True) if view is not None]
