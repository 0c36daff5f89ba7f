"""Columns of labelled tables by their names: stray spaces and capitals are passed over, and an
error says which columns there are.
"""

import difflib
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd

from givesell.archives.shapes.roles import find_text_column
from givesell.archives.shapes.shape import fold
from givesell.errors import DataError
from givesell.labelled.values import LABEL, TEXT
from givesell.verdict import LABELS

_LOOKED_AT = 1000  # values of a column that are looked at for labels
_LABELS_ASKED = "Name the column of labels: label=, on the command line --label-column."


def match(names: Iterable[Any], wanted: Any) -> Any:
    """Return the column that a name means; None if there is none.

    Examples
    --------
    >>> (
    ...     match(["Text", " label "], "label"),
    ...     match(["Text", "text"], "text"),
    ...     match(["body"], "text"),
    ... )
    (' label ', 'text', None)
    """
    if wanted in names:  # of an index in levels also a name of the uppermost
        return wanted
    if not isinstance(wanted, str):
        return None
    alike = [name for name in names if isinstance(name, str) and fold(name) == fold(wanted)]
    return alike[0] if len(alike) == 1 else None


def text_column(names: Iterable[Any], wanted: Any, where: str) -> Any:
    """Return the column of posts: the one asked for, else the one that
    `givesell.archives.shapes.roles.find_text_column` detects, else ``text``.

    Parameters
    ----------
    names : pandas.Index or list
        The columns there are.
    wanted : str, optional
    where : str
        For errors, such as ``" in posts.csv"``.

    Raises
    ------
    DataError
        E301 where there is none, E508 where there are several.
    """
    listed = list(map(str, names))
    if wanted is not None:
        meant = match(names, wanted)
        return meant if meant is not None else _refuse(listed, wanted, where)
    try:
        detected = find_text_column(listed, None, Path(where.removeprefix(" in ")))
    except DataError as error:
        if TEXT in names:  # one of several that may hold posts
            return TEXT
        if error.code != "E301":
            raise
        in_python = f"{error.details['hint']} In Python pass text=.".strip()
        _refuse(listed, TEXT, where, _near(listed, TEXT) or in_python)
    return next(name for name in names if str(name) == detected)


def need(frame: pd.DataFrame, wanted: Hashable, where: str, role: str = "") -> Any:
    """Return the column that a name means.

    Parameters
    ----------
    frame : DataFrame
    wanted : str
    where : str
        Where it should be, for the error.
    role : {"", "label"}

    Raises
    ------
    DataError
        E301, with what may be meant, where there is none; E362 where several have that name.
    """
    name = match(frame.columns, wanted)
    if name is None:
        _refuse(
            list(map(str, frame.columns)),
            wanted,
            where,
            _column_of_labels(frame) if role == LABEL else "",
            _LABELS_ASKED if role == LABEL else "",
        )
    if isinstance(frame[name], pd.DataFrame):
        raise DataError("E362", column=wanted, where=where, count=frame[name].shape[1])
    return name


def _refuse(
    names: list[str], wanted: Any, where: str, hint: str = "", otherwise: str = ""
) -> NoReturn:
    """Raise E301 with a hint; without one, with the nearest name, and without that, with another
    hint.
    """
    hint = hint or _near(names, wanted) or otherwise
    raise DataError(
        "E301",
        column=wanted,
        where=where,
        columns=", ".join(names),
        hint=f" {hint}" if hint else "",
    )


def _near(names: list[str], wanted: Any) -> str:
    folded = {fold(name): name for name in reversed(names)}
    near = difflib.get_close_matches(fold(str(wanted)), folded, 1)
    return f"Did you mean {folded[near[0]]!r}?" if near else ""


def _column_of_labels(frame: pd.DataFrame) -> str:
    """Say which column holds labels, where one does."""
    for name in frame.columns:
        values: Any = frame[name]
        if not isinstance(values, pd.Series):
            continue
        seen = {
            value.strip().casefold() if isinstance(value, str) else None
            for value in values.dropna().head(_LOOKED_AT)
        }
        if seen and seen <= set(LABELS):
            return (
                f"Column {name!r} holds {' and '.join(sorted(map(str, seen)))}: pass"
                f" label={name!r}, on the command line --label-column."
            )
    return ""
