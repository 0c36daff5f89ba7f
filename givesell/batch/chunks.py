"""Scored batches gathered into chunks, which are written at once; a run that is killed loses at
most one.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from givesell.archives.base.rejects import Rejected
from givesell.archives.streams.file_errors import named
from givesell.batch.checkpoint import Checkpoint
from givesell.batch.output import Output
from givesell.batch.pipeline import Scored
from givesell.batch.rejects import RejectsFile
from givesell.batch.summary import Tally

CHUNK_ROWS = 1 << 17
CHUNK_BYTES = 32 << 20
SLOW_ROWS = 1 << 12  # where a row takes milliseconds: no more than a batch is lost
_REJECT_BYTES = 300  # of a rejected row, besides what it holds


@dataclass(frozen=True, slots=True)
class Destination:
    """Where chunks go.

    Attributes
    ----------
    output : Output
    rejects : RejectsFile
    checkpoint : Path
    target : Path
        The output's place once it is complete, which errors name.
    sink : file or None
        Where the rows of each batch go instead of `output`.
    """

    output: Output
    rejects: RejectsFile
    checkpoint: Path
    target: Path
    sink: IO[bytes] | None


class ChunkWriter:
    """Gathers scored batches, in order, into chunks whose borders depend on the input only.

    Parameters
    ----------
    into : Destination
    done : Checkpoint
        How far the run has come; saved after each chunk.
    tally : Tally
        Counts the batches.
    header : bytes
        Goes before the first row.
    slow : bool, default False
        Whether scoring takes so long that chunks should be small.
    """

    def __init__(
        self,
        into: Destination,
        done: Checkpoint,
        tally: Tally,
        header: bytes,
        *,
        slow: bool = False,
    ) -> None:
        self._into, self._done, self._tally = into, done, tally
        self._held: list[bytes] = [] if done.offset else [header]
        self._rejected: list[Rejected] = []
        self._rows = self._size = 0
        self._batches = done.batches
        self._most = SLOW_ROWS if slow else CHUNK_ROWS

    def take(self, scored: Scored) -> None:
        """Add a batch, and write the chunk if the batch completes one."""
        self._rejected += scored.rejected
        self._tally.reject(scored.rejected)
        self._size += sum(len(row.raw) + _REJECT_BYTES for row in scored.rejected)
        if scored.scores is None:  # the end of an input
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
        self._send()
        if self._rows >= self._most or self._size >= CHUNK_BYTES:
            self.commit(scored.source, self._batches)

    def finish(self, inputs: int) -> None:
        """Write the last chunk, when all inputs are done.

        Parameters
        ----------
        inputs : int
            How many there are.
        """
        self._send()
        self.commit(inputs, 0)

    def commit(self, source: int, batches: int) -> None:
        """Write the chunk, then the checkpoint.

        Parameters
        ----------
        source : int
            The input that is read next.
        batches : int
            How many batches of it are done.
        """
        done, output, rejects = self._done, self._into.output, self._into.rejects
        if (source, batches) == (done.source, done.batches) and not self._held:
            return
        with named(self._into.target, "E405", OSError):
            rejects.write(self._rejected)
            output.write(b"".join(self._held))
            done.offset, done.crc, done.sizes = output.offset, output.crc, output.sizes
            done.rejects, done.rejects_crc = rejects.offset, rejects.crc
            done.rejected = rejects.count
            done.source, done.batches, done.tally = source, batches, self._tally.state()
            done.save(self._into.checkpoint)
        self._held, self._rejected, self._rows, self._size, self._batches = [], [], 0, 0, batches

    def _send(self) -> None:
        """Write the chunk to the sink, if there is one."""
        if self._into.sink is not None:
            held, self._held = self._held, []
            self._into.sink.write(b"".join(held))
            self._into.sink.flush()
