"""One value of JSON from its bytes, or the reason why it cannot be read."""

import json
import math
from typing import Any

import msgspec

from givesell.archives.parsing.json_scan import why_not
from givesell.archives.streams.limits import MAX_LINE

_fast = msgspec.json.Decoder()


def read_value(data: bytes, *, looked_over: bool = False) -> Any:
    """Read a value.

    NaN and Infinity, which are not JSON but are found in it, read as None; half a surrogate pair
    stays one.

    Parameters
    ----------
    data : bytes
        All of it.
    looked_over : bool, default False
        Whether `givesell.archives.parsing.json_scan` has nothing against it.

    Returns
    -------
    object

    Raises
    ------
    ValueError
        With the reason to show, and nothing else whatever the bytes are.

    Examples
    --------
    >>> read_value(b'{"text": "hi", "n": NaN}')
    {'text': 'hi', 'n': None}
    >>> read_value(b"[" * 100_000)
    Traceback (most recent call last):
    ...
    ValueError: nested too deeply
    """
    if len(data) >= MAX_LINE:
        raise ValueError("line of 16 MiB or more")
    reason = None if looked_over else why_not(data)
    if reason:
        raise ValueError(reason)
    try:
        return _fast.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return _slow(data)


def _slow(data: bytes) -> Any:
    """Take what the fast decoder refuses but is found in such files, or say what is wrong."""
    try:
        return _DECODER.decode(data.decode("utf-8"))
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
