"""Inputs in, one scored file out: reading, scoring and writing at the same time, a batch at a time.

One thread reads ahead, some score and encode, and the caller's thread writes the batches in the
order in which they were read. After each chunk, whose borders depend on the input alone, the output
is in the run's folder and a checkpoint tells how far the run has come; the next run goes on from
there. When all is written it is put in its place, and the run ends with what is to be made of it,
such as a report.
"""

import hashlib
import json
import os
import shutil
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from givesell._version import __version__
from givesell.archives import Options, Reader
from givesell.archives.base.columns import union
from givesell.archives.base.rejects import Rejected
from givesell.archives.formats.csv_file import common_dialect
from givesell.archives.opening import open_posts
from givesell.archives.shapes.roles import columns_of
from givesell.archives.streams.file_errors import named
from givesell.archives.streams.recoding import check_encoding
from givesell.batch.checkpoint import Checkpoint, Stamp, content_stamp, identity, settings_id, stamp
from givesell.batch.encoders import ArrowEncoder, Encoder, encoder_for, finish_arrow
from givesell.batch.inputs import STDIN, keep_stdin, left_out, opened, paths_of
from givesell.batch.meter import Meter, Progress
from givesell.batch.output import Output
from givesell.batch.paths import PathLike, check_filled, check_paths, refuse_members
from givesell.batch.pipeline import AddedColumn, Scored, ScoreTexts, scored_batches
from givesell.batch.rejects import RejectsFile
from givesell.batch.run_folder import RunFolder, rejects_path
from givesell.batch.selection import ALL, Selection, sort_streams, write_sorted
from givesell.batch.summary import Summary, Tally
from givesell.core.model import Model
from givesell.errors import FileError, GivesellError, RestartWarning
from givesell.files.endings import format_of
from givesell.files.writing import is_same, put_in_place, write_file
from givesell.show.words import encodable
from givesell.verdict import COLUMNS

CHUNK_ROWS = 1 << 17
CHUNK_BYTES = 32 << 20
_REJECT_BYTES = 300
MOST_UNREAD = 100


