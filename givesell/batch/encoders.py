"""Encoders: a scored batch as bytes of the output format; the input columns, then label,
probability, sure and status.

Text formats are appended to as they are. Parquet and Arrow files end in a table of their contents,
so that a run that was killed could not append to them: their batches are written as Arrow streams
one after the other, and converted when all are there.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from givesell.archives.base.columns import as_text, is_json, is_text, plain_values, to_json
from givesell.batch.workbook import check_fits, write_workbook
from givesell.errors import ArgumentError
from givesell.files.delimited import MARK, delimited, delimited_columns
from givesell.files.endings import Format
from givesell.show.words import encodable
from givesell.verdict import COLUMNS, SCORE_TYPES, Scores

DECIMALS = 6
GROUP_ROWS = 1 << 17
GROUP_BYTES = 64 << 20
METADATA = b"givesell"
_fast = msgspec.json.Encoder()


class Encoder(ABC):
    """Turns batches and their scores into bytes. One encoder may work in several threads.

    Parameters
    ----------
    schema : pyarrow.Schema
        The input columns.
    prefix : str
        Prefix for the names of the added columns.
    """

    streams: ClassVar[bool] = False

    def __init__(self, schema: pa.Schema, prefix: str) -> None:
        self.schema = schema
        self.added = [encodable(prefix) + name for name in COLUMNS]
        fields = [
            pa.field(name, pa.type_for_alias(kind))
            for name, kind in zip(self.added, SCORE_TYPES.values(), strict=True)
        ]
        self.output_schema = pa.schema([*schema, *fields], metadata=schema.metadata)

    def header(self) -> bytes:
        """Return what comes before the first row."""
        return b""

    @abstractmethod
    def encode(self, batch: pa.RecordBatch, scores: Scores) -> bytes:
        """Return a batch as bytes.

        Parameters
        ----------
        batch : pyarrow.RecordBatch
            Of `schema`.
        scores : Scores
            One row each.

        Returns
        -------
        bytes
        """


class CsvEncoder(Encoder):
    """Comma-separated values, quoted where needed; an empty field where there is no value. See
    `givesell.files.delimited`.

    Parameters
    ----------
    schema, prefix
        As for `Encoder`.
    excel : bool, default False
        Whether to write what a spreadsheet opens as it is: with a byte order mark, and no cell that
        it would run as a formula.
    delimiter : str, optional
        A delimiter other than that of the format.
    mark : bool, default False
        Whether to begin with a byte order mark.
    """

    delimiter = ","

    def __init__(
        self,
        schema: pa.Schema,
        prefix: str,
        *,
        excel: bool = False,
        delimiter: str | None = None,
        mark: bool = False,
    ) -> None:
        super().__init__(schema, prefix)
        self.excel = excel
        self.mark = mark or excel
        self.delimiter = delimiter or self.delimiter

    def header(self) -> bytes:
        """Return the names of the columns."""
        return (MARK.encode() if self.mark else b"") + self._put([self.output_schema.names].copy)

    def encode(self, batch: pa.RecordBatch, scores: Scores) -> bytes:
        """Return a batch as bytes; see `Encoder.encode`."""
        columns = [as_text(column) for column in batch.columns]
        columns += [
            _decimals(getattr(scores, name))
            if kind == "float32"
            else scores.arrow(name).cast(pa.string())
            for name, kind in SCORE_TYPES.items()
        ]
        if not self.excel:
            return delimited_columns(columns, self.delimiter)
        values = [column.to_pylist() for column in columns]
        return self._put(partial(zip, *values, strict=True))

    def _put(self, rows: Callable[[], Iterable[Any]]) -> bytes:
        return delimited(rows, self.delimiter, excel=self.excel)


class TsvEncoder(CsvEncoder):
    """Tab-separated values; see `CsvEncoder`."""

    delimiter = "\t"


class JsonlEncoder(Encoder):
    """One JSON object per line, with null where there is no value."""

    def __init__(self, schema: pa.Schema, prefix: str) -> None:
        super().__init__(schema, prefix)
        names = {f"c{number}": name for number, name in enumerate(self.output_schema.names)}
        # A struct writes its names as they are; those that JSON must escape are left to dicts,
        # which take twice the time.
        plain = all(name.isprintable() and not {'"', "\\"} & set(name) for name in names.values())
        self._row: Any = (
            msgspec.defstruct("Row", list(names), rename=names, gc=False)
            if plain
            else self._as_dict
        )

    def _as_dict(self, *values: Any) -> dict[str, Any]:
        return dict(zip(self.output_schema.names, values, strict=True))

    def encode(self, batch: pa.RecordBatch, scores: Scores) -> bytes:
        """Return a batch as bytes; see `Encoder.encode`."""
        columns = [
            _json_values(column, field)
            for column, field in zip(batch.columns, self.schema, strict=True)
        ]
        columns += [
            _rounded(getattr(scores, name)) if kind == "float32" else getattr(scores, name).tolist()
            for name, kind in SCORE_TYPES.items()
        ]
        try:
            return _fast.encode_lines(list(map(self._row, *columns)))
        except OverflowError:
            # Whole numbers beyond 64 bits.
            return "".join(
                [to_json(self._as_dict(*row)) + "\n" for row in zip(*columns, strict=True)]
            ).encode()


class ArrowEncoder(Encoder):
    """One Arrow stream per batch, compressed with lz4; `finish_arrow` makes one file of them."""

    streams = True
    _options = ipc.IpcWriteOptions(compression="lz4")

    def header(self) -> bytes:
        """Return a stream without a batch, so that a file without rows has columns."""
        return self._stream([])

    def encode(self, batch: pa.RecordBatch, scores: Scores) -> bytes:
        """Return a batch as bytes; see `Encoder.encode`."""
        added = [scores.arrow(name) for name in SCORE_TYPES]
        return self._stream(
            [pa.RecordBatch.from_arrays([*self._columns(batch), *added], schema=self.output_schema)]
        )

    def _columns(self, batch: pa.RecordBatch) -> list[pa.Array]:
        return list(batch.columns)

    def _stream(self, batches: list[pa.RecordBatch]) -> bytes:
        sink = pa.BufferOutputStream()
        with ipc.new_stream(sink, self.output_schema, options=self._options) as stream:
            for batch in batches:
                stream.write_batch(batch)
        return bytes(sink.getvalue())


class ParquetEncoder(ArrowEncoder):
    """The same; columns of types that Parquet has none for, such as unions, are text as in CSV.

    Times in whole seconds become milliseconds, the longest unit that Parquet has; one that these
    cannot hold, 292 million years from now, is null.
    """

    def __init__(self, schema: pa.Schema, prefix: str) -> None:
        super().__init__(schema, prefix)
        self._as_text = [not _fits_parquet(field) for field in schema]
        fields = [
            pa.field(field.name, pa.string()) if as_text_column else _in_millis(field)
            for field, as_text_column in zip(schema, self._as_text, strict=True)
        ]
        self.output_schema = pa.schema(
            [*fields, *list(self.output_schema)[len(fields) :]], metadata=schema.metadata
        )

    def _columns(self, batch: pa.RecordBatch) -> list[pa.Array]:
        columns = zip(batch.columns, self.output_schema, self._as_text, strict=False)
        return [
            as_text(column) if as_text_column else _millis(column, field.type)
            for column, field, as_text_column in columns
        ]


class WorkbookEncoder(ArrowEncoder):
    """The same, for what becomes a spreadsheet, which holds 1,048,575 rows; see
    `givesell.batch.workbook`.
    """

    def __init__(self, schema: pa.Schema, prefix: str) -> None:
        super().__init__(schema, prefix)
        self._encoded = 0
        check_fits(0, len(self.output_schema))

    def encode(self, batch: pa.RecordBatch, scores: Scores) -> bytes:
        """Return a batch as bytes; see `Encoder.encode`."""
        self._encoded += len(batch)
        check_fits(self._encoded, len(self.output_schema))
        return super().encode(batch, scores)


def _in_millis(field: pa.Field) -> pa.Field:
    seconds = pa.types.is_timestamp(field.type) and field.type.unit == "s"
    return field.with_type(pa.timestamp("ms", field.type.tz)) if seconds else field


def _millis(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if column.type == kind:
        return column
    seconds = column.view(pa.int64())
    most = np.iinfo(np.int64).max // 1000
    fits = pc.and_(pc.less_equal(seconds, most), pc.greater_equal(seconds, -most))
    return pc.if_else(fits, column, pa.scalar(None, column.type)).cast(kind)


def _fits_parquet(field: pa.Field) -> bool:
    try:
        pq.ParquetWriter(pa.BufferOutputStream(), pa.schema([field])).close()
    except pa.ArrowException:
        return False
    return True


ENCODERS: dict[str, type[Encoder]] = {
    "csv": CsvEncoder, "tsv": TsvEncoder, "jsonl": JsonlEncoder, "parquet": ParquetEncoder,
    "arrow": ArrowEncoder,
    "xlsx": WorkbookEncoder,
}  # fmt: skip


def encoder_for(
    form: Format,
    schema: pa.Schema,
    prefix: str,
    *,
    excel: bool = False,
    like: tuple[str, bool] | None = None,
) -> Encoder:
    """Return the encoder for a format.

    Parameters
    ----------
    form : Format
    schema, prefix
        As for `Encoder`.
    excel : bool, default False
        See `CsvEncoder`.
    like : (str, bool), optional
        For CSV: the delimiter, and whether to begin with a byte order mark.

    Returns
    -------
    Encoder

    Raises
    ------
    ArgumentError
        E360 if `excel` is set and the format is not CSV, TSV or a spreadsheet.
    """
    if excel:
        check_excel(form)
    if form.kind not in ("csv", "tsv"):
        return ENCODERS[form.kind](schema, prefix)
    sign, mark = like or (None, False)
    return (
        TsvEncoder(schema, prefix, excel=excel, mark=mark)
        if form.kind == "tsv"
        else CsvEncoder(schema, prefix, excel=excel, delimiter=sign, mark=mark)
    )


def check_excel(form: Format) -> None:
    """Refuse a format that no spreadsheet opens as text.

    Raises
    ------
    ArgumentError
        E360.
    """
    if form.kind not in ("csv", "tsv", "xlsx"):
        raise ArgumentError("E360", kind=form.kind)


def finish_arrow(source: Path, target: Path, kind: str, about: Mapping[str, Any]) -> None:
    """Convert Arrow streams that follow one another in a file to one Parquet, Arrow or Excel file.

    Parameters
    ----------
    source : Path
    target : Path
        Parquet is compressed with zstd, in row groups of 131,072 rows or about 64 MiB.
    kind : str
        ``"parquet"``, ``"arrow"`` or ``"xlsx"``.
    about : mapping
        What to record in the file's metadata.
    """
    with pa.OSFile(str(source), "rb") as file:
        schema = ipc.open_stream(file).schema
        if kind == "xlsx":
            write_workbook(_groups(file, schema), schema, target, about)
            return
        schema = schema.with_metadata(
            {**(schema.metadata or {}), METADATA: encodable(to_json(dict(about))).encode()}
        )
        if kind == "arrow":
            schema = pa.schema(
                [_undictionaried(field) for field in schema], metadata=schema.metadata
            )
        texts = [field.name for field in schema if is_text(field.type)]
        labels = [
            name
            for name in schema.names
            if name not in texts or name in schema.names[-len(COLUMNS) :]
        ]
        with (
            pq.ParquetWriter(target, schema, compression="zstd", use_dictionary=labels)
            if kind == "parquet"
            else ipc.new_file(str(target), schema, options=ipc.IpcWriteOptions(compression="zstd"))
        ) as writer:
            for table in _groups(file, schema):
                writer.write_table(table, GROUP_ROWS)


def _groups(file: Any, schema: pa.Schema) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    rows = size = 0
    file.seek(0)
    end = file.size()
    while file.tell() < end:
        for batch in ipc.open_stream(file):
            columns = [
                column if column.type == field.type else column.cast(field.type)
                for column, field in zip(batch.columns, schema, strict=True)
            ]
            held.append(pa.RecordBatch.from_arrays(columns, schema=schema))
            rows += len(batch)
            size += batch.nbytes
            if rows >= GROUP_ROWS or size >= GROUP_BYTES:
                yield pa.Table.from_batches(held)
                held, rows, size = [], 0, 0
    if held:
        yield pa.Table.from_batches(held)


def _undictionaried(field: pa.Field) -> pa.Field:
    """Return a field without a dictionary: an Arrow file can hold but one a column."""
    return field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field


def _decimals(numbers: NDArray[np.float32]) -> pa.StringArray:
    """Return probabilities as text, without zeros at their end; nothing for what is no number."""
    known = ~np.isnan(numbers)
    parts = np.rint(np.where(known, numbers, 0).astype(np.float64) * 10**DECIMALS).astype(np.int64)
    ones, rest = np.divmod(parts, 10**DECIMALS)
    digits = pc.utf8_rtrim(pc.utf8_lpad(pa.array(rest).cast(pa.string()), DECIMALS, "0"), "0")
    text = pa.array(ones).cast(pa.string())
    text = pc.if_else(pa.array(rest == 0), text, pc.binary_join_element_wise(text, digits, "."))
    return pc.if_else(pa.array(known), text, None)


def _rounded(numbers: NDArray[np.float32]) -> list[float | None]:
    # As a double: a float32 would print with digits that mean nothing.
    rounded = np.round(numbers.astype(np.float64), DECIMALS).tolist()
    return [number if number == number else None for number in rounded]


def _json_values(column: pa.Array, field: pa.Field) -> list[Any]:
    values = plain_values(column)
    return (
        [value if value is None else _json_value(value) for value in values]
        if is_json(field)
        else values
    )


def _json_value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # A file may claim this mark and not keep it.
        return text
