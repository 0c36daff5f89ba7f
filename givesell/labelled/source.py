"""`Source`: one table of labelled posts, and where in it their values are."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.archives.read import Archive
from givesell.errors import ArgumentTypeError, DataError
from givesell.labelled.columns import match, need
from givesell.labelled.files import BadLine, read_frame
from givesell.labelled.frames import as_frame, is_table
from givesell.labelled.ranges import MOST_WEIGHT
from givesell.labelled.values import Column
from givesell.show.words import keepable, quoted

EXPECTED = "a table, such as a DataFrame, or the path of a labelled file"


@dataclass(frozen=True, slots=True)
class Source:
    """One table of labelled posts.

    Attributes
    ----------
    frame : DataFrame
    name : str
        The name of the file, or ``"a DataFrame"``; ``"table 2"`` where it is one of several.
    sha256 : str, optional
        Of the file.
    has_name : bool
        Whether errors on its posts name it.
    """

    frame: pd.DataFrame
    name: str
    sha256: str | None = None
    has_name: bool = False

    @classmethod
    def opened(
        cls,
        data: Any,
        text: Column = None,
        bad: list[BadLine] | None = None,
        number: int | None = None,
    ) -> "Source":
        """Read a table or file.

        Parameters
        ----------
        data : table, path or Archive
        text : str, optional
            The column of posts.
        bad : list, optional
            Takes the lines that cannot be read; without it a warning names them.
        number : int, optional
            Of a table among several, from 1.

        Raises
        ------
        ArgumentTypeError
            E206 for what is neither.
        FileError
            If the file cannot be read.
        """
        if is_table(data):
            if number is None:
                return cls(as_frame(data), "a DataFrame")
            return cls(as_frame(data), f"table {number}", has_name=True)
        if not isinstance(data, (str, Path, Archive)):
            raise ArgumentTypeError(
                "E206", argument="data", expected=EXPECTED, given=type(data).__name__
            )
        frame = read_frame(data, bad, text=text)
        path = data.path if isinstance(data, Archive) else Path(data)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        return cls(frame, path.name, sha256, has_name=True)

    @property
    def entry(self) -> dict[str, Any]:
        """What a ledger records of it."""
        return {"name": self.name, **({} if self.sha256 is None else {"sha256": self.sha256})}

    @property
    def place(self) -> str:
        """The end of a sentence on a column: `` in posts.csv``."""
        return f" in {self.name}"

    @property
    def where(self) -> str:
        """The end of a sentence on posts: as `place`, empty for a table that is the only one."""
        return self.place if self.has_name else ""

    def series(self, column: Column, role: str = "") -> pd.Series:
        """Return a column, or values as one.

        Raises
        ------
        DataError
            As `givesell.labelled.columns.need`.
        """
        if isinstance(column, np.ndarray):
            return pd.Series(column, self.frame.index, dtype=object)
        values: pd.Series = self.frame[need(self.frame, column, self.place, role)]
        return values

    def series_if_there(self, column: Column) -> pd.Series | None:
        """Return a column, or values as one; None where there is no such column."""
        if column is None or isinstance(column, np.ndarray):
            return None if column is None else self.series(column)
        name = match(self.frame.columns, column)
        return None if name is None else self.series(name)

    def objects(self, column: Column, role: str = "") -> NDArray[np.object_]:
        """Return a column as Python objects, text as UTF-8 can hold it, shape (n,)."""
        return storable(self.series(column, role))


def storable(values: pd.Series) -> NDArray[np.object_]:
    """Return values as Python objects, text as UTF-8 can hold it, shape (n,)."""
    objects = np.empty(len(values), object)
    objects[:] = list(map(keepable, values.astype(object)))
    return objects


def keys_of(values: pd.Series) -> NDArray[np.object_]:
    """Return the keys of groups: words for values that are no keys, such as lists; None where
    there is none.
    """
    keys = values.astype(object).where(values.notna(), None)
    try:
        pd.factorize(keys)
    except Exception:  # that of the value
        words = [key if key is None or isinstance(key, str) else quoted(key) for key in keys]
        keys = pd.Series(words, keys.index, dtype=object)
    return storable(keys)


def weights_of(values: pd.Series, where: str) -> NDArray[np.float64]:
    """Return weights as numbers.

    Raises
    ------
    DataError
        E312 for one that is no number, negative or too large.
    """
    weights: NDArray[np.float64] = pd.to_numeric(values, errors="coerce").to_numpy(np.float64)
    wrong = np.flatnonzero(~((weights >= 0) & (weights <= MOST_WEIGHT)))
    if len(wrong):
        raise DataError(
            "E312", weight=values.iloc[wrong[0]], row=values.index[wrong[0]], where=where
        )
    return weights
