"""The blocks of a CAR file, one at a time: a length, the address of the block (its CID), its
bytes.
"""

from collections.abc import Iterator
from typing import IO

from givesell.archives.streams.limits import MAX_BLOCK_BYTES
from givesell.errors import FileError

_PIECE = 1 << 18
_LONGEST_VARINT = 9
# How nearly all addresses begin: version 1, DAG-CBOR, SHA-256 of 32 bytes.
_USUAL, _USUAL_END = b"\x01\x71\x12\x20", 36


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
        self._data, self._at = b"", 0
        size = self._size()
        if size is None or size > MAX_BLOCK_BYTES:
            raise self._damaged("it has no header")
        self.header = self._take(size)

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
            block = self._take(size)
            end = _USUAL_END if block.startswith(_USUAL) else _cid_end(block)
            if end is None or end > size:
                raise self._damaged("a block has no address")
            yield block[:end], block[end:]

    def _size(self) -> int | None:
        """Return the next length, or None at the end."""
        if len(self._data) - self._at < _LONGEST_VARINT:
            self._more(_LONGEST_VARINT)
        if self._at == len(self._data):
            return None
        number = _varint(self._data, self._at)
        if number is None:
            raise self._damaged("the length of a block is none")
        size, self._at = number
        return size

    def _take(self, size: int) -> bytes:
        if len(self._data) - self._at < size:
            self._more(size)
        data = self._data[self._at : self._at + size]
        if len(data) < size:
            raise self._damaged("it ends in the middle of a block")
        self._at += size
        return data

    def _leave_out(self, size: int) -> None:
        while size:
            size -= len(self._take(min(size, _PIECE)))

    def _more(self, size: int) -> None:
        """Read on, so that there are as many bytes if the file has them."""
        rest = self._data[self._at :]
        self._data, self._at = rest + self._stream.read(max(size - len(rest), _PIECE)), 0

    def _damaged(self, reason: str) -> FileError:
        return FileError("E406", path=self._path, reason=f"it breaks off or is damaged: {reason}")


def _varint(data: bytes, at: int) -> tuple[int, int] | None:
    """Return a number that is written seven bits a byte, and where it ends; None for none."""
    value = 0
    for place, byte in enumerate(data[at : at + _LONGEST_VARINT]):
        value |= (byte & 127) << (7 * place)
        if byte < 128:
            return value, at + place + 1
    return None


def _cid_end(block: bytes) -> int | None:
    """Return where the address of a block ends: of version 0 a bare SHA-256, of version 1 its
    version, codec and hash.
    """
    if block.startswith(b"\x12\x20"):
        return 34
    at, numbers = 0, []
    for _ in range(4):
        number = _varint(block, at)
        if number is None:
            return None
        value, at = number
        numbers.append(value)
    return at + numbers[3] if numbers[0] == 1 else None