def score_files(
    paths: PathLike | Iterable[PathLike],
    out: PathLike,
    *,
    scorer: ScoreTexts,
    text_column: str | None = None,
    prefix: str = "",
    excel: bool = False,
    like_input: bool = False,
    format: str | None = None,  # noqa: A002
    query: str | None = None,
    visibility: str = "public",
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    strict: bool = False,
    overwrite: bool = False,
    resume: bool = True,
    threads: int | None = None,
    about: Any = None,
    progress: Progress | None = None,
    extra: Mapping[str, AddedColumn] | None = None,
    report: PathLike | None = None,
    reporter: Callable[[Summary], bytes] | None = None,
    selection: Selection = ALL,
    sink: IO[bytes] | None = None,
    model: Model | None = None,
) -> Summary:
    """Score the posts in files and write them, with all their columns, to one file.

    Memory does not grow with the files. Rows that cannot be read go to ``OUT.rejects.jsonl``, all
    others to `out`, which appears under its name only when it is whole; until then all is kept in a
    hidden folder beside it, ``.OUT.givesell-run``, which one run at a time may hold. A run that was
    interrupted goes on where its last chunk ended; the bytes are the same as if it had not been.

    Parameters
    ----------
    paths : path or iterable of paths
        Files, folders, patterns, or ``-`` for the standard input. Several may have different
        columns: the output has all of them, with nulls where a file lacks one.
    out : path
        The output, its format told by its name. The columns `label`, `selling`, `sure` and
        `status` come after the input's.
    scorer : callable
        Takes a list of str or None, returns `Scores` of the same length. Called from several
        threads.
    text_column : str, optional
        The column of posts; exports of platforms are then read as plain tables. By default
        as the tool that made the table calls it, or the one that is named as posts are.
    prefix : str, default ""
        Goes before the names of the added columns.
    excel : bool, default False
        Whether a CSV or TSV output is made for spreadsheets: a byte order mark, and an apostrophe
        before cells that they would run as formulas (see `givesell.files.delimited`), and the
        delimiter of the input where that is CSV.
    like_input : bool, default False
        Whether a CSV output has the delimiter of its CSV input, and a byte order mark if that has
        one.
    format : str, optional
        A name in `givesell.archives.FORMATS`; by default the content tells.
    query : str, optional
        For SQLite: the SELECT whose rows are the posts. For a spreadsheet: the name of the sheet.
    visibility : str, default "public"
        ``"all"`` reads followers-only and direct posts of exports too.
    encoding : str, optional
        What text is in that does not say it itself, such as ``"cp1252"``; by default UTF-8, or
        UTF-16 where it looks like that.
    columns : mapping of str to str, optional
        For tables: the column of each part of the posts that its name does not tell; see
        `givesell.read_archive`.
    strict : bool, default False
        Whether the first row that cannot be read is an error.
    overwrite : bool, default False
        Whether an existing output, and the file of rejects beside it, may be replaced.
    resume : bool, default True
        Whether to go on where an interrupted run of the same inputs and settings ended. If there
        was one of others, a `RestartWarning` says so.
    threads : int, optional
        How many threads score; by default one a core.
    about : object, optional
        What is known about the scorer, as JSON can hold it: another starts the run anew, and
        Parquet and Arrow outputs record it.
    progress : callable, optional
        Called after each batch with the bytes done, the bytes to do (each input counts twice, since
        some are read twice) and the rows written.
    extra : mapping of str to callable, optional
        Further columns of text by name, each from a callable that takes the posts of a batch and
        their `Scores`; they stand before `label`.
    report : path, optional
        A file to write beside the output; it is part of the run: if it is interrupted there, the
        next run goes on with it.
    reporter : callable, optional
        Returns what is to be in it; called with the summary once the output is in its place.
    selection : Selection, optional
        Which rows are written, and in what order. All are scored and counted.
    sink : file, optional
        Where to write the rows instead, as they come (as soon as all are there if they are sorted,
        or Parquet, Arrow or Excel). `out` then says no more than the format and where to work, and
        nothing of it is left.
    model : Model, optional
        The one that scores: the summary then tells whether the posts look like those that it was
        measured on.

    Returns
    -------
    Summary

    Raises
    ------
    FileError
        E401 to E415: a file that is missing, empty, of unknown format, unreadable, unwritable or
        being written; E501 to E506.
    DataError
        E301 if a file has no column `text_column`; E508 if several could be meant.

    Examples
    --------
    Any callable that returns `Scores` will do, such as the `verdicts` of a model::

        summary = score_files("posts.csv", "scored.csv", scorer=givesell.load().verdicts)
    """
    began = time.perf_counter()
    encoding = check_encoding(encoding)
    sources, target = check_paths(paths, out, overwrite=overwrite, report=report, excel=excel)
    prefix, named_columns = encodable(prefix), columns_of(columns)
    run = RunFolder(target)
    with run.held(source for source in sources if str(source) != STDIN), _kept_if_useful(run):
        sources, inputs = _stamped(sources, run, target)
        settings = {
            "text": text_column,
            "prefix": prefix,
            "format": format,
            "query": query,
            "visibility": visibility,
        }
        settings |= {"excel": "yes"} if excel else {}
        settings |= selection.settings()
        settings |= {"encoding": encoding} if encoding else {}
        settings |= {"columns": json.dumps(named_columns, sort_keys=True)} if named_columns else {}
        settings |= {"like_input": "yes"} if like_input else {}
        form = str(format_of(target))
        start = Checkpoint(
            settings_id(
                version=__version__, out=form, about=about, extra=sorted(extra or {}), **settings
            ),
            inputs,
        )
        done = (_found(run, target, start) if resume else None) or start
        if strict and done.rejected:
            done = start
        tally, resumed = Tally(done.tally, model=model), done.rows
        if not done.placed:
            check_paths(paths, out, overwrite=overwrite, report=report, left=start)
            options = Options(
                query=query, visibility=visibility, encoding=encoding, columns=named_columns
            )
            meter = Meter(progress, sources)
            meant = [run.stdin, *map(Path, paths_of(paths))]
            readers = _open(meant, sources, format, options, text_column, done, meter)
            refuse_members(readers, target)
            tally, resumed = _write(
                readers,
                left_out(map(Path, paths_of(paths)), sources, readers),
                run,
                target,
                done,
                scorer,
                meter,
                prefix=prefix,
                excel=excel,
                like_input=like_input,
                threads=threads,
                strict=strict,
                about=about,
                extra=extra or {},
                selection=selection,
                sink=sink,
                model=model,
            )
        if sink is None:
            _place(run, target, done, overwrite=overwrite)
        summary = tally.summary(
            rejected=done.rejected,
            seconds=time.perf_counter() - began,
            out=None if sink else target,
            rejects=rejects_path(target) if done.rejected and not sink else None,
            report=None if report is None else Path(report),
            skipped=done.skipped,
            unread=done.unread,
            n_unread=done.n_unread,
            resumed=resumed,
        )
        if report is not None and reporter is not None:
            _report(run, Path(report), done, reporter(summary), overwrite=overwrite)
        run.remove()
    return summary


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
        self,
        output: Output,
        rejects: RejectsFile,
        encoder: Encoder,
        done: Checkpoint,
        tally: Tally,
        run: RunFolder,
        target: Path,
        sink: IO[bytes] | None,
    ) -> None:
        self._output, self._rejects, self._tally = output, rejects, tally
        self._done, self._run, self._target = done, run, target
        self._sink = sink
        self._held: list[bytes] = [] if done.offset else [encoder.header()]
        self._rejected: list[Rejected] = []
        self._rows = self._size = 0
        self._batches = done.batches

    def take(self, scored: Scored) -> None:
        """Take a batch, and write the chunk that it completes."""
        self._rejected += scored.rejected
        self._tally.reject(scored.rejected)
        # Rejects are held until then, too.
        self._size += sum(len(row.raw) + _REJECT_BYTES for row in scored.rejected)
        if scored.scores is None:
            # The end of an input.
            self._done.skipped = dict(Counter(self._done.skipped) + Counter(scored.skipped))
            self.commit(scored.source + 1, 0)
            return
        self._tally.add(scored.texts, scored.scores)
        self._tally.written += scored.written
        if scored.times is not None:
            self._tally.times_of(scored.source).add_parts(*scored.times)
        self._held.append(scored.data)
        self._rows += len(scored.texts)
        self._size += len(scored.data)
        self._batches += 1
        if self._sink is not None:
            self.send(self._sink)
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
            done.offset, done.crc, done.sizes = (
                self._output.offset,
                self._output.crc,
                self._output.sizes,
            )
            done.rejects, done.rejects_crc, done.rejected = (
                self._rejects.offset,
                self._rejects.crc,
                self._rejects.count,
            )
            done.source, done.batches, done.tally = source, batches, self._tally.state()
            done.save(self._run.checkpoint)
        self._held, self._rejected, self._rows, self._size, self._batches = [], [], 0, 0, batches

    def send(self, sink: IO[bytes]) -> None:
        """Write what is held to another file instead."""
        held, self._held = self._held, []
        sink.write(b"".join(held))
        sink.flush()


