"""Posts that a teacher has judged: a slow model's probabilities, for a fast one to learn from.

A teacher judges in several *views*. One has seen all labelled posts. Each of the others has been
kept from certain groups, or posts, so that a student measured on these can learn from it without
learning their labels.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from givesell.errors import ArgumentTypeError, DataError, FileError
from givesell.labelled.groups import cut_at
from givesell.labelled.posts import Labelled
from givesell.labelled.unlabelled import posts_of
from givesell.learn.made_posts import recombine

UNLABELLED_WEIGHT, MADE_WEIGHT = 3.0, 3.0
STEPS, UNJUDGED = 16, -128  # log-odds are stored in sixteenths
ANY = "*"  # for all groups and posts: a view that has seen no labels at all
_FORMAT = "givesell-teacher-1"


class SoftTargets(NamedTuple):
    """What a view of a teacher teaches.

    Attributes
    ----------
    rows : ndarray of intp, shape (m,)
        Positions of the posts that the view judges.
    selling : ndarray of float64, shape (m,)
        Probability of ``selling``.
    weight : ndarray of float64, shape (m,)
        As a multiple of the weight of all labelled posts together. A group of n unlabelled posts
        weighs in proportion to the square root of n.
    """

    rows: NDArray[np.intp]
    selling: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TeacherViews:
    """Unlabelled and made posts with a teacher's views of them.

    Attributes
    ----------
    posts : ndarray of object, shape (n,)
        The unlabelled posts, then those made by `givesell.learn.made_posts`.
    real : int
        How many of them are unlabelled posts.
    groups : ndarray of object, shape (real,)
    views : ndarray of int8, shape (n_views, n)
        Log-odds of ``selling`` in sixteenths; -128 for a post that a view does not judge. The last
        view has seen all.
    unseen : list of set of str
        For each view but the last the digests of the groups, or of the posts, that it has seen
        nothing of, or ``"*"``.
    labelled : ndarray of float64, shape (n_labelled,)
        Log-odds of each labelled post from a view that has seen nothing of its group; NaN where
        there is none.
    ledger : dict
        What was read.
    unlabelled_weight, made_weight : float
        Of all such posts together, as a multiple of the weight of the labelled ones.
    """

    posts: NDArray[np.object_]
    real: int
    groups: NDArray[np.object_]
    views: NDArray[np.int8]
    unseen: list[set[str]]
    labelled: NDArray[np.float64]
    ledger: dict[str, Any] = field(default_factory=dict)
    unlabelled_weight: float = UNLABELLED_WEIGHT
    made_weight: float = MADE_WEIGHT

    @classmethod
    def read(
        cls,
        path: Any,
        unlabelled: Any,
        data: Labelled,
        *,
        text: str | None = None,
        groups: str = "group",
        group_until: str | None = None,
    ) -> Self:
        """Read a teacher's views, and make again the posts that they are of.

        Parameters
        ----------
        path : str or path
            A file that `write_views` wrote.
        unlabelled : DataFrame or path
            The unlabelled posts that the teacher judged.
        data : Labelled
            The labelled posts that it learned from.
        text : str, optional
        groups : str
            Columns.
        group_until : str, optional
            As for `givesell.train`.

        Returns
        -------
        TeacherViews

        Raises
        ------
        DataError
            If the teacher judged other posts than these.
        FileError
            If a file cannot be read.
        """
        about, views, labelled = _read(path)
        posts, real, names = pool(
            data,
            unlabelled,
            int(about["made"]),
            text=text,
            groups=groups,
            group_until=group_until,
            seed=int(about["seed"]),
        )
        if (
            about["posts"] != posts_digest(posts)
            or views.shape[1] != len(posts)
            or len(labelled) != len(data.posts)
        ):
            raise DataError("E305", path=path)
        judged = views[-1] != UNJUDGED
        ledger = {
            "unlabelled": int(judged[:real].sum()),
            "made": int(judged[real:].sum()),
            "unlabelled_weight": UNLABELLED_WEIGHT,
            "made_weight": MADE_WEIGHT,
            "sha256": hashlib.sha256(Path(path).read_bytes()).hexdigest(),
        }
        return cls(
            posts,
            real,
            names,
            views,
            [set(entry.split()) for entry in about["unseen"].split(";") if entry],
            np.where(labelled == UNJUDGED, np.nan, labelled / STEPS),
            ledger,
        )

    def view_without(self, units: Iterable[Any]) -> int | None:
        """Return the number of the view that has seen nothing of these groups, or of these posts;
        None if there is none.

        Examples
        --------
        >>> nothing = np.empty(0)
        >>> judged = TeacherViews(
        ...     nothing, 0, nothing, nothing, [{digest("a"), digest("b")}, {ANY}], nothing
        ... )
        >>> judged.view_without(["a"]), judged.view_without(["a", "c"])
        (0, 1)
        """
        wanted = {digest(unit) for unit in units}
        return next(
            (
                number
                for number, unseen in enumerate(self.unseen)
                if ANY in unseen or wanted <= unseen
            ),
            None,
        )

    def soft_targets(self, view: int = -1) -> SoftTargets:
        """Return what a view teaches; the last has seen all labelled posts."""
        rows = np.flatnonzero(self.views[view] != UNJUDGED)
        real = int(np.searchsorted(rows, self.real))
        weight = np.empty(len(rows))
        _, group, sizes = np.unique(
            self.groups[rows[:real]].astype(str), return_inverse=True, return_counts=True
        )
        weight[:real] = sizes[group] ** -0.5
        weight[:real] *= self.unlabelled_weight / max(weight[:real].sum(), 1e-12)
        weight[real:] = self.made_weight / max(len(rows) - real, 1)
        selling = np.asarray(expit(self.views[view, rows] / STEPS), np.float64)
        return SoftTargets(rows, selling, weight)

    def unlabelled(self, view: int = -1) -> NDArray[np.intp]:
        """Return the positions of the unlabelled posts that a view judges, shape (m,)."""
        return np.flatnonzero(self.views[view, : self.real] != UNJUDGED)


def views_for(
    data: Labelled,
    teacher: Any,
    unlabelled: Any,
    *,
    text: str | None = None,
    group_until: str | None = None,
) -> TeacherViews | None:
    """Return a teacher's views as `givesell.train` is given them; None where there is no teacher.

    Raises
    ------
    ArgumentTypeError
        E206 where one of the teacher, the unlabelled posts and groups is missing.
    """
    if teacher is None and unlabelled is None:
        return None
    if teacher is None:
        raise ArgumentTypeError(
            "E206",
            argument="teacher",
            expected="a file of what a teacher said of the unlabelled posts",
            given="None",
        )
    if unlabelled is None or not data.groups:
        raise ArgumentTypeError(
            "E206",
            argument="unlabelled",
            expected="the posts that the teacher judged, and groups a column",
            given="None",
        )
    return TeacherViews.read(
        teacher,
        unlabelled,
        data,
        text=text,
        groups=next(iter(data.groups)),
        group_until=group_until,
    )


def pool(
    data: Labelled,
    unlabelled: Any,
    made: int,
    *,
    text: str | None = None,
    groups: str = "group",
    group_until: str | None = None,
    seed: int = 0,
) -> tuple[NDArray[np.object_], int, NDArray[np.object_]]:
    """Return the posts for a teacher to judge.

    Parameters
    ----------
    data : Labelled
    unlabelled : DataFrame or path
    made : int
        How many posts to make, of labelled and unlabelled ones.
    text : str, optional
    groups : str
        Columns.
    group_until : str, optional
        As for `givesell.train`.
    seed : int

    Returns
    -------
    posts : ndarray of object, shape (n,)
        The unlabelled posts, then the made ones.
    real : int
        How many are unlabelled.
    groups : ndarray of object, shape (real,)
    """
    posts, names = posts_of(unlabelled, text, groups)
    if group_until is not None:
        names = cut_at(names, group_until)
    new, _ = made_posts(data, posts, names, made, groups=groups, seed=seed)
    return np.concatenate([posts, new]), len(posts), names


def made_posts(
    data: Labelled,
    posts: NDArray[np.object_],
    names: NDArray[np.object_],
    count: int,
    *,
    groups: str,
    seed: int,
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Make posts of labelled and unlabelled ones.

    Returns
    -------
    made : ndarray of object, shape (count,)
    parents : ndarray of int64, shape (count, 2)
        Positions among the labelled, then the unlabelled posts. A view that is to be fair to a post
        judges none that is made of it.
    """
    every = np.concatenate(
        [np.array([name or "" for name in data.groups[groups]], object), names]
    ).astype(str)
    return recombine(np.concatenate([data.posts, posts]), every, count, seed)


