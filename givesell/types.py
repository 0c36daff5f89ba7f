"""What the public functions take, by name: paths, posts, columns, tables, estimators."""

import os
from collections.abc import Generator, Iterable, Mapping, Sequence, Set, ValuesView
from pathlib import Path
from typing import IO, Any, Literal, Protocol, Self

PathLike = str | os.PathLike[str]

Post = str | float | None  # NaN, like None, is a missing post

# To a checker a class of a library that is not installed, or has no types, is anything, and a
# column of pandas has attributes of any name. So columns are known by what they have: each protocol
# has a member that a column of pandas has with another type.


class Stream(Protocol):
    """Posts that can be gone through once, such as by ``map``."""

    def __iter__(self) -> Self: ...

    def __next__(self) -> Post: ...


class ArrowColumn(Protocol):
    """A column of Arrow: an array, or a chunked one."""

    def to_pylist(self) -> list[Any]: ...  # noqa: D102

    def index(self, value: Any, /) -> Any: ...  # noqa: D102


class PolarsColumn(Protocol):
    """A column of Polars."""

    @property
    def name(self) -> str: ...  # noqa: D102

    def to_physical(self) -> Any: ...  # noqa: D102


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


PlainPosts = Sequence[Post] | Set[Post] | ValuesView[Post] | Generator[Post, Any, Any] | IO[str]
PostsLike = Iterable[Post] | ArrowColumn
ValuesLike = Iterable[Any] | ArrowColumn  # one for each post
ColumnLike = str | int | ValuesLike  # the name of a column, or its values
GroupsLike = str | ValuesLike | Mapping[str, ValuesLike]

Row = Mapping[str, Any] | tuple[Any, ...]  # a dict or a named tuple
Source = str | Path | ArchiveLike
Visibility = Literal["public", "all"]  # of the posts of an export

_Table = FrameTable | ArrowTable | Mapping[str, ValuesLike]
TableLike = _Table | Iterable[Row]
# One iterable of all: of several, a checker takes none for a list of different things.
DataLike = _Table | Source | ArrowColumn | Iterable[Row | _Table | Source | Post]
