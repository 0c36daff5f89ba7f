"""The results of scoring: a `Verdict` for one post, the columns of a `Scores` for many."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import repeat, starmap
from typing import TYPE_CHECKING, Any

from givesell.errors import ArgumentError
from givesell.extras import require
from givesell.show.words import as_json

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray

GIVING, SELLING = LABELS = ("giving", "selling")
# The columns that scoring adds to posts, in their order, each with the name of its Arrow type.
SCORE_TYPES = {"label": "string", "selling": "float32", "sure": "bool", "status": "string"}
# Those that it adds where they are asked for; they come before the others.
OPTIONAL_TYPES = {"facet": "string", "why": "string", "read_by": "string"}
COLUMNS = tuple(SCORE_TYPES)
_TYPES = {**SCORE_TYPES, **OPTIONAL_TYPES}
# What kind of giving or selling a post is.
FACETS = {
    GIVING: ("help", "share", "talk", "thanks", "cause"),
    SELLING: ("offer", "brand", "lead", "self", "sponsor", "spam"),
}
CLEAR, BORDERLINE = "clear", "borderline"  # how certain the annotator was of a label
THRESHOLD = 0.5


def added_columns(names: Iterable[str], prefix: str = "") -> set[str]:
    """Return the columns of a table that scoring has added: none where it holds no scores.

    Parameters
    ----------
    names : iterable of str
        All its columns.
    prefix : str, default ""
        Of the names of the added columns.

    Returns
    -------
    set of str

    Examples
    --------
    >>> sorted(added_columns(["text", "why", "label", "selling", "sure", "status"]))
    ['label', 'selling', 'status', 'sure', 'why']
    >>> added_columns(["text", "label"])
    set()
    """
    there = set(names)
    if not all(prefix + name in there for name in COLUMNS):
        return set()
    return there & {prefix + name for name in (*COLUMNS, *OPTIONAL_TYPES)}


def is_selling(p: Any) -> Any:
    """Whether a probability makes a post ``selling``.

    Parameters
    ----------
    p : float or ndarray, shape (n,)

    Returns
    -------
    bool or ndarray of bool, shape (n,)

    Examples
    --------
    >>> is_selling(0.5), is_selling(0.49)
    (True, False)
    """
    return p >= THRESHOLD


def is_sure(p: Any, thresholds: tuple[float, float]) -> Any:
    """Whether a probability is at or beyond the thresholds of sure verdicts.

    A verdict is sure where its post can be read too, which `givesell.text.reading` decides.

    Parameters
    ----------
    p : float or ndarray, shape (n,)
    thresholds : tuple of float
        ``(low, high)``.

    Returns
    -------
    bool or ndarray of bool, shape (n,)

    Examples
    --------
    >>> is_sure(0.95, (0.3, 0.9)), is_sure(0.5, (0.3, 0.9))
    (True, False)
    """
    return (p <= thresholds[0]) | (p >= thresholds[1])


class Status(IntEnum):
    """Why a post has a label, or none."""

    OK = 0
    MISSING = 1
    EMPTY = 2
    NO_WORDS = 3
    NOT_ENGLISH = 4

    @property
    def text(self) -> str:
        """The status as verdicts and files show it."""
        return self.name.lower()


class Again(IntEnum):
    """Whether a second model has read a post, and whether that changed its label."""

    NO = 0
    SAME_LABEL = 1
    OTHER_LABEL = 2


@dataclass(frozen=True, slots=True, repr=False, init=False)
class Verdict:
    """The verdict on one post.

    Attributes
    ----------
    label : str or None
        ``"giving"`` or ``"selling"``; None where the post could not be judged.
    selling : float
        Calibrated probability of ``selling``, 0 to 1; NaN where ``label`` is None.
    sure : bool
        Whether the probability lies beyond the model's thresholds for a stated precision, and the
        post can be read: it is in English, and the model knows most of its words; see
        `givesell.text.reading`.
    status : str
        ``"ok"``, or why there is no label: ``"missing"`` (None or NaN), ``"empty"`` (nothing but
        white space), ``"no_words"`` (only emoji, links, handles, numbers or signs),
        ``"not_english"``.
    facet : str or None
        The likeliest kind of the label, one of `FACETS`; None without a label, or where the model
        knows no facets.
    read_by : str or None
        The name of the model that has spoken, where two have read: see
        `givesell.Model.with_second_look`. None without a second look, or without a label.

    Examples
    --------
    >>> Verdict("selling", 0.97, True, facet="offer")
    Verdict(label='selling', selling=0.97, sure=True, facet='offer')
    """

    label: str | None
    selling: float
    sure: bool
    status: str = "ok"
    facet: str | None = None
    read_by: str | None = None

    def __init__(
        self,
        label: str | None,
        selling: float,
        sure: bool,
        status: str = "ok",
        facet: str | None = None,
        read_by: str | None = None,
    ) -> None:
        # Half of the time that a frozen dataclass takes, which shows in lists of many verdicts.
        _set_label(self, label)
        _set_selling(self, selling)
        _set_sure(self, sure)
        _set_status(self, status)
        _set_facet(self, facet)
        _set_read_by(self, read_by)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values that JSON can hold: all fields, the probability None where
        there is none; ``read_by`` only after a second look.

        Examples
        --------
        >>> Verdict(None, float("nan"), False, "empty").to_dict()
        {'label': None, 'selling': None, 'sure': False, 'status': 'empty', 'facet': None}
        """
        selling = self.selling if self.selling == self.selling else None  # NaN alone is not itself
        return {
            "label": self.label,
            "selling": selling,
            "sure": self.sure,
            "status": self.status,
            "facet": self.facet,
            **({} if self.read_by is None else {"read_by": self.read_by}),
        }

    def to_json(self) -> str:
        """Return `to_dict` as JSON, one line.

        Examples
        --------
        >>> Verdict("giving", 0.25, True).to_json()
        '{"label": "giving", "selling": 0.25, "sure": true, "status": "ok", "facet": null}'
        """
        return as_json(self.to_dict())

    def __repr__(self) -> str:
        if self.label is None:
            return f"Verdict(label=None, status={self.status!r})"
        facet = "" if self.facet is None else f", facet={self.facet!r}"
        read_by = "" if self.read_by is None else f", read_by={self.read_by!r}"
        return (
            f"Verdict(label={self.label!r}, selling={round(self.selling, 3)},"
            f" sure={self.sure}{facet}{read_by})"
        )


