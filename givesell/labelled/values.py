"""Posts, labels, groups and weights that come beside each other: where the values of each are."""

import os
import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias, TypeGuard

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.errors import ArgumentError, ArgumentTypeError, DataError
from givesell.labelled.frames import materialized
from givesell.labelled.request import Request
from givesell.text.posts import as_sequence
from givesell.types import ColumnLike, ValuesLike

TEXT, LABEL = "text", "label"
# The name of a column, or its values, one a row; None where nothing was asked for.
Column: TypeAlias = str | int | NDArray[np.object_] | None
_EXTENSION = re.compile(r"[^\s.]\.[A-Za-z]\w{1,7}$")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the values of posts are.

    ``groups`` maps the names that groups are reported by to their columns.
    """

    text: Column
    label: Column
    groups: dict[str, Column]
    weight: Column
    certainty: Column

    def of_other_data(self, text: ColumnLike | None, label: ColumnLike) -> "Columns":
        """Return the columns of posts that are trained on beside these: values were given for these
        alone, and leave the others with the names that columns have by default.
        """
        groups = {name: _name_alone(column) for name, column in self.groups.items()}
        return replace(
            self,
            text=text if isinstance(text, str) else None,
            label=label if isinstance(label, str) else LABEL,
            groups=groups,
            weight=_name_alone(self.weight),
            certainty=_name_alone(self.certainty),
        )


def columns_of(request: Request) -> tuple[Any, Columns]:
    """Say where the values of the posts of a request are.

    Parameters
    ----------
    request : Request

    Returns
    -------
    data : DataFrame, path, Archive, or list of tables, paths and archives
    columns : Columns

    Raises
    ------
    ArgumentTypeError
        If values are given beside files, or are no values.
    DataError
        If there are not as many values as posts.
    """
    labels: ValuesLike | None = request.labels
    label: Any = request.label
    if not _is_name(label):
        if labels is not None:
            raise ArgumentError("E317", one="labels", other="label as values")
        labels, label = label, LABEL
    data, text = _tidy(request.data, labels), request.text
    is_sequence = labels is not None and not isinstance(data, pd.DataFrame)
    if is_sequence or isinstance(data, pd.Series):
        data, text = _as_frame(data, labels), TEXT

    def column(name: str, value: Any) -> Column:
        return value if _is_name(value) else _aligned(value, data, name)

    label = label if labels is None else _aligned(labels, data, "labels")
    groups: dict[str, Column] = {
        name: _aligned(values, data, name)
        for name, values in _groups_as_values(request.groups, data, is_sequence).items()
    }
    if not groups:
        given: Any = request.groups
        groups = {name: name for name in ([given] if isinstance(given, str) else given or [])}
    return data, Columns(
        column("text", text),
        label,
        groups,
        column("weight", request.weight),
        column("certainty", request.certainty),
    )


def _name_alone(column: Column) -> Column:
    return None if isinstance(column, np.ndarray) else column


def _is_name(value: Any) -> TypeGuard[str | int | None]:
    """Whether an argument names a column, rather than holding a value a post."""
    return isinstance(value, str | int | None)


def _tidy(data: Any, labels: Any) -> Any:
    """Return data as `materialized` does, and refuse posts that come without labels."""
    data = materialized(data)
    first = next(iter(data), None) if isinstance(data, list | tuple | deque) else None
    if labels is None and isinstance(first, tuple | list):
        raise ArgumentTypeError(
            "E325", type=type(data).__name__, kind=f"a {type(first).__name__} for each post"
        )
    if labels is None and isinstance(first, str) and not _is_like_a_path(first):
        raise _labels_needed()
    return data


def _is_like_a_path(value: str) -> bool:
    # pathlib raises for a long name
    return os.path.exists(value) or _EXTENSION.search(value) is not None  # noqa: PTH110


def _labels_needed() -> ArgumentTypeError:
    expected = "given too, one per post, if data is a column of posts"
    return ArgumentTypeError("E206", argument="labels", expected=expected, given="None")


def _as_frame(data: Any, labels: Any) -> pd.DataFrame:
    """Return a sequence or column of posts as a table."""
    if labels is None:
        raise _labels_needed()
    if isinstance(data, str | Path):
        raise ArgumentTypeError(
            "E206",
            argument="labels",
            expected="a column of the file, named by label=",
            given=type(labels).__name__,
        )
    values = as_sequence(data)
    posts = np.empty(len(values), object)
    posts[:] = list(values[: len(values)])
    return pd.DataFrame({TEXT: posts}, index=data.index if isinstance(data, pd.Series) else None)


def _groups_as_values(groups: Any, data: Any, is_sequence: bool) -> dict[str, Any]:
    """Return groups that were given as values, by name; none where they are names of columns."""
    if groups is None or isinstance(groups, str):
        return {}
    if isinstance(groups, Mapping | pd.DataFrame):
        return {str(name): groups[name] for name in groups}
    if not isinstance(groups, Iterable):
        raise ArgumentTypeError(
            "E206",
            argument="groups",
            expected="a column, columns, or a value per post",
            given=type(groups).__name__,
        )
    if (
        isinstance(groups, Sequence)
        and not is_sequence
        and all(isinstance(name, str) for name in groups)
    ):
        named = (
            not isinstance(data, pd.DataFrame)
            or len(groups) != len(data)
            or set(groups) <= set(data.columns)
        )
        if named:
            return {}
    return {str(getattr(groups, "name", None) or "group"): groups}


def _aligned(values: Any, data: Any, name: str) -> NDArray[np.object_]:
    """Return values given beside a table, one a row; a Series of the same rows in another order
    is put in order.
    """
    if not isinstance(data, pd.DataFrame):
        expected = "the name of a column, if posts come from files"
        raise ArgumentTypeError(
            "E206", argument=name, expected=expected, given=type(values).__name__
        )
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ArgumentTypeError(
            "E206",
            argument=name,
            expected="a sequence with a value per post",
            given=type(values).__name__,
        )
    if isinstance(values, pd.Series):
        in_order: NDArray[np.object_] = _in_order(values, data.index, name).to_numpy(object)
    else:
        listed = values.to_pylist() if hasattr(values, "to_pylist") else list(values)
        in_order = np.empty(len(listed), object)
        in_order[:] = listed
    if len(in_order) != len(data):
        raise DataError("E310", name=name, given=len(in_order), posts=len(data))
    return in_order


def _in_order(values: pd.Series, index: pd.Index, name: str) -> pd.Series:
    """Return a Series of the rows of an index in the order of that; of one that only counts rows,
    as it is.
    """
    if len(values) != len(index) or values.index.equals(index) or isinstance(index, pd.RangeIndex):
        return values
    same_rows = values.index.is_unique and index.is_unique and bool(index.isin(values.index).all())
    if not same_rows:
        raise DataError("E311", name=name)
    return values.reindex(index)