def write_views(
    path: Any,
    views: NDArray[np.floating[Any]],
    labelled: NDArray[np.floating[Any]],
    posts: NDArray[np.object_],
    *,
    unseen: list[list[str]],
    made: int,
    seed: int,
) -> None:
    """Write a teacher's views as a compact file that holds no text.

    Parameters
    ----------
    path : str or path
    views : ndarray of float, shape (n_views, n)
        Log-odds of ``selling``, NaN for a post that a view does not judge; the last view has seen
        all labelled posts.
    labelled : ndarray of float, shape (n_labelled,)
        Log-odds of each labelled post from a view that has seen nothing of its group, NaN where
        there is none.
    posts : ndarray of object, shape (n,)
        What `pool` returned.
    unseen : list of list of str
        For each view but the last the groups, or the posts, that it has seen nothing of; ``["*"]``
        for one that has seen no labels, which may judge posts of the very groups that a fold is
        measured on.
    made, seed : int
        As given to `pool`.

    Examples
    --------
    Another model that has never seen the labels judged some posts: each fold may learn from it.

    >>> import tempfile
    >>> from givesell.datasets import load_posts
    >>> from givesell.labelled.read import read_labelled
    >>> from givesell.labelled.request import Request
    >>> frame = load_posts()
    >>> data, rest = read_labelled(Request(frame.head(800), groups="topic")), frame.tail(800)
    >>> posts, _, _ = pool(data, rest, 100, groups="topic")
    >>> odds = np.array([2.0 if "order" in post else -2.0 for post in posts])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = f"{folder}/teacher.safetensors"
    ...     write_views(
    ...         file,
    ...         np.stack([odds, odds]),
    ...         np.full(800, np.nan),
    ...         posts,
    ...         unseen=[["*"]],
    ...         made=100,
    ...         seed=0,
    ...     )
    ...     TeacherViews.read(file, rest, data, groups="topic").ledger["made"]
    100
    """
    from safetensors.numpy import save_file

    about = {
        "format": _FORMAT,
        "posts": posts_digest(posts),
        "unseen": ";".join(" ".join(sorted(digest(name) for name in names)) for names in unseen),
        "made": str(made),
        "seed": str(seed),
    }
    save_file({"views": _steps(views), "labelled": _steps(labelled)}, path, metadata=about)


