"""Inputs in, one scored file out: reading, scoring and writing at the same time, a batch at a time.

One thread reads ahead, some score and encode, and the caller's thread writes the batches in the
order in which they were read. After each chunk, whose borders depend on the input alone, the output
is in the run's folder and a checkpoint records the progress; the next run resumes from there. When
all is written it is put in its place, and the run ends with what is to be made of it, such as a
report.
"""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing, nullcontext
from pathlib import Path

import pyarrow as pa

from givesell.archives import Reader
from givesell.archives.base.columns import union
from givesell.archives.formats.csv_file import common_dialect
from givesell.archives.opening import open_posts
from givesell.archives.streams.file_errors import named
from givesell.batch.checkpoint import Checkpoint
from givesell.batch.chunks import ChunkWriter, Destination
from givesell.batch.encoders import ArrowEncoder, Encoder, encoder_for
from givesell.batch.inputs import left_out, opened
from givesell.batch.meter import Meter, Progress
from givesell.batch.options import ReadOptions, WriteOptions
from givesell.batch.output import Output
from givesell.batch.paths import CheckedPaths, check_paths, refuse_members
from givesell.batch.pipeline import Work, scored_batches
from givesell.batch.publishing import complete, publish, publish_report
from givesell.batch.rejects import RejectsFile
from givesell.batch.resuming import (
    beginning,
    keeping_unfinished,
    reporting_progress,
    resumed,
    stamped,
    warn_of_restart,
)
from givesell.batch.run_folder import RunFolder, rejects_path
from givesell.batch.scoring import AddedColumn, Scoring
from givesell.batch.selection import Selection
from givesell.batch.steps import Steps
from givesell.batch.summary import Summary, Tally
from givesell.errors import FileError
from givesell.files.endings import format_of
from givesell.types import PathLike
from givesell.verdict import COLUMNS

MOST_UNREAD = 100

MakeReport = Callable[[Summary], bytes]


def score_files(
    paths: PathLike | Iterable[PathLike],
    out: PathLike,
    scoring: Scoring,
    *,
    read: ReadOptions = ReadOptions(),  # noqa: B008
    write: WriteOptions = WriteOptions(),  # noqa: B008
    progress: Progress | None = None,
    report: PathLike | None = None,
    make_report: MakeReport | None = None,
) -> Summary:
    """Score the posts in files and write them, with all their columns, to one file.

    Memory does not grow with the files. Rows that cannot be read go to ``OUT.rejects.jsonl``, all
    others to `out`, which appears under its name only when it is complete; until then everything is
    in a hidden folder beside it, ``.OUT.givesell-run``, which one run at a time may use. An
    interrupted run resumes after its last complete chunk; the bytes are the same as if it had not
    been.

    Parameters
    ----------
    paths : path or iterable of paths
        Files, folders, patterns, or ``-`` for the standard input. Several may have different
        columns: the output has all of them, with nulls where a file lacks one.
    out : path
        The output; its name says the format. The columns `label`, `selling`, `sure` and `status`
        come after the input's.
    scoring : Scoring
        What scores them.
    read : ReadOptions, optional
    write : WriteOptions, optional
    progress : callable, optional
        Called after each batch with the bytes done, the bytes to do (each input counts twice, since
        some are read twice) and the rows written.
    report : path, optional
        A file to write beside the output; it is part of the run: if it is interrupted there, the
        next run goes on with it.
    make_report : callable, optional
        Returns what is to be in it; called with the summary once the output is in its place.

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

        summary = score_files("posts.csv", "scored.csv", Scoring(givesell.load().verdicts))
    """
    checked = check_paths(paths, out, overwrite=write.overwrite, report=report, excel=write.excel)
    return score_checked(
        checked, scoring, read=read, write=write, progress=progress, make_report=make_report
    )


def score_checked(
    checked: CheckedPaths,
    scoring: Scoring,
    *,
    read: ReadOptions,
    write: WriteOptions,
    progress: Progress | None = None,
    make_report: MakeReport | None = None,
) -> Summary:
    """Score the posts in files whose paths have been checked; see `score_files`.

    Parameters
    ----------
    checked : CheckedPaths
    scoring : Scoring
    read : ReadOptions
    write : WriteOptions
    progress, make_report : callable, optional

    Returns
    -------
    Summary
    """
    began, target, sink = time.perf_counter(), checked.target, write.sink
    run = RunFolder(target)
    with (
        nullcontext() if sink else reporting_progress(target),
        run.held(checked.files),
        keeping_unfinished(run),
    ):
        sources, inputs = stamped(checked, run)
        start = beginning(target, inputs, scoring, read, write)
        done = (resumed(run, target, start) if write.resume else None) or start
        if read.strict and done.rejected:
            done = start
        rows_before, tally = done.rows, Tally(done.tally, model=scoring.model)
        if not done.placed:
            # Another run may have ended since, before this one held the folder.
            checked.check_outputs({})
            rows_before, tally = _write(
                checked, run, sources, done, scoring, read, write, Meter(progress, sources)
            )
        if sink is None:
            publish(run, target, done, overwrite=write.overwrite)
        summary = tally.summary(
            rejected=done.rejected,
            seconds=time.perf_counter() - began,
            out=None if sink else target,
            rejects=rejects_path(target) if done.rejected and not sink else None,
            report=checked.report,
            skipped=done.skipped,
            unread=done.unread,
            n_unread=done.n_unread,
            resumed=rows_before,
        )
        if checked.report is not None and make_report is not None:
            page = make_report(summary)
            publish_report(run, checked.report, done, page, overwrite=write.overwrite)
        run.remove()
    return summary


