"""Which scored rows are written, and in what order."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc as ipc
from numpy.typing import NDArray

from givesell.archives.base.columns import is_text
from givesell.batch.encoders import Encoder
from givesell.batch.output import Output
from givesell.errors import ArgumentError, FileError
from givesell.verdict import COLUMNS, GIVING, SELLING, Scores

SORTS = ("selling", "giving", "unsure")
MOST_BYTES = 2 << 30
_BATCH_ROWS = 1 << 14
_SPARE = 1 << 16


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows are written; all of them by default.

    Attributes
    ----------
    only : str or None
        ``"giving"`` or ``"selling"``: rows with that label.
    sure : bool or None
        Rows whose verdict is sure (True), or is not (False).
    least, most : float or None
        Rows whose probability of selling is at least or at most that, 0 to 1.
    sort : str or None
        ``"selling"`` or ``"giving"``: the most selling or most giving first; ``"unsure"``: those
        nearest to one half first. Rows without a label come last.
    limit : int or None
        How many rows to write, once they are sorted.

    Raises
    ------
    ArgumentError
        E206 for any other value, or a limit without an order.
    """

    only: str | None = None
    sure: bool | None = None
    least: float | None = None
    most: float | None = None
    sort: str | None = None
    limit: int | None = None

    def __post_init__(self) -> None:
        _check("only", self.only, self.only in (None, GIVING, SELLING), "'giving' or 'selling'")
        _check("sure", self.sure, self.sure in (None, True, False), "True or False")
        for name in ("least", "most"):
            value = getattr(self, name)
            good = value is None or (
                isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1
            )
            _check(name, value, good, "a probability, 0 to 1")
        _check("sort", self.sort, self.sort in (None, *SORTS), " or ".join(map(repr, SORTS)))
        counts = isinstance(self.limit, int) and not isinstance(self.limit, bool) and self.limit > 0
        _check("limit", self.limit, self.limit is None or counts, "a number of rows from 1 on")
        if self.limit is not None and self.sort is None:
            raise ArgumentError(
                "E206",
                argument="limit",
                expected="given with sort, which says which rows come first",
                given="given alone",
            )

    @property
    def is_all(self) -> bool:
        """Whether all rows are written."""
        return not self.filters and self.limit is None

    @property
    def filters(self) -> bool:
        """Whether rows are left out by their own values, not by their order."""
        return any(value is not None for value in (self.only, self.sure, self.least, self.most))

    def settings(self) -> dict[str, Any]:
        """Return what identifies it in a checkpoint: empty if it selects all."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def rows(self, scores: Scores) -> NDArray[np.bool_] | None:
        """Return which rows of a batch are written.

        Parameters
        ----------
        scores : Scores
            Of n rows.

        Returns
        -------
        ndarray of bool, shape (n,), or None
            None for all of them.
        """
        if not self.filters:
            return None
        chosen = np.ones(len(scores), np.bool_)
        if self.only is not None:
            chosen &= scores.label == self.only
        if self.sure is not None:
            chosen &= scores.sure == self.sure
        if self.least is not None:
            chosen &= scores.selling >= self.least
        if self.most is not None:
            chosen &= scores.selling <= self.most
        return chosen


def _check(name: str, value: Any, good: bool, expected: str) -> None:
    if not good:
        raise ArgumentError("E206", argument=name, expected=expected, given=repr(value))


ALL = Selection()


def sort_streams(
    source: Path, into: Path, selection: Selection, named: list[str], target: Path
) -> int:
    """Sort the rows of Arrow streams that follow one another in a file into one stream.

    Parameters
    ----------
    source, into : Path
    selection : Selection
        With a `sort`.
    named : list of str
        The names of the columns of `COLUMNS` there.
    target : Path
        The output, for the error.

    Returns
    -------
    int
        How many rows there are.

    Raises
    ------
    FileError
        E416 for more than `MOST_BYTES`.
    """
    key = named[COLUMNS.index("selling")]
    with pa.OSFile(str(source), "rb") as file:
        held = [ipc.open_stream(file).schema.empty_table()]
    rows = size = 0
    for batch in streams(source):
        held.append(pa.Table.from_batches([batch]))
        rows += len(batch)
        size += batch.nbytes
        if selection.limit is not None and rows > 2 * selection.limit + _SPARE:
            held = [_first(held, key, selection)]
            rows, size = len(held[0]), held[0].nbytes
        if size > MOST_BYTES:
            raise FileError("E416", path=target, limit=MOST_BYTES >> 30)
    rows_sorted = _first(held, key, selection)
    with ipc.new_stream(str(into), rows_sorted.schema) as writer:
        writer.write_table(rows_sorted, _BATCH_ROWS)
    return len(rows_sorted)


def _first(held: list[pa.Table], key: str, selection: Selection) -> pa.Table:
    table = pa.concat_tables(held).unify_dictionaries().combine_chunks()
    numbers = table.column(key)
    if selection.sort == "unsure":
        numbers = pc.abs(pc.subtract(numbers, 0.5))
    order = "descending" if selection.sort == "selling" else "ascending"
    # Equal ones stay in the order of the input.
    both = pa.table({"key": numbers, "place": pa.array(np.arange(len(table)))})
    places = pc.sort_indices(both, [("key", order), ("place", "ascending")])
    return table.take(places if selection.limit is None else places[: selection.limit])


def write_sorted(source: Path, target: Path, encoder: Encoder, codec: str | None) -> None:
    """Write Arrow streams of scored rows in a format of text.

    Parameters
    ----------
    source, target : Path
    encoder : Encoder
    codec : str or None
        See `givesell.files.endings.Format`.
    """
    with Output(target, codec) as output:
        output.write(encoder.header())
        for batch in streams(source):
            output.write(encoder.encode(batch.select(encoder.schema.names), as_scores(batch)))
        output.finish()


def streams(source: Path) -> Iterator[pa.RecordBatch]:
    """Read the batches of Arrow streams that follow one another in a file.

    Parameters
    ----------
    source : Path

    Yields
    ------
    pyarrow.RecordBatch
        With rows.
    """
    with pa.OSFile(str(source), "rb") as file:
        end = file.size()
        while file.tell() < end:
            yield from (batch for batch in ipc.open_stream(file) if len(batch))


def as_scores(batch: pa.RecordBatch) -> Scores:
    """Return the last columns of a scored batch as `Scores`.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        Whose last columns are those of `COLUMNS`.

    Returns
    -------
    Scores
    """
    columns = zip(COLUMNS, batch.columns[-len(COLUMNS) :], strict=True)
    return Scores(**{name: _as_numpy(column) for name, column in columns})


def _as_numpy(column: pa.Array) -> NDArray[Any]:
    if is_text(column.type):
        return np.array(column.to_pylist(), dtype=object)
    values: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return values.astype(np.float32) if pa.types.is_floating(column.type) else values
