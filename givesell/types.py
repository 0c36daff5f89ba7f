"""What the public functions take, by name: paths, posts, columns, tables, estimators."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

PathLike = str | os.PathLike[str]

Post = str | float | None  # NaN, like None, is a missing post
Posts = Iterable[Post]  # a list, or a column of pandas, Polars or NumPy


class ArrowColumn(Protocol):
    """A column of Arrow: an array, or a chunked one."""

    def to_pylist(self) -> list[Any]: ...  # noqa: D102


class FrameTable(Protocol):
    """A table of pandas, Polars, Dask, Spark and others that have ``columns``."""

    @property
    def columns(self) -> Any: ...  # noqa: D102


class ArrowTable(Protocol):
    """A table of Arrow, Hugging Face and others that have ``column_names``."""

    @property
    def column_names(self) -> Any: ...  # noqa: D102


class ArchiveLike(Protocol):
    """The posts of an archive, as `givesell.read_archive` returns them."""

    def tables(self) -> Iterable[Any]: ...  # noqa: D102


class Classifier(Protocol):
    """A classifier that follows scikit-learn's contract."""

    def fit(self, X: Any, y: Any, /) -> Any: ...  # noqa: D102

    def get_params(self) -> Any: ...  # noqa: D102


PostsLike = Posts | ArrowColumn
# Posts that are no column of another library. Their overload comes before those of columns: where
# that library is not installed, a checker takes anything for its columns.
PlainPosts = Sequence[Post] | Iterator[Post]
ColumnLike = Iterable[Any] | ArrowColumn  # a value for each post
GroupsLike = str | ColumnLike | Mapping[str, ColumnLike]

Row = Mapping[str, Any] | tuple[Any, ...]  # a dict or a named tuple
Source = str | Path | ArchiveLike
Visibility = Literal["public", "all"]  # of the posts of an export

_Table = FrameTable | ArrowTable | Mapping[str, ColumnLike]
TableLike = _Table | Iterable[Row]
# One iterable of all: of several, a checker takes none for a list of different things.
DataLike = _Table | Source | ArrowColumn | Iterable[Row | Source | Post]
