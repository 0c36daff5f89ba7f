"""The blocks of a CAR file, one at a time: a length, the address of the block (its CID), its bytes."""

from collections.abc import Iterator
from typing import IO

from givesell.archives.limits import MAX_BLOCK_BYTES
from givesell.errors import FileError

_PIECE = 1 << 20
_LONGEST_VARINT = 9


class Car:
    """A CAR that is being read.

    Parameters
    ----------
    stream : file
        At its beginning.
    path : Path
        How errors name it.

    Attributes
    ----------
    header : bytes
        DAG-CBOR with the roots.
    """

    def __init__(self, stream: IO[bytes], path: object) -> None:
        self._stream = stream
        self._path = path
        size = self._size()
        if size is None or size > MAX_BLOCK_BYTES:
            raise self._damaged("it has no header")
        self.header = self._exactly(size)

    def blocks(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield the blocks.

        Yields
        ------
        cid : bytes
        data : bytes or None
            None for a block of more than `MAX_BLOCK_BYTES`, which is left out.

        Raises
        ------
        FileError
            E406 where the file breaks off or is damaged.
        """
        while (size := self._size()) is not None:
            if size > MAX_BLOCK_BYTES:
                self._leave_out(size)
                yield b"", None
                continue
            section = self._exactly(size)
            end = _cid_end(section)
            if end is None:
                raise self._damaged("a block has no address")
            yield section[:end], section[end:]

    def _size(self) -> int | None:
        """Return the next length, or None at the end."""
        size = 0
        for place in range(_LONGEST_VARINT):
            byte = self._stream.read(1)
            if not byte:
                if place:
                    raise self._damaged("it ends in the middle of a block")
                return None
            size |= (byte[0] & 127) << (7 * place)
            if byte[0] < 128:
                return size
        raise self._damaged("a length is none")

    def _exactly(self, size: int) -> bytes:
        data = self._stream.read(size)
        if len(data) < size:
            raise self._damaged("it ends in the middle of a block")
        return data

    def _leave_out(self, size: int) -> None:
        while size:
            size -= len(self._exactly(min(size, _PIECE)))

    def _damaged(self, reason: str) -> FileError:
        return FileError("E406", path=self._path, reason=f"it breaks off or is damaged: {reason}")


def _cid_end(section: bytes) -> int | None:
    """Return where the address of a block ends: of version 0 a bare SHA-256, of version 1 its version, codec and hash."""
    if section[:2] == b"\x12\x20":
        return 34 if len(section) >= 34 else None
    at = 0
    for number in range(4):
        value = shift = 0
        while True:
            if at >= len(section) or shift > 7 * _LONGEST_VARINT:
                return None
            byte = section[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        if number == 0 and value != 1:
            return None
    end = at + value
    return end if end <= len(section) else None
