"""Posts, labels, groups and weights that come apart from each other, made columns of one table."""

import os
import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.errors import ArgumentError, ArgumentTypeError, DataError
from givesell.labelled.frames import in_hand
from givesell.text.posts import as_sequence

TEXT, LABEL = "text", "label"
_EXTENSION = re.compile(r"[^\s.]\.[A-Za-z]\w{1,7}$")
GIVEN = "given "  # before the names of columns that were no columns, so that the caller's own stay


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns hold what.

    ``groups`` maps the names that groups are reported by to their columns.
    """

    text: Any
    label: Any
    groups: dict[str, str]
    weight: str | None
    certainty: str | None


def as_columns(
    data: Any, labels: Any, *, text: Any, label: Any, groups: Any, weight: Any, certainty: Any
) -> tuple[Any, Columns]:
    """Bring values that were given beside posts into one table with them.

    Parameters
    ----------
    data, labels, text, label, groups, weight, certainty
        As for `givesell.labelled.read.labelled`.

    Returns
    -------
    data : DataFrame, path or list of paths
    columns : Columns

    Raises
    ------
    ArgumentTypeError
        If values are given beside files, or are no values.
    DataError
        If there are not as many values as posts.
    """
    if not _is_name(label):
        if labels is not None:
            raise ArgumentError("E317", one="labels", other="label as values")
        labels, label = label, LABEL
    data = _tidy(data, labels)
    listed = labels is not None and not isinstance(data, pd.DataFrame)
    if listed or isinstance(data, pd.Series):
        data, text = _as_frame(data, labels), TEXT
    given = {} if labels is None else {"labels": labels}
    values_of_groups = _groups_as_values(groups, data, listed)
    given |= values_of_groups
    others = {"text": text, "weight": weight, "certainty": certainty}
    given |= {
        name: values
        for name, values in others.items()
        if values is not None and not _is_name(values)
    }
    if given:
        if not isinstance(data, pd.DataFrame):
            name, values = next(iter(given.items()))
            expected = "the name of a column, where posts come from files"
            raise ArgumentTypeError(
                "E206", argument=name, expected=expected, type=type(values).__name__
            )
        data = data.assign(
            **{f"{GIVEN}{name}": _aligned(values, data, name) for name, values in given.items()}
        )
    names = values_of_groups or ([groups] if isinstance(groups, str) else list(groups or []))

    def column(name: str, otherwise: Any) -> Any:
        return f"{GIVEN}{name}" if name in given else otherwise

    found = {name: column(name, name) for name in names}
    return data, Columns(
        column("text", text),
        column("labels", label),
        found,
        column("weight", weight),
        column("certainty", certainty),
    )


def own_names(names: Iterable[Any]) -> list[str]:
    """Return those of some columns that the caller's table has itself."""
    return [str(name) for name in names if not str(name).startswith(GIVEN)]


def _is_name(value: Any) -> bool:
    """Whether an argument names a column, rather than holding a value a post."""
    return isinstance(value, str | int | None)


def _tidy(data: Any, labels: Any) -> Any:
    """Return data as `in_hand` does, and refuse posts that come without labels."""
    data = in_hand(data)
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
    expected = "given too, one a post, where data is a column of posts"
    return ArgumentTypeError("E206", argument="labels", expected=expected, type="None")


def _as_frame(data: Any, labels: Any) -> pd.DataFrame:
    """Return a sequence or column of posts as a table."""
    if labels is None:
        raise _labels_needed()
    if isinstance(data, str | Path):
        raise ArgumentTypeError(
            "E206",
            argument="labels",
            expected="a column of the file, named by label=",
            type=type(labels).__name__,
        )
    values = as_sequence(data)
    posts = np.empty(len(values), object)
    posts[:] = list(values[: len(values)])
    return pd.DataFrame({"text": posts}, index=data.index if isinstance(data, pd.Series) else None)


def _groups_as_values(groups: Any, data: Any, listed: bool) -> dict[str, Any]:
    """Return groups that were given as values, by name; none where they are names of columns."""
    if groups is None or isinstance(groups, str):
        return {}
    if isinstance(groups, Mapping | pd.DataFrame):
        return {str(name): groups[name] for name in groups}
    if not isinstance(groups, Iterable):
        raise ArgumentTypeError(
            "E206",
            argument="groups",
            expected="a column, columns, or a value a post",
            type=type(groups).__name__,
        )
    if (
        isinstance(groups, Sequence)
        and not listed
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


def _aligned(values: Any, frame: pd.DataFrame, name: str) -> NDArray[np.object_]:
    """Return values given beside a table, one a row; a Series of the same rows in another order
    is put in order.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ArgumentTypeError(
            "E206",
            argument=name,
            expected="a sequence with a value a post",
            type=type(values).__name__,
        )
    found: NDArray[np.object_]
    if isinstance(values, pd.Series):
        if (
            len(values) == len(frame)
            and not values.index.equals(frame.index)
            and not isinstance(frame.index, pd.RangeIndex)
        ):
            if (
                not values.index.is_unique
                or not frame.index.is_unique
                or not frame.index.isin(values.index).all()
            ):
                raise DataError("E311", name=name)
            values = values.reindex(frame.index)
        found = values.to_numpy(object)
    else:
        listed = values.to_pylist() if hasattr(values, "to_pylist") else list(values)
        found = np.empty(len(listed), object)
        found[:] = listed
    if len(found) != len(frame):
        raise DataError("E310", name=name, found=len(found), posts=len(frame))
    return found
