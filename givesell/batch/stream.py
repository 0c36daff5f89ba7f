"""Inputs in, one scored file out: reading, scoring and writing at the same time, a batch at a time.

One thread reads ahead, some score and encode, and the caller's thread writes the batches in the order in which
they were read. After each chunk, whose borders depend on the input alone, the output is on the disk and a
checkpoint tells how far the run has come; the next run goes on from there.
"""

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pyarrow as pa

from givesell._version import __version__
from givesell.archives import Options, PostReader, Reader, open_reader
from givesell.archives.columns import find_text_column, union
from givesell.archives.failures import named
from givesell.archives.files import Folder
from givesell.archives.objects import ObjectsReader
from givesell.batch.checkpoint import Checkpoint, run_id
from givesell.batch.encoders import ENCODERS, Encoder, finish_arrow
from givesell.batch.formats import format_of
from givesell.batch.inputs import STDIN, expand, keep_stdin
from givesell.batch.output import Output
from givesell.batch.pipeline import AddedColumn, Scored, ScoreTexts, scored_batches
from givesell.batch.rejects import Rejected, RejectsFile, rejects_path
from givesell.batch.summary import Summary, Tally
from givesell.errors import FileError
from givesell.verdict import COLUMNS

PathLike = str | os.PathLike[str]
Progress = Callable[[int, int, int], None]

CHUNK_ROWS = 1 << 17
CHUNK_BYTES = 32 << 20
_REJECT_BYTES = 300


