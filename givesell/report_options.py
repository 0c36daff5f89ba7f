"""The options that all reports share, checked before any work is done."""

from typing import Any
from zoneinfo import ZoneInfo

from givesell.errors import ArgumentError

TARGET = 0.8


def check_options(*, target: Any = TARGET, timezone: Any = "UTC") -> ZoneInfo:
    """Check the options of a report.

    Parameters
    ----------
    target : float, default 0.8
        The share of giving to compare an archive with.
    timezone : str, default "UTC"

    Returns
    -------
    ZoneInfo

    Raises
    ------
    ArgumentError
        E206 for a target that is not a share, or an unknown time zone.

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
            given=repr(target),
        )
    try:
        return ZoneInfo(timezone)
    except (ValueError, LookupError, OSError, TypeError, AttributeError) as error:
        expected = "the name of a time zone, such as 'Europe/Paris'"
        raise ArgumentError(
            "E206", argument="timezone", expected=expected, given=repr(timezone)
        ) from error
