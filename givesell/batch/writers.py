"""Writers: the input columns, then label, probability, sureness and status; one class a format."""

import csv
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from givesell.batch.columns import as_text, is_json, plain, plain_values, to_json
from givesell.batch.formats import format_of, open_sink
from givesell.verdict import COLUMNS, Scores

DECIMALS = 6
GROUP_ROWS = 1 << 17
GROUP_BYTES = 64 << 20
_TYPES = (pa.string(), pa.float32(), pa.bool_(), pa.string())


class Writer(ABC):
    """Writes batches with their scores into an open file.

    Parameters
    ----------
    file : file
        Takes bytes.
    schema : pyarrow.Schema
        The input columns.
    prefix : str
        Goes before the names of the added columns.
    """

    def __init__(self, file: IO[bytes], schema: pa.Schema, prefix: str) -> None:
        self.file = file
        self.schema = schema
        self.added = [prefix + name for name in COLUMNS]

    @abstractmethod
    def write(self, batch: pa.RecordBatch, scores: Scores) -> None:
        """Write a batch.

        Parameters
        ----------
        batch : pyarrow.RecordBatch
            Of `schema`.
        scores : Scores
            One row each.
        """

    def finish(self) -> None:
        """Write what is still held back."""
        return

    def abandon(self) -> None:
        """Let go of the file after an error."""
        return


class CsvWriter(Writer):
    """Comma-separated values, quoted where needed; an empty field where there is no value."""

    delimiter = ","

    def __init__(self, file: IO[bytes], schema: pa.Schema, prefix: str) -> None:
        super().__init__(file, schema, prefix)
        self._put(iter([(*schema.names, *self.added)]), careful=True)

    def write(self, batch: pa.RecordBatch, scores: Scores) -> None:
        """Write a batch; see `Writer.write`."""
        texts = [as_text(column) for column in batch.columns]
        # The csv module leaves a lone carriage return unquoted, and no reader would take that back.
        careful = any(pc.any(pc.match_substring(column, "\r")).as_py() for column in texts)
        columns = [column.to_pylist() for column in texts]
        columns += [scores.label.tolist(), [_decimal(number) for number in scores.selling.tolist()]]
        columns += [["true" if sure else "false" for sure in scores.sure.tolist()], scores.status.tolist()]
        self._put(zip(*columns, strict=True), careful)

    def _put(self, rows: Iterator[tuple[str | None, ...]], careful: bool) -> None:
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator="\n")
        if careful:
            quoting = csv.writer(text, delimiter=self.delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
            for row in rows:
                (quoting if any(field and "\r" in field for field in row) else writer).writerow(row)
        else:
            writer.writerows(rows)
        self.file.write(text.getvalue().encode())


class TsvWriter(CsvWriter):
    """The same with tabs."""

    delimiter = "\t"


class JsonlWriter(Writer):
    """One JSON object a line, with null where there is no value."""

    def write(self, batch: pa.RecordBatch, scores: Scores) -> None:
        """Write a batch; see `Writer.write`."""
        columns = [_json_values(column, field) for column, field in zip(batch.columns, self.schema, strict=True)]
        # Rounded as a double: a float32 would print with digits that mean nothing.
        selling = np.round(scores.selling.astype(np.float64), DECIMALS).tolist()
        columns += [scores.label.tolist(), list(map(plain, selling)), scores.sure.tolist(), scores.status.tolist()]
        names = (*self.schema.names, *self.added)
        rows = zip(*columns, strict=True)
        self.file.write("".join([to_json(dict(zip(names, row, strict=True))) + "\n" for row in rows]).encode())


class ParquetWriter(Writer):
    """Parquet, packed with zstd, in row groups of 131,072 rows or about 64 MiB."""

    def __init__(self, file: IO[bytes], schema: pa.Schema, prefix: str) -> None:
        super().__init__(file, schema, prefix)
        fields = [pa.field(name, kind) for name, kind in zip(self.added, _TYPES, strict=True)]
        self._schema = pa.schema([*schema, *fields], metadata=schema.metadata)
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._held: list[pa.RecordBatch] = []

    def write(self, batch: pa.RecordBatch, scores: Scores) -> None:
        """Write a batch; see `Writer.write`."""
        selling = pa.array(scores.selling, pa.float32(), from_pandas=True)
        added = [pa.array(scores.label, pa.string()), selling, pa.array(scores.sure, pa.bool_()), pa.array(scores.status, pa.string())]
        self._held.append(pa.RecordBatch.from_arrays([*batch.columns, *added], schema=self._schema))
        if sum(map(len, self._held)) >= GROUP_ROWS or sum(held.nbytes for held in self._held) >= GROUP_BYTES:
            self._flush()

    def finish(self) -> None:
        """Write what is still held back, and the footer."""
        self._flush()
        self._writer.close()

    def abandon(self) -> None:
        """Let go of the file after an error."""
        # Left open, it would try to write its footer when collected.
        with suppress(OSError, ValueError):
            self._writer.close()

    def _flush(self) -> None:
        if self._held:
            self._writer.write_table(pa.Table.from_batches(self._held), row_group_size=GROUP_ROWS)
            self._held = []


WRITERS: dict[str, type[Writer]] = {"csv": CsvWriter, "tsv": TsvWriter, "jsonl": JsonlWriter, "parquet": ParquetWriter}


def open_writer(out: Path, partial: Path, schema: pa.Schema, prefix: str) -> AbstractContextManager[Writer]:
    """Open the writer of an output.

    Parameters
    ----------
    out : Path
        Says the format.
    partial : Path
        Takes the bytes.
    schema : pyarrow.Schema
        The input columns.
    prefix : str
        Goes before the names of the added columns.

    Returns
    -------
    context manager of Writer
        The file is whole when the context has ended without an error.
    """

    @contextmanager
    def opened() -> Iterator[Writer]:
        found = format_of(out)
        with open_sink(partial, found.codec) as file:
            writer = WRITERS[found.kind](file, schema, prefix)
            try:
                yield writer
            except BaseException:
                writer.abandon()
                raise
            writer.finish()

    return opened()


def _decimal(number: float) -> str:
    if number != number:
        return ""
    return f"{number:.{DECIMALS}f}".rstrip("0").rstrip(".")


def _json_values(column: pa.Array, field: pa.Field) -> list[Any]:
    values = plain_values(column)
    return [value if value is None else _json_value(value) for value in values] if is_json(field) else values


def _json_value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # A file may claim this mark and not keep it.
        return text
