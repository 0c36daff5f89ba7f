"""`Request`: which posts to read, and which columns or values hold their labels and the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from givesell.types import ColumnLike, DataLike, GroupsLike, PathLike, TableLike, ValuesLike

FEWEST = 10  # measured posts of each label that training needs


@dataclass(frozen=True, slots=True)
class Request:
    """Labelled posts to read, as the caller describes them.

    Attributes
    ----------
    data : table, path, Archive, list of these; or a sequence or column of posts, with ``labels``
        Posts to train on and to measure on. Tables are those of pandas, Polars, Arrow and others,
        dicts of columns and lists of dicts; see `givesell.labelled.frames`. Files are read as
        `givesell.read_archive` does.
    labels : sequence, shape (n,), optional
        Labels of the posts, where they are not a column.
    text : str, or sequence of str of shape (n,), optional
        The column of posts, or the posts; by default ``text``, or the column that is named as posts
        are, such as ``Body``.
    label : str, or sequence of shape (n,)
        The column of labels; values are taken as ``labels``.
    groups : str or sequence of str, optional
        Columns whose values keep related posts together, such as source or author. Beside
        ``labels`` also the values themselves, or a dict of name to values; a NumPy array or Series
        is always taken for values.
    group_until : str, optional
        A mark up to which the names of groups count: with ``"#"``, ``shop#ana`` and ``shop#ben``,
        two accounts of one source, are the group ``shop``.
    weight : str, or sequence of float of shape (n,), optional
        How much each post counts in training; a column or values.
    certainty : str, or sequence of shape (n,), optional
        The column that says ``clear`` or not, where there is one, or values.
    label_mapping : mapping, optional
        From other labels to ``"giving"`` or ``"selling"``, or to None for posts to leave out.
    borderline_weight : float
        Weight of the posts that are not clear, as a multiple of their weight otherwise.
    also : iterable of (table or path, weight)
        Posts to train on only.
    facet : str, optional
        Column of facets.
    extra : iterable of str
        Further columns to read, where there are such.
    fewest : int, default 10
        How many measured posts of each label there must be.

    Examples
    --------
    >>> from givesell.labelled.read import read_labelled
    >>> posts, kinds = 10 * ["Thanks for the help", "Buy it now, 20% off"], 10 * ["chat", "promo"]
    >>> request = Request(posts, kinds, label_mapping={"chat": "giving", "promo": "selling"})
    >>> read_labelled(request).selling.sum()
    np.int64(10)
    """

    data: DataLike
    labels: ValuesLike | None = None
    text: ColumnLike | None = None
    label: ColumnLike = "label"
    groups: GroupsLike | None = None
    group_until: str | None = None
    weight: ColumnLike | None = None
    certainty: ColumnLike | None = "certainty"
    label_mapping: Mapping[Any, str | None] | None = None
    borderline_weight: float = 1.0
    also: Iterable[tuple[TableLike | PathLike, float]] = ()
    facet: str | None = None
    extra: Iterable[str] = ()
    fewest: int = FEWEST
