"""Tables of any library, and records, as pandas DataFrames."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from givesell.errors import ArgumentTypeError, DataError, GivesellError
from givesell.show.words import one_line

_SPLITS_NAMED = 10
# How the tables of other libraries become one of pandas, the most exact first.
_WAYS = ("__arrow_c_stream__", "to_pandas", "toPandas", "compute")


def is_table(data: Any) -> bool:
    """Whether something has named columns: a table of pandas, Polars, Arrow, Hugging Face and
    others, or a dict of columns.

    Examples
    --------
    >>> is_table({"text": ["Thanks!"]}), is_table(["Thanks!"])
    (True, False)
    """
    if isinstance(data, pd.DataFrame | Mapping):
        return True
    kind = type(data)  # of a lazy table, asking for its columns would compute them
    return any(hasattr(kind, name) for name in ("columns", "column_names")) and any(
        hasattr(kind, way) for way in (*_WAYS, "collect")
    )


def is_record(data: Any) -> bool:
    """Whether something is one row with named values: a dict or a named tuple."""
    return isinstance(data, Mapping) or (isinstance(data, tuple) and hasattr(data, "_fields"))


def as_frame(data: Any) -> pd.DataFrame:
    """Return a table of any library as one of pandas.

    Parameters
    ----------
    data : table, or mapping of str to sequences
        See `is_table`. A lazy table is computed.

    Returns
    -------
    pandas.DataFrame
        One of pandas as it is.

    Raises
    ------
    ArgumentTypeError
        E327 if it holds several tables, E326 if it cannot be read.

    Examples
    --------
    >>> import polars as pl
    >>> as_frame(pl.LazyFrame({"text": ["Thanks!"], "label": ["giving"]})).shape
    (1, 2)
    """
    if isinstance(data, pd.DataFrame):
        return data
    kind = type(data).__name__
    try:
        if isinstance(data, Mapping):
            return _of_columns(data)
        if type(data).__module__.partition(".")[0] == "polars" and hasattr(data, "collect"):
            data = data.collect()
        way = next(way for way in _WAYS if hasattr(data, way))
        # Whole numbers beside missing ones stay what they are.
        frame = (
            pa.table(data).to_pandas(integer_object_nulls=True)
            if way == _WAYS[0]
            else getattr(data, way)()
        )
    except GivesellError:
        raise
    except Exception as error:  # whatever the table's library raises
        raise ArgumentTypeError(
            "E326", type=kind, reason=one_line(str(error))[:200] or type(error).__name__
        ) from error
    if not isinstance(frame, pd.DataFrame):
        raise ArgumentTypeError("E326", type=kind, reason=f"it becomes {type(frame).__name__}")
    return frame


def materialized(data: Any) -> Any:
    """Return a table of any library, or rows with named values, as a DataFrame, and an iterator as
    a list.

    Anything else stays what it is: a column, a path, a list of them.

    Examples
    --------
    >>> materialized([{"text": "Thanks!"}]).shape, materialized(["Thanks!"])
    ((1, 1), ['Thanks!'])
    """
    if is_table(data):
        return as_frame(data)
    if isinstance(data, Iterator) or (
        isinstance(data, Iterable) and hasattr(type(data), "column_names")
    ):
        data = list(data)  # such as the rows of a dataset that is streamed
    first = next(iter(data), None) if isinstance(data, list | tuple | deque) else None
    return of_records(data) if is_record(first) else data


def of_records(rows: Iterable[Any]) -> pd.DataFrame:
    """Return rows with named values as a table; what a row lacks is missing.

    Examples
    --------
    >>> of_records([{"text": "Thanks!", "label": "giving"}, {"text": "Buy!"}]).shape
    (2, 2)
    """
    listed = [row if isinstance(row, Mapping) else row._asdict() for row in rows]
    return pd.DataFrame.from_records([dict(row) for row in listed])


def _of_columns(data: Mapping[Any, Any]) -> pd.DataFrame:
    columns = dict(data)
    if columns and all(is_table(values) for values in columns.values()):
        names = list(map(str, columns))[:_SPLITS_NAMED]
        raise ArgumentTypeError(
            "E327", type=type(data).__name__, names=", ".join(names), first=names[0]
        )
    lists = {}
    for name, values in columns.items():
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise ArgumentTypeError(
                "E326",
                type=type(data).__name__,
                reason=f"its column {name!r} is of type {type(values).__name__}",
            )
        lists[name] = values if isinstance(values, pd.Series) else list(values)
    lengths = {name: len(values) for name, values in lists.items()}
    if len(set(lengths.values())) > 1:
        first, other = next(
            (one, two) for one in lengths for two in lengths if lengths[one] != lengths[two]
        )
        raise DataError("E328", one=first, count=lengths[first], other=other, rest=lengths[other])
    return pd.DataFrame(lists)
