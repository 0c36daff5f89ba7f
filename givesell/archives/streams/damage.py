"""Streams that end where they are damaged: the rows before are read, and what is wrong is reported
after them.

A packed file that breaks off, one with something else after its end, a member of a zip whose
checksum is wrong, a tar that is cut: the stream ends there, and a flaw is noted, which becomes a
reject after the last row of the input (its line is 0, since it is no row). The row that the stream
ends in the midst of must not pass for a complete one: a byte that no text holds is put after it, so
that it is rejected. What is damaged before its first byte is an error, as is what unpacks to far
too much.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from givesell.archives.streams.compression import (
    BUFFER_BYTES,
    CHUNK_BYTES,
    DAMAGE,
    BombError,
    TrailingError,
)
from givesell.archives.streams.file_errors import reason_of
from givesell.errors import FileError, GivesellError

Flaws = dict[Path, str]
_CUT = b"\xff"
# So many bytes, or all there are, come as the first piece.
_START = 1 << 14


def up_to_damage(read: Callable[[int], bytes], shown: Path, flaws: Flaws) -> IO[bytes]:
    """Return a stream of what can be read.

    Parameters
    ----------
    read : callable
        Takes how much, returns at most so many bytes, none at the end.
    shown : Path
        How errors name the file.
    flaws : dict of Path to str
        Takes what is wrong with it.

    Returns
    -------
    file
        Buffered.

    Raises
    ------
    FileError
        While reading: E406 if nothing can be read, E506 if it is a bomb.
    """
    return io.BufferedReader(cast(Any, _UpToDamage(read, shown, flaws)), BUFFER_BYTES)


@contextmanager
def spared(flaws: Flaws, shown: Path, errors: list[FileError]) -> Iterator[None]:
    """Note that one of several files cannot be read, instead of giving them all up.

    Parameters
    ----------
    flaws : dict of Path to str
        Takes what is wrong.
    shown : Path
        The file, where the error does not say.
    errors : list of FileError
        Takes the error.
    """
    try:
        yield
    except FileError as error:
        if error.code not in ("E406", "E505", "E520"):
            raise
        reason = (
            error.message.partition(": ")[2]
            if error.code == "E520"
            else "it breaks off or is damaged"
        )
        flaws[Path(str(error.details.get("path", shown)))] = str(
            error.details.get("reason", reason)
        )
        errors.append(error)


class _UpToDamage(io.RawIOBase):
    def __init__(self, read: Callable[[int], bytes], shown: Path, flaws: Flaws) -> None:
        self._read = read
        self._shown = shown
        self._flaws = flaws
        self._last = b""
        self._begun = self._over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._more(len(buffer))
        if not self._begun:
            # What is looked at before it is read must not depend on how the pieces lie.
            self._begun = True
            while len(data) < min(_START, len(buffer)) and (
                more := self._more(len(buffer) - len(data))
            ):
                data += more
        buffer[: len(data)] = data
        return len(data)

    def _more(self, size: int) -> bytes:
        return b"" if self._over else self._piece(min(size, 4 * CHUNK_BYTES))

    def _piece(self, size: int) -> bytes:
        try:
            data = self._read(size)
        except GivesellError:
            raise
        except BombError as error:
            raise FileError("E506", path=self._shown, reason=str(error)) from error
        except (*DAMAGE, zipfile.BadZipFile) as error:
            reason = f"it breaks off or is damaged: {reason_of(error)}"
            if not self._last:
                raise FileError("E406", path=self._shown, reason=reason) from error
            self._flaws[self._shown] = reason
            self._over = True
            return b"" if isinstance(error, TrailingError) or self._last == b"\n" else _CUT
        self._last = data[-1:] or self._last
        return data
