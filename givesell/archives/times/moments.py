"""The times of nested posts, each read by itself."""

import re
from datetime import datetime
from typing import Any

from givesell.archives.base.post import from_epoch, from_iso
from givesell.archives.times.times import time_of

_X_TIME = "%a %b %d %H:%M:%S %z %Y"
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
# Seconds beyond this would lie after the year 5000: they are milliseconds.
_MILLIS = 100_000_000_000


def moment(value: Any) -> datetime | None:
    """Return the time that a value of JSON stands for.

    Parameters
    ----------
    value : object
        Seconds or milliseconds since 1970, or text that says so, ISO 8601, the form of X's API, or
        what else `time_of` reads.

    Returns
    -------
    datetime or None

    Examples
    --------
    >>> moment(1709283900) == moment("1709283900000") == moment(
    ...     "2024-03-01T09:05:00.000Z"
    ... ) == moment("Fri Mar 01 09:05:00 +0000 2024")
    True
    """
    if isinstance(value, str):
        if _DAY.fullmatch(value):
            return from_iso(value)
        if not re.fullmatch(r"\d{9,13}(?:\.\d+)?", value):
            return from_iso(value) or from_iso(value, _X_TIME) or time_of(value)
        value = float(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= _MILLIS:
        return from_epoch(value / 1000)
    return from_epoch(value)
