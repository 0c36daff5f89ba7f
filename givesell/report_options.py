"""What a report is asked for, checked before any work is done."""

from typing import Any
from zoneinfo import ZoneInfo

from givesell.errors import ArgumentError

TARGET = 0.8


def check_options(*, target: Any = TARGET, timezone: Any = "UTC") -> ZoneInfo:
    """See to it that a report can be made with these options.

    Parameters
    ----------
    target : float, default 0.8
        The share of giving to hold an archive against.
    timezone : str, default "UTC"

    Returns
    -------
    ZoneInfo

    Raises
    ------
    ArgumentError
        E206 for a target that is no share or an unknown time zone.

    Examples
    --------
    >>> check_options(timezone="Europe/Paris").key
    'Europe/Paris'
    """
    number = isinstance(target, int | float) or hasattr(target, "dtype")
    try:
        fits = number and not isinstance(target, bool) and bool(0 < target <= 1)
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise ArgumentError(
            "E206",
            argument="target",
            expected="a share above 0 and at most 1, such as 0.8",
            type=repr(target),
        )
    try:
        return ZoneInfo(timezone)
    except (ValueError, LookupError, OSError, TypeError, AttributeError) as error:
        expected = "the name of a time zone, such as 'Europe/Paris'"
        raise ArgumentError(
            "E206", argument="timezone", expected=expected, type=repr(timezone)
        ) from error
