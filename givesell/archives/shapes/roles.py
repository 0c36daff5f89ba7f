"""Which column of a table holds which part of a post: as a scraper named them, or by the names
that people give.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from givesell.archives.shapes.all_shapes import column_of, shape_of_table
from givesell.archives.shapes.column_names import (
    DAY_COLUMNS,
    PART_COLUMNS,
    ROMANCE_COLUMNS,
    TEXT_COLUMNS,
)
from givesell.archives.shapes.shape import fold
from givesell.errors import ArgumentError, ArgumentTypeError, DataError

# The column with title and text together; see `givesell.archives.shapes.table_posts`.
COMPOSED = "post_text"

# What a header says of its times: "Date (GMT)".
_IN_UTC = re.compile(r"\s*[(\[](?:utc|gmt)[)\]]\s*$", re.IGNORECASE)
# What somebody may call a part instead.
_OTHERS = {
    "time": "created",
    "date": "created",
    "timestamp": "created",
    "user": "author",
    "link": "url",
    "network": "platform",
    "type": "kind",
}


def find_text_column(names: Sequence[str], wanted: str | None, path: Path) -> str:
    """Return the column that holds the posts.

    Parameters
    ----------
    names : sequence of str
        The columns there are.
    wanted : str or None
        The column asked for; None takes the one that a known scraper has its posts in, or that is
        named as posts are: ``full_text`` before ``text``, and that before any other name.
    path : Path
        The file, for the error.

    Returns
    -------
    str

    Raises
    ------
    DataError
        E301 if it is not there, with a near match; E508 if several could be meant.

    Examples
    --------
    >>> (
    ...     find_text_column(["Fecha", "Texto"], None, Path("posts.csv")),
    ...     find_text_column(["text", "body"], None, Path("posts.csv")),
    ... )
    ('Texto', 'text')
    """
    if wanted is not None:
        return _named(names, wanted, path)
    folded = _folded(names)
    shape = shape_of_table(names)
    if shape is not None:
        column = column_of(
            (*((COMPOSED,) if shape.title else ()), *shape.text, *shape.title), folded
        )
        if column is not None:
            return column
    for row in TEXT_COLUMNS:
        columns = [name for name in names if fold(name) in row]
        if len(columns) == 1:
            return columns[0]
        if columns:
            raise DataError("E508", path=path, choice=", ".join(map(repr, columns)))
    hint = " Name the column of posts with --text-column."
    likely = [
        name
        for name in names
        if any(part in fold(name) for row in TEXT_COLUMNS[:2] for part in row[:2])
    ] or [
        name
        for name in names
        if fold(name) in ("title", "description", "headline", "titel", "título", "titre", "titolo")
    ]
    if likely:
        hint = f" Is it {likely[0]!r}? Then say --text-column {likely[0]!r}."
    raise DataError("E301", column="text", where=f" in {path}", columns=_shown(names), hint=hint)


def find_roles(names: Sequence[str], columns: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return which column holds which part of the posts.

    Parameters
    ----------
    names : sequence of str
    columns : mapping of str to str, optional
        What the caller has said, a column for a part.

    Returns
    -------
    dict of str to str
        The column of each part that has one: ``id``, ``author``, ``created``, ``clock`` (the hour,
        where it is beside a date), ``zone`` (beside an hour), ``platform``, ``url`` and
        ``kind``.

    Examples
    --------
    >>> find_roles(["Date", "text", "username"])
    {'author': 'username', 'created': 'Date'}
    >>> find_roles(["fecha", "hora", "texto", "autor"])
    {'author': 'autor', 'created': 'fecha', 'clock': 'hora'}
    """
    folded = _folded(names)
    shape = shape_of_table(names)
    roles: dict[str, str | None] = {}
    for role, wanted in PART_COLUMNS.items():
        if shape is not None and (
            role == "kind" or (role == "platform" and (shape.platform or not shape.network))
        ):
            continue
        paths = shape.roles.get(role, ()) if shape is not None else ()
        roles[role] = column_of(paths, folded) or next(
            (folded[name] for name in wanted if name in folded), None
        )
    if roles["created"] is None and ROMANCE_COLUMNS & folded.keys():
        roles["created"] = folded.get("data")
    if shape is None or not shape.clock:
        roles["clock"] = roles["clock"] if fold(roles["created"] or "") in DAY_COLUMNS else None
    elif fold(roles["created"] or "") in DAY_COLUMNS:
        roles["zone"] = column_of(shape.zone, folded)
    if roles["clock"] == roles["created"]:
        roles["clock"] = None
    if columns:
        roles |= columns
        if "created" in columns and "clock" not in columns:
            roles["clock"] = None
    if roles["clock"] is None:
        roles.pop("zone", None)
    return {role: name for role, name in roles.items() if name is not None}


def columns_of(columns: object) -> dict[str, str] | None:
    """Return the columns that a caller has named, a column for a part.

    Parameters
    ----------
    columns : object
        A mapping of str to str or None.

    Returns
    -------
    dict of str to str or None

    Raises
    ------
    ArgumentTypeError
        E206 if it is no mapping of str to str.
    ArgumentError
        E530 for a part that posts do not have.
    """
    if columns is None:
        return None
    if not isinstance(columns, Mapping) or not all(
        isinstance(word, str) for pair in columns.items() for word in pair
    ):
        raise ArgumentTypeError(
            "E206",
            argument="columns",
            expected="a mapping of parts to columns, such as {'created': 'When'}",
            given=type(columns).__name__,
        )
    for part in columns:
        if part not in PART_COLUMNS:
            near = difflib.get_close_matches(part.lower(), [*PART_COLUMNS, *_OTHERS], n=1)
            hint = f" Did you mean {_OTHERS.get(near[0], near[0])!r}?" if near else ""
            raise ArgumentError(
                "E530", part=part, known=", ".join(map(repr, PART_COLUMNS)), hint=hint
            )
    return dict(columns)


def check_columns(names: Sequence[str], columns: Mapping[str, str] | None, path: Path) -> None:
    """See to it that the columns that the caller has named are there.

    Parameters
    ----------
    names : sequence of str
    columns : mapping of str to str or None
        See `find_roles`.
    path : Path
        The file, for the error.

    Raises
    ------
    DataError
        E301 if one is not there, with a near match.
    """
    for column in (columns or {}).values():
        _named(names, column, path)


def _folded(names: Sequence[str]) -> dict[str, str]:
    """Return the columns by their folded names, also without a zone in brackets; of two the
    first.
    """
    return {fold(_IN_UTC.sub("", name)): name for name in reversed(names)} | {
        fold(name): name for name in reversed(names)
    }


def _named(names: Sequence[str], wanted: str, path: Path) -> str:
    if wanted in names:
        return wanted
    folded = {name.strip().lower(): name for name in reversed(names)}
    near = difflib.get_close_matches(wanted.strip().lower(), folded, n=1)
    hint = f" Did you mean {folded[near[0]]!r}?" if near else ""
    raise DataError("E301", column=wanted, where=f" in {path}", columns=_shown(names), hint=hint)


def _shown(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:40])) + (", …" if len(names) > 40 else "")