_set_label, _set_selling, _set_sure, _set_status, _set_facet, _set_read_by = (
    getattr(Verdict, name).__set__
    for name in ("label", "selling", "sure", "status", "facet", "read_by")
)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The verdicts on many posts, as columns.

    Attributes
    ----------
    label : ndarray of object, shape (n,)
        ``"giving"``, ``"selling"`` or None.
    selling : ndarray of float32, shape (n,)
        Calibrated probability of ``selling``; NaN where ``label`` is None.
    sure : ndarray of bool, shape (n,)
    status : ndarray of object, shape (n,)
        See `Verdict`.
    facet : ndarray of object, shape (n,), optional
        See `Verdict`; None where it was not asked for.
    why : ndarray of object, shape (n,), optional
        The strongest reasons as one line of text; see `givesell.Scorer`. None where they were not
        asked for.
    read_by : ndarray of object, shape (n,), optional
        See `Verdict`; None without a second look.
    again : ndarray of uint8, shape (n,), optional
        Whether a second model has read the post, an `Again`; it is no column of tables. None
        without a second look.

    Examples
    --------
    >>> import givesell
    >>> scores = givesell.load().verdicts(["Thanks!", None])
    >>> scores.label.tolist(), scores.status.tolist()
    (['giving', None], ['ok', 'missing'])
    """

    label: "NDArray[np.object_]"
    selling: "NDArray[np.float32]"
    sure: "NDArray[np.bool_]"
    status: "NDArray[np.object_]"
    facet: "NDArray[np.object_] | None" = None
    why: "NDArray[np.object_] | None" = None
    read_by: "NDArray[np.object_] | None" = None
    again: "NDArray[np.uint8] | None" = None

    def __len__(self) -> int:
        return len(self.selling)

    def __iter__(self) -> Iterator[Verdict]:
        optional = ("facet", "read_by") if self.read_by is not None else ("facet",)
        columns = [getattr(self, name) for name in (*COLUMNS, *optional)]
        values = (repeat(None) if column is None else column.tolist() for column in columns)
        return starmap(Verdict, zip(*values, strict=False))

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are there: `COLUMNS`, and ``facet`` and ``why`` where asked for,
        ``read_by`` after a second look.
        """
        return (*COLUMNS, *(name for name in OPTIONAL_TYPES if getattr(self, name) is not None))

    def take(self, rows: "NDArray[np.bool_]") -> "Scores":
        """Return the scores of the rows that are chosen.

        Parameters
        ----------
        rows : ndarray of bool, shape (n,)

        Returns
        -------
        Scores
        """
        return Scores(**{name: column[rows] for name, column in self._arrays()})

    @classmethod
    def joined(cls, parts: "list[Scores]") -> "Scores":
        """Return scores of the same columns, one after the other.

        Parameters
        ----------
        parts : list of Scores
            At least one.

        Returns
        -------
        Scores

        Examples
        --------
        >>> import givesell
        >>> scores = givesell.load().verdicts(["Thanks!"])
        >>> len(Scores.joined([scores, scores]))
        2
        """
        if len(parts) == 1:
            return parts[0]
        import numpy as np

        names = [name for name, _ in parts[0]._arrays()]
        return cls(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})

    def _arrays(self) -> "list[tuple[str, NDArray[Any]]]":
        columns = [(field, getattr(self, field)) for field in self.__dataclass_fields__]
        return [(name, column) for name, column in columns if column is not None]

    def to_dict(self) -> dict[str, list[Any]]:
        """Return the columns as lists of plain values that JSON can hold; see `Verdict.to_dict`.

        Examples
        --------
        >>> import givesell
        >>> givesell.load().verdicts(["Thanks!", None], facets=False).to_dict()["status"]
        ['ok', 'missing']
        """
        columns: dict[str, list[Any]] = {name: getattr(self, name).tolist() for name in self.names}
        columns["selling"] = [p if p == p else None for p in columns["selling"]]
        return columns

    def to_json(self) -> str:
        """Return `to_dict` as JSON, one line."""
        return as_json(self.to_dict())

    def table(self) -> "pa.Table":
        """Return the columns as an Arrow table, with null for a label or probability that is not
        there.

        Returns
        -------
        pyarrow.Table, shape (n, 4); one more each for facets and reasons
        """
        require("archives", "A table", package="pyarrow")
        import pyarrow as pa

        return pa.table({name: self.arrow(name) for name in self.names})

    def arrow(self, name: str) -> "pa.Array":
        """Return a column as Arrow holds it, with null for a label or probability that is not
        there.

        Parameters
        ----------
        name : str
            One of `names`.

        Returns
        -------
        pyarrow.Array, shape (n,)
        """
        import pyarrow as pa

        kind = pa.type_for_alias(_TYPES[name])
        return pa.array(getattr(self, name), kind, from_pandas=pa.types.is_floating(kind))

    def frame(self, index: "pd.Index[Any] | list[Any] | range | None" = None) -> "pd.DataFrame":
        """Return the columns as a DataFrame.

        Parameters
        ----------
        index : pandas.Index, optional

        Returns
        -------
        pandas.DataFrame, shape (n, 4); one more each for facets and reasons

        Raises
        ------
        ArgumentError
            If the index is of another length.
        """
        require("archives", "A frame", package="pandas")
        import pandas as pd

        if index is not None and len(index) != len(self):
            raise ArgumentError("E108", given=len(index), expected=len(self))
        return pd.DataFrame({name: getattr(self, name) for name in self.names}, index=index)

    def polars_frame(self) -> "pl.DataFrame":
        """Return the columns as a Polars DataFrame, with null for a label or probability that is
        not there.

        Returns
        -------
        polars.DataFrame, shape (n, 4); one more each for facets and reasons
        """
        import polars as pl

        types = {"float32": pl.Float32, "bool": pl.Boolean}
        schema = {name: types.get(_TYPES[name], pl.String) for name in self.names}
        values = {
            name: getattr(self, name).tolist() if kind is pl.String else getattr(self, name)
            for name, kind in schema.items()
        }
        return pl.DataFrame(values, schema, nan_to_null=True)