def _read(path: Any) -> tuple[dict[str, str], NDArray[np.int8], NDArray[np.int8]]:
    """Return what a teacher's file says of its posts, and its log-odds in sixteenths."""
    from safetensors import SafetensorError, safe_open

    if not Path(path).exists():
        raise FileError("E401", path=path)
    try:
        with safe_open(path, framework="numpy") as file:
            about = file.metadata() or {}
            views, labelled = file.get_tensor("views"), file.get_tensor("labelled")
    except SafetensorError as error:
        raise FileError("E406", path=path, reason=str(error)) from error
    if about.get("format") != _FORMAT:
        raise FileError("E406", path=path, reason="it holds no teacher's views")
    return about, views, labelled


def _steps(odds: NDArray[np.floating[Any]]) -> NDArray[np.int8]:
    rounded = np.clip(np.rint(odds * STEPS), -127, 127)
    return np.where(np.isnan(rounded), UNJUDGED, rounded).astype(np.int8)


def digest(unit: Any) -> str:
    """Return a short digest that identifies a group or a post."""
    return (
        ANY
        if unit == ANY
        else hashlib.sha256(str(unit).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    )


def posts_digest(posts: NDArray[np.object_]) -> str:
    """Return a digest of posts in their order."""
    return hashlib.sha256("\0".join(posts).encode("utf-8", "surrogatepass")).hexdigest()
