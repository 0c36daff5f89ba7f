"""Files in, one scored file out, a batch at a time."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pyarrow as pa

from givesell.batch.columns import align, find_text_column, union
from givesell.batch.formats import format_of
from givesell.batch.reader import Reader, named
from givesell.batch.readers import READERS, open_reader
from givesell.batch.rejects import Rejects, rejects_path
from givesell.batch.summary import Summary, Tally
from givesell.batch.writers import open_writer
from givesell.errors import FileError
from givesell.verdict import COLUMNS, Scores

PathLike = str | os.PathLike[str]
ScoreTexts = Callable[[list[str | None]], Scores]
Progress = Callable[[int, int, int], None]
AddedColumn = Callable[[list[str | None]], list[str | None]]


def score_files(
    paths: PathLike | Iterable[PathLike],
    out: PathLike,
    *,
    scorer: ScoreTexts,
    text_column: str | None = None,
    prefix: str = "",
    overwrite: bool = False,
    progress: Progress | None = None,
    extra: Mapping[str, AddedColumn] | None = None,
) -> Summary:
    """Score the posts in files and write them, with all their columns, to one file.

    Rows are read, scored and written a batch at a time, in order, so that memory does not grow
    with the files. Rows that cannot be read go to ``OUT.rejects.jsonl``, all others to `out`, which
    appears under its name only when it is whole (``OUT.partial`` until then).

    Parameters
    ----------
    paths : path or iterable of paths
        Files named as in `givesell.batch.formats`. Several may have different columns: the output
        has all of them, with nulls where a file lacks one.
    out : path
        The output, its format told by its name. The columns `label`, `selling`, `sure` and
        `status` come after the input's.
    scorer : callable
        Takes a list of str or None, returns `Scores` of the same length.
    text_column : str, optional
        The column of posts. By default the only one named text, post, body, content, message or tweet.
    prefix : str, default ""
        Goes before the names of the added columns.
    overwrite : bool, default False
        Whether an existing output may be replaced.
    progress : callable, optional
        Called after each batch with the bytes done, the bytes to do (a JSON lines file counts
        twice, since it is read twice) and the rows written.
    extra : mapping of str to callable, optional
        Further columns of text by name, each from a callable that takes the posts of a batch; they stand before `label`.

    Returns
    -------
    Summary

    Raises
    ------
    FileError
        E401 to E410: a file that is missing, empty, of unknown format, unreadable or unwritable.
    DataError
        E301 if a file has no column `text_column`; E501 if several could be meant.

    Examples
    --------
    Any callable that returns `Scores` will do, such as the `verdicts` of a model::

        summary = score_files("posts.csv", "scored.csv", scorer=givesell.load().verdicts)
    """
    began = time.perf_counter()
    sources, target = check_paths(paths, out, overwrite=overwrite)
    meter = _Meter(progress, sources)
    for source in sources:
        reader = open_reader(source, meter.tick)
        reader.use_text(find_text_column(reader.schema.names, text_column, source))
        meter.readers.append(reader)
    exact = all(reader.format.kind == "jsonl" for reader in meter.readers)
    schema = union([reader.schema for reader in meter.readers], exact=exact)
    extra = {prefix + name: column for name, column in (extra or {}).items()}
    _check_names(meter.readers, [*(prefix + name for name in COLUMNS), *extra])
    written = pa.schema([*schema, *(pa.field(name, pa.string()) for name in extra)], metadata=schema.metadata)

    tally, partial = Tally(), target.with_name(target.name + ".partial")
    with ExitStack() as stack:
        with named(target, "E405", OSError):
            rejects = stack.enter_context(closing(Rejects(target)))
            output = stack.enter_context(ExitStack())
            writer = output.enter_context(open_writer(target, partial, written, prefix))
        for texts, batch in _batches(meter.readers, schema, rejects):
            scores = scorer(texts)
            tally.add(texts, scores)
            columns = [pa.array(column(texts), pa.string()) for column in extra.values()]
            with named(target, "E405", OSError):
                writer.write(pa.RecordBatch.from_arrays([*batch.columns, *columns], schema=written), scores)
            meter.rows = tally.rows
            meter.tick()
        with named(target, "E405", OSError):
            output.close()
            rejected = rejects.publish()
            partial.replace(target)
    meter.tick()
    return tally.summary(rejects.count, time.perf_counter() - began, target, rejected)


def check_paths(paths: PathLike | Iterable[PathLike], out: PathLike, *, overwrite: bool = False) -> tuple[list[Path], Path]:
    """Check inputs and output as far as their names and the disk tell.

    Parameters
    ----------
    paths : path or iterable of paths
    out : path
    overwrite : bool, default False

    Returns
    -------
    list of Path
    Path

    Raises
    ------
    FileError
        See `score_files`.
    """
    sources = [Path(paths)] if isinstance(paths, (str, os.PathLike)) else [Path(path) for path in paths]
    target = Path(out)
    if not sources:
        raise FileError("E410")
    for source in sources:
        if not source.exists():
            raise FileError("E401", path=source)
        if source.is_dir():
            raise FileError("E402", path=source)
        format_of(source)
        if not source.stat().st_size:
            raise FileError("E403", path=source)
    if target.is_dir():
        raise FileError("E405", path=target, reason="it is a directory")
    format_of(target)
    for written in (target, rejects_path(target)):
        if written.exists() and any(written.samefile(source) for source in sources):
            raise FileError("E408", path=written)
    if target.exists() and not overwrite:
        raise FileError("E409", path=target)
    if not target.parent.is_dir():
        raise FileError("E405", path=target, reason=f"there is no directory {target.parent}")
    return sources, target


def _check_names(readers: Sequence[Reader], names: Sequence[str]) -> None:
    for reader in readers:
        for name in names:
            if name in reader.schema.names:
                raise FileError("E407", path=reader.path, column=name)


def _batches(readers: Sequence[Reader], schema: pa.Schema, rejects: Rejects) -> Iterator[tuple[list[str | None], pa.RecordBatch]]:
    for reader in readers:
        for batch in reader.batches(rejects):
            texts: list[str | None] = batch.column(reader.text).to_pylist()
            yield texts, align(batch, schema)


class _Meter:
    """Reports how far a run has come."""

    def __init__(self, progress: Progress | None, sources: Sequence[Path]) -> None:
        self.rows = 0
        self.readers: list[Reader] = []
        self._progress = progress
        self._total = sum(READERS[format_of(source).kind].passes * source.stat().st_size for source in sources)

    def tick(self, opening: int = 0) -> None:
        """Report; `opening` is how far the reader has come that is not among `readers` yet."""
        if self._progress is not None:
            self._progress(sum(reader.bytes_read for reader in self.readers) + opening, self._total, self.rows)