def score_files(
    paths: PathLike | Iterable[PathLike],
    out: PathLike,
    *,
    scorer: ScoreTexts,
    text_column: str | None = None,
    prefix: str = "",
    format: str | None = None,  # noqa: A002
    query: str | None = None,
    visibility: str = "public",
    strict: bool = False,
    overwrite: bool = False,
    resume: bool = True,
    threads: int | None = None,
    about: Any = None,
    progress: Progress | None = None,
    extra: Mapping[str, AddedColumn] | None = None,
) -> Summary:
    """Score the posts in files and write them, with all their columns, to one file.

    Memory does not grow with the files. Rows that cannot be read go to ``OUT.rejects.jsonl``, all others to
    `out`, which appears under its name only when it is whole (``OUT.partial`` until then). A run that was
    interrupted goes on where its last chunk ended; the bytes are the same as if it had not been.

    Parameters
    ----------
    paths : path or iterable of paths
        Files, folders, patterns, or ``-`` for the standard input. Several may have different columns: the output
        has all of them, with nulls where a file lacks one.
    out : path
        The output, its format told by its name. The columns `label`, `selling`, `sure` and
        `status` come after the input's.
    scorer : callable
        Takes a list of str or None, returns `Scores` of the same length. Called from several threads.
    text_column : str, optional
        The column of posts; exports of platforms are then read as plain tables. By default the only column named
        text, post, body, content, message or tweet.
    prefix : str, default ""
        Goes before the names of the added columns.
    format : str, optional
        A name in `givesell.archives.FORMATS`; by default the content tells.
    query : str, optional
        For SQLite: the SELECT whose rows are the posts.
    visibility : str, default "public"
        ``"all"`` reads followers-only and direct posts of exports too.
    strict : bool, default False
        Whether the first row that cannot be read is an error.
    overwrite : bool, default False
        Whether an existing output may be replaced.
    resume : bool, default True
        Whether to go on where an interrupted run of the same inputs and settings ended.
    threads : int, optional
        How many threads score; by default one a core.
    about : object, optional
        What is known about the scorer, as JSON can hold it: another starts the run anew, and Parquet and Arrow
        outputs record it.
    progress : callable, optional
        Called after each batch with the bytes done, the bytes to do (each input counts twice, since some are
        read twice) and the rows written.
    extra : mapping of str to callable, optional
        Further columns of text by name, each from a callable that takes the posts of a batch and their `Scores`; they stand before `label`.

    Returns
    -------
    Summary

    Raises
    ------
    FileError
        E401 to E412: a file that is missing, empty, of unknown format, unreadable or unwritable; E501 to E506.
    DataError
        E301 if a file has no column `text_column`; E508 if several could be meant.

    Examples
    --------
    Any callable that returns `Scores` will do, such as the `verdicts` of a model::

        summary = score_files("posts.csv", "scored.csv", scorer=givesell.load().verdicts)
    """
    began = time.perf_counter()
    sources, target = check_paths(paths, out, overwrite=overwrite)
    partial, state = _beside(target, ".partial"), _beside(target, ".checkpoint.json")
    kept = _beside(target, ".stdin.partial")
    if any(str(source) == STDIN for source in sources):
        with named(target, "E405", OSError):
            sources = [keep_stdin(kept) if str(source) == STDIN else source for source in sources]
        _check_filled(sources)
    settings = {"text": text_column, "prefix": prefix, "format": format, "query": query, "visibility": visibility}
    run = run_id(sources, version=__version__, out=str(format_of(target)), about=about, extra=sorted(extra or {}), **settings)
    done = (Checkpoint.load(state, run) if resume else None) or Checkpoint(run)
    if strict and done.rejected:
        done = Checkpoint(run)
    meter = _Meter(progress, sources)
    options = Options(query=query, visibility=visibility)
    readers = _open(sources, format, options, text_column, done, meter)
    schema = union([reader.schema for reader in readers], exact=all(isinstance(reader, ObjectsReader) for reader in readers))
    extra = {prefix + name: column for name, column in (extra or {}).items()}
    _check_names(readers, [*(prefix + name for name in COLUMNS), *extra])
    written = pa.schema([*schema, *(pa.field(name, pa.string()) for name in extra)], metadata=schema.metadata)

    found = format_of(target)
    encoder = ENCODERS[found.kind](written, prefix)
    tally = Tally()
    with ExitStack() as stack:
        with named(target, "E405", OSError):
            try:
                output = Output(partial, found.codec, done.sizes, done.offset, done.crc)
                rejects = RejectsFile(target, done.rejects, done.rejected)
            except (OSError, ValueError):
                if not done.offset:
                    raise
                # What is beside the output is not what the checkpoint tells of.
                done = Checkpoint(run)
                output, rejects = Output(partial, found.codec), RejectsFile(target)
            stack.enter_context(output)
        done.found = [reader.found for reader in readers]
        resumed = _restore(done, tally)
        writer = _Writer(output, rejects, encoder, done, tally, state, target)
        meter.rows = tally.rows
        threads = threads or os.cpu_count() or 1
        for scored in stack.enter_context(closing(scored_batches(readers, schema, scorer, encoder, done, threads, strict, extra))):
            writer.take(scored)
            meter.rows = tally.rows
            meter.tick()
        writer.commit(len(readers), 0)
        with named(target, "E405", OSError):
            output.finish()
    skipped = done.skipped
    with named(target, "E405", OSError, pa.ArrowException):
        whole = partial
        if encoder.streams:
            whole = _beside(target, ".finishing")
            facts = {"model": about, "skipped": skipped, "rejected": rejects.count}
            finish_arrow(partial, whole, found.kind, facts)
        rejected = rejects.publish()
        whole.replace(target)
        for leftover in (partial, state, kept):
            leftover.unlink(missing_ok=True)
    meter.tick()
    return tally.summary(
        rejected=rejects.count, seconds=time.perf_counter() - began, out=target, rejects=rejected, skipped=skipped, resumed=resumed
    )


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
        Folders and patterns brought to the files in them.
    Path

    Raises
    ------
    FileError
        See `score_files`.
    """
    target = Path(out)
    given = [Path(paths)] if isinstance(paths, (str, os.PathLike)) else [Path(path) for path in paths]
    if target.is_dir():
        raise FileError("E405", path=target, reason="it is a directory")
    format_of(target)
    sources = expand(given, target)
    _check_filled(sources)
    for written in (target, rejects_path(target)):
        if written.exists() and any(str(source) != STDIN and written.samefile(source) for source in (*given, *sources) if source.exists()):
            raise FileError("E408", path=written)
    if target.exists() and not overwrite:
        raise FileError("E409", path=target)
    if not target.parent.is_dir():
        raise FileError("E405", path=target, reason=f"there is no directory {target.parent}")
    return sources, target


def about_model(model: Any) -> dict[str, Any]:
    """Return what stands for a model in a checkpoint and in the metadata of an output.

    Parameters
    ----------
    model : givesell.Model

    Returns
    -------
    dict
        ``name`` and ``digest`` of all that the manifest records.
    """
    info = model.info
    digest = hashlib.sha256(json.dumps(info, sort_keys=True, default=str).encode()).hexdigest()
    return {"name": info.get("name"), "digest": digest[:16]}


class _Writer:
    """Takes scored batches in order and makes chunks of them."""

    def __init__(
        self, output: Output, rejects: RejectsFile, encoder: Encoder, done: Checkpoint, tally: Tally, state: Path, target: Path
    ) -> None:
        self._output, self._rejects, self._tally = output, rejects, tally
        self._done, self._state, self._target = done, state, target
        self._held: list[bytes] = [] if done.offset else [encoder.header()]
        self._rejected: list[Rejected] = []
        self._rows = self._size = 0
        self._batches = done.batches

    def take(self, scored: Scored) -> None:
        """Take a batch, and write the chunk that it completes."""
        self._rejected += scored.rejected
        # Rejects are held until then, too.
        self._size += sum(len(row.raw) + _REJECT_BYTES for row in scored.rejected)
        if scored.scores is None:
            # The end of an input.
            self._done.skipped = dict(Counter(self._done.skipped) + Counter(scored.skipped))
            self.commit(scored.source + 1, 0)
            return
        self._tally.add(scored.texts, scored.scores)
        self._held.append(scored.data)
        self._rows += len(scored.texts)
        self._size += len(scored.data)
        self._batches += 1
        if self._rows >= CHUNK_ROWS or self._size >= CHUNK_BYTES:
            self.commit(scored.source, self._batches)

    def commit(self, source: int, batches: int) -> None:
        """Write what is held, then the checkpoint."""
        if (source, batches) == (self._done.source, self._done.batches) and not self._held:
            return
        with named(self._target, "E405", OSError):
            self._rejects.write(self._rejected)
            self._output.write(b"".join(self._held))
            done = self._done
            done.offset, done.crc, done.sizes = self._output.offset, self._output.crc, self._output.sizes
            done.rejects, done.rejected = self._rejects.offset, self._rejects.count
            done.source, done.batches, done.tally = source, batches, self._tally.state()
            done.save(self._state)
        self._held, self._rejected, self._rows, self._size, self._batches = [], [], 0, 0, batches


def _open(
    sources: list[Path],
    form: str | None,
    options: Options,
    text_column: str | None,
    done: Checkpoint,
    meter: "_Meter",
) -> list[Reader]:
    readers: list[Reader] = []
    for number, source in enumerate(sources):
        known = done.found[number] if number < len(done.found) else None
        plain = text_column is not None and form is None
        reader = open_reader(source, format=form, options=options, plain=plain, tick=meter.tick, known=known)
        names = reader.schema.names
        reader.use_text("text" if isinstance(reader, PostReader) else find_text_column(names, text_column, source))
        if number < done.source:
            reader.bytes_read = reader.passes * reader.size
        readers.append(reader)
        meter.readers.append(reader)
    return readers


def _restore(done: Checkpoint, tally: Tally) -> int:
    if done.tally:
        tally.restore(done.tally)
    return tally.rows


def _check_names(readers: Sequence[Reader], names: Sequence[str]) -> None:
    for reader in readers:
        for name in names:
            if name in reader.schema.names:
                raise FileError("E407", path=reader.path, column=name)


def _check_filled(sources: Iterable[Path]) -> None:
    for source in sources:
        if str(source) != STDIN and not source.is_dir() and not source.stat().st_size:
            raise FileError("E403", path=source)


def _beside(target: Path, ending: str) -> Path:
    return target.with_name(target.name + ending)


class _Meter:
    """Reports how far a run has come; each input counts twice, since some are read twice."""

    def __init__(self, progress: Progress | None, sources: Iterable[Path]) -> None:
        self.rows = 0
        self.readers: list[Reader] = []
        self._progress = progress
        self._total = 2 * sum(Folder(source).size if source.is_dir() else source.stat().st_size for source in sources)

    def tick(self, opening: int = 0) -> None:
        """Report; `opening` is how far the reader has come that is not among `readers` yet."""
        if self._progress is not None:
            done = sum(reader.bytes_read * 2 // reader.passes for reader in self.readers)
            self._progress(done + opening, self._total, self.rows)