@contextmanager
def _kept_if_useful(run: RunFolder) -> Iterator[None]:
    """Keep what is unfinished after an interruption or where the disk failed; what is wrong with
    the posts would be wrong again.
    """
    try:
        yield
    except GivesellError as error:
        if not isinstance(error.__cause__, OSError) and error.code != "E411":
            run.remove()
        raise


def _stamped(sources: list[Path], run: RunFolder, target: Path) -> tuple[list[Path], list[Stamp]]:
    """Return the files to read, the standard input kept in one, and what stands for them."""
    if any(str(source) == STDIN for source in sources):
        with named(target, "E405", OSError):
            digest = keep_stdin(run.stdin)
        check_filled([run.stdin])
    own = target, rejects_path(target)
    inputs: list[Stamp] = []
    for source in sources:
        with named(source, "E406", OSError):
            inputs.append(
                content_stamp(STDIN, digest) if str(source) == STDIN else stamp(source, without=own)
            )
    return [run.stdin if str(source) == STDIN else source for source in sources], inputs


def _found(run: RunFolder, target: Path, start: Checkpoint) -> Checkpoint | None:
    """Return where an interrupted run of the same settings and inputs ended, and warn if there
    is one that cannot go on.
    """
    left = Checkpoint.load(run.checkpoint)
    if left is None:
        return None
    reason = left.differs(start)
    if (
        reason is None
        and left.placed
        and left.placed["output"] not in map(identity, (target, run.output, run.finished))
    ):
        reason = "its output is gone"
    if reason is None:
        return left
    if left.rows:
        _say_anew(target, reason)
    return None


def _say_anew(target: Path, reason: str) -> None:
    warnings.warn(
        f"{target}: the run that was interrupted is started anew: {reason}.",
        RestartWarning,
        stacklevel=4,
    )


def _open(
    meant: list[Path],
    sources: list[Path],
    form: str | None,
    options: Options,
    text_column: str | None,
    done: Checkpoint,
    meter: Meter,
) -> list[Reader]:
    readers: list[Reader] = []

    def open_one(source: Path) -> None:
        number = len(readers)
        known = done.found[number] if number < len(done.found) else None
        reader = open_posts(
            source,
            text_column=text_column,
            format=form,
            options=options,
            tick=meter.tick,
            known=known,
        )
        if number < done.source:
            reader.bytes_read = reader.passes * reader.size
        readers.append(reader)
        meter.readers.append(reader)

    opened(meant, sources, open_one)
    return readers


