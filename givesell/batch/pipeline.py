"""Reading, scoring and encoding in parallel: one thread reads ahead, others score, and the order of
the batches is kept.
"""

from collections import deque
from collections.abc import Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import pyarrow as pa

from givesell.archives import Reader
from givesell.archives.base.columns import align, is_text
from givesell.archives.base.rejects import Rejected
from givesell.archives.shapes.roles import find_roles
from givesell.archives.times.time_parts import Parts
from givesell.archives.times.time_values import parts_of
from givesell.batch.encoders import Encoder
from givesell.batch.meter import Meter
from givesell.batch.rejects import Collected
from givesell.batch.scoring import AddedColumn, ScoreTexts
from givesell.batch.selection import Selection
from givesell.batch.steps import Steps
from givesell.verdict import Scores

READ_AHEAD = 3
TICK = 0.2  # seconds between reports of progress while a batch is being scored
Result = TypeVar("Result")


class _Read(NamedTuple):
    """A batch as it was read; without rows at the end of an input."""

    source: int
    texts: Any
    batch: pa.RecordBatch | None
    rejected: list[Rejected]
    skipped: dict[str, int]


@dataclass(slots=True)
class Scored:
    """A batch, scored and encoded; without scores at the end of an input.

    Attributes
    ----------
    source : int
        The number of its input.
    texts : list of str or None
    scores : Scores or None
    data : bytes
    rejected : list of Rejected
        The rows before its end that could not be read.
    skipped : dict of str to int
        At the end of an input: the posts that were left out on purpose.
    written : int
        How many rows of the batch are in `data`.
    times : tuple, optional
        Of a table: the column that says when posts were written, and what
        `givesell.archives.times.time_values.parts_of` read in it.
    """

    source: int
    texts: list[str | None]
    scores: Scores | None
    data: bytes
    rejected: list[Rejected]
    skipped: dict[str, int]
    written: int = 0
    times: tuple[pa.Array, Parts] | None = None


class Work:
    """What is done with each batch that was read; in several threads at once.

    Parameters
    ----------
    readers : list of Reader
    schema : pyarrow.Schema
        The schema that batches are converted to.
    scorer : callable
    encoder : Encoder
    added : mapping of str to callable
        Columns of text that come after those of the input.
    selection : Selection
        Which rows are encoded; all rows are scored.

    Attributes
    ----------
    meter : Meter or None
        Of a scorer that takes `Steps`, whose progress shows while a batch is being scored.
    """

    def __init__(
        self,
        readers: list[Reader],
        schema: pa.Schema,
        scorer: ScoreTexts,
        encoder: Encoder,
        added: Mapping[str, AddedColumn],
        selection: Selection,
    ) -> None:
        self.readers = readers
        self._schema, self._scorer, self._encoder = schema, scorer, encoder
        self._added, self._selection = added, selection
        self.meter: Meter | None = None
        # The reader of an export says the times itself.
        self._roles: list[dict[str, str]] = [
            {} if reader.is_export else find_roles(reader.schema.names, reader.options.columns)
            for reader in readers
        ]

    def close(self) -> None:
        """Score no more."""
        if isinstance(self._scorer, Steps):
            self._scorer.close()

    def __call__(self, read: _Read) -> Scored:
        """Score and encode a batch."""
        if read.batch is None:
            return Scored(read.source, [], None, b"", read.rejected, read.skipped)
        texts: list[str | None] = read.texts.to_pylist()
        scores, batch = self._scorer(texts), align(read.batch, self._schema)
        written, chosen, rows = texts, scores, self._selection.rows(scores)
        if rows is not None:
            batch, chosen = batch.filter(pa.array(rows)), scores.take(rows)
            written = [text for text, is_written in zip(texts, rows, strict=True) if is_written]
        if self._added:
            columns = [
                pa.array(column(written, chosen), pa.string()) for column in self._added.values()
            ]
            batch = pa.RecordBatch.from_arrays(
                [*batch.columns, *columns], schema=self._encoder.schema
            )
        return Scored(
            read.source,
            texts,
            scores,
            self._encoder.encode(batch, chosen),
            read.rejected,
            {},
            len(written),
            _times(read.batch, self._roles[read.source]),
        )


def scored_batches(
    work: Work, *, start: tuple[int, int] = (0, 0), threads: int = 1, strict: bool = False
) -> Generator[Scored]:
    """Yield the batches of all inputs in order, while later ones are read and scored.

    Parameters
    ----------
    work : Work
    start : tuple of int, default (0, 0)
        The first input that is not done, and how many of its batches are.
    threads : int, default 1
        How many score.
    strict : bool, default False
        Whether the first row that cannot be read is an error.

    Yields
    ------
    Scored
    """
    batches = _read(work, start, Collected(strict))
    with ThreadPoolExecutor(1) as reading, ThreadPoolExecutor(threads) as scoring:
        # With one thread the calls come one after the other, in order.
        ahead = deque(reading.submit(next, batches, None) for _ in range(READ_AHEAD))
        waiting: deque[Future[Scored]] = deque()
        try:
            while (read := _result(ahead.popleft(), work.meter)) is not None:
                ahead.append(reading.submit(next, batches, None))
                waiting.append(scoring.submit(work, read))
                if len(waiting) > threads + 1:
                    yield _result(waiting.popleft(), work.meter)
            while waiting:
                yield _result(waiting.popleft(), work.meter)
        finally:
            work.close()
            for pool in (reading, scoring):
                pool.shutdown(wait=True, cancel_futures=True)
            batches.close()


def _result(future: Future[Result], meter: Meter | None) -> Result:
    """Return what a future holds, and report progress meanwhile, by the thread that waits."""
    while meter is not None and not wait([future], TICK).done:
        meter.tick()
    return future.result()


def _times(batch: pa.RecordBatch, roles: Mapping[str, str]) -> tuple[pa.Array, Parts] | None:
    created, clock = roles.get("created"), roles.get("clock")
    column = None if created is None else batch.column(created)
    if column is None or _are_iso(column):
        return None
    return column, parts_of(column, batch.column(clock) if clock else None)


def _are_iso(column: pa.Array) -> bool:
    """Whether all times of a column are typed, or in the form that Arrow reads itself: ten times
    as fast as to look at each.
    """
    if pa.types.is_temporal(column.type):
        return True
    for kind in (pa.timestamp("us"), pa.timestamp("us", "UTC")) if is_text(column.type) else ():
        with suppress(pa.ArrowException):
            column.cast(kind)
            return True
    return False


def _read(work: Work, start: tuple[int, int], collected: Collected) -> Generator[_Read]:
    """Yield the batches of all inputs that are not done."""
    readers = work.readers
    first, done = start
    for number in range(first, len(readers)):
        reader = readers[number]
        for batch in reader.batches(collected, skip=done if number == first else 0):
            if work.meter is not None:
                work.meter.read(len(batch))
            yield _Read(number, reader.posts_of(batch), batch, collected.take(), {})
        yield _Read(number, None, None, collected.take(), dict(reader.skipped))