def _write(
    checked: CheckedPaths,
    run: RunFolder,
    sources: list[Path],
    done: Checkpoint,
    scoring: Scoring,
    read: ReadOptions,
    write: WriteOptions,
    meter: Meter,
) -> tuple[int, Tally]:
    """Score what is not done yet and write it into the run's folder; return how many rows were done
    before, and the counts.
    """
    target, selection, sink = checked.target, write.selection, write.sink
    readers = _open(checked, run, sources, read, done, meter)
    refuse_members(readers, target)
    unread = left_out(checked.given, sources, readers)
    schema = union(
        [reader.schema for reader in readers], exact=all(reader.exact for reader in readers)
    )
    added = {write.prefix + name: column for name, column in scoring.added.items()}
    _check_names(readers, [*(write.prefix + name for name in COLUMNS), *added])
    final, encoder = _encoders(readers, target, schema, list(added), write)
    codec = format_of(target).codec if encoder is final else None
    # Rows that need no more than to be encoded go to the sink as they come.
    live = None if encoder.streams or codec else sink
    with ExitStack() as stack:
        output, rejects = _resumed_files(run, target, codec, done)
        stack.enter_context(output)
        done.found = [reader.found for reader in readers]
        done.unread, done.n_unread = unread[:MOST_UNREAD], len(unread)
        tally, rows_before = Tally(done.tally, model=scoring.model), done.rows
        into = Destination(output, rejects, run.checkpoint, target, live)
        writer = ChunkWriter(into, done, tally, encoder.header(), slow=scoring.step is not None)
        meter.rows = tally.rows
        threads = scoring.threads or os.cpu_count() or 1
        work = _work(readers, schema, scoring, encoder, added, selection, threads, meter)
        batches = scored_batches(
            work, start=(done.source, done.batches), threads=threads, strict=read.strict
        )
        for scored in stack.enter_context(closing(batches)):
            writer.take(scored)
            meter.rows = tally.rows
            meter.tick()
        writer.finish(len(readers))
        with named(target, "E405", OSError):
            output.finish()
    rest = sink if live is None else None
    complete(run, target, done, tally, final, selection, about=scoring.about, sink=rest)
    meter.tick()
    return rows_before, tally


def _work(
    readers: list[Reader],
    schema: pa.Schema,
    scoring: Scoring,
    encoder: Encoder,
    added: Mapping[str, AddedColumn],
    selection: Selection,
    threads: int,
    meter: Meter,
) -> Work:
    if scoring.step is None:
        return Work(readers, schema, scoring.scorer, encoder, added, selection)
    meter.in_steps()
    steps = Steps(scoring.scorer, scoring.step, threads, meter.scored)
    work = Work(readers, schema, steps, encoder, added, selection)
    work.meter = meter
    return work


def _open(
    checked: CheckedPaths,
    run: RunFolder,
    sources: list[Path],
    read: ReadOptions,
    done: Checkpoint,
    meter: Meter,
) -> list[Reader]:
    readers: list[Reader] = []

    def open_one(source: Path) -> None:
        number = len(readers)
        reader = open_posts(
            source,
            text_column=read.text_column,
            format=read.format,
            options=read.of_reader,
            tick=meter.tick,
            known=done.found[number] if number < len(done.found) else None,
        )
        if number < done.source:
            reader.bytes_read = reader.passes * reader.size
        readers.append(reader)
        meter.readers.append(reader)

    opened([run.stdin, *checked.given], sources, open_one)
    return readers


def _encoders(
    readers: Sequence[Reader],
    target: Path,
    schema: pa.Schema,
    added: list[str],
    write: WriteOptions,
) -> tuple[Encoder, Encoder]:
    """Return what encodes the output, and what encodes the rows as they come: Arrow where they are
    sorted first.
    """
    written = pa.schema(
        [*schema, *(pa.field(name, pa.string()) for name in added)], metadata=schema.metadata
    )
    # A spreadsheet that writes semicolons reads them, and mostly nothing else.
    like = common_dialect(readers) if write.like_input or write.excel else None
    final = encoder_for(format_of(target), written, write.prefix, excel=write.excel, like=like)
    sorts_text = write.selection.sort is not None and not final.streams
    return final, ArrowEncoder(written, write.prefix) if sorts_text else final


def _resumed_files(
    run: RunFolder, target: Path, codec: str | None, done: Checkpoint
) -> tuple[Output, RejectsFile]:
    """Open the files of a run where its checkpoint says that they end."""
    with named(target, "E405", OSError):
        try:
            output = Output(run.output, codec, done.sizes, done.offset, done.crc)
            rejects = RejectsFile(run.rejects, done.rejects, done.rejected, done.rejects_crc)
            return output, rejects
        except (OSError, ValueError):
            if not done.offset:
                raise
            # What is in the folder is not what the checkpoint says.
            warn_of_restart(target, "its unfinished files are damaged")
            done.forget()
            return Output(run.output, codec), RejectsFile(run.rejects)


def _check_names(readers: Sequence[Reader], names: Sequence[str]) -> None:
    for reader in readers:
        for name in names:
            if name in reader.schema.names:
                raise FileError("E407", path=reader.path, column=name)