def _write(
    readers: list[Reader],
    unread: list[str],
    run: RunFolder,
    target: Path,
    done: Checkpoint,
    scorer: ScoreTexts,
    meter: Meter,
    *,
    prefix: str,
    excel: bool,
    like_input: bool,
    threads: int | None,
    strict: bool,
    about: Any,
    extra: Mapping[str, AddedColumn],
    selection: Selection,
    sink: IO[bytes] | None,
    model: Model | None,
) -> tuple[Tally, int]:
    """Write all that is not done yet into the run's folder; return what was counted, and how
    many rows were done before.
    """
    schema = union(
        [reader.schema for reader in readers], exact=all(reader.exact for reader in readers)
    )
    extra = {prefix + name: column for name, column in extra.items()}
    _check_names(readers, [*(prefix + name for name in COLUMNS), *extra])
    written = pa.schema(
        [*schema, *(pa.field(name, pa.string()) for name in extra)], metadata=schema.metadata
    )
    form = format_of(target)
    # A spreadsheet that writes semicolons reads them, and mostly nothing else.
    like = common_dialect(readers) if like_input or excel else None
    final = encoder_for(form, written, prefix, excel=excel, like=like)
    encoder = final if selection.sort is None or final.streams else ArrowEncoder(written, prefix)
    codec = form.codec if encoder is final else None
    with ExitStack() as stack:
        with named(target, "E405", OSError):
            try:
                output = Output(run.output, codec, done.sizes, done.offset, done.crc)
                rejects = RejectsFile(run.rejects, done.rejects, done.rejected, done.rejects_crc)
            except (OSError, ValueError):
                if not done.offset:
                    raise
                # What lies in the folder is not what the checkpoint tells of.
                _say_anew(target, "what it kept is damaged")
                done.forget()
                output, rejects = Output(run.output, codec), RejectsFile(run.rejects)
            stack.enter_context(output)
        done.found = [reader.found for reader in readers]
        done.unread, done.n_unread = unread[:MOST_UNREAD], len(unread)
        tally, resumed = Tally(done.tally, model=model), done.rows
        live = None if encoder.streams or codec else sink
        writer = _Writer(output, rejects, encoder, done, tally, run, target, live)
        meter.rows = tally.rows
        workers = threads or os.cpu_count() or 1
        for scored in stack.enter_context(
            closing(
                scored_batches(
                    readers, schema, scorer, encoder, done, workers, strict, extra, selection
                )
            )
        ):
            writer.take(scored)
            meter.rows = tally.rows
            meter.tick()
        if live is not None:
            writer.send(live)
        writer.commit(len(readers), 0)
        with named(target, "E405", OSError):
            output.finish()
    with named(target, "E405", OSError, pa.ArrowException):
        whole = kept = run.output
        if selection.sort is not None:
            tally.written = sort_streams(kept, run.sorted, selection, final.added, target)
            done.tally, kept = tally.state(), run.sorted
            if not final.streams:
                whole = run.finished
                write_sorted(kept, whole, final, form.codec)
        if final.streams:
            whole = run.finished
            finish_arrow(kept, whole, form.kind, _recorded(about, done))
    if sink is not None and live is None:
        with whole.open("rb") as file:
            shutil.copyfileobj(file, sink)
    with named(target, "E405", OSError):
        done.placed = {"output": identity(whole), "rejects": identity(run.rejects)}
        done.save(run.checkpoint)
    meter.tick()
    return tally, resumed


def _recorded(about: Any, done: Checkpoint) -> dict[str, Any]:
    """Return what a file that has room for it tells of its own making."""
    left = {
        "skipped": done.skipped,
        "rejected": done.rejected,
        "unread": done.unread,
        "n_unread": done.n_unread,
    }
    return {"model": about, **left}


def _place(run: RunFolder, target: Path, done: Checkpoint, *, overwrite: bool) -> None:
    """Put the rejects and the output in their places; either may be there already."""
    rejects = rejects_path(target)
    with named(target, "E405", OSError):
        if run.rejects.exists():
            put_in_place(run.rejects, rejects, overwrite=overwrite)
        elif not done.rejected:
            rejects.unlink(missing_ok=True)  # of an output that is replaced
        for whole in (run.finished, run.output):
            if identity(whole) == done.placed["output"]:
                put_in_place(whole, target, overwrite=overwrite)


def _report(run: RunFolder, path: Path, done: Checkpoint, page: bytes, *, overwrite: bool) -> None:
    """Write the report, and put it in its place; that of the same run may be there already."""
    ours = bool(done.placed.get("report")) and identity(path) == done.placed["report"]
    with named(path, "E405", OSError):
        if not is_same(path.parent, run.path.parent):
            write_file(path, page, overwrite=overwrite or ours)
            return
        run.report.unlink(missing_ok=True)  # never through a link that a kill has left
        run.report.write_bytes(page)
        done.placed = {**done.placed, "report": identity(run.report)}
        done.save(run.checkpoint)
        put_in_place(run.report, path, overwrite=overwrite or ours)


def _check_names(readers: Sequence[Reader], names: Sequence[str]) -> None:
    for reader in readers:
        for name in names:
            if name in reader.schema.names:
                raise FileError("E407", path=reader.path, column=name)
