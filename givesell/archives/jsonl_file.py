"""JSON lines: one object a line, every value kept; see `givesell.archives.objects`.

The rules, where files differ:

- UTF-8, with or without a byte order mark. Blank lines are not rows.
- A line that is not UTF-8, not JSON or not an object is rejected, and so is one that holds a
  number too large for a double.
- NaN and Infinity, which are not JSON but are found in it, read as null.
"""

import json
import math
from collections.abc import Iterator
from typing import Any

import msgspec

from givesell.archives.objects import ObjectsReader, Record, kind_name
from givesell.archives.reader import MAX_LINE, bounded_lines

_fast = msgspec.json.Decoder()


class JsonlReader(ObjectsReader):
    """A file of JSON lines."""

    name = "jsonl"
    unit = "lines"

    def _records(self) -> Iterator[Record]:
        with self.files.open(self.members[0]) as stream:
            for number, line in enumerate(bounded_lines(stream.readline, b"\n"), 1):
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if line.strip():
                    try:
                        yield number, line, parse(line)
                    except ValueError as error:
                        yield number, line, error


def parse(line: bytes) -> dict[str, Any]:
    """Read one JSON object.

    Parameters
    ----------
    line : bytes

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        With the reason to show.
    """
    if len(line) >= MAX_LINE:
        raise ValueError("line of 16 MiB or more")
    try:
        row = _fast.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError):
        row = _slow(line)
    if not isinstance(row, dict):
        raise ValueError(f"not an object but {kind_name(row)}")
    return row


def _slow(line: bytes) -> Any:
    """Take what the fast decoder refuses but is found in such files, or say what is wrong."""
    try:
        return _DECODER.decode(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except ValueError:
        raise ValueError("a number too large") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(digits)
    return number


# NaN and Infinity read as null.
_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=lambda _: None)
